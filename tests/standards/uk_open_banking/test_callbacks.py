"""Calls: a TPP names an address, and is called there by a signed token when something has happened."""

from collections.abc import Iterator
from uuid import UUID

import jwt
import pytest

from sandbox.bank import funds
from tests.delivery.receiver import Receiver
from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.paying import Pisp
from tests.standards.uk_open_banking.test_events import OWN, REVOKED, UPDATED, URN, Subscriber, subject
from tests.standards.uk_open_banking.test_funds import Cbpii

CALLBACKS = "/callback-urls"
ACCOUNT_UPDATED = f"{URN}account-access-consent-linked-account-update"
DEBTOR_UPDATED = f"{URN}domestic-vrp-consent-linked-account-update"
#: Somebody, and their account at Kelp Bank that is closed on the first of April 2026.
CLOSING, CLOSED = "gb-930", "gh1hsgp0sh5b0nbz"


class Called(Subscriber):
    """A TPP that is called at a server of its own."""

    receiver: Receiver

    @property
    def hook(self):
        return f"http://127.0.0.1:{self.receiver.port}/open-banking/{self.version}/event-notifications"

    def register(self, expected=201, **changed):
        data = {"Url": self.hook, "Version": self.word("3.1", "4.0"), **changed}
        body = {"Data": {name: one for name, one in data.items() if one is not None}}
        return self.call("POST", self.at(CALLBACKS), expected, json=body)

    def listed(self):
        return self.call("GET", self.at(CALLBACKS)).json["Data"]["CallbackUrl"]

    def deliver(self):
        return self.sandbox.call("POST", "/_sandbox/events/deliver").json["attempts"]

    def heard(self):
        """What was called so far: the claims of each token, held against the bank's published key."""
        self.deliver()
        keys = jwt.PyJWKSet.from_dict(self.sandbox.call("GET", f"/{self.bank}/oauth/jwks").json)
        by_id = {one.key_id: one for one in keys.keys}
        found = []
        for one in self.receiver.got:
            token = one.body.decode()
            head = jwt.get_unverified_header(token)
            assert (head["alg"], head["typ"]) == ("PS256", "secevent+jwt")
            loose = {"verify_aud": False, "verify_iat": False}
            found.append(jwt.decode(token, by_id[head["kid"]].key, ["PS256"], options=loose))
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver(body=b"")
    yield opened
    opened.close()


@pytest.fixture(params=VERSIONS)
def tpp(request: pytest.FixtureRequest, city, receiver) -> Called:
    """A TPP at Kelp Bank, once in each version."""
    made = Called(city, request.param)
    made.receiver = receiver
    return made


def kinds(heard):
    return [list(one["events"]) for one in heard]


# Where a TPP is called


def test_a_callback_url_is_made_listed_changed_and_ended(tpp):
    assert tpp.listed() == []

    made = tpp.register().json["Data"]
    assert tpp.listed() == [made]
    one = tpp.at(f"{CALLBACKS}/{made['CallbackUrlId']}")
    elsewhere = {**made, "Url": tpp.hook.replace("open-banking", "elsewhere")}
    assert tpp.call("PUT", one, json={"Data": elsewhere}).json["Data"] == elsewhere
    tpp.register(409)
    tpp.call("DELETE", one, 204)

    assert tpp.listed() == []
    assert tpp.code(tpp.call("DELETE", one, 400))[0] == tpp.word("UK.OBIE.Resource.NotFound", "U011")


INVALID, MISSING = ("UK.OBIE.Field.Invalid", "U002"), ("UK.OBIE.Field.Missing", "U004")


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"Url": None}, MISSING, "Data.Url"),
        ({"Version": None}, MISSING, "Data.Version"),
        ({"Version": "x" * 11}, INVALID, "Data.Version"),
        ({"Url": "https://tpp.example/hook"}, INVALID, "Data.Url"),
        ({"Url": "https://tpp.example/v9.9/event-notifications"}, INVALID, "Data.Url"),
        ({"Url": "https://tpp.example:22/v4.0/event-notifications", "Version": "4.0"}, INVALID, "Data.Url"),
        ({"Url": "ftp://tpp.example/v4.0/event-notifications", "Version": "4.0"}, INVALID, "Data.Url"),
        ({"Secret": "hush"}, ("UK.OBIE.Field.Unexpected", "U005"), "Data.Secret"),
    ],
)
def test_a_callback_url_that_is_none_is_refused(tpp, changed, code, place):
    assert tpp.code(tpp.register(400, **changed)) == (tpp.word(*code), place)


def test_so_is_that_of_a_subscription(tpp):
    answer = tpp.subscribe(400, CallbackUrl="https://tpp.example/hook")

    assert tpp.code(answer) == (tpp.word(*INVALID), "Data.CallbackUrl")


