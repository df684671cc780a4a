"""Payees: whether an account belongs to the one whom the payer means to pay.

Source: Regulation (EU) 2024/886; EPC218-23, Verification Of Payee scheme rulebook.
"""

from sandbox.bank.payees.inquiries import (
    Answered,
    Inquiry,
    InquiryStatus,
    InquiryTooLarge,
    InquiryUnknown,
    PayeesNotVerified,
    Question,
    answers,
    ask,
    ask_many,
    bulk,
    status,
    told_before,
)
from sandbox.bank.payees.verifying import (
    CHECKED,
    PayeeOutcome,
    Verification,
    is_on,
    verify,
)

__all__ = [
    "CHECKED",
    "Answered",
    "Inquiry",
    "InquiryStatus",
    "InquiryTooLarge",
    "InquiryUnknown",
    "PayeeOutcome",
    "PayeesNotVerified",
    "Question",
    "Verification",
    "answers",
    "ask",
    "ask_many",
    "bulk",
    "is_on",
    "status",
    "told_before",
    "verify",
]
