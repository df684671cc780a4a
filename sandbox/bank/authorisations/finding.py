"""Finding what an authorisation is about."""

from collections.abc import Callable, Mapping

from sandbox.bank import baskets, consents, funds, mandates, payment_consents, payments, sessions
from sandbox.bank.authorisations.grouped import BasketSubject
from sandbox.bank.authorisations.mandated import MandateSubject
from sandbox.bank.authorisations.staged import PaymentConsentSubject
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
AnySubject = (
    ConsentSubject
    | PaymentSubject
    | FundsConsentSubject
    | BasketSubject
    | SessionSubject
    | MandateSubject
    | PaymentConsentSubject
)


_FINDERS: Mapping[SubjectKind, Callable[[Bank, str], AnySubject]] = {
    SubjectKind.CONSENT: lambda bank, one: ConsentSubject(consents.of_subject(bank, one)),
    SubjectKind.PAYMENT: lambda bank, one: PaymentSubject(payments.of_subject(bank, one)),
    SubjectKind.CANCELLATION: lambda bank, one: CancellationSubject(payments.of_subject(bank, one)),
    SubjectKind.FUNDS_CONSENT: lambda bank, one: FundsConsentSubject(funds.of_subject(bank, one)),
    SubjectKind.BASKET: lambda bank, one: BasketSubject(baskets.of_subject(bank, one)),
    SubjectKind.SESSION: lambda bank, one: SessionSubject(sessions.of_subject(bank, one)),
    SubjectKind.MANDATE: lambda bank, one: MandateSubject(mandates.of_subject(bank, one)),
    SubjectKind.PAYMENT_CONSENT: lambda bank, one: PaymentConsentSubject(
        payment_consents.of_subject(bank, one)
    ),
}


def find(bank: Bank, kind: str, subject_id: str) -> AnySubject:
    """The subject of that kind and id, whoever's it is.

    Raises ConsentUnknown, PaymentUnknown, BasketUnknown, SessionUnknown, MandateUnknown,
    PaymentConsentUnknown.
    """
    return _FINDERS[SubjectKind(kind)](bank, subject_id)
