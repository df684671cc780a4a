"""The steps of an authorisation, from the start to the yes or the no.

Source: NextGenPSD2 IG 1.3.8, sections 5 and 7; psd2-api 1.3.11, scaStatus.
"""

from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from sandbox.bank import customers, events, faults
from sandbox.bank.authorisations import finding
from sandbox.bank.authorisations.finding import AnySubject
from sandbox.bank.authorisations.model import (
    TRANSITIONS,
    Authorisation,
    AuthorisationFinished,
    AuthorisationUnknown,
    LinkUnknown,
    Outcome,
    ScaApproachUnsupported,
    ScaMethodUnknown,
    ScaStatus,
    Started,
    StepOutOfOrder,
    Wish,
)
from sandbox.bank.authorisations.subjects import Subject, SubjectKind
from sandbox.bank.authorisations.tables import AUTHORISATIONS
from sandbox.bank.bank import Bank
from sandbox.bank.customers import PsuUnknown
from sandbox.bank.events import EventKind
from sandbox.bank.faults import ScaOutcome
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import ScaApproach, ScaMethod
from sandbox.kernel.db import Work
from sandbox.kernel.ids import derived, hashed, new_secret, new_uuid, number_of, same
from sandbox.workspaces import agenda
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.agenda import Due

#: The word on the agenda for an authorisation that waits too long.
_LAPSES = "authorisation_lapses"
#: The subjects of those that stand on the agenda.
_LAPSING = (SubjectKind.PAYMENT, SubjectKind.BASKET)


def begin(bank: Bank, subject: Subject, wish: Wish) -> Started:
    """Begin to ask the PSU, whose answer is awaited.

    Raises ScaApproachUnsupported, PsuUnknown, PsuBlocked, and what `Subject.check_open` raises.
    """
    rules = bank.profile.sca
    approach = wish.approach or rules.approaches[0]
    if approach not in rules.approaches:
        raise ScaApproachUnsupported(detail=approach)
    workspaces.lock(bank.work, bank.workspace_id)
    subject.check_open(bank)
    secret = new_secret()
    failure = faults.of_yes(bank, subject.failure(bank))
    silent = faults.ends(failure) is ScaOutcome.EXPIRED
    authorisation = Authorisation(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=subject.app_id,
        subject=subject.kind,
        subject_id=subject.id,
        approach=approach,
        explicit=wish.explicit,
        status=ScaStatus.RECEIVED,
        password_attempts_left=rules.password_attempts,
        code_attempts_left=rules.code_attempts,
        link_hash=hashed(secret),
        redirect_ok=wish.redirect_ok,
        redirect_nok=wish.redirect_nok,
        onward=wish.onward,
        created_at=bank.now,
        expires_at=bank.now + timedelta(seconds=0 if silent else rules.lifetime_seconds),
        failure=failure,
    )
    AUTHORISATIONS.add(bank.work, authorisation)
    if subject.lapses:
        due = Due(authorisation.expires_at, bank.id, _LAPSES, authorisation.id)
        agenda.enter(bank.work, bank.workspace_id, due)
    if silent:
        return Started(authorisation, f"{bank.workspace_id}.{authorisation.id}.{secret}")
    expected = subject.person_id(bank)
    if wish.psu_login:
        identify(bank, authorisation, wish.psu_login)
    elif expected:
        _identified(bank, authorisation, expected)
    return Started(authorisation, f"{bank.workspace_id}.{authorisation.id}.{secret}")


def get(bank: Bank, app_id: str, subject: Subject, authorisation_id: str) -> Authorisation:
    """The app's own authorisation of that subject. Raises AuthorisationUnknown, also for another TPP's."""
    found = of_id(bank, authorisation_id)
    if (found.app_id, found.subject, found.subject_id) != (app_id, subject.kind, subject.id):
        raise AuthorisationUnknown(detail=authorisation_id)
    return found


