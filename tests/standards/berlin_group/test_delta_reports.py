"""Delta reports: what is new since the last one, over all its pages, neither lost nor told twice."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.bank import consents, ledger
from sandbox.bank.accounts import AccountRef
from sandbox.bank.consents import Access, AccessKind, ConsentOrder
from sandbox.standards.berlin_group import deltas
from sandbox.workspaces import workspace as workspaces
from tests.conftest import STILL
from tests.standards.berlin_group.street import ALL, KARI, Reader, a_booking, at_bank, open_street
from tests.standards.berlin_group.test_formats import TEXT, XML, judged
from tests.standards.berlin_group.test_transactions import NEWEST_FIRST, flat, ids, walk

PATH = "/accounts/clean-current/transactions"
DELTA = f"{PATH}?bookingStatus=booked&deltaList=true"
NUMBERS = count(100)


def book(town, *days, bank="clean", account="current", **more):
    """Book a line on each of these days, in this order; their entry ids."""
    lines = [a_booking(account, f"x{next(NUMBERS)}", day, -100, **more) for day in days]
    with town.at(bank) as at:
        ledger.book(at, [at_bank(at, one) for one in lines])
    return [one.entry_id for one in lines]


def test_the_first_delta_is_the_whole_history_and_the_next_what_is_new(street, reader):
    assert flat(walk(reader, DELTA, "next")) == NEWEST_FIRST
    assert ids(reader.get(DELTA).json["transactions"]) == []

    news = book(street, "2026-03-14", "2026-03-15")

    assert ids(reader.get(DELTA).json["transactions"]) == news[::-1]


def test_a_line_that_is_booked_into_the_past_is_told_once(street, reader):
    reader.get(DELTA)

    corrected = book(street, "2026-03-03")

    assert ids(reader.get(DELTA).json["transactions"]) == corrected
    assert ids(reader.get(DELTA).json["transactions"]) == []


def test_what_is_booked_between_two_pages_waits_for_the_next_report(street, reader):
    first = reader.get(DELTA).json["transactions"]
    later = book(street, "2026-03-02", "2026-03-16")

    further = walk(reader, first["_links"]["next"]["href"], "next")

    assert ids(first) + flat(further) == NEWEST_FIRST
    assert sorted(ids(reader.get(DELTA).json["transactions"])) == later


def test_the_links_of_a_report_stay_within_it(street, reader):
    links = reader.get(DELTA).json["transactions"]["_links"]
    book(street, "2026-03-15")

    assert ids(reader.get(links["first"]["href"]).json["transactions"]) == NEWEST_FIRST[:4]
    assert flat(reversed(walk(reader, links["last"]["href"], "previous"))) == NEWEST_FIRST


def test_two_reports_can_be_read_side_by_side(street, reader):
    one = reader.get(DELTA).json["transactions"]
    news = book(street, *(f"2026-03-{day:02}" for day in range(1, 7)))
    two = reader.get(DELTA).json["transactions"]

    rest_of_one = flat(walk(reader, one["_links"]["next"]["href"], "next"))
    rest_of_two = flat(walk(reader, two["_links"]["next"]["href"], "next"))

    assert ids(one) + rest_of_one == NEWEST_FIRST
    assert ids(two) + rest_of_two == news[::-1]


def test_a_report_that_began_with_a_fresh_sca_is_read_to_its_end_without(street):
    """Neither the end of a fresh SCA nor midnight between two pages takes a line away."""
    clean = street.services.profiles["clean"]
    short = replace(clean.statements, history_days_unattended=10, fresh_sca_minutes=15)
    street.services.profiles["clean"] = replace(clean, statements=short)
    reader = Reader(street, "clean", ALL)
    first = reader.get(DELTA).json["transactions"]
    with street.services.database.writing() as work:
        world = workspaces.get(work, "test")
        world.set_clock(world.clock.at(STILL.now() + timedelta(days=1)))

    further = walk(reader, first["_links"]["next"]["href"], "next")

    assert ids(first) + flat(further) == NEWEST_FIRST


def test_a_delta_needs_no_dates_and_heeds_none(street, reader):
    path = f"{DELTA}&dateFrom=2026-03-12&dateTo=2026-03-12"

    assert flat(walk(reader, path, "next")) == NEWEST_FIRST
    links = reader.get(DELTA).json["transactions"]["_links"]
    assert set(links) == {"account"}


def test_a_delta_that_is_not_wanted_is_none(reader):
    reader.refused(f"{PATH}?bookingStatus=booked&deltaList=false", 400, "FORMAT_ERROR")

    assert ids(
        reader.get(f"{PATH}?bookingStatus=booked&deltaList=false&dateFrom=2026-03-13").json["transactions"]
    )
    assert len(flat(walk(reader, DELTA, "next"))) == 11


def test_a_delta_begins_in_one_way_only(reader):
    reader.refused(f"{DELTA}&entryReferenceFrom=c04", 400, "PARAMETER_NOT_CONSISTENT")


def test_reading_by_date_takes_nothing_from_the_next_delta(reader):
    reader.get(f"{PATH}?bookingStatus=booked&dateFrom=2026-03-01")

    assert flat(walk(reader, DELTA, "next")) == NEWEST_FIRST


def test_pending_entries_are_told_as_they_stand(reader):
    both = f"{PATH}?bookingStatus=both&deltaList=true"
    first = reader.get(both).json["transactions"]
    again = reader.get(both).json["transactions"]

    assert [one["transactionId"] for one in first["pending"]] == ["p01", "p02"]
    assert (again["booked"], again["pending"]) == ([], first["pending"])
    second = reader.get(first["_links"]["next"]["href"]).json["transactions"]
    assert second["pending"] == []


@pytest.mark.parametrize("status", ["pending", "information"])
def test_a_report_without_booked_entries_leaves_the_mark(reader, status):
    report = reader.get(f"{PATH}?bookingStatus={status}&deltaList=true").json["transactions"]

    assert status in report
    assert flat(walk(reader, DELTA, "next")) == NEWEST_FIRST


def test_a_refused_report_has_told_nothing(reader):
    reader.get(DELTA, 406, Accept="text/csv")

    assert flat(walk(reader, DELTA, "next")) == NEWEST_FIRST


def test_a_new_consent_of_the_same_psu_goes_on_where_the_old_one_was(street, reader):
    reader.get(DELTA)
    with street.at("clean") as bank:
        app_id = consents.of_subject(bank, reader.consent_id).app_id
        new = consents.create(bank, app_id, ConsentOrder(ALL, True, date(2026, 6, 1), 1000))
        consents.authorise(bank, new, KARI, consents.offered(bank, new, KARI))
        reader.consent_id = new.id
    news = book(street, "2026-03-14")

    assert ids(reader.get(DELTA).json["transactions"]) == news


def test_another_app_is_told_everything(street, reader):
    reader.get(DELTA)
    ref = (AccountRef(iban="NO9386011117947"),)

    other = Reader(street, "clean", Access(kind=AccessKind.DEDICATED, accounts=ref, transactions=ref))

    assert flat(walk(other, DELTA, "next")) == NEWEST_FIRST


def test_several_currencies_are_one_report_and_each_of_them_another(street, reader):
    whole = "/accounts/clean-multi/transactions?bookingStatus=booked&deltaList=true"
    euros = whole.replace("clean-multi", "clean-multi-eur")
    assert len(flat(walk(reader, whole, "next"))) == 9

    in_euros = book(street, "2026-03-02", "2026-03-13", account="multi-eur", currency="EUR")
    in_crowns = book(street, "2026-03-01", account="multi-nok")

    assert flat(walk(reader, whole, "next")) == [in_euros[1], in_euros[0], *in_crowns]
    assert len(flat(walk(reader, euros, "next"))) == 6
    assert flat(walk(reader, whole, "next")) == flat(walk(reader, euros, "next")) == []


def test_a_card_account_has_delta_reports_too(reader):
    path = "/card-accounts/clean-card/transactions?bookingStatus=booked&deltaList=true"

    first, second = (reader.get(path).json["cardTransactions"]["booked"] for _ in range(2))

    assert [one["cardTransactionId"] for one in first] == ["k03", "k02", "k01"]
    assert second == []


def test_a_delta_as_a_file_balances(street, reader):
    reader.get(DELTA, Accept=XML)
    book(street, "2026-03-03", "2026-03-14")

    document, names = judged(reader.get(DELTA, Accept=XML).data, "camt.053.001.08")

    opening, closing = (one.findtext("c:Amt", None, names) for one in document.findall(".//c:Bal", names))
    assert (opening, closing) == ("20719.53", "20717.53")
    assert len(document.findall(".//c:Ntry", names)) == 2
    assert b":61:" not in reader.get(DELTA, Accept=TEXT).data


def test_a_further_page_of_a_delta_is_part_of_the_access_that_began_it(street):
    once = Reader(street, "clean", ALL, recurring=False)
    links = once.get(DELTA).json["transactions"]["_links"]

    once.get(links["next"]["href"])
    once.get(links["first"]["href"])

    once.refused(DELTA, 429, "ACCESS_EXCEEDED")


@pytest.mark.parametrize("word", ["bogus", "0-12", "0-4.0-4", "-", "0-99999999999", "%00"])
def test_a_report_that_was_never_begun_is_refused(reader, word):
    assert len(flat(walk(reader, DELTA, "next"))) == 11

    reader.refused(f"{DELTA}&report={word}", 400, "FORMAT_ERROR")


def test_a_page_alone_is_no_part_of_a_delta(reader):
    href = reader.get(DELTA).json["transactions"]["_links"]["next"]["href"]
    page = parse_qs(urlsplit(href).query)["page"][0]

    reader.refused(f"{DELTA}&page={page}", 400, "FORMAT_ERROR")


def test_the_word_of_a_report_belongs_to_delta_reports(street):
    once = Reader(street, "clean", ALL, recurring=False)
    once.get(DELTA)

    once.refused(f"{PATH}?bookingStatus=booked&dateFrom=2026-03-01&report=0-11", 429, "ACCESS_EXCEEDED")


def test_a_word_says_what_it_said():
    spans = (ledger.Span(0, 11), ledger.Span(7, 7))

    assert deltas.decode(deltas.encode(spans)) == spans


BOOKED = st.tuples(
    st.sampled_from(["multi-eur", "multi-nok"]), st.lists(st.integers(1, 28), min_size=1, max_size=7)
)


@pytest.fixture(scope="module")
def long_street(tmp_path_factory):
    opened = open_street(tmp_path_factory.mktemp("long_street"))
    yield opened
    opened.close()


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    bank=st.sampled_from(["clean", "elder"]),
    steps=st.lists(st.one_of(BOOKED, st.lists(BOOKED, max_size=3)), max_size=5),
)
def test_whatever_is_booked_between_two_deltas_is_in_exactly_one_of_them(long_street, bank, steps):
    """A step books, or reads a report while others book between its pages; days jump about."""
    reader = Reader(long_street, bank, ALL)
    path = f"/accounts/{bank}-multi/transactions?bookingStatus=booked&deltaList=true"
    seen = flat(walk(reader, path, "next"))
    new = set()

    def do(booking):
        account, days = booking
        more = {"currency": "EUR"} if account.endswith("eur") else {}
        written = (f"2026-02-{day:02}" for day in days)
        return set(book(long_street, *written, bank=bank, account=account, **more))

    for step in [*steps, []]:
        if isinstance(step, tuple):
            new |= do(step)
            continue
        between, href, found, later = list(step), path, [], set()
        while href:
            report = reader.get(href).json["transactions"]
            found += ids(report)
            href = report["_links"].get("next", {}).get("href")
            later |= do(between.pop()) if between else set()
        assert len(found) == len(set(found))
        assert set(found) == new
        assert not set(found) & set(seen)
        seen += found
        new = later
