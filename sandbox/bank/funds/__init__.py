"""Funds: whether an amount is there, for a TPP that issues cards, and the PSU's consent to be asked about.

Source: NextGenPSD2 IG 1.3.8, section 10; Extended Services, Confirmation of Funds Consent 2.0.
"""

from sandbox.bank.funds.confirming import answers, confirm
from sandbox.bank.funds.lifecycle import (
    account_of,
    authorise,
    create,
    current_status,
    delete,
    expire,
    following,
    get,
    of_psu,
    of_subject,
    offered,
    reject,
    revoke,
)
from sandbox.bank.funds.terms import (
    CardExpired,
    CardInvalid,
    FundsAmountInvalid,
    FundsAnswer,
    FundsConsent,
    FundsConsentExpired,
    FundsConsentNotValid,
    FundsNotActivated,
    FundsOrder,
    FundsQuestion,
)

__all__ = [
    "CardExpired",
    "CardInvalid",
    "FundsAmountInvalid",
    "FundsAnswer",
    "FundsConsent",
    "FundsConsentExpired",
    "FundsConsentNotValid",
    "FundsNotActivated",
    "FundsOrder",
    "FundsQuestion",
    "account_of",
    "answers",
    "authorise",
    "confirm",
    "create",
    "current_status",
    "delete",
    "expire",
    "following",
    "get",
    "of_psu",
    "of_subject",
    "offered",
    "reject",
    "revoke",
]
