"""What a payment is: its terms, its status, and the refusals. Its tables: see `tables`.

Source: NextGenPSD2 IG 1.3.8, section 5; ISO 20022 ExternalPaymentTransactionStatus1Code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sandbox.bank.accounts import AccountRef
from sandbox.bank.profile import Processing, Scheme, Service
from sandbox.kernel.errors import Refusal
from sandbox.kernel.money import Money


class PaymentUnknown(Refusal):
    """There is no such payment, or it is another TPP's."""

    text = "The payment is not known."


class SchemeUnsupported(Refusal):
    """The bank carries out no payments of that kind, or not that many in one."""

    text = "This bank does not offer that payment product."


class SchemeForBusiness(Refusal):
    """The bank has the scheme, but not for the account of a private person."""

    text = "This bank makes payments of that kind from the accounts of companies only."


class BulkSizeInvalid(Refusal):
    """There is nothing in the bulk, or more than the bank takes at once."""

    text = "The number of credit transfers is not one that this bank takes at once."


class PaymentRefused(Refusal):
    """The payment cannot be carried out as it is asked for: amount, currency, or an account."""

    text = "The payment cannot be carried out."


class ReferenceInvalid(PaymentRefused):
    """The creditor's reference does not keep the rule of its kind, or of the creditor's agreement."""

    text = "The creditor reference is not valid."


class CreditorInvalid(PaymentRefused):
    """The creditor's account is not named as the scheme needs it, or its check digits are wrong."""

    text = "The creditor account is not one that this payment product pays to."


class AmountInvalid(PaymentRefused):
    """The amount is zero, negative, or more than the scheme carries."""

    text = "The amount must be above zero and within what the scheme carries."


class CurrencyInvalid(PaymentRefused):
    """The scheme does not carry the currency, or nobody can exchange it."""

    text = "The payment product does not carry this currency."


class ExecutionDateInvalid(Refusal):
    """The day lies in the past, too far ahead, or the schedule never comes to a day."""

    text = "The execution date is in the past, or too far ahead."


class DebtorMissing(Refusal):
    """The bank wants to know the debtor's account from the TPP."""

    text = "This bank needs the debtor account with the payment."


class DebtorUnknown(Refusal):
    """The account to be debited is not one that this PSU can pay from."""

    text = "The debtor account is not one that can be paid from."


class PaymentNotOpen(Refusal):
    """The payment is past the step, so that this cannot happen to it any more."""

    text = "The status of the payment does not allow this."


class PayeeUnconfirmed(Refusal):
    """The creditor's bank does not know the name, and the payer has yet to say that it is right."""

    text = "The creditor could not be verified; the payer has to confirm it before the authorisation."


class CancellationInvalid(Refusal):
    """The payment cannot be cancelled any more: it is carried out, refused, or cancelled already."""

    text = "The payment cannot be cancelled any more."


class RequestReused(Refusal):
    """The X-Request-ID was used for another payment before."""

    text = "This request id has been used for a payment before."


class LogicalDuplicate(Refusal):
    """The same payment, to the same creditor with the same reference, was initiated today."""

    text = "The same payment has been initiated today; this bank takes it for a duplicate."


class AlreadySigned(Refusal):
    """One person signs once; the second signature must be somebody else's."""

    text = "This PSU has signed already; another one has to."


class PaymentStatus(StrEnum):
    """Where a payment stands, as the bank knows it; how much of it is told depends on the bank's type.

    VERIFIED: received, and the creditors' banks know their names. DOUBTED: received, but one of them does not
    know the name, and the payer has to confirm.
    ACCEPTED: authorised, and waits for its day. PENDING: waits for funds. IN_PROCESS: the amount is reserved.
    SETTLED: the debtor is debited. CREDITED: the creditor has it as well. PARTLY_ACCEPTED: a bulk of which
    some entries were rejected.
    """

    RECEIVED = "received"
    VERIFIED = "verified"
    DOUBTED = "doubted"
    PARTIALLY_AUTHORISED = "partially_authorised"
    ACCEPTED = "accepted"
    PENDING = "pending"
    IN_PROCESS = "in_process"
    SETTLED = "settled"
    CREDITED = "credited"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


