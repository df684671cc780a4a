"""What is good once is good once, also for many who come at the same moment; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from werkzeug.test import Client

from tests.oauth import signing
from tests.oauth.conftest import FapiTpp, Tpp, register
from tests.oauth.signing import Key

_MANY = 8
_Found = TypeVar("_Found")


def at_once(work: Callable[[], _Found]) -> list[_Found]:
    """Do the same in many threads."""
    with ThreadPoolExecutor(_MANY) as threads:
        return [one.result() for one in [threads.submit(work) for _ in range(_MANY)]]


def test_of_many_who_bring_the_same_code_one_is_answered_and_its_tokens_are_revoked(any_sandbox):
    tpp = Tpp(any_sandbox)
    code = tpp.code()

    answers = at_once(lambda: tpp.redeem(code))

    good = [one.json for one in answers if one.status_code == 200]
    assert len(good) == 1
    assert {one.json["error"] for one in answers if one.status_code != 200} == {"invalid_grant"}
    assert tpp.call("introspect", token=good[0]["access_token"]).json == {"active": False}


def test_of_many_browsers_that_come_back_one_gets_the_answer(any_sandbox):
    tpp = Tpp(any_sandbox)
    visit = tpp.ask()
    visit.log_in()
    code = visit.browser.page.text.split('id="code-for-testing">')[1].split("<")[0]
    back = visit.browser.send(f"{visit.link}/code", code=code).location.removeprefix(tpp.sandbox.origin)

    answers = at_once(lambda: Client(tpp.sandbox.app).get(back))

    assert sorted(one.status_code for one in answers) == [303] + [400] * (_MANY - 1)


@pytest.mark.parametrize("what", ["assertion", "proof"])
def test_of_many_who_bring_the_same_assertion_or_proof_one_is_answered(any_sandbox, what):
    key = Key()
    client_id = register(any_sandbox, "fapi2-security", key)
    tpp = FapiTpp(any_sandbox, client_id=client_id, key=key, proof_key=Key())
    same = {
        "assertion": {"assertion": signing.assertion(key, client_id, tpp.issuer)},
        "proof": {"headers": tpp.proof("POST", f"{tpp.issuer}/oauth/token")},
    }[what]

    answers = at_once(lambda: tpp.call("token", grant_type="client_credentials", scope="AIS", **same))

    assert sorted(one.status_code for one in answers) == [200] + [answers_status(what)] * (_MANY - 1)


def answers_status(what: str) -> int:
    """How those are answered who come later."""
    return {"assertion": 401, "proof": 400}[what]


def test_two_processes_that_need_the_first_key_of_a_bank_sign_with_the_same(any_sandbox):
    from sandbox.eidas import bank_keys

    def make() -> str:
        with any_sandbox.database.writing() as work:
            return str(bank_keys.current(work, "fjordbanken").jwk["kid"])

    assert len(set(at_once(make))) == 1


def test_a_new_key_signs_at_once_and_the_old_one_is_published_for_a_while(any_sandbox):
    from sandbox.eidas import bank_keys

    with any_sandbox.database.writing() as work:
        before = bank_keys.current(work, "fjordbanken").jwk["kid"]
        bank_keys.rotate(work, "fjordbanken")
    with any_sandbox.database.writing() as work:
        after = bank_keys.current(work, "fjordbanken").jwk["kid"]
        published = [one["kid"] for one in bank_keys.published(work, "fjordbanken")]

    assert before != after
    assert {before, after} <= set(published)
