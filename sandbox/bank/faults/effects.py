"""Effects: what a failure does. A small set, each of which the bank or the corridor can bring about."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.bank.reasons import Reason


class Stage(StrEnum):
    """When a payment is rejected: as it is ordered, after the PSU's yes, or when its money is to leave."""

    INITIATION = "initiation"
    ACCEPTANCE = "acceptance"
    SETTLEMENT = "settlement"


class ScaOutcome(StrEnum):
    """How the PSU's authentication ends.

    DECLINED: the PSU says no. FAILED: they cannot prove who they are. EXPIRED: they never answer.
    WRONG_PASSWORD, WRONG_CODE: what they type is taken for wrong, until their tries are used up.
    """

    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"
    WRONG_PASSWORD = "wrong_password"
    WRONG_CODE = "wrong_code"


class Damage(StrEnum):
    """What the way does to an answer.

    The body is cut off in the middle, no JSON, nothing, or a page instead; or it is said to be text, or to be
    packed with gzip, and is not. FOREIGN_ID: the answer carries the id of another call.
    """

    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    EMPTY = "empty"
    HTML = "html"
    MISLABELLED = "mislabelled"
    NOT_GZIP = "not_gzip"
    FOREIGN_ID = "foreign_id"


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is refused by that leaf of the tree of refusals, by its name; nothing else happens.

    `retry_after_seconds` is when the caller may come again, where the bank says so.
    """

    refusal: str
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """The payment is rejected at that stage; what was reserved is let go."""

    reason: Reason
    stage: Stage


@dataclass(frozen=True, slots=True)
class Return:
    """The payment settles, and days later the creditor's bank sends the money back."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Stall:
    """The money is reserved and does not leave, until somebody settles it by hand."""


@dataclass(frozen=True, slots=True)
class Sca:
    """The authorisation does not come to a yes."""

    outcome: ScaOutcome


@dataclass(frozen=True, slots=True)
class Payee:
    """The creditor's bank says that of the name: a word of `PayeeOutcome`, and the name that it nearly is."""

    outcome: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer comes so many seconds of the wall's time later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """After so many seconds the connection is cut, and the answer is lost. What was asked for is done."""

    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Spoil:
    """The answer arrives damaged."""

    how: Damage


@dataclass(frozen=True, slots=True)
class Stale:
    """The accounts are told as they were that many days ago."""

    days: int


Effect = Refuse | Reject | Return | Stall | Sca | Payee | Delay | Drop | Spoil | Stale
#: What lies on a payment from its order to its end.
OfPayment = Reject | Return | Stall
#: What happens to an answer on its way.
OfAnswer = Delay | Drop | Spoil
#: What happens to one call, and is over with it.
OfCall = Refuse | OfAnswer | Stale
