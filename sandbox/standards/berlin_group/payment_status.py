"""Where a payment stands, as each type of bank tells it, and why it was refused.

Source: NextGenPSD2 IG 1.3.8, 4.14.1; psd2-api 1.3.11, transactionStatus.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bank import payments
from sandbox.bank.bank import Bank
from sandbox.bank.clearing import Reason
from sandbox.bank.payments import Payment, PaymentStatus
from sandbox.bank.profile import Processing

_S = PaymentStatus
#: What every bank says, whatever its type.
_EVERYWHERE: Mapping[PaymentStatus, str] = {
    _S.RECEIVED: "RCVD",
    _S.PARTIALLY_AUTHORISED: "PATC",
    _S.PARTLY_ACCEPTED: "PART",
    _S.REJECTED: "RJCT",
    _S.CANCELLED: "CANC",
    # Only an instant scheme knows that the creditor has it; no batch stands between.
    _S.CREDITED: "ACCC",
}
#: How far each type of bank tells the way of a payment.
STATUS: Mapping[Processing, Mapping[PaymentStatus, str]] = {
    Processing.REAL_TIME: {
        **_EVERYWHERE,
        _S.ACCEPTED: "ACCP",
        _S.PENDING: "PDNG",
        _S.IN_PROCESS: "ACSP",
        _S.SETTLED: "ACSC",
    },
    Processing.BATCH_A: {
        **_EVERYWHERE,
        _S.ACCEPTED: "ACTC",
        _S.PENDING: "ACTC",
        _S.IN_PROCESS: "ACTC",
        _S.SETTLED: "ACTC",
    },
    Processing.BATCH_B: {
        **_EVERYWHERE,
        _S.ACCEPTED: "ACCP",
        _S.PENDING: "PDNG",
        _S.IN_PROCESS: "ACFC",
        _S.SETTLED: "ACFC",
    },
}
#: Source: psd2-api 1.3.11, fundsAvailable: told next to these.
_WITH_FUNDS = {"ACTC", "ACWC", "ACCP"}
#: Why, for people. The codes are of ISO 20022.
REASON: Mapping[Reason, str] = {
    Reason.DEBTOR_ACCOUNT_INVALID: "The debtor account is not valid.",
    Reason.CREDITOR_ACCOUNT_INVALID: "The creditor account is not known at its bank.",
    Reason.CLOSED: "An account is closed.",
    Reason.BLOCKED: "An account is blocked.",
    Reason.TRANSACTION_FORBIDDEN: "The account is not open for payments of this kind.",
    Reason.NOT_ALLOWED_AMOUNT: "The amount is above what is allowed.",
    Reason.INSUFFICIENT_FUNDS: "There is not enough money on the account.",
    Reason.DUPLICATION: "The same payment has been made before.",
    Reason.CREDITOR_UNKNOWN: "The creditor is not known.",
    Reason.CUSTOMER_REQUEST: "The customer has cancelled it.",
    Reason.DATE_INVALID: "The last day on which it could be carried out has passed.",
    Reason.DECEASED: "The customer is deceased.",
    Reason.NOT_SPECIFIED_BY_CUSTOMER: "The customer did not confirm it.",
    Reason.NOT_SPECIFIED: "The bank gives no reason.",
    Reason.NO_ANSWER: "The creditor's bank did not answer in time.",
}


def code(bank: Bank, payment: Payment) -> str:
    """The transactionStatus that this bank tells."""
    return STATUS[bank.profile.payments.processing][PaymentStatus(payment.status)]


def state(bank: Bank, payment: Payment) -> dict[str, Any]:
    """A `paymentInitiationStatusResponse`."""
    body: dict[str, Any] = {"transactionStatus": code(bank, payment)}
    if payment.funds_available is not None and body["transactionStatus"] in _WITH_FUNDS:
        body["fundsAvailable"] = payment.funds_available
    told = psu_message(bank, payment)
    if told is not None:
        body["psuMessage"] = told
    messages = tpp_messages(payment)
    return body | ({"tppMessage": messages} if messages else {})


def psu_message(bank: Bank, payment: Payment) -> str | None:
    """What the TPP shall show to the PSU: what is still asked of somebody, or what went wrong."""
    if payment.status == PaymentStatus.PARTIALLY_AUTHORISED:
        missing = payments.signatures_needed(bank, payment.debtor_account_id) - len(payment.signed_by)
        return f"The payment waits for {missing} more signature(s)."
    if payment.status == PaymentStatus.PENDING:
        return "The payment waits for money on the account."
    if payment.status == PaymentStatus.REJECTED and payment.reason:
        return REASON[Reason(payment.reason)]
    return None


def tpp_messages(payment: Payment) -> list[dict[str, str]]:
    """Why it was rejected, by ISO 20022's code; that it waits for funds.

    The published file gives `tppMessage` its categories for codes: ERROR and WARNING. So the code of
    ISO 20022 stands in the text.
    """
    if payment.status == PaymentStatus.PENDING:
        return [{"category": "WARNING", "code": "WARNING", "text": "AM04: waits for funds."}]
    if payment.status != PaymentStatus.REJECTED or not payment.reason:
        return []
    text = f"{payment.reason}: {REASON[Reason(payment.reason)]}"
    return [{"category": "ERROR", "code": "ERROR", "text": text}]
