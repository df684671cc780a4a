"""Writing the ledger: post at once, or set aside and post, void or expire later. Nothing is ever changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.ledger.tables import TransferKind
from sandbox.kernel.clock import instant_text


class Booking(NamedTuple):
    """One side of one movement of money, as the owner of `account_id` sees it.

    `contra_id` is the other book at the same bank: another account, or the world's. Times and days are ISO
    texts, for a history is written by the thousand. `owns_transfer` is false on the second side of a
    movement between two accounts of the bank: one transfer, two lines.
    """

    account_id: str
    contra_id: str
    entry_id: str
    transfer_id: str
    at: str
    booked_on: str
    value_on: str
    amount_minor: int
    currency: str
    kind: str
    code: str
    proprietary_code: str
    party_name: str | None = None
    party_account: str | None = None
    party_bic: str | None = None
    remittance: str | None = None
    reference: str | None = None
    reference_type: str | None = None
    end_to_end_id: str | None = None
    mandate_id: str | None = None
    creditor_id: str | None = None
    mcc: str | None = None
    card: str | None = None
    exchange: str | None = None
    owns_transfer: bool = True


def world_id(bank_id: str, currency: str) -> str:
    """The book of everybody outside the bank, in one currency: the other side of what leaves or comes."""
    return f"world:{bank_id}:{currency}"


def open_book(
    bank: Bank, account_id: str, currency: str, *, opening_minor: int = 0, opened_at: str = ""
) -> None:
    """Begin a book, and the world's book of that currency where it is the first.

    An opening amount is what was there before the history begins: a transfer without a line.
    """
    world = world_id(bank.id, currency)
    for book_id, is_world in ((world, True), (account_id, False)):
        bank.work.run(
            "INSERT INTO book (workspace_id, account_id, bank_id, currency, is_world, booked_minor,"
            " pending_minor, last_seq) VALUES (?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING",
            (bank.workspace_id, book_id, bank.id, currency, is_world),
        )
    if opening_minor:
        opening = Booking(
            *(account_id, world, "", f"opening:{account_id}", opened_at, "", ""),
            *(opening_minor, currency, "opening", "", ""),
        )
        _insert_transfers(bank, [_row_of(bank, opening, TransferKind.POSTED, None)])
        _move(bank, {book_id: _Change(minor) for book_id, minor in _sides([opening]).items()})


def book(bank: Bank, bookings: Sequence[Booking]) -> None:
    """Post at once, in order: a transfer for each movement, a line for each side that is an account."""
    _write_lines(bank, bookings)
    owned = [one for one in bookings if one.owns_transfer]
    _insert_transfers(bank, [_row_of(bank, one, TransferKind.POSTED, None) for one in owned])
    _move(bank, _booked(bookings))


def reserve(bank: Bank, bookings: Sequence[Booking]) -> None:
    """Set aside as pending entries. `booked_on` is the day on which the bank means to book."""
    owned = [one for one in bookings if one.owns_transfer]
    _insert_transfers(bank, [_row_of(bank, one, TransferKind.PENDING, None) for one in owned])
    workspace_id = bank.workspace_id
    bank.work.later(
        _PENDING_INSERT,
        *(
            (workspace_id, one.account_id, one.entry_id, one.transfer_id, one.at, one.booked_on, *one[6:24])
            for one in bookings
        ),
    )
    _move(bank, _pending(_sides(bookings)))


def post(bank: Bank, bookings: Sequence[Booking]) -> None:
    """End pending entries by posting them: each booking carries the entry id of the reservation it ends.

    The amount posted may differ from the amount reserved. The new transfer points back to the pending one.
    """
    reserved = _end_reservations(bank, bookings)
    changes = _post(bank, bookings)
    for account_id, minor in reserved.items():
        changes[account_id].pending_minor -= minor
    _move(bank, changes)


def post_at_once(bank: Bank, bookings: Sequence[Booking]) -> None:
    """Set aside and post in one go, where nothing is waited for between: the transfers of both, no entry."""
    owned = [one for one in bookings if one.owns_transfer]
    _insert_transfers(bank, [_row_of(bank, one, TransferKind.PENDING, None) for one in owned])
    _move(bank, _post(bank, bookings))


def _post(bank: Bank, bookings: Sequence[Booking]) -> "defaultdict[str, _Change]":
    """Write the lines and the transfers that end pending ones; how each book changes by it."""
    _write_lines(bank, bookings)
    owned = [one for one in bookings if one.owns_transfer]
    rows = [
        _row_of(bank, one._replace(transfer_id=f"{one.transfer_id}:post"), TransferKind.POST, one.transfer_id)
        for one in owned
    ]
    _insert_transfers(bank, rows)
    return _booked(bookings)


def void(bank: Bank, bookings: Sequence[Booking], at: str | None = None) -> None:
    """End pending entries because somebody says so: nothing is booked, and what was set aside is free again.

    `bookings` are those that were reserved, both sides of a movement between two accounts. `at` is the moment
    as ISO text, else now. The new transfer points back to the pending one and repeats its sides and amount.
    """
    _give_back(bank, bookings, TransferKind.VOID, at)


def expire(bank: Bank, bookings: Sequence[Booking], at: str | None = None) -> None:
    """End pending entries because their time is up: nobody captured them. Otherwise like `void`."""
    _give_back(bank, bookings, TransferKind.EXPIRE, at)


def _give_back(bank: Bank, bookings: Sequence[Booking], kind: TransferKind, at: str | None) -> None:
    reserved = _end_reservations(bank, bookings)
    at = at or instant_text(bank.now)
    bank.work.later(
        _MIRROR_INSERT,
        *(
            (f"{one.transfer_id}:{kind}", kind.value, at, bank.workspace_id, one.transfer_id)
            for one in bookings
            if one.owns_transfer
        ),
    )
    _move(bank, _pending({account_id: -minor for account_id, minor in reserved.items()}))


def _end_reservations(bank: Bank, bookings: Sequence[Booking]) -> dict[str, int]:
    """Take the pending entries away; what each book had pending through them, the world's books included."""
    reserved: dict[str, int] = {}
    for one in bookings:
        key = (bank.workspace_id, one.account_id, one.entry_id)
        where = "FROM pending WHERE workspace_id = ? AND account_id = ? AND entry_id = ?"
        minor = bank.work.run(f"SELECT amount_minor {where}", key).scalar_one()
        bank.work.later(f"DELETE {where}", key)
        reserved[one.account_id] = reserved.get(one.account_id, 0) + minor
        if one.contra_id.startswith("world:"):
            reserved[one.contra_id] = reserved.get(one.contra_id, 0) - minor
    return reserved


