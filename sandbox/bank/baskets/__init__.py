"""Signing baskets: payments and consents that a PSU authorises by one yes.

A basket is a way to sign and nothing else: what becomes of a payment afterwards is the payment's own matter.
Source: NextGenPSD2 IG 1.3.8, section 8; psd2-api 1.3.11, /v1/signing-baskets.
"""

from sandbox.bank.baskets.lifecycle import (
    cancel,
    check_free,
    create,
    current_status,
    get,
    holding,
    members,
    of_subject,
    open_members,
    reject,
    sign,
    signatures_needed,
)
from sandbox.bank.baskets.terms import (
    OPEN,
    TRANSITIONS,
    Basket,
    BasketMember,
    BasketMemberBlocked,
    BasketMemberClosed,
    BasketMixInvalid,
    BasketNotOpen,
    BasketOrder,
    BasketStatus,
    BasketTooLarge,
    BasketUnknown,
    MemberKind,
)

__all__ = [
    "OPEN",
    "TRANSITIONS",
    "Basket",
    "BasketMember",
    "BasketMemberBlocked",
    "BasketMemberClosed",
    "BasketMixInvalid",
    "BasketNotOpen",
    "BasketOrder",
    "BasketStatus",
    "BasketTooLarge",
    "BasketUnknown",
    "MemberKind",
    "cancel",
    "check_free",
    "create",
    "current_status",
    "get",
    "holding",
    "members",
    "of_subject",
    "open_members",
    "reject",
    "sign",
    "signatures_needed",
]