def of_id(bank: Bank, authorisation_id: str) -> Authorisation:
    """The authorisation of that id, for the PSU and the tester. Raises AuthorisationUnknown."""
    found = of_world(bank.work, bank.workspace_id, authorisation_id)
    if found.bank_id != bank.id:
        raise AuthorisationUnknown(detail=authorisation_id)
    return _settled(bank, found)


def of_world(work: Work, workspace_id: str, authorisation_id: str) -> Authorisation:
    """The authorisation of that id at any bank of a world, for the tester. Raises AuthorisationUnknown."""
    found = AUTHORISATIONS.get(work, workspace_id, authorisation_id)
    if found is None:
        raise AuthorisationUnknown(detail=authorisation_id)
    return found


def every(bank: Bank, app_id: str, subject: Subject) -> list[Authorisation]:
    """The authorisations of a subject, oldest first."""
    found = AUTHORISATIONS.select(
        bank.work,
        "WHERE workspace_id = ? AND bank_id = ? AND app_id = ? AND subject = ? AND subject_id = ?"
        " ORDER BY created_at, id",
        *(bank.workspace_id, bank.id, app_id, subject.kind, subject.id),
    )
    return [_settled(bank, one) for one in found]


def workspace_of(token: str) -> str:
    """The workspace that a PSU link leads into. Raises LinkUnknown."""
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise LinkUnknown
    return parts[0]


def by_link(bank: Bank, token: str) -> Authorisation:
    """The authorisation that a PSU link leads to. Raises LinkUnknown."""
    if workspace_of(token) != bank.workspace_id:
        raise LinkUnknown
    _, authorisation_id, secret = token.split(".")
    found = AUTHORISATIONS.get(bank.work, bank.workspace_id, authorisation_id)
    if found is None or found.bank_id != bank.id or not same(found.link_hash, hashed(secret)):
        raise LinkUnknown(detail=authorisation_id)
    return _settled(bank, found)


def subject_of(bank: Bank, authorisation: Authorisation) -> AnySubject:
    """What the PSU is asked for."""
    return finding.find(bank, authorisation.subject, authorisation.subject_id)


def current_status(bank: Bank, authorisation: Authorisation) -> ScaStatus:
    """The status at this moment: what waited too long, or whose subject has ended, has failed."""
    status = ScaStatus(authorisation.status)
    if not TRANSITIONS[status]:
        return status
    if bank.now >= authorisation.expires_at:
        return ScaStatus.FAILED
    return status if subject_of(bank, authorisation).is_open(bank) else ScaStatus.FAILED


def is_finished(authorisation: Authorisation) -> bool:
    """Whether nothing can happen to it any more."""
    return not TRANSITIONS[ScaStatus(authorisation.status)]


def methods(bank: Bank, authorisation: Authorisation) -> list[ScaMethod]:
    """What the PSU can choose from; nothing before the PSU is known."""
    if authorisation.person_id is None:
        return []
    return customers.sca_methods(bank, customers.get(bank, authorisation.person_id))


def _settled(bank: Bank, authorisation: Authorisation) -> Authorisation:
    if current_status(bank, authorisation) != authorisation.status:
        workspaces.lock(bank.work, bank.workspace_id)
        authorisation.status = ScaStatus.FAILED
        _tell(bank, authorisation)
    return authorisation


def _tell(bank: Bank, authorisation: Authorisation) -> None:
    whose = (authorisation.app_id, authorisation.subject, authorisation.subject_id)
    status = ScaStatus(authorisation.status).value
    # Who waits for this one answer alone hears of it when it is there.
    also = (authorisation.id,) if is_finished(authorisation) else ()
    events.record(
        bank, EventKind.SCA_STATUS, *whose, also=also, authorisation_id=authorisation.id, status=status
    )


def _enter(bank: Bank, authorisation: Authorisation, *allowed: ScaStatus) -> None:
    """Take the world's lock, and see that the authorisation waits for this very step."""
    workspaces.lock(bank.work, bank.workspace_id)
    status = current_status(bank, authorisation)
    if not TRANSITIONS[status]:
        raise AuthorisationFinished(detail=f"{authorisation.id} is {status}")
    if status not in allowed:
        raise StepOutOfOrder(detail=f"{authorisation.id} is {status}")


