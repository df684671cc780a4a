"""The state table: what every action gives, in every state of every sort of consent, in both versions.

The tables are those of docs/standards/uk_open_banking.md. The codes are those of the code sets: each is held
against them below, in the words of 3.1.11 and of 4.0.
"""

import csv
from typing import Any, NamedTuple

import pytest

from sandbox.bank import payments
from tests.standards.uk_open_banking import published, sorts
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.sorts import DAYS, SORTS, Sort


class Told(NamedTuple):
    """What an action gives: a status, and its code in 3.1.11 and in 4.0, None where none is told.

    `also`: what else 4.0 says.
    """

    status: int
    old: str | None = None
    new: str | None = None
    also: tuple[str, ...] = ()


OK, MADE, GONE = Told(200), Told(201), Told(204)
NO_STATUS = Told(400, "UK.OBIE.Resource.InvalidConsentStatus", "U009")
NOT_FOUND = Told(400, "UK.OBIE.Resource.NotFound", "U011")
# 3.1.11 has no body of a 401.
SUSPENDED, EXPIRED, UNKNOWN = Told(401, None, "TKSP", ("U028",)), Told(401, None, "TKXP"), Told(401)
FOREIGN, NO_METHOD = Told(403), Told(405)


class Row(NamedTuple):
    """One state: its word in each version (none: it is gone) and the reasons of 4.0; then each action.

    `again`: whether the PSU can be asked, for the first time or once more.
    """

    words: tuple[str, str] | None
    reasons: tuple[str, ...]
    read: Told
    use: Told
    delete: Told
    again: bool
    funds: Told = NO_STATUS


AWAITING = ("AwaitingAuthorisation", "AWAU"), ("U036",)
AUTHORISED = ("Authorised", "AUTH"), ()
REJECTED = ("Rejected", "RJCT"), ("U033",)
#: Since 3.1.4 that version has no word for the end of a consent.
REVOKED = ("Authorised", "CANC"), ("TKSP", "U028")
OVER = ("Authorised", "EXPD"), ("TKXP",)

#: Accounts are read by what an access token would be bound to: a consent that has ended is a token that has.
TO_READ = {
    "awaiting": Row(*AWAITING, OK, NO_STATUS, GONE, True),
    "lapsed": Row(("AwaitingAuthorisation", "EXPD"), ("TKXP",), OK, EXPIRED, GONE, False),
    "authorised": Row(*AUTHORISED, OK, OK, GONE, True),
    "authorised again": Row(*AUTHORISED, OK, OK, GONE, True),
    "rejected": Row(*REJECTED, OK, NO_STATUS, GONE, False),
    "revoked": Row(*REVOKED, OK, SUSPENDED, GONE, True),
    "revoked, authorised again": Row(*AUTHORISED, OK, OK, GONE, True),
    "expired": Row(*OVER, OK, EXPIRED, GONE, False),
    "deleted": Row(None, (), NOT_FOUND, UNKNOWN, NOT_FOUND, False),
}
#: A consent to a payment is neither taken back nor deleted: it is used once, or lapses.
TO_PAY = {
    "awaiting": Row(*AWAITING, OK, NO_STATUS, NO_METHOD, True),
    "lapsed": Row(*REJECTED, OK, NO_STATUS, NO_METHOD, False),
    "authorised": Row(*AUTHORISED, OK, MADE, NO_METHOD, False, OK),
    "rejected": Row(*REJECTED, OK, NO_STATUS, NO_METHOD, False),
    "not used in time": Row(*REJECTED, OK, NO_STATUS, NO_METHOD, False),
    "used": Row(("Consumed", "COND"), ("U038",), OK, NO_STATUS, NO_METHOD, False),
}
TO_PAY_BY_FILE = {
    "awaiting the file": Row(("AwaitingUpload", "AWUP"), (), OK, NO_STATUS, NO_METHOD, False),
    **TO_PAY,
}
TO_PAY_AGAIN = {
    "awaiting": Row(*AWAITING, OK, NO_STATUS, GONE, True),
    "lapsed": Row(("AwaitingAuthorisation", "EXPD"), ("TKXP",), OK, NO_STATUS, GONE, False),
    "authorised": Row(*AUTHORISED, OK, MADE, GONE, True, MADE),
    "authorised again": Row(*AUTHORISED, OK, MADE, GONE, True, MADE),
    "used": Row(*AUTHORISED, OK, MADE, GONE, True, MADE),
    "rejected": Row(*REJECTED, OK, NO_STATUS, GONE, False),
    "revoked": Row(*REVOKED, OK, NO_STATUS, GONE, True),
    "revoked, authorised again": Row(*AUTHORISED, OK, MADE, GONE, True, MADE),
    "expired": Row(*OVER, OK, NO_STATUS, GONE, False),
    "deleted": Row(None, (), NOT_FOUND, NOT_FOUND, NOT_FOUND, False, NOT_FOUND),
}
#: In force it may be authorised again, and not once the PSU has taken it back.
TO_CONFIRM = {
    "awaiting": Row(*AWAITING, OK, NO_STATUS, GONE, True),
    "lapsed": Row(("AwaitingAuthorisation", "EXPD"), ("TKXP",), OK, NO_STATUS, GONE, False),
    "authorised": Row(*AUTHORISED, OK, MADE, GONE, True),
    "authorised again": Row(*AUTHORISED, OK, MADE, GONE, True),
    "used": Row(*AUTHORISED, OK, MADE, GONE, True),
    "rejected": Row(*REJECTED, OK, NO_STATUS, GONE, False),
    "revoked": Row(("Revoked", "CANC"), ("TKSP", "U028"), OK, NO_STATUS, GONE, False),
    "expired": Row(*OVER, OK, NO_STATUS, GONE, False),
    "deleted": Row(None, (), NOT_FOUND, NOT_FOUND, NOT_FOUND, False),
}
TABLES = {
    "account-access": TO_READ,
    **dict.fromkeys(sorts.ORDERS, TO_PAY),
    "file-payment": TO_PAY_BY_FILE,
    "domestic-vrp": TO_PAY_AGAIN,
    "funds-confirmation": TO_CONFIRM,
}
EVERY = pytest.mark.parametrize(
    ("name", "state"), [(name, state) for name in SORTS for state in TABLES[name]]
)


