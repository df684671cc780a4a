"""What a bank tells of its bookings: the books stay as they are, and every id that was told leads back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bank import bookings
from sandbox.bank.ledger import LINE_FIELDS
from sandbox.bank.profile import Bookings, CardIds, ValueDate
from tests.bank.factories import PROFILE, a_bank

_FIELDS = dict.fromkeys(LINE_FIELDS)


def bank_with(**quirks):
    return a_bank(None, replace(PROFILE, bookings=Bookings(**quirks)))


def a_row(**fields):
    """A card purchase of 49.50 on the Saturday before noon's Monday."""
    told = {
        "entry_id": "20260300451", "booked_on": "2026-03-16", "value_on": "2026-03-14", "currency": "NOK",
        "at": "2026-03-14T12:00:00.000000Z", "amount_minor": -4950, "kind": "card", "remittance": "Kiosken",
    }  # fmt: skip
    return tuple((_FIELDS | told | fields).values())


def told(bank, row, *, booked=True, on_card=False):
    [found] = bookings.retold(bank, [row], booked=booked, on_card=on_card)
    return dict(zip(LINE_FIELDS, found, strict=True))


def test_a_clean_bank_hands_out_the_very_rows():
    rows = [a_row()]

    assert bookings.retold(bank_with(), rows, booked=True, on_card=True) is rows
    assert bookings.is_clean(bank_with())


QUIRKS = st.fixed_dictionaries(
    {
        "id_changes_on_booking": st.booleans(),
        "id_settles_after_days": st.integers(0, 5),
        "ids_repeat": st.booleans(),
    }
)
IDS = st.text("0123456789abcdef", min_size=3, max_size=24)


@given(
    quirks=QUIRKS, entry_id=IDS, age_days=st.none() | st.integers(0, 9), kind=st.sampled_from(["card", "fee"])
)
def test_whatever_id_was_told_leads_back_to_its_entry(quirks, entry_id, age_days, kind):
    bank = bank_with(**quirks)
    booked_on = None if age_days is None else (bank.today - timedelta(days=age_days)).isoformat()

    said = bookings.told_id(bank, entry_id, kind, booked_on)

    assert said
    assert entry_id in bookings.entry_ids(bank, said)


@given(quirks=QUIRKS, ids=st.sets(IDS, min_size=2), age_days=st.none() | st.integers(0, 9))
def test_two_entries_share_an_id_only_where_the_bank_repeats_them(quirks, ids, age_days):
    bank = bank_with(**quirks)
    booked_on = None if age_days is None else (bank.today - timedelta(days=age_days)).isoformat()

    said = {bookings.told_id(bank, one, "card", booked_on) for one in ids}

    assert len(said) == len(ids) or quirks["ids_repeat"]


def test_the_entry_is_not_touched():
    row = a_row()

    told(bank_with(pending_sign_lost=True, pending_text="!", clutter="?{text}"), row, booked=False)

    assert row == a_row()


@pytest.mark.parametrize("on_card", [True, False])
def test_only_a_credit_cards_signs_are_inverted(on_card):
    said = told(bank_with(card_sign_inverted=True), a_row(), on_card=on_card)

    assert said["amount_minor"] == (4950 if on_card else -4950)


@pytest.mark.parametrize("booked", [True, False])
def test_what_concerns_pending_entries_leaves_booked_ones_alone(booked):
    bank = bank_with(pending_sign_lost=True, pending_text="RES {card} {text}", id_changes_on_booking=True)

    said = told(bank, a_row(card="*1234"), booked=booked)

    assert (said["amount_minor"] < 0) is booked
    assert said["remittance"] == ("Kiosken" if booked else "RES *1234 Kiosken")
    assert (said["entry_id"] == "20260300451") is booked


@pytest.mark.parametrize(("at", "due_on"), [("2026-01-31", "2026-02-20"), ("2026-12-01", "2027-01-20")])
def test_the_bill_falls_due_in_the_following_month(at, due_on):
    bank = bank_with(value_date=ValueDate.REPAYMENT)

    assert told(bank, a_row(at=f"{at}T12:00:00.000000Z"))["value_on"] == due_on
    assert told(bank, a_row(kind="fee"))["value_on"] == "2026-03-14"


def test_an_id_settles_on_the_day_after_the_last():
    bank = bank_with(id_settles_after_days=3)

    said = {
        days: bookings.told_id(bank, "abc", "fee", (date(2026, 3, 16) - timedelta(days=days)).isoformat())
        for days in (0, 2, 3)
    }

    assert said == {0: "00Dcba", 2: "00Dcba", 3: "abc"}


@pytest.mark.parametrize(
    ("ids", "said"), [(CardIds.ABSENT, ""), (CardIds.BLANK, " "), (CardIds.NOT_PROVIDED, "NOTPROVIDED")]
)
def test_only_card_payments_lose_their_id(ids, said):
    bank = bank_with(card_ids=ids)

    assert told(bank, a_row())["entry_id"] == said
    assert told(bank, a_row(kind="salary"))["entry_id"] == "20260300451"


def test_clutter_stands_around_what_there_is():
    bank = bank_with(clutter="{text}|{end_to_end_id}|{mandate_id}")

    assert told(bank, a_row())["remittance"] == "Kiosken|NOTPROVIDED|"
    assert told(bank, a_row(end_to_end_id="E1", mandate_id="M1"))["remittance"] == "Kiosken|E1|M1"
    assert told(bank, a_row(remittance=None))["remittance"] is None