@pytest.mark.parametrize("private", ["10.0.0.1", "[::1]", "169.254.169.254", "localhost"])
def test_where_private_addresses_are_refused_no_tpp_is_called_there(tpp, monkeypatch, private):
    monkeypatch.setattr(type(tpp.sandbox.services.settings), "allows_private_notifications", False)

    answer = tpp.register(400, Url=f"http://{private}/{tpp.version}/event-notifications")

    assert tpp.code(answer) == (tpp.word(*INVALID), "Data.Url")


def test_what_is_changed_must_be_what_is_named(tpp):
    made = tpp.register().json["Data"]
    one = tpp.at(f"{CALLBACKS}/{made['CallbackUrlId']}")

    other = tpp.call("PUT", one, 400, json={"Data": {**made, "CallbackUrlId": "another"}})
    unknown = tpp.call("PUT", tpp.at(f"{CALLBACKS}/another"), 400, json={"Data": made})
    wrong = tpp.call("PUT", one, 400, json={"Data": {**made, "Url": "https://tpp.example"}})

    assert tpp.code(other) == (tpp.word(*INVALID), "Data.CallbackUrlId")
    assert tpp.code(unknown) == (tpp.word("UK.OBIE.Resource.NotFound", "U011"), None)
    assert tpp.code(wrong) == (tpp.word(*INVALID), "Data.Url")


def test_a_callback_url_is_its_tpp_s_alone(tpp):
    made = tpp.register().json["Data"]
    other = Called(tpp.sandbox, tpp.version, key=tpp.sandbox.new_app("Another", tpp.sandbox.world))

    assert other.listed() == []
    answer = other.call("DELETE", other.at(f"{CALLBACKS}/{made['CallbackUrlId']}"), 400)
    assert tpp.code(answer)[0] == tpp.word("UK.OBIE.Resource.NotFound", "U011")


def test_one_of_4_0_is_not_there_at_3_1_and_the_other_way_round_it_is(city, receiver):
    new = Called(city, "v4.0")
    new.receiver = receiver
    made = new.register().json["Data"]
    old = new.in_version("v3.1")
    one = f"{CALLBACKS}/{made['CallbackUrlId']}"
    assert old.listed() == []
    old.call("PUT", old.at(one), 400, json={"Data": made})
    old.call("DELETE", old.at(one), 400)
    new.call("DELETE", new.at(one), 204)

    made = old.register().json["Data"]

    one = f"{CALLBACKS}/{made['CallbackUrlId']}"
    assert new.listed() == [made]
    new.call("PUT", new.at(one), json={"Data": made})
    assert old.listed() == [made], "a change at 4.0 makes it none of 4.0"


def test_a_bank_that_does_not_call_says_so(city):
    tpp = Called(city, "v3.1", "puddleworth")

    tpp.call("GET", tpp.at(CALLBACKS), 404)
    answer = tpp.subscribe(400, CallbackUrl="https://tpp.example/v3.1/event-notifications")

    assert tpp.code(answer) == ("UK.OBIE.Field.Unexpected", "Data.CallbackUrl")


# What it hears


@published.needs_the_published_files
def test_a_consent_and_a_payment_are_told_by_calls_that_the_published_file_allows(tpp):
    tpp.register()
    tpp.allowed().pay()

    heard = tpp.heard()

    resources = [subject(one, UPDATED)[f"{OWN}rty"] for one in heard]
    assert resources[0] == "domestic-vrp-consent"
    assert set(resources[1:]) == {"domestic-vrp"}
    judge = published.notification(tpp.version)
    for call, claims in zip(tpp.receiver.got, heard, strict=True):
        assert list(judge.iter_errors(claims)) == []
        assert claims["aud"] == f"{tpp.sandbox.world}.{tpp.sandbox.app_id}"
        assert call.path == f"/open-banking/{tpp.version}/event-notifications"
        assert call.headers["Content-Type"] == "application/jwt"
        assert call.headers["x-fapi-financial-id"] == "kelpbank"
        assert UUID(call.headers["x-fapi-interaction-id"])
        assert tpp.call("GET", claims["sub"]) if tpp.version == "v4.0" else claims["sub"]


def test_by_a_callback_url_a_tpp_hears_of_changes_alone(tpp):
    tpp.register()
    tpp.allowed().revoke()

    assert kinds(tpp.heard()) == [[UPDATED]]


def test_by_the_address_of_a_subscription_it_hears_of_all_that_it_subscribed_to(tpp):
    tpp.subscribe(CallbackUrl=tpp.hook)
    tpp.allowed().revoke()

    assert kinds(tpp.heard()) == [[UPDATED], [REVOKED]]


def test_a_subscription_for_an_older_version_knows_changes_alone(tpp):
    tpp.subscribe(Version="3.1.1", CallbackUrl=tpp.hook.replace(tpp.version, "v3.1"))
    tpp.allowed().revoke()

    assert kinds(tpp.heard()) == [[UPDATED]]