def _move(bank: Bank, authorisation: Authorisation, to: ScaStatus) -> None:
    if to not in TRANSITIONS[ScaStatus(authorisation.status)]:
        raise StepOutOfOrder(detail=f"{authorisation.id}: {authorisation.status} to {to}")
    changed = authorisation.status != to
    authorisation.status = to
    if changed:
        _tell(bank, authorisation)
    if is_finished(authorisation) and authorisation.subject in _LAPSING:
        agenda.strike(bank.work, bank.workspace_id, _LAPSES, authorisation.id)


def _fail(bank: Bank, authorisation: Authorisation) -> Outcome:
    _move(bank, authorisation, ScaStatus.FAILED)
    subject_of(bank, authorisation).fail(bank)
    return Outcome.FAILED


def identify(bank: Bank, authorisation: Authorisation, login: str) -> None:
    """Somebody says who they are. Raises PsuUnknown, PsuBlocked, AuthorisationFinished, StepOutOfOrder.

    Where the TPP named the PSU before, it must be the same one.
    """
    _enter(bank, authorisation, ScaStatus.RECEIVED, ScaStatus.PSU_IDENTIFIED)
    person_id = customers.identify(bank, login).person_id
    expected = subject_of(bank, authorisation).person_id(bank)
    if expected not in (None, person_id):
        raise PsuUnknown(detail=f"{person_id} instead of {expected}")
    authorisation.failure = authorisation.failure or faults.named_yes(bank)
    _identified(bank, authorisation, person_id)


def _identified(bank: Bank, authorisation: Authorisation, person_id: str) -> None:
    authorisation.person_id = person_id
    _move(bank, authorisation, ScaStatus.PSU_IDENTIFIED)
    if authorisation.approach == ScaApproach.DECOUPLED:
        _move(bank, authorisation, ScaStatus.STARTED)


def authenticate(bank: Bank, authorisation: Authorisation, password: str) -> Outcome:
    """Try a password. Exactly one SCA method is selected, and its code sent, at once.

    Without any method the password is all there is: SCA is exempted. Embedded, that is the yes itself;
    on the bank's pages the PSU has yet to see what it is about, and `confirm` without a code.
    """
    _enter(bank, authorisation, ScaStatus.PSU_IDENTIFIED, ScaStatus.STARTED)
    customer = customers.get(bank, _person(authorisation))
    right = customers.password_is_right(bank, customer, password)
    outcome = faults.ends(authorisation.failure)
    if not right or outcome is ScaOutcome.WRONG_PASSWORD:
        authorisation.password_attempts_left -= 1
        return Outcome.WRONG if authorisation.password_attempts_left > 0 else _fail(bank, authorisation)
    if outcome is ScaOutcome.FAILED:
        return _fail(bank, authorisation)
    _move(bank, authorisation, ScaStatus.PSU_AUTHENTICATED)
    having = customers.sca_methods(bank, customer)
    if len(having) == 1:
        _send(bank, authorisation, having[0].id)
    elif not having and authorisation.approach == ScaApproach.EMBEDDED:
        return _agree(bank, authorisation, None)
    return Outcome.RIGHT


def _person(authorisation: Authorisation) -> str:
    if authorisation.person_id is None:
        raise StepOutOfOrder(detail=f"{authorisation.id} has no PSU yet")
    return authorisation.person_id


def choose_method(bank: Bank, authorisation: Authorisation, method_id: str) -> None:
    """Send a code by that method; again, or by another one, if need be. Raises ScaMethodUnknown."""
    _enter(bank, authorisation, ScaStatus.PSU_AUTHENTICATED, ScaStatus.SCA_METHOD_SELECTED)
    if method_id not in {one.id for one in methods(bank, authorisation)}:
        raise ScaMethodUnknown(detail=method_id)
    _send(bank, authorisation, method_id)


