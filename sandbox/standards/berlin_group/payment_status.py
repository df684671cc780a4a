"""Where a payment stands, as each type of bank tells it, and why it was refused.

Source: NextGenPSD2 IG 1.3.8, 4.14.1; psd2-api 1.3.11, transactionStatus.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bank import payments
from sandbox.bank.bank import Bank
from sandbox.bank.baskets import BasketStatus
from sandbox.bank.payees import PayeeOutcome
from sandbox.bank.payments import CreditTransfer, Payment, PaymentStatus
from sandbox.bank.profile import Processing
from sandbox.bank.reasons import Reason
from sandbox.standards.berlin_group import mapping_payees, switches

_S = PaymentStatus
_TEXT_MAX = 500  # psd2-api 1.3.11, psuMessageText
_WARNINGS_MAX = 2
#: What every bank says, whatever its type.
_EVERYWHERE: Mapping[PaymentStatus, str] = {
    _S.RECEIVED: "RCVD",
    # Source: psd2-api 1.3.16, transactionStatus.
    _S.VERIFIED: "RCVC",
    _S.DOUBTED: "RVCM",
    _S.PARTIALLY_AUTHORISED: "PATC",
    _S.PARTLY_ACCEPTED: "PART",
    _S.REJECTED: "RJCT",
    _S.CANCELLED: "CANC",
    # Only an instant scheme knows that the creditor has it; no batch stands between.
    _S.CREDITED: "ACCC",
}
_OF_PAYEES = frozenset({_S.VERIFIED, _S.DOUBTED})
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
#: What a signing basket says. The published text contradicts its list of codes; these are in the list.
BASKET: Mapping[BasketStatus, str] = {
    BasketStatus.RECEIVED: "RCVD",
    BasketStatus.PARTIALLY_AUTHORISED: "PATC",
    BasketStatus.AUTHORISED: "ACTC",
    BasketStatus.REJECTED: "RJCT",
    BasketStatus.CANCELLED: "CANC",
}
#: Source: psd2-api 1.3.11, fundsAvailable: told next to these.
_WITH_FUNDS = {"ACTC", "ACWC", "ACCP"}
#: Why, for people. The codes are of ISO 20022.
REASON: Mapping[Reason, str] = {
    Reason.CREDITOR_BANK_SILENT: "The creditor's bank did not answer in time.",
    Reason.CREDITOR_BANK_OFFLINE: "The creditor's bank cannot be reached.",
    Reason.DEBTOR_ACCOUNT_INVALID: "The debtor account is not valid.",
    Reason.CREDITOR_ACCOUNT_INVALID: "The creditor account is not known at its bank.",
    Reason.CLOSED: "An account is closed.",
    Reason.BLOCKED: "An account is blocked.",
    Reason.TRANSACTION_FORBIDDEN: "The account is not open for payments of this kind.",
    Reason.NOT_ALLOWED_AMOUNT: "The amount is above what is allowed.",
    Reason.INSUFFICIENT_FUNDS: "There is not enough money on the account.",
    Reason.DUPLICATION: "The same payment has been made before.",
    Reason.NAME_AND_NUMBER_DIFFER: "The creditor's name does not belong to the account.",
    Reason.CREDITOR_ADDRESS_MISSING: "The creditor's address is missing, or not right.",
    Reason.CREDITOR_BANK_NOT_REGISTERED: "The creditor's bank takes no part in the scheme.",
    Reason.CUSTOMER_REQUEST: "The customer has cancelled it.",
    Reason.DATE_INVALID: "The last day on which it could be carried out has passed.",
    Reason.SETTLEMENT_FAILED: "The banks could not settle it between them.",
    Reason.FILE_FORMAT_INVALID: "The order could not be read.",
    Reason.CANCELLATION_REQUESTED: "It was asked back.",
    Reason.FRAUD: "It is suspected to be a fraud.",
    Reason.DECEASED: "The customer is deceased.",
    Reason.NOT_SPECIFIED_BY_CUSTOMER: "The customer did not confirm it.",
    Reason.NOT_SPECIFIED: "The bank gives no reason.",
    Reason.BANK_IDENTIFIER_INVALID: "The creditor's bank is not known by that code.",
    Reason.REGULATORY: "The law does not allow it.",
    Reason.CUT_OFF_PASSED: "It came after the cut-off.",
}


def code(bank: Bank, payment: Payment) -> str:
    """The transactionStatus that this bank tells."""
    return word(bank, PaymentStatus(payment.status))


def word(bank: Bank, status: PaymentStatus) -> str:
    """What this bank calls that status: 1.3.11 has no word for what was found of the creditor."""
    if status in _OF_PAYEES and not switches.knows_payees(bank.profile):
        status = _S.RECEIVED
    return STATUS[bank.profile.payments.processing][status]


def state(bank: Bank, payment: Payment) -> dict[str, Any]:
    """A `paymentInitiationStatusResponse`."""
    body: dict[str, Any] = {"transactionStatus": code(bank, payment)}
    if payment.funds_available is not None and body["transactionStatus"] in _WITH_FUNDS:
        body["fundsAvailable"] = payment.funds_available
    body |= mapping_payees.of_payment(bank, payment)
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
    if payments.is_open(payment) or payment.status == PaymentStatus.DOUBTED:
        return payee_warning(bank, payment)
    if payment.status == PaymentStatus.PENDING:
        return "The payment waits for money on the account."
    if payment.status == PaymentStatus.REJECTED and payment.reason:
        return REASON[Reason(payment.reason)]
    return None


def payee_warning(bank: Bank, payment: Payment) -> str | None:
    """What the payer has to know of the creditors before the yes; nothing where all are as they should be.

    Source: Regulation (EU) 260/2012, article 5c (1): the name is told, and that the money may go astray.
    """
    doubts = payments.doubts(bank, payment)
    if not doubts:
        return None
    said = " ".join(_doubt(one) for one in doubts[:_WARNINGS_MAX])
    return f"{said} The money may go to an account that is not the one you mean."[:_TEXT_MAX]


def _doubt(one: CreditTransfer) -> str:
    match one.payee_outcome:
        case PayeeOutcome.CLOSE_MATCH:
            return f"The account belongs to {one.payee_name}, not to {one.creditor_name}."
        case PayeeOutcome.NO_MATCH:
            return f"The account does not belong to {one.creditor_name}."
        case _:
            return f"Nobody could say whether the account belongs to {one.creditor_name}."


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
