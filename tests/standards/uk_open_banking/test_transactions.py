"""Transactions: pages that can be followed, filters, the consent's window, and what each permission shows."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from sandbox.bank import accounts, ledger
from sandbox.bank.ledger import LINE_FIELDS, Window
from tests.conftest import NOON
from tests.standards.uk_open_banking.conftest import EVERYTHING, Tpp
from tests.standards.uk_open_banking.test_consents import codes

TRANSACTIONS = ("ReadTransactionsBasic", "ReadTransactionsCredits", "ReadTransactionsDebits")
DETAILS = {
    *("TransactionInformation", "Balance", "MerchantDetails"),
    *("CreditorAgent", "CreditorAccount", "DebtorAgent", "DebtorAccount"),
}
IDS, BOOKED_ON = LINE_FIELDS.index("entry_id"), LINE_FIELDS.index("booked_on")


def booked(transactions):
    return [one for one in transactions if one["Status"] in ("Booked", "BOOK")]


def days(transactions):
    return [one["BookingDateTime"][:10] for one in transactions]


def first_account(tpp: Tpp) -> str:
    return tpp.accounts()[0]["AccountId"]


def the_statement(tpp: Tpp, account_id: str) -> list[str]:
    """The ids of all booked lines of the archive, in the bank's order."""
    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank, work)
        whole = Window(bank.today.replace(year=bank.today.year - 2), bank.today, None, True)
        return [row[IDS] for row in ledger.raw_lines(bank, account_id, whole)]


def test_pages_followed_to_the_end_are_the_statement(tpp):
    account_id = first_account(tpp.agreed())

    pages = tpp.pages(f"/accounts/{account_id}/transactions")

    told = [one["TransactionId"] for page in pages for one in booked(page["Data"]["Transaction"])]
    assert told == the_statement(tpp, account_id)
    assert len(pages) == pages[0]["Meta"]["TotalPages"] > 3
    assert all(len(booked(page["Data"]["Transaction"])) == 40 for page in pages[:-1])


def test_the_links_lead_back_and_to_both_ends(tpp):
    account_id = first_account(tpp.agreed())
    first, second = tpp.pages(f"/accounts/{account_id}/transactions")[:2]

    assert "Prev" not in first["Links"]
    assert tpp.get(second["Links"]["Prev"])["Data"] == first["Data"]
    assert tpp.get(second["Links"]["First"])["Data"] == first["Data"]
    assert tpp.get(second["Links"]["Self"]) == second
    last = tpp.get(second["Links"]["Last"])
    assert "Next" not in last["Links"]
    assert last["Data"] == tpp.pages(f"/accounts/{account_id}/transactions")[-1]["Data"]
    assert all(
        link.startswith(f"{tpp.sandbox.origin}/albion/open-banking/") for link in first["Links"].values()
    )


def test_what_is_booked_meanwhile_moves_no_page(tpp):
    account_id = first_account(tpp.agreed())
    path = f"/accounts/{account_id}/transactions"
    before = booked(tpp.transactions(path))
    first = tpp.get(path)

    tpp.sandbox.set_clock(NOON + timedelta(days=3))
    found, page = booked(first["Data"]["Transaction"]), first
    while "Next" in page["Links"]:
        page = tpp.get(page["Links"]["Next"])
        found += booked(page["Data"]["Transaction"])

    # Not even the archive, which moves on with the days.
    assert [one["TransactionId"] for one in found] == [one["TransactionId"] for one in before]
    assert len(booked(tpp.transactions(path))) != len(before)


def test_all_accounts_at_once_are_the_accounts_one_by_one(tpp):
    tpp.agreed()
    one_by_one = [
        transaction
        for account in tpp.accounts()
        for transaction in booked(tpp.transactions(f"/accounts/{account['AccountId']}/transactions"))
    ]

    assert booked(tpp.transactions("/transactions")) == one_by_one


@pytest.mark.parametrize("query", ["page=2000", "page=2&marks=x", "page=2&marks=MS4y", "page=0", "page=two"])
def test_a_foreign_page_is_refused(tpp, query):
    account_id = first_account(tpp.agreed())

    answer = tpp.call("GET", f"/accounts/{account_id}/transactions?{query}", 400)

    assert codes(answer) == ["U002"]


def test_a_page_of_another_consent_or_another_list_is_refused(tpp):
    account_id, other_id = (one["AccountId"] for one in tpp.agreed().accounts()[:2])
    following = tpp.get(f"/accounts/{account_id}/transactions")["Links"]["Next"]

    tpp.call("GET", following.replace(account_id, other_id), 400)
    tpp.agreed()

    tpp.call("GET", following, 400)