_S = PaymentStatus
#: Which status may follow which; what has no successor is final. The same for a payment and each transfer.
TRANSITIONS: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    _S.RECEIVED: frozenset({_S.PARTIALLY_AUTHORISED, _S.ACCEPTED, _S.REJECTED, _S.CANCELLED}),
    _S.VERIFIED: frozenset({_S.PARTIALLY_AUTHORISED, _S.ACCEPTED, _S.REJECTED, _S.CANCELLED}),
    _S.DOUBTED: frozenset({_S.RECEIVED, _S.REJECTED, _S.CANCELLED}),
    _S.PARTIALLY_AUTHORISED: frozenset({_S.ACCEPTED, _S.REJECTED, _S.CANCELLED}),
    _S.ACCEPTED: frozenset(
        {_S.PENDING, _S.IN_PROCESS, _S.PARTLY_ACCEPTED, _S.REJECTED, _S.CANCELLED, _S.SETTLED}
    ),
    _S.PENDING: frozenset({_S.IN_PROCESS, _S.PARTLY_ACCEPTED, _S.REJECTED, _S.CANCELLED}),
    _S.IN_PROCESS: frozenset({_S.SETTLED, _S.CREDITED, _S.PARTLY_ACCEPTED, _S.REJECTED, _S.CANCELLED}),
    _S.PARTLY_ACCEPTED: frozenset(),
    _S.SETTLED: frozenset(),
    _S.CREDITED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.CANCELLED: frozenset(),
}
#: As what a payment begins.
BEGINNINGS = frozenset({_S.RECEIVED, _S.VERIFIED, _S.DOUBTED})
#: What a batch bank does not tell apart: to the TPP, the one is the other. Source: IG 1.3.8, 4.14.1.
TOLD_AS: Mapping[Processing, Mapping[PaymentStatus, PaymentStatus]] = {
    Processing.REAL_TIME: {},
    Processing.BATCH_A: {_S.PENDING: _S.ACCEPTED, _S.IN_PROCESS: _S.ACCEPTED, _S.SETTLED: _S.ACCEPTED},
    Processing.BATCH_B: {_S.SETTLED: _S.IN_PROCESS},
}
#: The status after which such a bank has nothing more to tell, when all goes well.
LAST_TOLD: Mapping[Processing, PaymentStatus] = {
    Processing.BATCH_A: _S.ACCEPTED,
    Processing.BATCH_B: _S.IN_PROCESS,
}
#: In these the payment waits for a PSU's yes.
OPEN = frozenset({_S.RECEIVED, _S.VERIFIED, _S.PARTIALLY_AUTHORISED})
#: In these it waits for the yes, or for what comes before it; in time it lapses.
UNANSWERED = OPEN | {_S.DOUBTED}


class Frequency(StrEnum):
    """How often a periodic payment is carried out. Source: psd2-api 1.3.11, frequencyCode."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    EVERY_TWO_WEEKS = "EveryTwoWeeks"
    MONTHLY = "Monthly"
    EVERY_TWO_MONTHS = "EveryTwoMonths"
    QUARTERLY = "Quarterly"
    SEMI_ANNUAL = "SemiAnnual"
    ANNUAL = "Annual"
    MONTHLY_VARIABLE = "MonthlyVariable"


class Roll(StrEnum):
    """To which bank day a run rolls that falls on none. Source: psd2-api 1.3.11, executionRule."""

    FOLLOWING = "following"
    PRECEDING = "preceding"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a periodic payment runs. `day` is the day of the month, 31 its last; `months` are of VARIABLE."""

    start_on: date
    frequency: Frequency
    end_on: date | None = None
    roll: Roll = Roll.FOLLOWING
    day: int | None = None
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreedRate:
    """A rate of exchange that the bank stands by: one unit of `currency` buys so much of the transfer's."""

    currency: str
    buys: Decimal


