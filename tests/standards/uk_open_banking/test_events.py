"""Events that a TPP fetches: its subscription, and signed tokens that wait until they are acknowledged."""

import jwt
import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.paying import Pisp
from tests.standards.uk_open_banking.varying import Vrp

URN = "urn:uk:org:openbanking:events:"
UPDATED, REVOKED = f"{URN}resource-update", f"{URN}consent-authorization-revoked"
SUBSCRIPTIONS, OWN = "/event-subscriptions", "http://openbanking.org.uk/"


class Subscriber(Vrp):
    """A TPP that fetches what has happened to its resources."""

    def at(self, path):
        return f"{self.sandbox.origin}/{self.bank}/open-banking/{self.version}{path}"

    def subscribe(self, expected=201, **data):
        body = {"Data": {"Version": self.word("3.1", "4.0"), **data}}
        return self.call("POST", self.at(SUBSCRIPTIONS), expected, json=body)

    def poll(self, expected=200, **body):
        return self.call("POST", self.at("/events"), expected, json=body)

    def told(self, **body):
        """The claims of what waits, each held against the bank's published key."""
        keys = jwt.PyJWKSet.from_dict(self.sandbox.call("GET", f"/{self.bank}/oauth/jwks").json)
        by_id = {one.key_id: one for one in keys.keys}
        found = []
        for jti, token in self.poll(**body).json["sets"].items():
            head = jwt.get_unverified_header(token)
            assert (head["alg"], head["typ"]) == ("PS256", "secevent+jwt")
            claims = jwt.decode(
                token, by_id[head["kid"]].key, ["PS256"], options={"verify_aud": False, "verify_iat": False}
            )
            assert claims["jti"] == jti
            found.append(claims)
        return found


@pytest.fixture(params=VERSIONS)
def tpp(request: pytest.FixtureRequest, city) -> Subscriber:
    """A TPP at Kelp Bank, once in each version."""
    return Subscriber(city, request.param)


def subject(claims, kind):
    return claims["events"][kind]["subject"]


# The subscription


def test_a_subscription_is_made_listed_changed_and_ended(tpp):
    assert tpp.call("GET", tpp.at(SUBSCRIPTIONS)).json["Data"]["EventSubscription"] == []

    made = tpp.subscribe(EventTypes=[UPDATED]).json["Data"]
    listed = tpp.call("GET", tpp.at(SUBSCRIPTIONS)).json["Data"]["EventSubscription"]
    assert listed == [made]
    one = tpp.at(f"{SUBSCRIPTIONS}/{made['EventSubscriptionId']}")
    changed = tpp.call("PUT", one, json={"Data": {**made, "EventTypes": [REVOKED]}}).json["Data"]
    assert changed == {**made, "EventTypes": [REVOKED]}
    tpp.call("DELETE", one, 204)

    assert tpp.call("GET", tpp.at(SUBSCRIPTIONS)).json["Data"]["EventSubscription"] == []
    assert tpp.code(tpp.call("DELETE", one, 400))[0] == tpp.word("UK.OBIE.Resource.NotFound", "U011")


def test_there_is_one_subscription_for_each_tpp(tpp):
    tpp.subscribe()

    tpp.subscribe(409)
    other = Subscriber(tpp.sandbox, tpp.version, key=tpp.sandbox.new_app("Another", tpp.sandbox.world))
    other.subscribe()


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        ({"EventTypes": [f"{URN}full-moon"]}, ("UK.OBIE.Field.Invalid", "U024"), "Data.EventTypes[0]"),
        ({"Version": "x" * 11}, ("UK.OBIE.Field.Invalid", "U002"), "Data.Version"),
    ],
)  # fmt: skip
def test_what_the_bank_does_not_offer_is_refused(tpp, data, code, place):
    assert tpp.code(tpp.subscribe(400, **data)) == (tpp.word(*code), place)


def test_a_subscription_of_4_0_is_not_there_at_3_1_and_the_other_way_round_it_is(city):
    new = Subscriber(city, "v4.0")
    made = new.subscribe().json["Data"]
    old = new.in_version("v3.1")
    assert old.call("GET", old.at(SUBSCRIPTIONS)).json["Data"]["EventSubscription"] == []
    one = f"{SUBSCRIPTIONS}/{made['EventSubscriptionId']}"
    old.call("DELETE", old.at(one), 400)
    new.call("DELETE", new.at(one), 204)

    made = old.subscribe().json["Data"]

    assert new.call("GET", new.at(SUBSCRIPTIONS)).json["Data"]["EventSubscription"] == [made]