def test_each_filter_works_alone_and_with_the_other(tpp):
    path = f"/accounts/{first_account(tpp.agreed())}/transactions"
    everything = booked(tpp.transactions(path))

    since = booked(tpp.transactions(f"{path}?fromBookingDateTime=2026-01-01T00:00:00"))
    until = booked(tpp.transactions(f"{path}?toBookingDateTime=2025-12-31T23:59:59"))
    both = booked(
        tpp.transactions(
            f"{path}?fromBookingDateTime=2025-06-01T00:00:00&toBookingDateTime=2025-06-30T23:59:59"
        )
    )

    assert since
    assert until
    assert both
    assert since + until == everything
    assert both == [one for one in everything if one["BookingDateTime"].startswith("2025-06")]


@pytest.mark.parametrize(
    "said",
    [
        "2026-03-01T00:00:00",
        "2026-03-01T00:00:00Z",
        "2026-03-01T00:00:00+05:00",
        "2026-03-01T00:00:00-11:00",
        "2026-03-01T00:00:00 01:00",
        "2026-03-01",
        "2026-02-28T00:00:01.500",
    ],
)
def test_a_zone_is_ignored_even_where_its_plus_was_not_escaped(tpp, said):
    path = f"/accounts/{first_account(tpp.agreed())}/transactions"

    found = booked(tpp.transactions(f"{path}?fromBookingDateTime={quote(said, safe=' ')}"))

    assert min(days(found)) >= "2026-03-01"
    assert found == booked(tpp.transactions(f"{path}?fromBookingDateTime=2026-03-01T00:00:00"))


def test_the_filters_stay_on_every_page(tpp):
    path = f"/accounts/{first_account(tpp.agreed())}/transactions"

    pages = tpp.pages(f"{path}?fromBookingDateTime=2025-01-01T00:00:00&toBookingDateTime=2025-12-31T00:00:00")

    assert len(pages) > 2
    for page in pages:
        assert {one[:4] for one in days(page["Data"]["Transaction"])} == {"2025"}
        for link in page["Links"].values():
            query = parse_qs(urlsplit(link).query)
            assert query["fromBookingDateTime"] == ["2025-01-01T00:00:00"]
            assert query["toBookingDateTime"] == ["2025-12-31T00:00:00"]


@pytest.mark.parametrize(
    "query",
    [
        "fromBookingDateTime=2001-01-01T00:00:00&toBookingDateTime=2001-12-31T00:00:00",
        "fromBookingDateTime=2040-01-01T00:00:00",
        "fromBookingDateTime=2026-03-01T00:00:00&toBookingDateTime=2026-02-01T00:00:00",
        "fromBookingDateTime=9999-12-31T23:59:59",
    ],
)
def test_no_data_is_an_empty_list(tpp, query):
    account_id = first_account(tpp.agreed())

    found = tpp.get(f"/accounts/{account_id}/transactions?{query}")

    assert found["Data"]["Transaction"] == []
    assert found["Meta"]["TotalPages"] == 1
    assert set(found["Links"]) == {"Self"}


@pytest.mark.parametrize("said", ["yesterday", "2026-13-01T00:00:00", "2026-02-30", "20260301"])
def test_what_is_no_moment_is_refused(tpp, said):
    account_id = first_account(tpp.agreed())

    answer = tpp.call("GET", f"/accounts/{account_id}/transactions?fromBookingDateTime={said}", 400)

    assert codes(answer) == ["U003"]


def test_an_unknown_parameter_is_refused(tpp):
    answer = tpp.agreed().call("GET", "/transactions?fromBookingDate=2026-01-01", 400)

    assert codes(answer) == ["U005"]


def test_the_window_of_the_consent_clips(tpp):
    tpp.agreed(
        TransactionFromDateTime="2026-01-10T00:00:00+00:00", TransactionToDateTime="2026-02-10T12:00:00+00:00"
    )

    found = tpp.transactions("/transactions?fromBookingDateTime=2025-01-01T00:00:00")

    assert found
    assert "2026-01-10" <= min(days(found)) <= max(days(found)) <= "2026-02-10"
    meta = tpp.get("/transactions")["Meta"]
    assert meta["FirstAvailableDateTime"] == "2026-01-10T00:00:00+00:00"
    assert meta["LastAvailableDateTime"] == "2026-02-10T00:00:00+00:00"


def test_a_window_that_begins_within_a_day_leaves_that_day_out(tpp):
    tpp.agreed(TransactionFromDateTime="2026-03-01T00:00:01+00:00")

    assert min(days(tpp.transactions("/transactions"))) >= "2026-03-02"