def _send(bank: Bank, authorisation: Authorisation, method_id: str) -> None:
    authorisation.method_id = method_id
    authorisation.codes_sent += 1
    _move(bank, authorisation, ScaStatus.SCA_METHOD_SELECTED)


def code_for_testing(bank: Bank, authorisation: Authorisation) -> str:
    """The one-time code that the PSU's phone would show. It is derived, so nobody needs to keep it."""
    digits = bank.profile.sca.code_length
    number = number_of(
        bank.seed, "one-time code", authorisation.id, authorisation.method_id, authorisation.codes_sent
    )
    return f"{number % 10**digits:0{digits}d}"


def confirmation_code(bank: Bank, authorisation: Authorisation) -> str:
    """The code that the PSU's browser brings back to the TPP. Source: IG 7.6, confirmation request."""
    return derived(bank.seed, "confirmation code", authorisation.id, authorisation.link_hash, length=26)


def confirm(
    bank: Bank, authorisation: Authorisation, code: str | None, accounts: list[str] | None = None
) -> Outcome:
    """The PSU's yes with the one-time code; without one, where the PSU has no SCA method at all.

    No account left, such as when the TPP named somebody else's, fails it. Raises AccountNotOffered,
    AlreadySigned.
    """
    _enter(bank, authorisation, ScaStatus.SCA_METHOD_SELECTED, ScaStatus.PSU_AUTHENTICATED)
    if authorisation.status == ScaStatus.PSU_AUTHENTICATED:
        if methods(bank, authorisation):
            raise StepOutOfOrder(detail="a method has to be chosen first")
    elif not _code_is_right(bank, authorisation, code):
        authorisation.code_attempts_left -= 1
        return Outcome.WRONG if authorisation.code_attempts_left > 0 else _fail(bank, authorisation)
    return _agree(bank, authorisation, accounts)


def _code_is_right(bank: Bank, authorisation: Authorisation, code: str | None) -> bool:
    wanted = faults.ends(authorisation.failure) is not ScaOutcome.WRONG_CODE
    return wanted and same(code_for_testing(bank, authorisation), code or "")


def _agree(bank: Bank, authorisation: Authorisation, picked: list[str] | None) -> Outcome:
    if faults.ends(authorisation.failure) is not None:
        return _fail(bank, authorisation)
    granting = subject_of(bank, authorisation).chosen(bank, _person(authorisation), picked)
    if not granting and authorisation.subject != SubjectKind.SESSION:
        return _fail(bank, authorisation)
    authorisation.chosen_accounts = [one.id for one in granting]
    if bank.profile.sca.confirmation_code and authorisation.approach == ScaApproach.REDIRECT:
        _move(bank, authorisation, ScaStatus.UNCONFIRMED)
        return Outcome.RIGHT
    return _finish(bank, authorisation)


def _finish(bank: Bank, authorisation: Authorisation) -> Outcome:
    person_id, subject = _person(authorisation), subject_of(bank, authorisation)
    granting = subject.chosen(bank, person_id, authorisation.chosen_accounts)
    _move(bank, authorisation, ScaStatus.FINALISED if methods(bank, authorisation) else ScaStatus.EXEMPTED)
    subject.agree(bank, person_id, granting)
    return Outcome.RIGHT


def confirm_with_code(bank: Bank, authorisation: Authorisation, confirmation: str) -> Outcome:
    """The TPP proves that the PSU came back to it; a wrong code fails it at once. Source: IG 7.6."""
    _enter(bank, authorisation, ScaStatus.UNCONFIRMED)
    if not same(confirmation_code(bank, authorisation), confirmation):
        return _fail(bank, authorisation)
    return _finish(bank, authorisation)


