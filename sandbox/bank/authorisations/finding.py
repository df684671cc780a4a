"""Finding what an authorisation is about."""

from sandbox.bank import baskets, consents, funds, payments, sessions
from sandbox.bank.authorisations.grouped import BasketSubject
from sandbox.bank.authorisations.subjects import (
    CancellationSubject,
    ConsentSubject,
    FundsConsentSubject,
    PaymentSubject,
    SessionSubject,
    SubjectKind,
)
from sandbox.bank.bank import Bank

#: Whatever a PSU can be asked for; a cancellation is a sort of PaymentSubject.
AnySubject = ConsentSubject | PaymentSubject | FundsConsentSubject | BasketSubject | SessionSubject


def find(bank: Bank, kind: str, subject_id: str) -> AnySubject:
    """The subject of that kind and id, whoever's it is.

    Raises ConsentUnknown, PaymentUnknown, BasketUnknown, SessionUnknown.
    """
    match SubjectKind(kind):
        case SubjectKind.CONSENT:
            return ConsentSubject(consents.of_subject(bank, subject_id))
        case SubjectKind.PAYMENT:
            return PaymentSubject(payments.of_subject(bank, subject_id))
        case SubjectKind.CANCELLATION:
            return CancellationSubject(payments.of_subject(bank, subject_id))
        case SubjectKind.FUNDS_CONSENT:
            return FundsConsentSubject(funds.of_subject(bank, subject_id))
        case SubjectKind.BASKET:
            return BasketSubject(baskets.of_subject(bank, subject_id))
        case SubjectKind.SESSION:
            return SessionSubject(sessions.of_subject(bank, subject_id))
