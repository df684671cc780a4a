"""Verifications of payee in this standard's words.

Source: psd2-api 1.3.16, PartyNameMatchCode, PartyIdentificationMatchCode, VOPBulkStatus.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bank import payees, payments
from sandbox.bank.bank import Bank
from sandbox.bank.payees import Answered, Inquiry, InquiryStatus, PayeeOutcome, Question, Verification
from sandbox.bank.payments import CreditTransfer, Payment, PaymentStatus
from sandbox.standards.berlin_group import mapping

MATCH: Mapping[PayeeOutcome, str] = {
    PayeeOutcome.MATCH: "MTCH",
    PayeeOutcome.CLOSE_MATCH: "CMTC",
    PayeeOutcome.NO_MATCH: "NMTC",
    PayeeOutcome.NOT_POSSIBLE: "NOAP",
}
BULK_STATUS: Mapping[InquiryStatus, str] = {
    # As the published file spells it.
    InquiryStatus.RECEIVED: "recieved",
    InquiryStatus.PENDING: "pending",
    InquiryStatus.COMPLETED: "completed",
}
_SAID: Mapping[PayeeOutcome, str] = {
    PayeeOutcome.MATCH: "The account belongs to the party.",
    PayeeOutcome.CLOSE_MATCH: "The name is nearly that of the account's owner.",
    PayeeOutcome.NO_MATCH: "The account does not belong to the party.",
    PayeeOutcome.NOT_POSSIBLE: "The account's bank could not say whose it is.",
}
_MATCHED_NAME_MAX = 140


def question(body: Mapping[str, Any]) -> Question:
    """A body, or one of a bulk, that a schema has read."""
    party, uetr = body["party"], body.get("uetr")
    kept = {name: body[name] for name in ("partyAccount", "party", "partyAgent") if name in body}
    return Question(
        payee=mapping.reference(body["partyAccount"]),
        name=party.get("name"),
        identification=_number(party["identification"]) if "identification" in party else None,
        uetr=str(uetr) if uetr else None,
        particulars=kept,
    )


def _number(identification: Mapping[str, Any]) -> str:
    ((_, said),) = identification.items()
    ((_, number),) = said.items()
    return str(number[0]["identification"] if isinstance(number, list) else number)


def result(found: Verification) -> dict[str, str]:
    """One answer. Each code stands there if it was asked for."""
    body = {}
    if found.outcome is not None:
        body["partyNameMatch"] = MATCH[found.outcome]
    if found.identification is not None:
        body["partyIdMatch"] = MATCH[found.identification]
    if found.matched_name is not None:
        body["matchedName"] = found.matched_name[:_MATCHED_NAME_MAX]
    telling = found.outcome if found.identification is None else found.identification
    return body | {"additionalInformation": _SAID[telling]} if telling else body


def results(inquiry: Inquiry) -> list[dict[str, Any]]:
    """The answers of a bulk, each by its question's mark."""
    return [_marked(one) | result(one.verification) for one in payees.answers(inquiry)]


def bulk(bank: Bank, inquiry: Inquiry) -> dict[str, Any]:
    """A bulk: its questions, and the answers once it is completed."""
    completed = payees.status(bank, inquiry) is InquiryStatus.COMPLETED
    entries = [
        _marked(one) | (one.question.particulars or {}) | (result(one.verification) if completed else {})
        for one in payees.answers(inquiry)
    ]
    return bulk_state(bank, inquiry) | {"partyVerificationRequestsAndResults": entries}


def bulk_state(bank: Bank, inquiry: Inquiry) -> dict[str, str]:
    """How far a bulk is."""
    return {"vopBulkId": inquiry.id, "vopBulkStatus": BULK_STATUS[payees.status(bank, inquiry)]}


def _marked(one: Answered) -> dict[str, Any]:
    return {"uetr": one.question.uetr}


def of_payment(bank: Bank, payment: Payment) -> dict[str, Any]:
    """What was found of the creditors, as long as the payer has to confirm them.

    Every transaction stands there in its order, for in a bulk nothing else says which one is meant.
    """
    if payment.status != PaymentStatus.DOUBTED:
        return {}
    found = [_transaction(one) for one in payments.asked(bank, payment)]
    return {"originalTransactionInformationAndVopStatus": found}


def _transaction(one: CreditTransfer) -> dict[str, str]:
    outcome = PayeeOutcome(one.payee_outcome or PayeeOutcome.NOT_POSSIBLE)
    clean = outcome is PayeeOutcome.MATCH
    body = {"transactionStatus": "RCVC" if clean else "RVCM", "creditorNameMatch": MATCH[outcome]}
    if one.end_to_end_id:
        body["originalEndToEndId"] = one.end_to_end_id
    if "instruction_id" in one.particulars:
        body["originalInstructionId"] = one.particulars["instruction_id"]
    if one.payee_name:
        body["matchedCreditorName"] = one.payee_name[:_MATCHED_NAME_MAX]
    return body
