"""pain.002, the payment status report: where a payment and each of its transactions stand, and why.

Source: ISO 20022 message definitions pain.002.001.03, .10, .12 and .14; external code sets
ExternalPaymentTransactionStatus1Code and ExternalStatusReason1Code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sandbox.standards.berlin_group.formats import camt
from sandbox.standards.berlin_group.formats.camt import Element, put
from sandbox.standards.berlin_group.formats.pain001 import Pain001
from sandbox.standards.berlin_group.formats.pain001_mapping import NOT_PROVIDED

DEFAULT = "pain.002.001.03"
#: All that can be written; from .10 on they are alike as far as is written here.
VERSIONS = (DEFAULT, "pain.002.001.10", "pain.002.001.12", "pain.002.001.14")
#: The report that belongs to an initiation: ISO's releases of 2009 and of 2019.
_OF_INITIATION = {"pain.001.001.03": DEFAULT, "pain.001.001.09": "pain.002.001.10"}
_TEXT_MAX = 105  # ISO 20022 Max105Text

#: What the closed lists of pain.002.001.03 say for the codes that came later.
_BEFORE_2019 = {
    **{"ACCC": "ACSC", "ACWP": "ACSP", "ACFC": "ACCP", "PATC": "PDNG", "CANC": "RJCT"},
    **{"RVCM": "RCVD", "RCVC": "RCVD"},
}
#: Source: pain.002.001.03, TransactionIndividualStatus3Code, which knows neither of them.
_OF_ONE_BEFORE_2019 = _BEFORE_2019 | {"RCVD": "PDNG", "PART": "PDNG"}


class ReasonCode(StrEnum):
    """Why, in the words of ISO 20022 ExternalStatusReason1Code."""

    INCORRECT_ACCOUNT = "AC01"
    CLOSED_ACCOUNT = "AC04"
    BLOCKED_ACCOUNT = "AC06"
    TRANSACTION_FORBIDDEN = "AG01"
    AMOUNT_NOT_ALLOWED = "AM02"
    CURRENCY_NOT_ALLOWED = "AM03"
    INSUFFICIENT_FUNDS = "AM04"
    DUPLICATE = "AM05"
    CREDITOR_NAME_WRONG = "BE01"
    CREDITOR_ADDRESS_MISSING = "BE04"
    ORDER_CANCELLED = "DS02"
    INVALID_DATE = "DT01"
    NOT_SPECIFIED_BY_CUSTOMER = "MS02"
    NOT_SPECIFIED_BY_AGENT = "MS03"
    NARRATIVE = "NARR"
    AGENT_UNKNOWN = "RC01"
    REGULATORY = "RR04"
    PAST_CUT_OFF = "TM01"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a status, with a sentence for people if there is one."""

    code: ReasonCode
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TransactionReport:
    """Where one transaction stands; `accepted_at` is when the bank took it on."""

    status: str
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    accepted_at: datetime | None = None
    bank_reference: str | None = None
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """The initiation that is reported on, in its own words; of the ids there is one for each transaction."""

    message_id: str
    version: str
    payment_information_ids: Sequence[str]
    created: str | None = None
    number_of_transactions: str | None = None
    control_sum: str | None = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The status of a single, bulk or periodic payment; `reasons` are those of the whole.

    `transactions` are all of the initiation, in its order, or none.
    """

    message_id: str
    created_at: datetime
    bic: str
    original: Original
    status: str
    reasons: Sequence[Reason] = ()
    transactions: Sequence[TransactionReport] = ()


def original_of(initiation: Pain001) -> Original:
    """What a report repeats of the initiation."""
    return Original(
        message_id=initiation.message_id,
        version=initiation.version,
        payment_information_ids=initiation.payment_information_ids,
        created=initiation.created,
        number_of_transactions=initiation.number_of_transactions,
        control_sum=initiation.control_sum,
    )


def version_for(initiation: str) -> str:
    """The report's version that belongs to the initiation's.

    Source: psd2-api 1.3.11, paymentInitiationStatusResponse-200_xml: it follows the original pain.001 schema.
    """
    return _OF_INITIATION.get(initiation, DEFAULT)


def write(report: StatusReport, version: str = DEFAULT) -> bytes:
    """The report as a message of that version, which is one of `VERSIONS`.

    In pain.002.001.03, codes that came later are said in those it has: a cancelled payment is rejected, with
    DS02 for its reason.
    """
    if version == DEFAULT:
        report = _before_2019(report)
    root = camt.document(version)
    message = put(root, "CstmrPmtStsRpt")
    camt.header(message, report.message_id, report.created_at)
    agent = put(message[0], "DbtrAgt/FinInstnId")
    put(agent, "BIC" if version == DEFAULT else "BICFI", report.bic)
    _group(message, report)
    _instructions(message, report)
    return camt.write(root)


def _group(message: Element, report: StatusReport) -> None:
    group = put(message, "OrgnlGrpInfAndSts")
    original = report.original
    put(group, "OrgnlMsgId", original.message_id)
    put(group, "OrgnlMsgNmId", original.version)
    _put_told(group, "OrgnlCreDtTm", original.created)
    _put_told(group, "OrgnlNbOfTxs", original.number_of_transactions)
    _put_told(group, "OrgnlCtrlSum", original.control_sum)
    put(group, "GrpSts", report.status)
    _reasons(group, report.reasons)


def _instructions(message: Element, report: StatusReport) -> None:
    """Each instruction once, with its transactions below it."""
    ids = report.original.payment_information_ids
    orders = {}
    for number in dict.fromkeys(ids):
        orders[number] = put(message, "OrgnlPmtInfAndSts")
        put(orders[number], "OrgnlPmtInfId", number)
        if len(set(ids)) == 1:
            put(orders[number], "PmtInfSts", report.status)
    if report.transactions:
        for number, one in zip(ids, report.transactions, strict=True):
            _transaction(orders[number], one)


def _transaction(order: Element, one: TransactionReport) -> None:
    found = put(order, "TxInfAndSts")
    _put_told(found, "OrgnlInstrId", one.instruction_id)
    put(found, "OrgnlEndToEndId", one.end_to_end_id or NOT_PROVIDED)
    put(found, "TxSts", one.status)
    _reasons(found, one.reasons)
    _put_told(found, "AccptncDtTm", camt.instant(one.accepted_at) if one.accepted_at else None)
    _put_told(found, "AcctSvcrRef", one.bank_reference)


def _reasons(parent: Element, reasons: Sequence[Reason]) -> None:
    for reason in reasons:
        told = put(parent, "StsRsnInf")
        put(told, "Rsn/Cd", reason.code)
        _put_told(told, "AddtlInf", reason.text and reason.text[:_TEXT_MAX])


def _put_told(parent: Element, name: str, text: str | None) -> None:
    if text:
        put(parent, name, text)


def _before_2019(report: StatusReport) -> StatusReport:
    return replace(
        report,
        status=_BEFORE_2019.get(report.status, report.status),
        reasons=_with_cancellation(report.status, report.reasons),
        transactions=[
            replace(
                one,
                status=_OF_ONE_BEFORE_2019.get(one.status, one.status),
                reasons=_with_cancellation(one.status, one.reasons),
            )
            for one in report.transactions
        ],
    )


def _with_cancellation(status: str, reasons: Sequence[Reason]) -> Sequence[Reason]:
    return reasons or ([Reason(ReasonCode.ORDER_CANCELLED)] if status == "CANC" else [])
