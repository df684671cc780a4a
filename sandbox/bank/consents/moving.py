"""From one status of a consent to the next, whatever the PSU has said yes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.consents.terms import ConsentNotOpen, ConsentStatus
from sandbox.bank.events import EventKind
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import agenda
from sandbox.workspaces import workspace as workspaces


class Moving(Protocol):
    """What has the status of a consent."""

    id: str
    app_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of consent: what events call it, its words on the agenda while it is valid, and its steps.

    `refusal` is raised at a step that is none of those.
    """

    subject: str
    awaited: Sequence[str]
    transitions: Mapping[ConsentStatus, frozenset[ConsentStatus]]
    refusal: type[Refusal] = ConsentNotOpen


def move(bank: Bank, consent: Moving, to: ConsentStatus, kind: Kind) -> bool:
    """Change the status and tell the app; False where somebody else saw first that it has expired.

    Raises the refusal of the kind.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    if consent.status == to == ConsentStatus.EXPIRED:
        return False
    if to not in kind.transitions[ConsentStatus(consent.status)]:
        raise kind.refusal(detail=f"{consent.id}: {consent.status} to {to}")
    if consent.status == ConsentStatus.VALID:
        for awaited in kind.awaited:
            agenda.strike(bank.work, bank.workspace_id, awaited, consent.id)
    consent.status = to
    bank.work.flush()
    # Only a consent that lacks another PSU's yes is still on its way to its last status.
    last = to != ConsentStatus.PARTIALLY_AUTHORISED
    what = (EventKind.CONSENT_STATUS, consent.app_id, kind.subject, consent.id)
    events.record(bank, *what, last=last, status=to.value)
    return True