def _write_lines(bank: Bank, bookings: Sequence[Booking]) -> None:
    ends = _ends(bank, {one.account_id for one in bookings})
    workspace_id = bank.workspace_id
    rows = []
    for one in bookings:
        end = ends[one.account_id]
        end[0] += 1
        end[1] += one.amount_minor
        rows.append(
            (workspace_id, one.account_id, one.booked_on, end[0], one.entry_id, one.transfer_id, one.at)
            + one[6:24]
            + (end[1],)
        )
    bank.work.later(_LINE_INSERT, *rows)
    events.booked(bank, (one.account_id for one in bookings))


def _ends(bank: Bank, account_ids: set[str]) -> dict[str, list[int]]:
    """[last seq, booked balance] of each book."""
    if not account_ids:
        return {}
    rows = bank.work.rows(
        "SELECT account_id, last_seq, booked_minor FROM book WHERE workspace_id = ?"
        f" AND account_id IN ({', '.join('?' * len(account_ids))}) ORDER BY account_id",
        (bank.workspace_id, *account_ids),
    )
    return {account_id: [seq, minor] for account_id, seq, minor in rows}


@dataclass(slots=True)
class _Change:
    """How a book changes: what is booked, what is pending, and by how many lines it grows."""

    booked_minor: int = 0
    pending_minor: int = 0
    lines: int = 0


