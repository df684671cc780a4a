"""What a statement says whatever its format: whose account, which days, how it began and ended, its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.bank.accounts import Particulars
from sandbox.bank.ledger import LineRow


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of one account in one currency, oldest first.

    `opening_minor` is what was booked before the first of `booked`, `closing_minor` after the last one.
    """

    account: Particulars
    owner_name: str | None
    bic: str
    since: date
    until: date
    made_at: datetime
    opening_minor: int
    closing_minor: int
    booked: Sequence[LineRow]
    pending: Sequence[LineRow] = ()
    number: int = 1
