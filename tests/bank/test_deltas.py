"""Deltas: every line is told once, and to each listener for itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.bank import deltas, ledger, verify
from sandbox.bank.deltas import Listener
from sandbox.bank.ledger import Booking, Span, Window
from tests.bank import factories as a

LONG_AGO, EVER = date(2024, 3, 16), Window(date(1900, 1, 1), date(9999, 12, 31), newest_first=False)
OURS = Listener("app-1", a.KARI, "kari-1")
NUMBERS = count(1)


def open_books(work):
    a.settle_in(work)
    bank = a.a_bank(work)
    for account_id in ("kari-1", "kari-2", "ola-1"):
        ledger.open_book(bank, account_id, "NOK")
    return bank


def book(bank, *days, account_id="kari-1"):
    """Book a line on each of these days, in this order; their entry ids."""
    lines = [_line(next(NUMBERS), day, account_id, ledger.world_id(bank.id, "NOK")) for day in days]
    ledger.book(bank, lines)
    return [one.entry_id for one in lines]


def _line(number, day, account_id, contra_id):
    return Booking(
        account_id, contra_id, f"e{number}", f"t{number}", f"{day}T10:00:00.000000Z", day, day, -100, "NOK",
        "card", "PMNT-CCRD-POSD", "KORT",
    )  # fmt: skip


def told(bank, listener=OURS, account_id="kari-1"):
    """Begin a report and read it whole."""
    (span,) = deltas.begin(bank, listener, [account_id], LONG_AGO)
    rows = ledger.lines(bank, account_id, Window(EVER.since, EVER.until, None, False, span))
    return [row.entry_id for row in rows]


def test_the_first_report_tells_everything_and_the_next_what_is_new(database):
    with database.writing() as work:
        bank = open_books(work)
        history = book(bank, "2026-03-01", "2026-03-02")

        assert told(bank) == history
        assert told(bank) == []

        news = book(bank, "2026-03-03")
        assert told(bank) == news
        assert verify.whole_database(work) == []


def test_a_line_of_a_day_long_past_is_new_when_it_is_booked(database):
    with database.writing() as work:
        bank = open_books(work)
        book(bank, "2026-03-01", "2026-03-10")
        told(bank)

        corrected = book(bank, "2026-01-05")

        assert told(bank) == corrected


def test_each_app_each_psu_and_each_account_is_told_for_itself(database):
    with database.writing() as work:
        bank = open_books(work)
        history = book(bank, "2026-03-01")
        told(bank)

        assert told(bank, Listener("app-2", a.KARI, "kari-1")) == history
        assert told(bank, Listener("app-1", a.OLA, "kari-1")) == history
        assert told(bank, Listener("app-1", a.KARI, "kari-2")) == history
        assert told(bank) == []


def test_an_account_without_a_line_needs_no_mark(database):
    with database.writing() as work:
        bank = open_books(work)

        assert deltas.begin(bank, OURS, ["kari-1"], LONG_AGO) == (Span(0, 0),)
        assert deltas.last(bank, OURS, "kari-1") is None


def test_a_report_without_news_takes_no_write_lock(database):
    with database.writing() as work:
        book(open_books(work), "2026-03-01")
    with database.writing() as work:
        told(a.a_bank(work))

    with database.work() as work:
        assert told(a.a_bank(work)) == []
        assert not work.writing


def test_of_several_reports_at_the_same_time_one_has_the_news(database):
    with database.writing() as work:
        news = book(open_books(work), *["2026-03-01"] * 20)

    def report(_):
        with database.work() as work:
            found = told(a.a_bank(work))
            work.commit()
            return found

    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(report, range(8)))

    assert sorted(reports) == [[]] * 7 + [news]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["kari-1", "kari-2"]), st.lists(st.integers(1, 28), min_size=1, max_size=6)
        ),
        st.sampled_from(["app-1", "app-2"]),
    ),
    max_size=25,
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_booked_between_two_reports_is_in_exactly_one_of_them(database, steps):
    """Both books of one account, in any order of bookings and reports, with days that jump about."""
    with database.work() as work:
        work.write()
        bank = open_books(work)
        books = ["kari-1", "kari-2"]
        waiting = {"app-1": set(), "app-2": set()}

        for step in [*steps, "app-1", "app-2"]:
            if not isinstance(step, str):
                entries = book(bank, *(f"2026-02-{day:02}" for day in step[1]), account_id=step[0])
                for news in waiting.values():
                    news |= set(entries)
                continue
            spans = deltas.begin(bank, Listener(step, a.KARI, "kari-1"), books, LONG_AGO)
            found = [
                row.entry_id
                for one, span in zip(books, spans, strict=True)
                for row in ledger.lines(bank, one, Window(EVER.since, EVER.until, None, True, span))
            ]
            assert len(found) == len(set(found))
            assert set(found) == waiting[step]
            waiting[step].clear()
        assert verify.broken(work, "no app was told more than is booked") == []
        work.rollback()