def bring(sort: Sort, state: str) -> None:
    """Have a consent in that state."""
    if state == "awaiting the file":
        return sort.name_file()  # type: ignore[attr-defined]  # those of files alone have that state
    sort.ask()
    if state not in ("awaiting", "lapsed", "rejected"):
        sort.tpp.approve()
    if state == "rejected":
        sort.tpp.decline()
    if state == "used":
        sort.use(201)
    if state.startswith("revoked"):
        sort.revoke()
    if state.endswith("authorised again"):
        assert sort.ask_again() == 201
        sort.tpp.approve()
    if state in ("lapsed", "not used in time", "expired"):
        sort.go_on(days=DAYS)
    if state == "deleted":
        sort.delete(204)
    return None


def check(version: str, answer: Any, told: Told) -> None:
    assert answer.status_code == told.status
    code = told.old if version == "v3.1" else told.new
    said = [one["ErrorCode"] for one in (answer.json or {}).get("Errors", ())] if answer.get_data() else []
    assert said == ([code, *(told.also if version == "v4.0" else ())] if code else [])


@EVERY
@pytest.mark.parametrize("version", VERSIONS)
def test_every_action_in_every_state_of_a_consent(city, version, name, state):
    sort, row = sorts.of(name, city, version), TABLES[name][state]
    bring(sort, state)

    answer = sort.read(row.read.status)
    check(version, answer, row.read)
    if row.words is not None:
        told = answer.json["Data"]
        assert told["Status"] == row.words[VERSIONS.index(version)]
        if version == "v4.0":
            assert [one["StatusReasonCode"] for one in told["StatusReason"]] == list(row.reasons)
    if name in sorts.WITH_FUNDS:
        check(version, sort.funds(row.funds.status), row.funds)
    check(version, sort.use(row.use.status), row.use)
    if row.use == MADE:
        sort = sorts.of(name, city, version)
        bring(sort, state)
    assert (sort.ask_again() == 201) == row.again
    check(version, sort.delete(row.delete.status), row.delete)
    if row.delete == GONE:
        check(version, sort.read(400), NOT_FOUND)
        assert sort.ask_again() in (404, 409)


@EVERY
def test_another_tpp_is_shown_nothing_in_any_state(city, name, state):
    mine, version = sorts.of(name, city, "v4.0"), "v4.0"
    other = sorts.of(name, city, version, city.new_app("Another", city.world))
    bring(mine, state)
    other.tpp.consent_id = mine.tpp.consent_id

    check(version, other.read(403), FOREIGN)
    if TABLES[name][state].delete != NO_METHOD:
        check(version, other.delete(403), FOREIGN)


