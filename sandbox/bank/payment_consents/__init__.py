"""Payment consents: the PSU says yes to a payment first, and the TPP submits it afterwards, once.

Source: Read/Write Payment Initiation API Profile 4.0.
"""

from sandbox.bank.payment_consents.funding import is_funded
from sandbox.bank.payment_consents.lifecycle import (
    attach,
    authorise,
    check_authorised,
    check_awaiting_file,
    create,
    current_status,
    get,
    is_late,
    of_payment,
    of_subject,
    offered,
    payment_of,
    reject,
    submit,
)
from sandbox.bank.payment_consents.terms import (
    TRANSITIONS,
    CutOffPassed,
    PaymentConsent,
    PaymentConsentNotOpen,
    PaymentConsentOrder,
    PaymentConsentStatus,
    PaymentConsentUnknown,
    SignaturesTooMany,
)

__all__ = [
    "TRANSITIONS",
    "CutOffPassed",
    "PaymentConsent",
    "PaymentConsentNotOpen",
    "PaymentConsentOrder",
    "PaymentConsentStatus",
    "PaymentConsentUnknown",
    "SignaturesTooMany",
    "attach",
    "authorise",
    "check_authorised",
    "check_awaiting_file",
    "create",
    "current_status",
    "get",
    "is_funded",
    "is_late",
    "of_payment",
    "of_subject",
    "offered",
    "payment_of",
    "reject",
    "submit",
]
