"""Payment mandates: a PSU lets an app pay again and again, within limits, without another yes.

Source: UK Open Banking Read/Write 4.0, Variable Recurring Payments API Profile.
"""

from sandbox.bank.mandates.lifecycle import (
    authorise,
    create,
    creditor_of,
    current_status,
    delete,
    expire,
    get,
    limits_of,
    of_psu,
    of_subject,
    offered,
    reject,
    revoke,
)
from sandbox.bank.mandates.paying import Spent, check_valid, is_funded, of_payment, pay, spent
from sandbox.bank.mandates.periods import Alignment, Period, PeriodicLimit, PeriodKind
from sandbox.bank.mandates.terms import (
    Bound,
    BoundKind,
    BoundRefused,
    LimitExceeded,
    LimitInvalid,
    Limits,
    MandateDaysInvalid,
    MandateExpired,
    MandateNotOpen,
    MandateOrder,
    MandateUnknown,
    PaymentMandate,
)

__all__ = [
    "Alignment",
    "Bound",
    "BoundKind",
    "BoundRefused",
    "LimitExceeded",
    "LimitInvalid",
    "Limits",
    "MandateDaysInvalid",
    "MandateExpired",
    "MandateNotOpen",
    "MandateOrder",
    "MandateUnknown",
    "PaymentMandate",
    "Period",
    "PeriodKind",
    "PeriodicLimit",
    "Spent",
    "authorise",
    "check_valid",
    "create",
    "creditor_of",
    "current_status",
    "delete",
    "expire",
    "get",
    "is_funded",
    "limits_of",
    "of_payment",
    "of_psu",
    "of_subject",
    "offered",
    "pay",
    "reject",
    "revoke",
    "spent",
]
