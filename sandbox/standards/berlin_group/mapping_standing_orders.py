"""Standing orders as the list of an account tells them.

Source: psd2-api 1.3.11, `transactions` with additionalInformationStructured, bankTransactionCode.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.bank import arrangements, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.arrangements import StandingOrder
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Payment
from sandbox.bank.profile import Scheme
from sandbox.kernel.money import Money
from sandbox.standards.berlin_group import mapping, mapping_payments

_TRANSFER, _INSTANT, _ABROAD = "PMNT-ICDT-STDO", "PMNT-IRCT-STDO", "PMNT-ICDT-XBST"
CODE: Mapping[Scheme, str] = {
    Scheme.SEPA: _TRANSFER,
    Scheme.SEPA_INSTANT: _INSTANT,
    Scheme.TARGET2: _TRANSFER,
    Scheme.CROSS_BORDER: _ABROAD,
    Scheme.DOMESTIC: _TRANSFER,
    Scheme.DOMESTIC_INSTANT: _INSTANT,
    Scheme.HIGH_VALUE: _TRANSFER,
    Scheme.GIRO: _TRANSFER,
}
#: What a standing order shares with the payment that it is, by the name that transactions have for it.
_SHARED = {
    "endToEndIdentification": "endToEndId",
    "creditorName": "creditorName",
    "creditorAgent": "creditorAgent",
    "remittanceInformationUnstructured": "remittanceInformationUnstructured",
    "remittanceInformationUnstructuredArray": "remittanceInformationUnstructuredArray",
    "remittanceInformationStructured": "remittanceInformationStructured",
    "remittanceInformationStructuredArray": "remittanceInformationStructuredArray",
}


def standing_orders(bank: Bank, account_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The standing orders of these books, as entries of `information`."""
    return [
        told
        for book in account_ids
        for told in (
            *(_own(it) for it in arrangements.own_standing_orders(bank, book)),
            *(_one(bank, it) for it in payments.standing_orders(bank, book)),
        )
    ]


def _own(it: StandingOrder) -> dict[str, Any]:
    """One that the customer has set up at the bank."""
    told = {
        "creditorName": it.creditor_name,
        "creditorAgent": it.creditor_bic,
        "remittanceInformationUnstructured": it.remittance,
    }
    return {
        **{name: said for name, said in told.items() if said},
        "transactionAmount": mapping_payments.amount(-it.amount),
        "creditorAccount": mapping.written(it.creditor),
        "bankTransactionCode": _TRANSFER,
        "additionalInformationStructured": {"standingOrderDetails": mapping_payments.schedule(it.schedule)},
    }


def _one(bank: Bank, it: Payment) -> dict[str, Any]:
    pattern = payments.asked(bank, it)[0]
    said = mapping_payments.credit_transfer(pattern)
    return {
        **{theirs: said[ours] for ours, theirs in _SHARED.items() if ours in said},
        "transactionAmount": mapping_payments.amount(-Money(pattern.amount_minor, pattern.currency)),
        "creditorAccount": mapping.written(AccountRef(**pattern.creditor)),
        "bankTransactionCode": CODE[Scheme(it.scheme)],
        "additionalInformationStructured": {
            "standingOrderDetails": mapping_payments.schedule(payments.schedule_of(it))
        },
    }
