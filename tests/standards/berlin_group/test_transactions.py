"""Transactions: which days, which states, which page, and what a line says."""

from datetime import timedelta

import pytest

from sandbox.bank.accounts import AccountRef
from sandbox.bank.consents import Access, AccessKind
from sandbox.gateway.sealing import Seal
from sandbox.standards.berlin_group import mapping_transactions as told
from sandbox.standards.berlin_group import paging
from sandbox.workspaces import workspace as workspaces
from tests.standards.berlin_group.street import ALL, LONG, Reader

PATH = "/accounts/clean-current/transactions"
MARCH = f"{PATH}?dateFrom=2026-03-01&bookingStatus="


def ids(report):
    return [one["transactionId"] for one in report["booked"]]


def walk(reader, path, link):
    """Follow a link blindly to its end; every page's entry ids."""
    pages = []
    while path:
        report = reader.get(path).json["transactions"]
        pages.append(ids(report))
        path = report["_links"].get(link, {}).get("href")
    return pages


def flat(pages):
    return [one for page in pages for one in page]


SEAL = Seal("not a secret", ("this list",))
NEWEST_FIRST = ["c11", "c10", "c09", "c08", "c07", "c06", "c05", "c04", "c03", "c02", "c01"]


def test_following_next_reads_every_line_once(reader):
    pages = walk(reader, MARCH + "booked", "next")

    assert [len(page) for page in pages] == [4, 4, 3]
    assert flat(pages) == NEWEST_FIRST


def test_following_previous_from_the_last_page_reads_every_line_once(reader):
    first = reader.get(MARCH + "booked").json["transactions"]["_links"]

    pages = walk(reader, first["last"]["href"], "previous")

    assert flat(reversed(pages)) == NEWEST_FIRST


def test_the_way_back_leads_over_the_same_pages(reader):
    links = reader.get(MARCH + "booked").json["transactions"]["_links"]
    second = reader.get(links["next"]["href"]).json["transactions"]
    third = reader.get(second["_links"]["next"]["href"]).json["transactions"]

    again = reader.get(third["_links"]["previous"]["href"]).json["transactions"]
    first = reader.get(again["_links"]["previous"]["href"]).json["transactions"]

    assert ids(again) == ids(second)
    assert ids(first) == NEWEST_FIRST[:4]
    assert "previous" not in first["_links"]
    assert ids(reader.get(third["_links"]["first"]["href"]).json["transactions"]) == NEWEST_FIRST[:4]


def test_a_page_keeps_the_filters_of_the_list(reader):
    path = f"{PATH}?dateFrom=2026-03-03&dateTo=2026-03-09&bookingStatus=booked&withBalance=true"

    pages = walk(reader, path, "next")

    assert flat(pages) == NEWEST_FIRST[3:9]
    last = reader.get(reader.get(path).json["transactions"]["_links"]["next"]["href"]).json
    assert "balances" in last


def test_a_short_list_has_no_other_pages(reader):
    report = reader.get(f"{PATH}?dateFrom=2026-03-13&bookingStatus=booked").json["transactions"]

    assert ids(report) == ["c11"]
    assert set(report["_links"]) == {"account"}


def test_a_bank_may_list_the_oldest_first(street):
    plain = Reader(street, "plain", ALL)
    path = "/accounts/plain-current/transactions?dateFrom=2026-03-01&bookingStatus=booked"

    assert flat(walk(plain, path, "next")) == NEWEST_FIRST[::-1]
    last = plain.get(path).json["transactions"]["_links"]["last"]["href"]
    assert flat(reversed(walk(plain, last, "previous"))) == NEWEST_FIRST[::-1]


def test_several_currencies_are_one_list_that_can_be_walked_both_ways(reader):
    path = "/accounts/clean-multi/transactions?dateFrom=2026-03-01&bookingStatus=booked"
    there = flat(walk(reader, path, "next"))

    assert sorted(there) == ["e01", "e02", "e03", "e04", "n01", "n02", "n03", "n04", "n05"]
    assert there[0] == "e04"
    assert there[-1] == "e01"
    last = reader.get(path).json["transactions"]["_links"]["last"]["href"]
    assert flat(reversed(walk(reader, last, "previous"))) == there


def test_a_reference_of_an_entry_asks_for_what_came_after_it(reader):
    path = f"{PATH}?entryReferenceFrom=c04&bookingStatus=booked"

    assert flat(walk(reader, path, "next")) == NEWEST_FIRST[:7]
    last = reader.get(path).json["transactions"]["_links"]["last"]["href"]
    assert flat(reversed(walk(reader, last, "previous"))) == NEWEST_FIRST[:7]


