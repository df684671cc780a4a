"""Arrangements: what a customer has set up to be paid or collected, and whom they pay, month after month.

Standing orders, direct debits, beneficiaries and scheduled payments are the customers' own, written down when
somebody first looks, and those that apps have initiated beside them.
"""

from sandbox.bank.arrangements.beneficiaries import Beneficiary
from sandbox.bank.arrangements.beneficiaries import of_account as beneficiaries
from sandbox.bank.arrangements.direct_debits import DirectDebit
from sandbox.bank.arrangements.direct_debits import of_account as direct_debits
from sandbox.bank.arrangements.paid import Paid
from sandbox.bank.arrangements.scheduled import ScheduledPayment
from sandbox.bank.arrangements.scheduled import of_account as scheduled_payments
from sandbox.bank.arrangements.standing_orders import StandingOrder
from sandbox.bank.arrangements.standing_orders import of_account as standing_orders
from sandbox.bank.arrangements.standing_orders import own as own_standing_orders

__all__ = [
    "Beneficiary",
    "DirectDebit",
    "Paid",
    "ScheduledPayment",
    "StandingOrder",
    "beneficiaries",
    "direct_debits",
    "own_standing_orders",
    "scheduled_payments",
    "standing_orders",
]
