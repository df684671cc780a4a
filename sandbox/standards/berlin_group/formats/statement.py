"""What a statement says whatever its format: whose account, which days, how it began and ended, its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sandbox.bank.accounts import Particulars


class Row(NamedTuple):
    """A raw row by name, in the order of `ledger.LINE_FIELDS`."""

    seq: int
    entry_id: str
    booked_on: str
    value_on: str
    at: str
    amount_minor: int
    currency: str
    balance_minor: int | None
    kind: str
    code: str
    proprietary_code: str
    party_name: str | None
    party_account: str | None
    party_bic: str | None
    remittance: str | None
    reference: str | None
    reference_type: str | None
    end_to_end_id: str | None
    mandate_id: str | None
    creditor_id: str | None
    mcc: str | None
    card: str | None
    exchange: str | Mapping[str, Any] | None


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
    booked: Sequence[Row]
    pending: Sequence[Row] = ()
    number: int = 1
