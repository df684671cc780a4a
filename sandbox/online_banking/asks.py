"""What a TPP asks, in plain words: which app, for what, for how long or when, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import authorisations, payments
from sandbox.bank.authorisations import (
    AnySubject,
    Authorisation,
    BasketSubject,
    ConsentSubject,
    FundsConsentSubject,
    MandateSubject,
    PaymentConsentSubject,
    PaymentSubject,
    ScaStatus,
    SessionSubject,
    Subject,
    SubjectKind,
)
from sandbox.bank.bank import Bank
from sandbox.bank.baskets import BasketStatus
from sandbox.bank.payments import PaymentStatus
from sandbox.online_banking import grants, limits, orders, together
from sandbox.online_banking.rows import Row
from sandbox.online_banking.words import Words
from sandbox.workspaces import apps

#: The yes that the PSU has given: UNCONFIRMED still wants the TPP to bring the confirmation code.
YES = (ScaStatus.FINALISED, ScaStatus.EXEMPTED, ScaStatus.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request in the PSU's language. `headline` is what it comes to, where that can be said in a line."""

    kind: SubjectKind
    app_name: str
    rows: Sequence[Row]
    headline: str | None = None


def ask(bank: Bank, subject: AnySubject, words: Words, *, known: bool) -> Ask:
    """Say it in plain words. Nothing that only a customer may know is said until the PSU is `known`."""
    name = app_name(bank, subject)
    match subject:
        case ConsentSubject(consent=consent):
            return Ask(subject.kind, name, grants.rows(bank, consent, words))
        case FundsConsentSubject(consent=funds_consent):
            return Ask(subject.kind, name, grants.funds_rows(funds_consent, words))
        case SessionSubject(session=session):
            return Ask(subject.kind, name, grants.session_rows(session, words))
        case MandateSubject(mandate=mandate):
            return Ask(subject.kind, name, limits.rows(bank, mandate, words))
        case BasketSubject():
            rows = together.rows(bank, subject, words, known=known)
            return Ask(subject.kind, name, rows, together.headline(bank, subject, words))
        case PaymentSubject() | PaymentConsentSubject():
            payment = subject.payment(bank) if isinstance(subject, PaymentConsentSubject) else subject.payment
            rows = orders.rows(
                bank, payment, words, known=known, by_app=subject.kind == SubjectKind.PAYMENT_CONSENT
            )
            return Ask(kind_of(subject), name, rows, orders.headline(bank, payment, words))


def kind_of(subject: Subject) -> SubjectKind:
    """What the pages call it: to the PSU, a payment is one whether the app submits it afterwards or not."""
    return SubjectKind.PAYMENT if subject.kind == SubjectKind.PAYMENT_CONSENT else subject.kind


def app_name(bank: Bank, subject: Subject) -> str:
    """What the app is called."""
    return subject.tpp_name or registered_name(bank, subject.app_id)


def registered_name(bank: Bank, app_id: str) -> str:
    """The name under which the app is registered; its id where it is gone."""
    try:
        return apps.get(bank.work, bank.workspace_id, app_id).name
    except apps.AppUnknown:
        return app_id


def ending(bank: Bank, authorisation: Authorisation) -> str:
    """How it ended, as a part of the keys of the texts: yes, no, more (to sign), refused (by the bank).

    `unconfirmed`: the PSU has said yes, and it counts once the TPP has sent the confirmation code.
    `agreed`: the app may now have it carried out.
    """
    subject = authorisations.subject_of(bank, authorisation)
    if authorisation.status not in YES:
        return "no"
    if authorisation.status == ScaStatus.UNCONFIRMED:
        return "unconfirmed"
    match subject.kind, subject.status(bank):
        case (SubjectKind.PAYMENT, PaymentStatus.PARTIALLY_AUTHORISED) | (
            SubjectKind.BASKET,
            BasketStatus.PARTIALLY_AUTHORISED,
        ):
            return "more"
        case SubjectKind.PAYMENT_CONSENT, _:
            return "agreed"
        case SubjectKind.PAYMENT, PaymentStatus.REJECTED:
            return "refused"
        case _:
            return "yes"


def has_signed(bank: Bank, subject: AnySubject, person_id: str) -> bool:
    """Whether this PSU's signature is there already, and somebody else's is needed."""
    match subject:
        case PaymentSubject(payment=payment) if subject.kind == SubjectKind.PAYMENT:
            return payments.is_open(payment) and person_id in payment.signed_by
        case BasketSubject():
            return any(has_signed(bank, part, person_id) for part in subject.parts(bank))
        case _:
            return False