def test_two_lines_of_one_day_are_told_apart_by_an_entry_reference(reader):
    report = reader.get(f"{PATH}?entryReferenceFrom=c09&bookingStatus=booked").json["transactions"]

    assert ids(report) == ["c11", "c10"]


@pytest.mark.parametrize(
    "word", ["bogus", "b24gMjAyNi0wMy0wMi4x", "%00", "b24gMjAyNi0wMy0wMi4xIDIwMjYtMDMtMDIuMQ"]
)
def test_a_page_of_somebody_else_is_refused(reader, word):
    reader.refused(f"{MARCH}booked&page={word}", 400, "FORMAT_ERROR")


@pytest.mark.parametrize(
    ("was", "made"),
    [
        ("dateFrom=2026-03-01", "dateFrom=2025-03-01"),
        ("clean-current", "clean-savings"),
        ("page=", "page=AA"),
    ],
)
def test_a_page_of_another_list_is_refused(reader, was, made):
    first = reader.get(MARCH + "booked").json["transactions"]
    following = first["_links"]["next"]["href"]

    assert was in following
    reader.refused(following.replace(was, made), 400, "FORMAT_ERROR")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bookingStatus=booked", "FORMAT_ERROR"),
        ("dateFrom=2026-03-01", "FORMAT_ERROR"),
        ("dateFrom=2026-03-01&bookingStatus=soon", "FORMAT_ERROR"),
        ("dateFrom=2026-02-30&bookingStatus=booked", "FORMAT_ERROR"),
        ("dateFrom=20260301&bookingStatus=booked", "FORMAT_ERROR"),
        ("dateFrom=2026-03-01&dateTo=later&bookingStatus=booked", "FORMAT_ERROR"),
        ("dateFrom=2026-03-10&dateTo=2026-03-01&bookingStatus=booked", "PERIOD_INVALID"),
        ("dateFrom=2026-03-17&bookingStatus=booked", "PERIOD_INVALID"),
        ("dateFrom=2020-01-01&bookingStatus=booked", "PERIOD_INVALID"),
        ("entryReferenceFrom=nothing&bookingStatus=booked", "RESOURCE_UNKNOWN"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(reader, query, code):
    reader.refused(f"{PATH}?{query}", 400, code)


@pytest.mark.parametrize(
    "query",
    [
        "dateFrom=2026-03-01&bookingStatus=both",
        "dateFrom=2026-03-01&bookingStatus=pending",
        "bookingStatus=information",
        "bookingStatus=booked&entryReferenceFrom=c01",
        "bookingStatus=booked&deltaList=true",
        "bookingStatus=booked&deltaList=true&entryReferenceFrom=c01",
        "dateFrom=2026-03-01&bookingStatus=booked&deltaList=true",
    ],
)
def test_a_bank_refuses_what_it_does_not_support(street, query):
    plain = Reader(street, "plain", ALL)

    plain.refused(f"/accounts/plain-current/transactions?{query}", 400, "PARAMETER_NOT_SUPPORTED")


def test_without_a_fresh_sca_a_bank_may_read_back_ninety_days_only(street):
    plain = Reader(street, "plain", ALL)
    path = "/accounts/plain-current/transactions?bookingStatus=booked&dateFrom="

    plain.get(path + "2025-12-16")
    plain.refused(path + "2025-12-15", 400, "PERIOD_INVALID")


def test_a_page_that_was_offered_is_read_after_midnight_as_well(street):
    plain = Reader(street, "plain", ALL)
    path = "/accounts/plain-current/transactions?bookingStatus=booked&dateFrom=2025-12-16"
    days = walk(plain, path, "next")
    following = plain.get(path).json["transactions"]["_links"]["next"]["href"]

    with street.services.database.writing() as work:
        world = workspaces.get(work, "test")
        world.set_clock(world.clock.at(world.clock.now() + timedelta(days=1)))

    plain.refused(path, 400, "PERIOD_INVALID")
    assert walk(plain, following, "next") == days[1:]


def test_both_shows_what_is_pending_on_the_first_page(reader):
    first = reader.get(MARCH + "both").json["transactions"]
    second = reader.get(first["_links"]["next"]["href"]).json["transactions"]

    assert [one["transactionId"] for one in first["pending"]] == ["p01", "p02"]
    assert second["pending"] == []
    assert "bookingDate" not in first["pending"][0]


def test_pending_alone_has_no_booked_list(reader):
    report = reader.get(MARCH + "pending").json["transactions"]

    assert "booked" not in report
    assert len(report["pending"]) == 2


def test_what_is_pending_is_dated_by_its_entry_where_the_bank_is(reader):
    report = reader.get(f"{PATH}?dateFrom=2026-03-16&bookingStatus=pending").json["transactions"]
    before = reader.get(f"{PATH}?dateFrom=2026-03-01&dateTo=2026-03-15&bookingStatus=pending")

    # Entered at 23:30 UTC on the 15th, which is the 16th in Oslo.
    assert [one["transactionId"] for one in report["pending"]] == ["p01", "p02"]
    assert before.json["transactions"]["pending"] == []


def test_standing_orders_need_no_dates(reader):
    assert reader.get(f"{PATH}?bookingStatus=information").json["transactions"]["information"] == []


def test_the_running_balance_adds_up(reader):
    lines = reader.get(f"{PATH}?dateFrom=2026-03-10&bookingStatus=booked").json["transactions"]["booked"]

    assert lines[0]["balanceAfterTransaction"] == {
        "balanceAmount": {"currency": "NOK", "amount": "20719.53"},
        "balanceType": "interimBooked",
    }


def test_no_balance_is_told_by_the_back_door(street):
    ref = (AccountRef(iban="NO9386011117947"),)
    one = Reader(street, "clean", Access(kind=AccessKind.DEDICATED, accounts=ref, transactions=ref))

    answer = one.get(MARCH + "booked&withBalance=true").json

    assert "balances" not in answer
    assert all("balanceAfterTransaction" not in line for line in answer["transactions"]["booked"])


def lines_of(reader):
    found = {}
    path = MARCH + "booked"
    while path:
        report = reader.get(path).json["transactions"]
        found |= {one["transactionId"]: one for one in report["booked"]}
        path = report["_links"].get("next", {}).get("href")
    return found


def test_a_line_says_who_was_paid_or_who_paid(reader):
    lines = lines_of(reader)

    assert lines["c01"]["debtorName"] == "Ola Nordmann"
    assert "creditorName" not in lines["c01"]
    assert lines["c02"]["creditorAccount"] == {"iban": "NO4599910000017"}
    assert lines["c04"]["creditorAccount"] == {"bban": "15034567890"}
    assert lines["c02"]["endToEndId"] == "E2E-2"
    assert lines["c04"]["transactionAmount"] == {"currency": "NOK", "amount": "-150.00"}
    assert len(lines["c10"]["creditorName"]) == 70


def test_a_line_keeps_its_references(reader):
    lines = lines_of(reader)

    assert (lines["c05"]["mandateId"], lines["c05"]["creditorId"]) == ("M-1", "NO55ZZZ123456785")
    assert lines["c06"]["remittanceInformationStructured"] == "1234567897"
    assert lines["c06"]["remittanceInformationStructuredArray"] == [
        {"reference": "1234567897", "referenceType": "KID"}
    ]
    assert lines["c03"]["bankTransactionCode"] == "PMNT-CCRD-POSD"


def test_a_long_text_comes_in_pieces_that_lose_no_word(reader):
    line = lines_of(reader)["c05"]

    assert line["remittanceInformationUnstructured"] == LONG[:140]
    assert " ".join(line["remittanceInformationUnstructuredArray"]).split() == LONG.split()


def test_the_link_of_a_line_leads_to_its_details(reader):
    line = lines_of(reader)["c07"]

    details = reader.get(line["_links"]["transactionDetails"]["href"]).json["transactionsDetails"]

    assert details["transactionDetails"] == {name: value for name, value in line.items() if name != "_links"}


def test_a_pending_line_has_details_too_and_an_unknown_one_has_none(reader):
    details = reader.get(f"{PATH}/p01").json["transactionsDetails"]["transactionDetails"]

    assert "bookingDate" not in details
    reader.refused(f"{PATH}/nothing", 403, "RESOURCE_UNKNOWN")


def test_a_further_page_is_part_of_the_access_that_began_the_list(street):
    once = Reader(street, "clean", ALL, recurring=False)
    first = once.get(MARCH + "booked").json["transactions"]

    once.get(first["_links"]["next"]["href"])

    once.refused(MARCH + "booked", 429, "ACCESS_EXCEEDED")


@pytest.mark.parametrize("text", ["", "short", "x" * 300, "word " * 80, "a " + "y" * 200])
def test_pieces_are_never_too_long_and_never_empty(text):
    pieces = told.pieces(text)

    assert all(0 < len(piece) <= 140 for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_cursor_says_what_it_said():
    for cursor in (
        paging.Cursor(False),
        paging.Cursor(True, (("2026-03-01", 17),)),
        paging.Cursor(False, (("2026-03-01", 17), ("9999-12-31", 2_000_000_000))),
    ):
        assert paging.decode(paging.encode(cursor, SEAL), SEAL) == cursor
