"""Statement lines in the words of this standard: raw rows in, dictionaries out. A hot path of the sandbox.

Source: OBTransaction6 of 3.1.11 and 4.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from sandbox.bank.accounts import BalanceType
from sandbox.bank.bookings import CARD_KINDS
from sandbox.kernel.money import decimal_text
from sandbox.standards.uk_open_banking import numbers
from sandbox.standards.uk_open_banking.mapping import BALANCE_TYPE
from sandbox.standards.uk_open_banking.versions import V3, Version, Word

_BOOKED, _PENDING = Word("Booked", "BOOK"), Word("Pending", "PDNG")
_INFORMATION_MAX, _NAME_MAX, _CODE_MAX = 500, 350, 35
_MIDNIGHT = "T00:00:00+00:00"
#: What is told of a kind of booking that has no counterparty to speak for it.
_TOLD = {
    "interest": "Interest",
    "fee": "Fee of the bank",
    "return": "Returned payment",
    "atm": "Cash withdrawal",
}
#: Why a booking was made, where its kind says so: 4.0 alone. Source: ExternalCategoryPurpose1Code.
_PURPOSE = {"salary": "SALA", "pension": "PENS", "interest": "INTE", "tax": "TAXS"}
_SCHEMES = {"3": "AmericanExpress", "4": "VISA", "5": "MasterCard", "2": "MasterCard", "6": "Discover"}
#: 3.1 says the families and subfamilies by their names. Source: ISO 20022 bank transaction code set.
_FAMILIES = {
    "ICDT": "IssuedCreditTransfer",
    "RCDT": "ReceivedCreditTransfer",
    "IRCT": "IssuedRealTimeCreditTransfer",
    "RRCT": "ReceivedRealTimeCreditTransfer",
    "CCRD": "CustomerCardTransactions",
    "MCRD": "MerchantCardTransactions",
    "RDDT": "ReceivedDirectDebit",
    "CSLN": "ConsumerLoans",
    "MCOP": "MiscellaneousCreditOperations",
    "MDOP": "MiscellaneousDebitOperations",
}
_SUBFAMILIES = {
    "BOOK": "InternalBookTransfer",
    "CAJT": "CreditAdjustment",
    "CHRG": "Charges",
    "CWDL": "CashWithdrawal",
    "DDWN": "Drawdown",
    "DMCT": "DomesticCreditTransfer",
    "ESCT": "SEPACreditTransfer",
    "ESDD": "SEPACoreDirectDebit",
    "INTR": "Interest",
    "PMDD": "DirectDebit",
    "POSD": "PointOfSalePaymentDebitCard",
    "POSP": "PointOfSalePayment",
    "PPAY": "PrincipalPayment",
    "RIMB": "Reimbursement",
    "RRTN": "ReversalDueToPaymentReturn",
    "SALA": "PayrollSalaryPayment",
    "SDVA": "SameDayValueCreditTransfer",
    "STDO": "StandingOrder",
    "UPDD": "ReversalDueToUnpaidDirectDebit",
    "VCOM": "CreditTransferWithAgreedCommercialInformation",
    "XBCT": "CrossBorderCreditTransfer",
    "XBST": "CrossBorderStandingOrder",
}
_CREDITOR = ("CreditorAgent", "CreditorAccount")
_DEBTOR = ("DebtorAgent", "DebtorAccount")


@dataclass(frozen=True, slots=True)
class Manner:
    """What all transactions of one account have in common in one answer."""

    version: Version
    account_id: str
    issuer: str
    detail: bool
    balance_after: bool
    pan: bool


def transactions(manner: Manner, rows: Sequence[Any], *, booked: bool) -> list[dict[str, Any]]:
    """Raw rows as `OBTransaction6`."""
    status = manner.version.say(_BOOKED if booked else _PENDING)
    return [_transaction(row, manner, status, booked) for row in rows]


def _transaction(row: Any, manner: Manner, status: str, booked: bool) -> dict[str, Any]:
    """A raw row of `ledger.LINE_FIELDS` as an `OBTransaction6`."""
    # Taken apart at once: by names or by slices, a page of a hundred takes a third longer.
    (
        _, entry_id, booked_on, value_on, _, minor, currency, balance_minor, kind, code, proprietary_code,
        party_name, party_account, party_bic, remittance, reference, _, end_to_end_id, _, _, mcc, card,
        exchange,
    ) = row  # fmt: skip
    body: dict[str, Any] = {"AccountId": manner.account_id}
    if entry_id:
        body["TransactionId"] = entry_id
    if reference is not None or end_to_end_id is not None:
        body["TransactionReference"] = reference or end_to_end_id
    body["StatementReference"] = []
    body["CreditDebitIndicator"] = "Debit" if minor < 0 else "Credit"
    body["Status"] = status
    body["TransactionMutability"] = "Immutable" if booked else "Mutable"
    body["BookingDateTime"] = booked_on + _MIDNIGHT
    if value_on:
        body["ValueDateTime"] = value_on + _MIDNIGHT
    body["Amount"] = {"Amount": decimal_text(abs(minor), currency), "Currency": currency}
    if exchange is not None:
        body["CurrencyExchange"] = _exchange(exchange, currency)
    body["BankTransactionCode"] = _code(manner.version, code)
    body["ProprietaryBankTransactionCode"] = _proprietary(proprietary_code, manner.issuer)
    if card is not None:
        body["CardInstrument"] = _card(card, manner.pan)
    if manner.version is not V3 and kind in _PURPOSE:
        body["CategoryPurposeCode"] = _PURPOSE[kind]
    if not manner.detail:
        return body
    # Detail Permissions: none of what follows may be told without ReadTransactionsDetail.
    information = remittance or party_name or _TOLD.get(kind)
    if information:
        body["TransactionInformation"] = information[:_INFORMATION_MAX]
    if manner.balance_after and balance_minor is not None:
        body["Balance"] = _balance(manner.version, balance_minor, currency)
    if kind in CARD_KINDS:
        _tell_merchant(body, party_name, mcc)
    else:
        _tell_party(body, _CREDITOR if minor < 0 else _DEBTOR, (party_name, party_account, party_bic))
    return body


def _tell_merchant(body: dict[str, Any], name: str | None, mcc: str | None) -> None:
    merchant = {"MerchantName": name[:_NAME_MAX]} if name else {}
    if mcc is not None:
        merchant["MerchantCategoryCode"] = mcc
    if merchant:
        body["MerchantDetails"] = merchant


def _tell_party(
    body: dict[str, Any], names: tuple[str, str], party: tuple[str | None, str | None, str | None]
) -> None:
    """The creditor of what was paid, the debtor of what came in; the other side is the account itself."""
    (as_agent, as_account), (name, account, bic) = names, party
    if bic is not None:
        body[as_agent] = {"SchemeName": numbers.BIC, "Identification": bic}
    if account is not None:
        told = numbers.of_other(account)
        body[as_account] = {**told, "Name": name[:_NAME_MAX]} if name else told
    elif name:
        body[as_account] = {"Name": name[:_NAME_MAX]}


def _balance(version: Version, minor: int, currency: str) -> dict[str, Any]:
    return {
        "CreditDebitIndicator": "Debit" if minor < 0 else "Credit",
        "Type": version.say(BALANCE_TYPE[BalanceType.INTERIM_BOOKED]),
        "Amount": {"Amount": decimal_text(abs(minor), currency), "Currency": currency},
    }


def _exchange(exchange: str | Mapping[str, Any], currency: str) -> dict[str, Any]:
    """One unit of the foreign currency in ours. The rate is a number on the wire, and exact."""
    told = orjson.loads(exchange) if isinstance(exchange, str) else exchange
    there = told["currency"]
    return {
        "SourceCurrency": there,
        "TargetCurrency": currency,
        "UnitCurrency": there,
        "ExchangeRate": orjson.Fragment(str(told["rate"])),
        "QuotationDate": told["rate_on"] + _MIDNIGHT,
        "InstructedAmount": {
            "Amount": decimal_text(abs(int(told["amount_minor"])), there),
            "Currency": there,
        },
    }


@lru_cache(maxsize=1000)
def _code(version: Version, code: str) -> dict[str, str]:
    """`PMNT-CCRD-POSD` as family and subfamily. It is kept: nobody may change it."""
    _, family, sub = code.split("-")
    if version is V3:
        return {"Code": _FAMILIES.get(family, family), "SubCode": _SUBFAMILIES.get(sub, sub)}
    return {"Code": family, "SubCode": sub}


@lru_cache(maxsize=1000)
def _proprietary(code: str, issuer: str) -> dict[str, str]:
    return {"Code": code[:_CODE_MAX], "Issuer": issuer[:_CODE_MAX]}


@lru_cache(maxsize=10_000)
def _card(masked: str, pan: bool) -> dict[str, str]:
    """Source: OBTransactionCardInstrument1; the scheme is told by the first digit of the number."""
    scheme = _SCHEMES.get(masked[:1], "MasterCard")
    return {"CardSchemeName": scheme, "Identification": numbers.card(masked, pan=pan)[:34]}
