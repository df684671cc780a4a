"""What this bank tells of its bookings, which is not always what stands in its books.

The books are true at every bank. A quirk changes rows on their way out, alike for every standard and format;
the rows of a clean bank go out as they are. docs/quirks.md lists the quirks and who is known for them.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sandbox.bank.bank import Bank
from sandbox.bank.ledger import LineRow
from sandbox.bank.profile import Bookings, CardIds, PendingDay, ValueDate

#: A bank without quirks.
CLEAN = Bookings()
#: Kinds of entries that a card makes.
CARD_KINDS = frozenset({"card", "atm", "refund", "correction"})
#: How the id of a card check ends: it is that of the purchase it came with, and this.
CHECK = "v"

_Step = Callable[[LineRow], LineRow]
_NO_ID = {CardIds.ABSENT: "", CardIds.BLANK: " ", CardIds.NOT_PROVIDED: "NOTPROVIDED"}
#: Turns the signs of an id into others, and back.
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MIRROR = str.maketrans(_SIGNS, _SIGNS[::-1])
_PROVISIONAL = "00D"
_DAYS_UNTIL_LATEST = 7
_REPAID_ON = 20


def is_clean(bank: Bank) -> bool:
    """Whether the bank tells its bookings as they are."""
    return bank.profile.bookings == CLEAN


def retold(bank: Bank, rows: Sequence[Any], *, booked: bool, on_card: bool) -> Sequence[Any]:
    """Rows of the ledger as the bank tells them; `on_card`: those of a credit card's account.

    A clean bank's rows are the very ones; others become `LineRow`s. An entry without an id has an empty one,
    and so has a pending entry without a value date.
    """
    steps = _steps(bank, booked=booked, on_card=on_card)
    return [_retold(LineRow._make(row), steps) for row in rows] if steps else rows


def told_id(bank: Bank, entry_id: str, kind: str, booked_on: str | None) -> str:
    """The id under which an entry is told today, or an empty one; `booked_on` is None while it is pending."""
    rules = bank.profile.bookings
    if rules.card_ids is not CardIds.OWN and kind in CARD_KINDS:
        return _NO_ID[rules.card_ids]
    if rules.id_changes_on_booking and booked_on is None:
        return entry_id.translate(_MIRROR)
    if rules.id_settles_after_days and booked_on is not None and booked_on > _settled_until(bank):
        return _PROVISIONAL + entry_id[::-1]
    if rules.ids_repeat and entry_id[-2:-1] == "7":
        return f"{entry_id[:-2]}6{entry_id[-1]}"
    return entry_id


def entry_ids(bank: Bank, told: str) -> Sequence[str]:
    """The entries that an id may mean which was told once, the likeliest first."""
    rules, found = bank.profile.bookings, [told]
    if rules.id_changes_on_booking:
        found.append(told.translate(_MIRROR))
    if rules.id_settles_after_days and told.startswith(_PROVISIONAL):
        found.append(told.removeprefix(_PROVISIONAL)[::-1])
    if rules.ids_repeat and told[-2:-1] == "6":
        found.append(f"{told[:-2]}7{told[-1]}")
    if rules.card_checks and told.endswith(CHECK):
        found.append(told.removesuffix(CHECK))
    return found


def names_one_entry(bank: Bank) -> bool:
    """Whether a told id leads back to its entry. Where it does not, links carry the entry's own id."""
    rules = bank.profile.bookings
    return rules.card_ids is CardIds.OWN and not rules.ids_repeat


def _retold(row: LineRow, steps: Sequence[_Step]) -> LineRow:
    for step in steps:
        row = step(row)
    return row


def _steps(bank: Bank, *, booked: bool, on_card: bool) -> list[_Step]:
    """What happens to a row at this bank, in order."""
    rules = bank.profile.bookings
    steps: list[_Step] = []
    if _tells_other_ids(rules):
        steps.append(lambda row: _with_told_id(bank, row, booked=booked))
    if rules.value_date is ValueDate.REPAYMENT:
        steps.append(_value_on_the_bill)
    if not booked:
        steps += _steps_while_pending(rules)
    if on_card and rules.card_sign_inverted:
        steps.append(_invert)
    if rules.clutter != CLEAN.clutter:
        steps.append(lambda row: _clutter(row, rules.clutter))
    return steps


def _steps_while_pending(rules: Bookings) -> list[_Step]:
    steps: list[_Step] = []
    if rules.pending_text != CLEAN.pending_text:
        steps.append(lambda row: _text_while_pending(row, rules.pending_text))
    if rules.pending_sign_lost:
        steps.append(_lose_sign)
    if rules.pending_day is PendingDay.LATEST_BOOKING:
        steps.append(_day_at_the_latest)
    if rules.pending_day is PendingDay.IN_TEXT:
        steps.append(_day_in_text)
    return steps


def _tells_other_ids(rules: Bookings) -> bool:
    return (
        rules.id_changes_on_booking
        or rules.id_settles_after_days > 0
        or rules.ids_repeat
        or rules.card_ids is not CardIds.OWN
    )


def _settled_until(bank: Bank) -> str:
    """Entries that were booked until that day have the ids that they keep."""
    return (bank.today - timedelta(days=bank.profile.bookings.id_settles_after_days)).isoformat()


def _with_told_id(bank: Bank, row: LineRow, *, booked: bool) -> LineRow:
    booked_on = row.booked_on if booked else None
    return row._replace(entry_id=told_id(bank, row.entry_id, row.kind, booked_on))


def _value_on_the_bill(row: LineRow) -> LineRow:
    """The value date of a card purchase is the day on which the card's bill falls due."""
    if row.kind != "card":
        return row
    bought_on = date.fromisoformat(row.at[:10])
    due_on = (bought_on.replace(day=1) + timedelta(days=32)).replace(day=_REPAID_ON)
    return row._replace(value_on=due_on.isoformat())


def _lose_sign(row: LineRow) -> LineRow:
    return row._replace(amount_minor=abs(row.amount_minor))


def _invert(row: LineRow) -> LineRow:
    return row._replace(amount_minor=-row.amount_minor)


def _day_at_the_latest(row: LineRow) -> LineRow:
    """The booking day is the last one that there could be, which is not the one that there will be."""
    latest_on = date.fromisoformat(row.booked_on) + timedelta(days=_DAYS_UNTIL_LATEST)
    return row._replace(booked_on=latest_on.isoformat())


def _day_in_text(row: LineRow) -> LineRow:
    """No date is told but in the reference, where nobody looks for one."""
    return row._replace(value_on="", reference=row.at[:10], reference_type=None)


def _text_while_pending(row: LineRow, template: str) -> LineRow:
    if row.kind not in CARD_KINDS:
        return row
    return row._replace(remittance=template.format(text=row.remittance or "", card=row.card or "").strip())


def _clutter(row: LineRow, template: str) -> LineRow:
    """Around every text there are words of the bank's own system."""
    if not row.remittance:
        return row
    told = template.format(
        text=row.remittance,
        end_to_end_id=row.end_to_end_id or "NOTPROVIDED",
        mandate_id=row.mandate_id or "",
        creditor_id=row.creditor_id or "",
    )
    return row._replace(remittance=told)
