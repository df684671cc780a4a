"""What strangers write into the headers of trust: refused in the words of the standard, on every rung."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gateway.journal import Journal
from sandbox.kernel.db import Database
from sandbox.workspaces.workspace import Strictness
from tests.rubbish import FUZZ_DOOR, LIKELY, TOKENS
from tests.standards.berlin_group.sealed import a_signatory, in_header
from tests.standards.berlin_group.test_signatures import EVERY_HEADER, VERIFICATION, said
from tests.standards.berlin_group.town import a_consent, open_town

PATHS = ("/cavage/v1/consents", "/jws/v1/payee-verifications", "/rfc9421/v1/consents", "/willing/v1/consents")
OF_WHO_CALLS = ("Client-Cert", "Authorization", "DPoP", "X-API-Key")


@pytest.fixture(scope="module")
def buddy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    journal = Journal(Database(f"sqlite:///{folder / 'journal.sqlite3'}"))
    opened = open_town(folder, journal=journal, proxies="127.0.0.0/8")
    yield a_signatory(opened)
    opened.close()


def a_call(buddy, path, headers):
    draft = buddy.draft("POST", path, VERIFICATION if "payee" in path else a_consent())
    return replace(draft, headers={**draft.headers, "TPP-Redirect-URI": "https://tpp.example/", **headers})


@FUZZ_DOOR
@given(
    sent=st.dictionaries(st.sampled_from(sorted(EVERY_HEADER)), LIKELY | TOKENS, min_size=1),
    sealed=st.booleans(),
)
def test_whatever_a_stranger_writes_is_refused_in_the_words_of_the_standard(buddy, sent, sealed):
    buddy.climbs(Strictness.ENFORCE)
    certificate = {"TPP-Signature-Certificate": in_header(buddy.seal)} if sealed else {}

    for path in PATHS[:3]:
        response = buddy.send(a_call(buddy, path, {**certificate, **sent}), judged=False)
        status, code = said(response)
        assert status == 401, response.text
        assert code.startswith(("SIGNATURE_", "CERTIFICATE_")), response.text


@FUZZ_DOOR
@given(
    sent=st.dictionaries(st.sampled_from(OF_WHO_CALLS), LIKELY | TOKENS, min_size=1),
    rung=st.sampled_from(Strictness),
    path=st.sampled_from(PATHS),
)
def test_whoever_a_stranger_says_to_be_the_answer_has_the_form_of_the_standard(buddy, sent, rung, path):
    response = buddy.climbs(rung).send(a_call(buddy, path, sent), judged=False)
    status, code = said(response)

    assert status < 500, response.text
    assert status < 400 or code.startswith(("TOKEN_", "CERTIFICATE_", "SIGNATURE_")), response.text
