"""What a failure of the catalogue is, and the refusals around it."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sandbox.bank.faults.effects import Effect
from sandbox.kernel.errors import Refusal

_NEAR_MAX = 5


class CatalogueInvalid(Refusal):
    """The catalogue's file is wrong. `faults` names each with file, line and field."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class FailureUnknown(Refusal):
    """There is no failure of that name; the text names those that are spelled nearly so."""

    text = "There is no such failure."

    def __init__(self, name: str, known: Collection[str]) -> None:
        near = difflib.get_close_matches(name.lower(), known, _NEAR_MAX, 0.5)
        near += [one for one in known if name and name.lower() in one and one not in near]
        said = f" Did you mean: {', '.join(near[:_NEAR_MAX])}?" if near else ""
        super().__init__(f"There is no failure '{name[:60]}'.{said}", detail=name)


class FailureElsewhere(Refusal):
    """The failure has been asked for where it cannot happen; the text says where it does."""

    text = "This failure does not happen here."


class Area(StrEnum):
    """What a failure is about."""

    ACCOUNTS = "accounts"
    CONSENT = "consent"
    SCA = "sca"
    PAYMENTS = "payments"
    PAYEES = "payees"
    OAUTH = "oauth"
    TRUST = "trust"
    TRANSPORT = "transport"


@dataclass(frozen=True, slots=True)
class Magic:
    """What chooses a failure when it stands in a payment: the whole of a text, in whatever case.

    `amount` is a decimal text, and means that amount of any currency with two decimals. `psu`: the login of
    any PSU chooses it that ends in `+` and the failure's name.
    """

    amount: str | None = None
    creditor_name: str | None = None
    creditor_accounts: tuple[str, ...] = ()
    remittance: str | None = None
    psu: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: what happens in life, what it does here, what chooses it, and where it makes sense.

    `calls` are patterns of method and path within a bank, at one of which it happens to the call itself.
    """

    name: str
    area: Area
    life: str
    effect: Effect
    standards: tuple[str, ...]
    magic: Magic = Magic()
    calls: tuple[str, ...] = ()