def approve(
    bank: Bank, authorisation: Authorisation, person_id: str, accounts: list[str] | None = None
) -> None:
    """The whole yes in one step: the bank's app, and the tester. Raises PsuUnknown, AuthorisationFinished."""
    _enter(bank, authorisation, *(status for status in TRANSITIONS if status != ScaStatus.UNCONFIRMED))
    bank.people.move_in(bank, person_id)
    customers.get(bank, person_id)
    expected = authorisation.person_id or subject_of(bank, authorisation).person_id(bank)
    if expected not in (None, person_id):
        raise PsuUnknown(detail=f"{person_id} instead of {expected}")
    authorisation.failure = authorisation.failure or faults.named_yes(bank)
    if authorisation.status == ScaStatus.RECEIVED:
        _identified(bank, authorisation, person_id)
    if authorisation.status in (ScaStatus.PSU_IDENTIFIED, ScaStatus.STARTED):
        _move(bank, authorisation, ScaStatus.PSU_AUTHENTICATED)
    having = methods(bank, authorisation)
    if authorisation.status == ScaStatus.PSU_AUTHENTICATED and having:
        _send(bank, authorisation, having[0].id)
    _agree(bank, authorisation, accounts)


def decline(bank: Bank, authorisation: Authorisation) -> None:
    """The PSU says no: it has failed, and the consent is rejected. Raises AuthorisationFinished."""
    _enter(bank, authorisation, *TRANSITIONS)
    _fail(bank, authorisation)


def lapse(bank: Bank, authorisation_id: str) -> None:
    """It has waited too long for the PSU: what it was about ends with it, unless there is another yes.

    Another authorisation may still wait. And what another PSU has signed has a time of its own.
    """
    found = of_world(bank.work, bank.workspace_id, authorisation_id)
    if is_finished(found):
        return
    _move(bank, found, ScaStatus.FAILED)
    subject = subject_of(bank, found)
    over = all(is_finished(one) for one in every(bank, found.app_id, subject))
    if over and subject.status(bank) != PaymentStatus.PARTIALLY_AUTHORISED:
        subject.fail(bank)


def link_again(bank: Bank, authorisation: Authorisation, wish: Wish | None = None) -> Started:
    """Give the TPP a new PSU link to an authorisation, where the answer with the first one was lost.

    The old link leads nowhere from here on: of a secret only the hash is kept, so it cannot be shown twice.
    With a `wish` the way back is another one from here on.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    if wish is not None:
        authorisation.redirect_ok, authorisation.redirect_nok = wish.redirect_ok, wish.redirect_nok
        authorisation.onward = wish.onward
    secret = new_secret()
    authorisation.link_hash = hashed(secret)
    return Started(authorisation, f"{bank.workspace_id}.{authorisation.id}.{secret}")


def waiting_for(bank: Bank, person_id: str) -> list[Authorisation]:
    """What the bank's app asks the PSU for, oldest first. Source: IG 5.3, decoupled."""
    found = AUTHORISATIONS.select(
        bank.work,
        "WHERE workspace_id = ? AND bank_id = ? AND person_id = ? AND approach = ? AND status = ?"
        " ORDER BY created_at, id",
        *(bank.workspace_id, bank.id, person_id, ScaApproach.DECOUPLED, ScaStatus.STARTED),
    )
    return [one for one in found if not is_finished(_settled(bank, one))]


def return_address(bank: Bank, authorisation: Authorisation) -> str | None:
    """Where the PSU goes back to: with the confirmation code as `code`, where the TPP has to send it on.

    Source: IG 7.6. A TPP without an address for the no gets the one for the yes.
    """
    status = current_status(bank, authorisation)
    if status == ScaStatus.UNCONFIRMED and authorisation.redirect_ok:
        parts = urlsplit(authorisation.redirect_ok)
        code = f"code={confirmation_code(bank, authorisation)}"
        # The TPP's own query goes back as it came, letter by letter: its `state` may be signed.
        return urlunsplit(parts._replace(query=f"{parts.query}&{code}" if parts.query else code))
    if status in (ScaStatus.FINALISED, ScaStatus.EXEMPTED):
        return authorisation.redirect_ok
    return authorisation.redirect_nok or authorisation.redirect_ok