@dataclass(frozen=True, slots=True)
class Instruction:
    """One credit transfer as it is asked for. `particulars` is what else the TPP said, to be told back.

    Without a `rate` it is exchanged at that of the day on which it is made.
    """

    amount: Money
    creditor_name: str
    creditor: AccountRef
    creditor_bic: str | None = None
    end_to_end_id: str | None = None
    remittance: str | None = None
    reference: str | None = None
    reference_type: str | None = None
    rate: AgreedRate | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment as the TPP initiates it. `product` is the standard's own word, `raw` its own document.

    `payee_check` is the TPP's wish (None: it has none), `payee_request_id` the call in which it has asked
    about the payees before. `payee_confirmable`: its standard can confirm a doubted payee before the yes.
    `consent_id` is the payment consent by which alone it is submitted: it is no duplicate of any other.
    """

    service: Service
    scheme: Scheme
    product: str
    instructions: tuple[Instruction, ...]
    debtor: AccountRef | None = None
    requested_on: date | None = None
    schedule: Schedule | None = None
    batch_booking: bool | None = None
    reject_without_funds: bool = False
    payee_check: bool | None = None
    payee_request_id: str | None = None
    payee_confirmable: bool = False
    tpp_name: str = ""
    psu_login: str | None = None
    request_id: str | None = None
    consent_id: str | None = None
    form: str = "json"
    raw: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Payment:
    """One payment of one app at one bank: what was asked for, who signed, and where it stands.

    `debtor` is the account as the TPP named it, `debtor_account_id` the one that is debited, known at the
    latest with the yes. `due_on` is the next day on which it is carried out, while it waits for one.
    """

    workspace_id: str
    id: str
    bank_id: str
    app_id: str
    tpp_name: str
    service: str
    scheme: str
    product: str
    status: str
    reason: str | None = None
    person_id: str | None
    signed_by: list[str]
    debtor: dict[str, Any] | None
    debtor_account_id: str | None
    requested_on: date | None
    due_on: date | None = None
    schedule: dict[str, Any] | None
    batch_booking: bool | None
    reject_without_funds: bool
    funds_available: bool | None = None
    reads: int = 0
    request_id: str | None
    fingerprint: str
    form: str
    raw: str | None
    created_at: datetime
    accepted_at: datetime | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class CreditTransfer:
    """One credit transfer of a payment. A periodic payment has its pattern at position 0, then one per run.

    `payee_outcome` is what the creditor's bank says of the name (None: it was not asked), `payee_name` the
    name that it nearly is. `debit_minor` and `fee_minor` are what the debtor's account loses, in that
    account's currency; `entry_id` names the entry on it. `due_on` is the day on which it was first tried.
    `arrives_at` is when the creditor's bank has it. Where the bank has agreed to a rate, one unit of
    `rate_currency` buys `rate` of the currency. `failure` is what is to go wrong with it: see `faults`.
    """

    workspace_id: str
    payment_id: str
    position: int
    status: str
    reason: str | None = None
    amount_minor: int
    currency: str
    creditor_name: str
    creditor: dict[str, Any]
    creditor_bic: str | None
    payee_outcome: str | None = None
    payee_name: str | None = None
    end_to_end_id: str | None
    remittance: str | None
    reference: str | None
    reference_type: str | None
    particulars: dict[str, Any]
    due_on: date | None = None
    debit_minor: int | None = None
    fee_minor: int | None = None
    entry_id: str | None = None
    arrives_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str | None = None
    rate: str | None = None
    rate_currency: str | None = None
    failure: str | None = None


class PaymentStep(NamedTuple):
    """One step of a payment's history: the status that it came to, and when."""

    status: str
    reason: str | None
    at: datetime
