"""What an authorisation is: its status, what may follow what, and the refusals.

Source: NextGenPSD2 IG 1.3.8, sections 5 and 7; psd2-api 1.3.11, scaStatus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.bank.profile import ScaApproach
from sandbox.kernel.errors import Refusal


class AuthorisationUnknown(Refusal):
    """There is no such authorisation, or it is another TPP's."""

    text = "The authorisation is not known."


class LinkUnknown(Refusal):
    """The link that brought the PSU here was not made by this bank."""

    text = "The link is not known. It may have been copied incompletely."


class ScaApproachUnsupported(Refusal):
    """The bank does not authenticate in that way."""

    text = "The bank does not support that SCA approach."


class ScaMethodUnknown(Refusal):
    """The PSU has no such way to receive a code."""

    text = "The PSU has no such SCA method."


class AuthorisationFinished(Refusal):
    """The authorisation has come to its end, well or badly, or has waited too long."""

    text = "The authorisation is finished, has failed or has expired."


class StepOutOfOrder(Refusal):
    """The authorisation waits for another step."""

    text = "The authorisation waits for another step than this one."


class ScaStatus(StrEnum):
    """Where an authorisation stands. Source: psd2-api 1.3.11, scaStatus."""

    RECEIVED = "received"
    PSU_IDENTIFIED = "psu_identified"
    PSU_AUTHENTICATED = "psu_authenticated"
    SCA_METHOD_SELECTED = "sca_method_selected"
    STARTED = "started"
    UNCONFIRMED = "unconfirmed"
    FINALISED = "finalised"
    FAILED = "failed"
    EXEMPTED = "exempted"


#: Which status may follow which; what has no successor is final.
TRANSITIONS: Mapping[ScaStatus, frozenset[ScaStatus]] = {
    ScaStatus.RECEIVED: frozenset({ScaStatus.PSU_IDENTIFIED, ScaStatus.FAILED}),
    ScaStatus.PSU_IDENTIFIED: frozenset(
        {ScaStatus.PSU_IDENTIFIED, ScaStatus.PSU_AUTHENTICATED, ScaStatus.STARTED, ScaStatus.FAILED}
    ),
    ScaStatus.PSU_AUTHENTICATED: frozenset(
        {ScaStatus.SCA_METHOD_SELECTED, ScaStatus.UNCONFIRMED, ScaStatus.EXEMPTED, ScaStatus.FAILED}
    ),
    ScaStatus.SCA_METHOD_SELECTED: frozenset(
        {ScaStatus.SCA_METHOD_SELECTED, ScaStatus.UNCONFIRMED, ScaStatus.FINALISED, ScaStatus.FAILED}
    ),
    # Decoupled: the bank's app has been rung, and authenticates by itself.
    ScaStatus.STARTED: frozenset(
        {ScaStatus.PSU_AUTHENTICATED, ScaStatus.FINALISED, ScaStatus.EXEMPTED, ScaStatus.FAILED}
    ),
    ScaStatus.UNCONFIRMED: frozenset({ScaStatus.FINALISED, ScaStatus.EXEMPTED, ScaStatus.FAILED}),
    ScaStatus.FINALISED: frozenset(),
    ScaStatus.FAILED: frozenset(),
    ScaStatus.EXEMPTED: frozenset(),
}


class Outcome(StrEnum):
    """How a try went. WRONG: it may be tried again; FAILED: that was the last, the consent is rejected."""

    RIGHT = "right"
    WRONG = "wrong"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wish:
    """How the TPP would like it: None for an approach leaves it to the bank.

    `onward` is where the way back ends, where the address for the yes and the no leads on from there.
    """

    approach: ScaApproach | None = None
    redirect_ok: str | None = None
    redirect_nok: str | None = None
    psu_login: str | None = None
    explicit: bool = False
    onward: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Authorisation:
    """One authorisation of one subject, see `subjects`. Of the PSU's link only the hash is kept.

    `failure` is what is to go wrong with it: see `faults`.
    """

    workspace_id: str
    id: str
    bank_id: str
    app_id: str
    subject: str
    subject_id: str
    approach: str
    explicit: bool
    status: str
    person_id: str | None = None
    method_id: str | None = None
    codes_sent: int = 0
    password_attempts_left: int
    code_attempts_left: int
    link_hash: str
    redirect_ok: str | None
    redirect_nok: str | None
    chosen_accounts: list[str] | None = None
    created_at: datetime
    expires_at: datetime
    onward: str | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A new authorisation and its PSU link, which cannot be shown again."""

    authorisation: Authorisation
    link_token: str