def _booked(bookings: Sequence[Booking]) -> defaultdict[str, _Change]:
    """How each book changes by lines. The world's side has no booking of its own, and no line."""
    changes: defaultdict[str, _Change] = defaultdict(_Change)
    for one in bookings:
        mine = changes[one.account_id]
        mine.booked_minor += one.amount_minor
        mine.lines += 1
        if one.owns_transfer and one.contra_id.startswith("world:"):
            changes[one.contra_id].booked_minor -= one.amount_minor
    return changes


def _pending(sides: Mapping[str, int]) -> dict[str, _Change]:
    """How each book changes by what is set aside, or given back where that is negative."""
    return {account_id: _Change(pending_minor=minor) for account_id, minor in sides.items()}


def _sides(bookings: Sequence[Booking]) -> dict[str, int]:
    """What each book gains or loses, the world's included."""
    sides: dict[str, int] = defaultdict(int)
    for one in bookings:
        sides[one.account_id] += one.amount_minor
        if one.owns_transfer and one.contra_id.startswith("world:"):
            sides[one.contra_id] -= one.amount_minor
    return sides


def _move(bank: Bank, changes: Mapping[str, _Change]) -> None:
    """Bring the books in step; in the order of the ids, so that two writers never wait for each other."""
    bank.work.later(
        "UPDATE book SET booked_minor = booked_minor + ?, pending_minor = pending_minor + ?,"
        " last_seq = last_seq + ? WHERE workspace_id = ? AND account_id = ?",
        *(
            (one.booked_minor, one.pending_minor, one.lines, bank.workspace_id, account_id)
            for account_id, one in sorted(changes.items(), key=lambda item: item[0])
        ),
    )


def _row_of(bank: Bank, one: Booking, kind: TransferKind, pending_id: str | None) -> tuple[Any, ...]:
    """A transfer to the booking's account, or from it where the amount is negative."""
    sides = (one.contra_id, one.account_id)
    debit, credit = sides if one.amount_minor > 0 else sides[::-1]
    amount = (abs(one.amount_minor), one.currency)
    return (
        bank.workspace_id,
        one.transfer_id,
        bank.id,
        kind.value,
        pending_id,
        debit,
        credit,
        *amount,
        one.at,
    )


_TOLD = ", ".join(Booking._fields[6:24])
_LINE_INSERT = (
    f"INSERT INTO line (workspace_id, account_id, booked_on, seq, entry_id, transfer_id, at, {_TOLD},"
    f" balance_minor) VALUES ({', '.join('?' * 26)})"
)
_PENDING_INSERT = (
    f"INSERT INTO pending (workspace_id, account_id, entry_id, transfer_id, at, expected_on, {_TOLD})"
    f" VALUES ({', '.join('?' * 24)})"
)
_TRANSFER_INSERT = (
    "INSERT INTO transfer (workspace_id, id, bank_id, kind, pending_id, debit_account_id, credit_account_id,"
    f" amount_minor, currency, at) VALUES ({', '.join('?' * 10)})"
)
#: A transfer that gives back what a pending one set aside: the same sides and amount, pointing to it.
_MIRROR_INSERT = (
    "INSERT INTO transfer (workspace_id, id, bank_id, kind, pending_id, debit_account_id, credit_account_id,"
    " amount_minor, currency, at) SELECT workspace_id, ?, bank_id, ?, id, debit_account_id,"
    " credit_account_id, amount_minor, currency, ? FROM transfer WHERE workspace_id = ? AND id = ?"
)


def _insert_transfers(bank: Bank, rows: Sequence[tuple[Any, ...]]) -> None:
    bank.work.later(_TRANSFER_INSERT, *rows)
