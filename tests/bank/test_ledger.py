"""The ledger: money is moved, never made."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from sandbox.bank import ledger, verify
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ConsentRules, Customers, Interface, Profile, Sca, StatementRules
from sandbox.kernel.db import Database
from sandbox.workspaces import workspace as workspaces
from tests.conftest import STILL

PROFILE = Profile(
    id="provebanken", name="Prøvebanken", country="NO", currency="NOK", bic="PROVNO20", bank_code="9996",
    zone="Europe/Oslo", languages=("nb",), description="", customers=Customers(0, 9), sca=Sca((), ()),
    consents=ConsentRules(), statements=StatementRules(("closingBooked",), ("booked",)),
    interfaces=(Interface("berlin_group", "1.3.11"),),
)  # fmt: skip
WORLD = ledger.world_id(PROFILE.id, "NOK")


def a_bank(work):
    if not workspaces.every(work):
        workspaces.create(work, "bergen", name="test", clock=STILL)
    bank = Bank(PROFILE, work, "test", "bergen", STILL, None)
    for account_id in ("kari", "ola"):
        ledger.open_book(bank, account_id, "NOK")
    return bank


def a_booking(number, minor, account_id="kari", contra_id=WORLD, owns_transfer=True, day="2026-03-10"):
    return ledger.Booking(
        account_id, contra_id, f"e{number}", f"t{number}", f"{day}T10:00:00.000000Z", day, day, minor, "NOK",
        "card", "PMNT-CCRD-POSD", "KORT", owns_transfer=owns_transfer,
    )  # fmt: skip


def test_what_leaves_an_account_arrives_in_the_world(database: Database):
    with database.writing() as work:
        bank = a_bank(work)

        ledger.book(bank, [a_booking(1, 50_000), a_booking(2, -12_50)])

        assert ledger.balance(bank, "kari") == 48_750
        assert ledger.balance(bank, WORLD) == -48_750
        assert [row.balance_minor for row in ledger.lines(bank, "kari", A_MONTH)] == [48_750, 50_000]
        assert verify.whole_database(work) == []


def test_a_payment_between_two_customers_is_one_transfer_and_two_lines(database: Database):
    with database.writing() as work:
        bank = a_bank(work)

        ledger.book(
            bank,
            [
                a_booking(1, -700, "kari", "ola"),
                a_booking(1, 700, "ola", "kari", owns_transfer=False),
            ],
        )

        assert (ledger.balance(bank, "kari"), ledger.balance(bank, "ola")) == (-700, 700)
        assert ledger.balance(bank, WORLD) == 0
        assert verify.whole_database(work) == []


def test_a_reservation_is_pending_until_it_is_posted_perhaps_for_another_amount(database: Database):
    with database.writing() as work:
        bank = a_bank(work)

        ledger.reserve(bank, [a_booking(1, -10_000)])
        assert ledger.standing(bank, "kari")[:2] == (0, -10_000)
        assert [row.entry_id for row in ledger.pending(bank, "kari")] == ["e1"]
        assert verify.whole_database(work) == []

        ledger.post(bank, [a_booking(1, -11_500)])
        assert ledger.standing(bank, "kari")[:2] == (-11_500, 0)
        assert list(ledger.pending(bank, "kari")) == []
        assert verify.whole_database(work) == []


@pytest.mark.parametrize("give_back", [ledger.void, ledger.expire])
def test_a_reservation_that_comes_to_nothing_sets_its_money_free(database: Database, give_back):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.reserve(bank, [a_booking(1, -10_000), a_booking(2, -300)])

        give_back(bank, [a_booking(1, -10_000)])

        assert ledger.standing(bank, "kari")[:2] == (0, -300)
        assert [row.entry_id for row in ledger.pending(bank, "kari")] == ["e2"]
        assert list(ledger.lines(bank, "kari", A_MONTH)) == []
        assert verify.whole_database(work) == []
        ended = work.get(ledger.Transfer, ("test", f"t1:{give_back.__name__}"))
        assert (ended.kind, ended.pending_id, ended.amount_minor) == (give_back.__name__, "t1", 10_000)
        assert ended.at == bank.now


def test_a_void_between_two_customers_frees_both_sides(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        sides = [
            a_booking(1, -700, "kari", "ola"),
            a_booking(1, 700, "ola", "kari", owns_transfer=False),
        ]
        ledger.reserve(bank, sides)

        ledger.void(bank, sides, at="2026-03-12T08:00:00.000000Z")

        assert ledger.standing(bank, "kari")[:2] == ledger.standing(bank, "ola")[:2] == (0, 0)
        assert list(ledger.pending(bank, "ola")) == []
        assert work.get(ledger.Transfer, ("test", "t1:void")).at.isoformat() == "2026-03-12T08:00:00+00:00"
        assert verify.whole_database(work) == []


def test_what_is_ended_cannot_be_ended_again(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.reserve(bank, [a_booking(1, -10_000)])
        ledger.void(bank, [a_booking(1, -10_000)])

        for verb in (ledger.void, ledger.expire, ledger.post):
            with pytest.raises(NoResultFound):
                verb(bank, [a_booking(1, -10_000)])

        assert verify.whole_database(work) == []


def test_what_was_there_before_the_history_begins_is_money_too(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.open_book(bank, "old", "NOK", opening_minor=-300, opened_at="2025-01-01T00:00:00.000000Z")

        assert ledger.balance(bank, "old") == -300
        assert verify.whole_database(work) == []


A_MONTH = ledger.Window(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_follow_one_another_without_loss(database: Database, newest_first):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.book(bank, [a_booking(n, -n, day=f"2026-03-{1 + n // 4:02}") for n in range(1, 40)])
        window = ledger.Window(A_MONTH.since, A_MONTH.until, None, newest_first)

        whole = [row.seq for row in ledger.lines(bank, "kari", window)]
        seen, after = [], None
        while rows := ledger.lines(
            bank, "kari", ledger.Window(A_MONTH.since, A_MONTH.until, after, newest_first), 7
        ):
            seen += [row.seq for row in rows]
            after = (rows[-1].booked_on, rows[-1].seq)

        assert seen == whole == sorted(whole, reverse=newest_first)


def test_a_balance_of_an_earlier_day_leaves_out_what_came_later(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.book(bank, [a_booking(1, 100, day="2026-03-01"), a_booking(2, 50, day="2026-03-05")])

        assert ledger.balance_on(bank, "kari", date(2026, 3, 4)) == 100
        assert ledger.balance_on(bank, "kari", date(2026, 3, 5)) == 150


def test_verify_finds_a_balance_that_was_tampered_with(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.book(bank, [a_booking(1, 100)])
        work.execute(text("UPDATE book SET booked_minor = 101 WHERE account_id = 'kari'"))

        found = {finding.rule for finding in verify.whole_database(work)}

    assert "every currency sums to zero in each bank" in found
    assert "a booked balance is what the posted transfers say" in found


@pytest.mark.parametrize(
    ("tampering", "rule"),
    [
        ("DELETE FROM line WHERE seq = 1", "lines are numbered without a gap"),
        ("UPDATE line SET amount_minor = 7 WHERE seq = 2", "each balance follows"),
        ("UPDATE transfer SET kind = 'post'", "points back"),
        ("DELETE FROM line WHERE seq = 2", "has a line on each account"),
    ],
)
def test_verify_finds_history_that_was_tampered_with(database: Database, tampering, rule):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.book(bank, [a_booking(1, 100), a_booking(2, 50)])
        work.execute(text(tampering))

        assert any(rule in finding.rule for finding in verify.whole_database(work))


@pytest.mark.parametrize(
    ("tampering", "rule"),
    [
        ("DELETE FROM pending", "a pending entry is there as long as"),
        ("DELETE FROM transfer WHERE kind = 'void'", "a pending entry is there as long as"),
        ("UPDATE transfer SET amount_minor = 7 WHERE kind = 'void'", "gives back what was set aside"),
        ("INSERT INTO pending SELECT * FROM kept", "a pending entry is there as long as"),
    ],
)
def test_verify_finds_reservations_that_were_tampered_with(database: Database, tampering, rule):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.reserve(bank, [a_booking(1, -100), a_booking(2, -50)])
        work.execute(text("CREATE TABLE kept AS SELECT * FROM pending WHERE entry_id = 'e1'"))
        ledger.void(bank, [a_booking(1, -100)])
        work.execute(text(tampering))

        assert any(rule in finding.rule for finding in verify.whole_database(work))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["book", "post_at_once", "reserve", "post", "void", "expire"]),
            st.integers(-10_000, 10_000).filter(bool),
            st.sampled_from(["kari", "ola"]),
        ),
        max_size=25,
    )
)
def test_whatever_is_booked_reserved_and_ended_the_books_balance(database: Database, moves):
    with database.work() as work:
        work.write()
        bank = a_bank(work)
        open_reservations: list[ledger.Booking] = []
        for number, (verb, minor, account_id) in enumerate(moves):
            if verb in ("book", "post_at_once"):
                getattr(ledger, verb)(bank, [a_booking(number, minor, account_id)])
            elif verb == "reserve":
                open_reservations.append(a_booking(number, minor, account_id))
                ledger.reserve(bank, open_reservations[-1:])
            elif open_reservations:
                getattr(ledger, verb)(bank, [open_reservations.pop(0)])
        assert verify.whole_database(work) == []
        work.rollback()


def test_what_is_posted_at_once_leaves_what_a_reservation_and_its_posting_leave(database: Database):
    def moved(*verbs):
        with database.work() as work:
            work.write()
            bank = a_bank(work)
            for verb in verbs:
                verb(bank, [a_booking(1, -10_000)])
            assert verify.whole_database(work) == []
            sql = "SELECT {} FROM {} WHERE workspace_id = ? ORDER BY 1, 2"
            found = [
                work.rows(sql.format(columns, table), ("test",))
                for columns, table in (
                    (
                        "id, kind, pending_id, debit_account_id, credit_account_id, amount_minor, at",
                        "transfer",
                    ),
                    ("account_id, seq, entry_id, transfer_id, balance_minor", "line"),
                    ("account_id, entry_id", "pending"),
                    ("account_id, booked_minor, pending_minor, last_seq", "book"),
                )
            ]
            work.rollback()
        return found

    assert moved(ledger.post_at_once) == moved(ledger.reserve, ledger.post)


def test_an_unbooked_credit_is_expected_but_not_available(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.reserve(bank, [a_booking(1, -10_000), a_booking(2, 4_000)])

        standing = ledger.standing(bank, "kari")

    assert (standing.pending_minor, standing.reserved_minor) == (-6_000, -10_000)