def test_a_consent_to_confirm_funds_that_is_taken_back_is_both_changed_and_revoked(tpp):
    tpp.subscribe(CallbackUrl=tpp.hook)
    asked = Cbpii(tpp.sandbox, tpp.version, "kelpbank", "gb-14")
    asked.ask_consent()
    asked.approve()
    with tpp.sandbox.database.writing() as work:
        bank = tpp.sandbox.bank("kelpbank", work)
        funds.revoke(bank, funds.of_subject(bank, asked.consent_id))

    given, revoked = tpp.heard()

    assert list(given["events"]) == [UPDATED]
    assert list(revoked["events"]) == [UPDATED, REVOKED]


def test_what_was_delivered_need_not_be_fetched_and_what_was_not_waits(tpp):
    tpp.subscribe(CallbackUrl=tpp.hook)
    tpp.receiver.answers = [500]
    tpp.allowed()
    tpp.deliver()
    assert len(tpp.told()) == 1

    tpp.go_on(seconds=5)
    [first, again] = tpp.heard()

    assert first["jti"] == again["jti"], "the same event"
    assert tpp.told() == []


def test_the_address_of_a_subscription_takes_the_place_of_a_callback_url(tpp):
    tpp.register()
    tpp.subscribe(CallbackUrl=tpp.hook.replace("/open-banking", "/subscribed"))
    tpp.allowed()
    tpp.heard()

    assert [one.path for one in tpp.receiver.got] == [f"/subscribed/{tpp.version}/event-notifications"]


def test_with_a_subscription_that_has_no_address_nobody_is_called(tpp):
    tpp.register()
    tpp.subscribe()
    tpp.allowed()

    assert tpp.heard() == []
    assert len(tpp.told()) == 1


def test_what_fails_is_tried_again_logged_and_may_be_sent_by_hand(tpp):
    tpp.register()
    tpp.receiver.answers = [503, 400]
    tpp.allowed()

    for seconds in (5, 30):
        tpp.deliver()
        tpp.go_on(seconds=seconds)
    tpp.deliver()

    path = f"/_sandbox/events?subject_id={tpp.consent_id}&kind=consent_status"
    [event] = tpp.sandbox.call("GET", path).json["events"]
    [delivery] = tpp.sandbox.call("GET", f"/_sandbox/events/{event['id']}").json["deliveries"]
    assert [one["answer"]["status"] for one in delivery["log"]] == [503, 400, 200]
    assert delivery["log"][0]["request"]["headers"]["Content-Type"] == "application/jwt"
    assert delivery["log"][0]["request"]["body"] == tpp.receiver.got[0].body.decode()
    tpp.sandbox.call("POST", f"/_sandbox/deliveries/{delivery['id']}/redeliver")
    assert len({one["jti"] for one in tpp.heard()}) == 1
    assert len(tpp.receiver.got) == 4


def test_after_the_end_of_a_subscription_nothing_more_is_sent(tpp):
    made = tpp.register().json["Data"]
    tpp.allowed()
    tpp.call("DELETE", tpp.at(f"{CALLBACKS}/{made['CallbackUrlId']}"), 204)

    assert tpp.heard() == []


def test_what_is_none_of_the_dialect_s_is_no_delivery(tpp):
    tpp.register()
    # A payment that nobody has submitted is no resource yet.
    staged = Pisp(tpp.sandbox, tpp.version)
    staged.stage()
    staged.approve()
    tpp.heard()

    events = tpp.sandbox.call("GET", "/_sandbox/events?kind=payment_status&limit=100").json["events"]
    assert all(one["deliveries"] == [] for one in events)


# Accounts that are closed


def test_the_closing_of_an_account_is_told_of_each_consent_to_it(tpp):
    tpp.psu = CLOSING
    tpp.subscribe(CallbackUrl=tpp.hook, EventTypes=[ACCOUNT_UPDATED, DEBTOR_UPDATED])
    reader = Tpp(tpp.sandbox, tpp.version, "kelpbank", CLOSING).agreed(("ReadAccountsBasic",))
    person = tpp.sandbox.call("GET", f"/_sandbox/people/{CLOSING}").json
    [iban] = [one["iban"] for one in person["accounts"] if one["id"] == CLOSED]
    debtor = {**tpp.number(), "Identification": iban[8:], "Name": "Any Name"}
    tpp.ask_for(Initiation={"DebtorAccount": debtor, "CreditorAccount": tpp.initiation()["CreditorAccount"]})
    tpp.approve()

    tpp.go_on(days=16)

    told = {kind: one for claims in tpp.heard() for kind, one in claims["events"].items()}
    assert {one["reason"] for one in told.values()} == {"UK.OBIE.AccountClosure"}
    about = {kind: (one["subject"][f"{OWN}rid"], one["subject"][f"{OWN}rty"]) for kind, one in told.items()}
    assert about == {
        ACCOUNT_UPDATED: (reader.consent_id, "account-access-consent"),
        DEBTOR_UPDATED: (tpp.consent_id, "domestic-vrp-consent"),
    }
    assert "Deleted" in {one["Status"] for one in reader.accounts()}
    assert tpp.pay().json["Data"]["Status"] == tpp.word("Rejected", "RJCT")
