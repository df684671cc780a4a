"""What banks tell, in one form for both dialects; `told` is the bank's own answer, whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Begun:
    """A consent or a payment that was asked for: its id, and the authorisation by which a PSU says yes.

    `psu_link` is the page on which they do it themselves, where the bank has told of one.
    """

    id: str
    authorisation_id: str
    psu_link: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """An account as a bank tells of it; what is None is not told, as the currency of one with several."""

    id: str
    currency: str | None
    iban: str | None
    name: str | None
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance, negative where the customer owes. `kind` is the dialect's word, such as interimAvailable."""

    kind: str
    amount: Decimal
    currency: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction, negative where money leaves. `booked_on` is None while it is pending without a day."""

    id: str | None
    amount: Decimal
    currency: str
    booked_on: date | None
    pending: bool
    text: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """Where a payment stands, in the dialect's word: ACSC, AcceptedSettlementCompleted, …"""

    id: str
    status: str
    told: Mapping[str, Any]
