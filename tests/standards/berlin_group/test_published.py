"""The judge of the other tests: it has to find what the published file does not allow."""

from types import SimpleNamespace

import pytest

from tests.standards.berlin_group import published


def an_answer(status=201, **changes):
    body = {"consentStatus": "received", "consentId": "1", "_links": {"self": {"href": "/1"}}, **changes}
    headers = {"X-Request-ID": "1"}
    return SimpleNamespace(
        status_code=status, mimetype="application/json", headers=headers, json=body, text=""
    )


@published.needs_the_published_file
def test_the_judge_lets_a_valid_answer_pass():
    published.judge("POST", "/v1/consents", an_answer())


@published.needs_the_published_file
@pytest.mark.parametrize(
    "answer",
    [
        an_answer(consentStatus="perhaps"),
        an_answer(_links={"self": "/1"}),
        an_answer(status=202),
        an_answer(status=400, tppMessages=[{"category": "ERROR", "code": "CONSENT_EXPIRED"}]),
    ],
)
def test_the_judge_finds_what_the_published_file_does_not_allow(answer):
    with pytest.raises(AssertionError):
        published.judge("POST", "/v1/consents", answer)