# What is told


def test_a_consent_that_the_psu_gives_and_takes_back_is_told(tpp):
    tpp.subscribe()
    tpp.allowed()
    tpp.revoke()

    given, revoked = tpp.told()

    assert (list(given["events"]), list(revoked["events"])) == ([UPDATED], [REVOKED])
    about = subject(revoked, REVOKED)
    assert about["subject_type"] == f"{OWN}rid_{OWN}rty"
    assert (about[f"{OWN}rid"], about[f"{OWN}rty"]) == (tpp.consent_id, "domestic-vrp-consent")
    spoken = ["v3.1", "v4.0"] if tpp.version == "v3.1" else ["v4.0"]
    assert [one["version"] for one in about[f"{OWN}rlk"]] == spoken
    for one in about[f"{OWN}rlk"]:
        tpp.in_version(one["version"]).call("GET", one["link"])
    assert revoked["sub"] == about[f"{OWN}rlk"][-1]["link"]
    assert revoked["iss"] == f"{tpp.sandbox.origin}/kelpbank"
    assert revoked["aud"] == f"{tpp.sandbox.world}.{tpp.sandbox.app_id}"


def test_payments_and_consents_of_every_sort_are_told_as_resources_that_are_there(tpp):
    tpp.subscribe()
    Tpp(tpp.sandbox, tpp.version, "kelpbank", "gb-14").agreed(("ReadAccountsBasic",))
    Pisp(tpp.sandbox, tpp.version).paid()
    tpp.allowed().pay()

    told = tpp.told()

    sorts = {subject(one, UPDATED)[f"{OWN}rty"] for one in told}
    assert sorts == {
        *("account-access-consent", "domestic-payment-consent", "domestic-payment"),
        *("domestic-vrp-consent", "domestic-vrp"),
    }
    reader = Tpp(tpp.sandbox, tpp.version, "kelpbank", "gb-14")
    for one in told:
        for link in subject(one, UPDATED)[f"{OWN}rlk"]:
            if link["version"] == tpp.version:
                reader.call("GET", link["link"])


def test_what_is_not_acknowledged_is_told_again_also_what_could_not_be_read(tpp):
    tpp.subscribe()
    tpp.allowed()
    [first] = tpp.told()

    assert tpp.told() == [first]
    unread = {first["jti"]: {"err": "jwtParse", "description": "Not a token that we can read."}}
    assert tpp.told(setErrs=unread) == [first]
    assert tpp.told(ack=[first["jti"], "never-heard-of"]) == []
    assert tpp.told() == []


def test_so_many_are_told_as_the_tpp_takes(tpp):
    tpp.subscribe()
    tpp.allowed()
    tpp.revoke()

    none = tpp.poll(maxEvents=0).json
    one = tpp.poll(maxEvents=1, returnImmediately=True).json
    both = tpp.poll().json

    assert (none["sets"], none["moreAvailable"]) == ({}, True)
    assert (len(one["sets"]), one["moreAvailable"]) == (1, True)
    assert (len(both["sets"]), both["moreAvailable"]) == (2, False)
    assert list(both["sets"])[:1] == list(one["sets"]), "the oldest first"


def test_only_the_types_that_were_subscribed_to_are_told(tpp):
    tpp.subscribe(EventTypes=[REVOKED])
    tpp.allowed()
    tpp.revoke()

    assert [list(one["events"]) for one in tpp.told()] == [[REVOKED]]


def test_nothing_is_told_of_before_the_subscription_after_it_and_to_anybody_else(tpp):
    tpp.allowed()
    made = tpp.subscribe().json["Data"]
    other = Subscriber(tpp.sandbox, tpp.version, key=tpp.sandbox.new_app("Another", tpp.sandbox.world))
    other.subscribe()

    assert tpp.told() == []
    tpp.revoke()
    assert other.told() == []
    tpp.call("DELETE", tpp.at(f"{SUBSCRIPTIONS}/{made['EventSubscriptionId']}"), 204)
    tpp.subscribe()
    assert tpp.told() == []


@pytest.mark.parametrize(
    "body", [{"maxEvents": -1}, {"maxEvents": "1"}, {"ack": [""]}, {"setErrs": {"a": {}}}]
)
def test_a_poll_that_cannot_be_read_is_refused(tpp, body):
    tpp.poll(400, **body)
