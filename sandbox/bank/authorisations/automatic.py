"""The yes that is given at once, where a tester wants that for an app: tools run without a browser then."""

from sandbox.bank import customers
from sandbox.bank.authorisations import steps
from sandbox.bank.authorisations.model import Authorisation, ScaStatus
from sandbox.bank.authorisations.subjects import Subject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.customers import PsuBlocked, PsuUnknown
from sandbox.bank.payments import AlreadySigned
from sandbox.bank.profile import ScaApproach
from sandbox.workspaces import apps


def answer(bank: Bank, authorisation: Authorisation, subject: Subject) -> None:
    """Say yes at once, if the app's choice is so. Whoever could not say yes is left waiting, as in life.

    Embedded, the TPP says the yes itself, step by step, and needs no browser.
    """
    choice = apps.yes_by(bank.work, bank.workspace_id, authorisation.app_id)
    if choice is None or authorisation.approach == ScaApproach.EMBEDDED:
        return
    if bank.now >= authorisation.expires_at:
        return  # a tester wants that nobody answers in time
    person_id = authorisation.person_id or _whom(bank, choice)
    if person_id is None or not _can(bank, subject, person_id):
        return
    steps.approve(bank, authorisation, person_id)
    if authorisation.status == ScaStatus.UNCONFIRMED:
        # Nobody comes back in a browser to bring the code of IG 7.6.
        code = steps.confirmation_code(bank, authorisation)
        steps.confirm_with_code(bank, authorisation, code)


def _whom(bank: Bank, choice: str) -> str | None:
    """The PSU whom the tester has named, where they bank here; else the first."""
    if choice != apps.FIRST:
        try:
            return customers.identify(bank, choice).person_id
        except (PsuUnknown, PsuBlocked):
            pass
    return bank.people.first(bank)


def _can(bank: Bank, subject: Subject, person_id: str) -> bool:
    """Whether this PSU can say yes to it, alone or as one of several."""
    bank.people.move_in(bank, person_id)
    try:
        return bool(subject.chosen(bank, person_id, None)) or subject.kind == SubjectKind.SESSION
    except AlreadySigned:
        return False