# The payment: what it is called in each state, in both versions. Whatever its state, it is told to whom made
# it, in full and by its details; nobody takes it back, and its consent makes no second one.

MADE_AT_ONCE = {
    "on its way": ("AcceptedSettlementInProcess", "ACSP"),
    "carried out": ("AcceptedCreditSettlementCompleted", "ACCC"),
    "rejected": ("Rejected", "RJCT"),
}
MADE_ABROAD = MADE_AT_ONCE | {"carried out": ("AcceptedSettlementCompleted", "ACSC")}
TO_COME = {
    "waiting": ("InitiationCompleted", "ACTC"),
    "carried out": ("InitiationCompleted", "ACSC"),
    "rejected": ("InitiationCompleted", "RJCT"),
    "taken back": ("Cancelled", "CANC"),
}
STANDING = {
    "waiting": ("InitiationCompleted", "INCO"),
    "carried out": ("InitiationCompleted", "INCO"),
    "rejected": ("InitiationCompleted", "INCO"),
    "taken back": ("Cancelled", "CANC"),
}
PAYMENTS = {
    "domestic-payment": MADE_AT_ONCE,
    "domestic-scheduled-payment": TO_COME,
    "domestic-standing-order": STANDING,
    "international-payment": MADE_ABROAD,
    # The published file has no CANC for it.
    "international-scheduled-payment": TO_COME | {"taken back": ("Cancelled", "RJCT")},
    "international-standing-order": STANDING,
    "file-payment": {"carried out": ("InitiationCompleted", "INCO")},
    "domestic-vrp": MADE_AT_ONCE,
}


def bring_payment(sort: Any, state: str) -> None:
    """Have a payment in that state."""
    by_hand = {"mode": "by_hand" if state == "on its way" else "as_in_life"}
    sort.tpp.sandbox.call("PUT", "/_sandbox/progressions/payment", json=by_hand)
    sort.ask_for_too_much() if state == "rejected" else sort.ask()
    sort.tpp.approve()
    sort.use(201)
    if state in ("carried out", "rejected"):
        sort.go_on(days=20)
    if state == "taken back":
        with sort.tpp.sandbox.database.writing() as work:
            bank = sort.tpp.sandbox.bank(sort.tpp.bank, work)
            payments.cancel(bank, payments.of_subject(bank, sort.tpp.payment_id))


@pytest.mark.parametrize(
    ("name", "state"), [(name, state) for name, states in PAYMENTS.items() for state in states]
)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_action_in_every_state_of_a_payment(city, version, name, state):
    sort = sorts.of(name, city, version)
    bring_payment(sort, state)
    path = f"/{name}s/{sort.tpp.payment_id}"

    assert sort.tpp.payment()["Status"] == PAYMENTS[name][state][VERSIONS.index(version)]
    sort.tpp.call("GET", f"{path}/payment-details", 200)
    if name != "domestic-vrp":
        check(version, sort.use(400), NO_STATUS)
    for method in ("DELETE", "PUT", "PATCH"):
        check(version, sort.tpp.call(method, path, 405), NO_METHOD)
    other = sorts.of(name, city, version, city.new_app("Another", city.world)).tpp
    for end in ("", "/payment-details"):
        check(version, other.call("GET", path + end, 403), FOREIGN)
        check(version, sort.tpp.call("GET", f"/{name}s/{sort.tpp.consent_id}{end}", 400), NOT_FOUND)


def codes_of_the_standard() -> dict[str, int]:
    with published.CODES.open(encoding="utf-8-sig", newline="") as file:
        rows = [one for one in csv.reader(file) if one and one[0] == "OBExternalStatusReason1Code"]
    return {row[1]: (row[2], row[4] if len(row) > 4 else "") for row in rows}


@published.needs_the_published_files
def test_the_codes_of_the_tables_are_those_of_the_code_sets():
    known = codes_of_the_standard()
    told = {
        one for table in TABLES.values() for row in table.values() for one in row if isinstance(one, Told)
    }

    for one in told:
        if one.new is not None and one.status == 400:
            name, status = known[one.new]
            assert (name, status) == (one.old, str(one.status))
    for reason in {code for table in TABLES.values() for row in table.values() for code in row.reasons}:
        assert reason in known or reason in iso_codes()


def iso_codes() -> set[str]:
    path = published.CODES.with_name("ISO_External_CodeSet.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {cell for row in csv.reader(file) for cell in row[:3]}
