"""Deltas: how far in the books of an account an app has been told, so that it can ask for what is new.

Source: psd2-api 1.3.11, deltaList: "all transactions after the last report access for this PSU on the
addressed account".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Span
from sandbox.kernel.db import Base, Day


class DeltaMark(Base):
    """The last delta report on one book: the lines above `after_seq` up to `seq`, from `since` on.

    A line is marked by its number in the book, not by its day: what is booked with a day of the past is new
    all the same. `account_id` is the account that was asked for; a multi-currency account has several books.
    """

    __tablename__ = "delta_mark"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "account_id"], ["account.workspace_id", "account.id"]),
        ForeignKeyConstraint(["workspace_id", "book_id"], ["book.workspace_id", "book.account_id"]),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    book_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    after_seq: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(Integer)
    since: Mapped[date] = mapped_column(Day)


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom a delta is told: an app, about an account of this PSU. A renewed consent changes nothing."""

    app_id: str
    person_id: str
    account_id: str


_NOTHING = Span(0, 0)
_NEWS = """
    SELECT 1 FROM book b LEFT JOIN delta_mark m
        ON m.workspace_id = b.workspace_id AND m.book_id = b.account_id
        AND m.app_id = ? AND m.person_id = ? AND m.account_id = ?
    WHERE b.workspace_id = ? AND b.account_id = ? AND b.last_seq > coalesce(m.seq, 0)
"""
_MOVE = """
    INSERT INTO delta_mark (workspace_id, app_id, person_id, account_id, book_id, after_seq, seq, since)
    SELECT workspace_id, ?, ?, ?, account_id, 0, last_seq, ? FROM book
    WHERE workspace_id = ? AND account_id = ? AND last_seq > 0
    ON CONFLICT (workspace_id, app_id, person_id, account_id, book_id) DO UPDATE SET
        after_seq = delta_mark.seq, seq = excluded.seq, since = excluded.since
    WHERE excluded.seq > delta_mark.seq
    RETURNING after_seq, seq
"""


def begin(bank: Bank, listener: Listener, book_ids: Sequence[str], since: date) -> tuple[Span, ...]:
    """Promise what each book has got since the last delta, and remember that; all of it the first time.

    `since` is the first day that the report shows. The write lock is taken only where there is news; each
    mark moves in one statement, so that of two reports at the same time one has the news.
    """
    whom = (listener.app_id, listener.person_id, listener.account_id)
    at = [(bank.workspace_id, one) for one in book_ids]
    if not any(bank.work.run(_NEWS, (*whom, *one)).first() for one in at):
        return (_NOTHING,) * len(at)
    bank.work.write()
    moved = [bank.work.run(_MOVE, (*whom, since.isoformat(), *one)).first() for one in at]
    return tuple(_NOTHING if row is None else Span(row[0], row[1]) for row in moved)


def last(bank: Bank, listener: Listener, book_id: str) -> DeltaMark | None:
    """The last delta report on that book, or None where there was none."""
    key = (bank.workspace_id, listener.app_id, listener.person_id, listener.account_id, book_id)
    return bank.work.get(DeltaMark, key)