@pytest.mark.parametrize(
    ("side", "word"), [("ReadTransactionsCredits", "Credit"), ("ReadTransactionsDebits", "Debit")]
)
def test_one_sort_is_read_alone_also_over_pages(tpp, side, word):
    both = Tpp(tpp.sandbox, tpp.version).agreed().transactions("/transactions")
    tpp.agreed(("ReadAccountsBasic", "ReadTransactionsDetail", side))

    found = tpp.transactions("/transactions")

    assert [one["TransactionId"] for one in found] == [
        one["TransactionId"] for one in both if one["CreditDebitIndicator"] == word
    ]
    assert tpp.get("/transactions")["Meta"]["TotalPages"] == -(-len(booked(found)) // 40)


def test_without_detail_the_telling_members_are_absent_and_nothing_else(tpp):
    detailed = Tpp(tpp.sandbox, tpp.version).agreed().transactions("/transactions")
    tpp.agreed(("ReadAccountsBasic", *TRANSACTIONS))

    basic = tpp.transactions("/transactions")

    assert {name for one in detailed for name in one} >= DETAILS
    assert [_without_card(one) for one in basic] == [
        {name: value for name, value in _without_card(one).items() if name not in DETAILS} for one in detailed
    ]


def _without_card(one):
    """How much of a card number is shown is a matter of another permission."""
    return {name: value for name, value in one.items() if name != "CardInstrument"}


def test_of_a_card_the_last_four_digits_are_told_and_no_more_without_read_pan(tpp):
    tpp.agreed([one for one in EVERYTHING if one != "ReadPAN"])

    cards = [one["CardInstrument"] for one in tpp.transactions("/transactions") if "CardInstrument" in one]

    assert cards
    for one in cards:
        assert set(one["Identification"][:-4]) == {"x"}
        assert one["Identification"][-4:].isdigit()


def test_an_amount_has_no_sign_and_a_rate_is_a_number(tpp):
    found = tpp.agreed().transactions("/transactions")

    assert not any(one["Amount"]["Amount"].startswith("-") for one in found)
    assert {one["CreditDebitIndicator"] for one in found} == {"Credit", "Debit"}
    for one in found:
        if "CurrencyExchange" in one:
            assert isinstance(one["CurrencyExchange"]["ExchangeRate"], int | float)


def test_what_is_pending_is_on_the_first_page_of_a_bank_that_begins_with_the_newest(tpp):
    tpp.agreed()
    # Saturday evening: what was bought over the weekend is not booked before Monday.
    tpp.sandbox.set_clock(datetime(2026, 3, 21, 20, tzinfo=UTC))
    pages = tpp.pages("/transactions")

    waiting = [one for one in pages[0]["Data"]["Transaction"] if one["Status"] in ("Pending", "PDNG")]

    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank, work)
        expected = [row[IDS] for one in tpp.accounts() for row in accounts.pending(bank, one["AccountId"])]
    assert expected
    assert [one["TransactionId"] for one in waiting] == expected
    assert all(one["TransactionMutability"] == "Mutable" for one in waiting)
    assert all(
        one["TransactionMutability"] == "Immutable"
        for page in pages
        for one in booked(page["Data"]["Transaction"])
    )
    assert not [
        one
        for page in pages[1:]
        for one in page["Data"]["Transaction"]
        if one["Status"] in ("Pending", "PDNG")
    ]


def test_a_bank_that_begins_with_the_oldest_does_so_over_all_pages(street):
    wary = Tpp(street, "v3.1", "wary").agreed(("ReadAccountsBasic", *TRANSACTIONS))
    headers = {"x-fapi-customer-ip-address": "192.0.2.7"}
    account_id = wary.get("/accounts", headers=headers)["Data"]["Account"][0]["AccountId"]

    pages = wary.pages(f"/accounts/{account_id}/transactions")

    told = [day for page in pages for day in days(booked(page["Data"]["Transaction"]))]
    assert told == sorted(told)
    assert len(pages) > 1


def test_the_running_balance_leads_to_the_balance(tpp):
    account_id = first_account(tpp.agreed())
    newest = booked(tpp.get(f"/accounts/{account_id}/transactions")["Data"]["Transaction"])[0]
    wanted = "InterimBooked" if tpp.version == "v3.1" else "ITBD"

    [now] = [
        one for one in tpp.get(f"/accounts/{account_id}/balances")["Data"]["Balance"] if one["Type"] == wanted
    ]

    assert newest["Balance"]["Amount"] == now["Amount"]
    assert newest["Balance"]["CreditDebitIndicator"] == now["CreditDebitIndicator"]


def test_both_versions_tell_the_same_bookings(street):
    old = Tpp(street, "v3.1").agreed()
    new = old.in_version("v4.0")

    told = [
        [
            (one["TransactionId"], one["Amount"], one["BookingDateTime"])
            for one in tpp.transactions("/transactions")
        ]
        for tpp in (old, new)
    ]

    assert told[0] == told[1]


def test_without_the_permission_they_are_forbidden(tpp):
    tpp.agreed(("ReadAccountsDetail", "ReadBalances"))

    answer = tpp.call("GET", "/transactions", 403)

    assert "ReadTransactionsBasic" in answer.headers["WWW-Authenticate"]
