"""Payment consents and payments in the words of this standard.

Source: OBWriteDomesticConsentResponse5, OBWriteDomesticResponse5 and their like, of 3.1.11 and 4.0.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from sandbox.bank import accounts, clearing, payment_consents, payments
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import PaymentConsent, PaymentConsentStatus
from sandbox.bank.payments import CreditTransfer, Payment, PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.kernel.money import decimal_text
from sandbox.standards.uk_open_banking import mapping_across, numbers, payment_words, walltime
from sandbox.standards.uk_open_banking.payment_kinds import Kind
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.versions import V3, Version

Body = dict[str, Any]

#: What the standard calls a fee by its scheme; for what it has no name, the sandbox has one of its own.
_CHARGES = {Scheme.HIGH_VALUE: "UK.OBIE.CHAPSOut"}
_CHARGE = "UK.Bryggen.{scheme}Out"
#: What is dated begins at this hour.
_MORNING = time(6, 0)
#: Not reached before the money is on its way.
_SETTLED = (PaymentStatus.SETTLED, PaymentStatus.CREDITED)
#: 3.1 says of a transfer that was not made, and why. Source: OBWritePaymentDetails1.
_REJECTION, _CANCELLATION = "ProprietaryRejection", "Cancelled"


def consent(version: Version, bank: Bank, kind: Kind, one: PaymentConsent, terms: PaymentTerms) -> Body:
    """The `Data` of a consent: what was asked for to the letter, and where it stands."""
    status = payment_consents.current_status(bank, one)
    data: Body = {
        "ConsentId": one.id,
        "CreationDateTime": walltime.told(one.created_at),
        "Status": version.say(payment_words.CONSENT_STATUS[status]),
        "StatusUpdateDateTime": walltime.told(one.moved_at),
        **terms.data,
        "Initiation": mapping_across.initiation(terms.version, version, terms.data["Initiation"]),
    }
    data |= _rate(terms)
    if one.cut_off_at is not None:
        data["CutOffDateTime"] = walltime.told(one.cut_off_at)
    if version is not V3:
        reason = _consent_reason(status, one)
        data["StatusReason"] = [_reason(*reason)] if reason else []
    if one.payment_id is not None:
        data |= of_payment(bank, kind, payment_consents.payment_of(bank, one))
    if one.account_id is not None:
        data["Debtor"] = {"Name": accounts.get(bank, one.account_id).owner_name[:350]}
    return data


def _rate(terms: PaymentTerms) -> Body:
    """The bank's answer to a wish for a rate, which is a number on the wire and nowhere else."""
    if terms.rate is None:
        return {}
    number = orjson.Fragment(terms.rate["ExchangeRate"])
    return {"ExchangeRateInformation": {**terms.rate, "ExchangeRate": number}}


def _consent_reason(status: PaymentConsentStatus, one: PaymentConsent) -> tuple[str, str] | None:
    if one.reason:
        return one.reason, payment_words.reason_text(one.reason)
    return payment_words.CONSENT_REASON.get(status)


def order(version: Version, bank: Bank, kind: Kind, one: PaymentConsent, *, new: bool = False) -> Body:
    """The `Data` of a payment that was submitted under that consent; `new`: by this very call."""
    payment, terms = payment_consents.payment_of(bank, one), PaymentTerms.of_kept(one.terms)
    last = payments.history(bank, payment)[-1]
    data: Body = {
        kind.id_key: payment.id,
        "ConsentId": one.id,
        "CreationDateTime": walltime.told(one.moved_at),
        "Status": status(version, bank, kind, payment, new=new),
        "StatusUpdateDateTime": walltime.told(max(last.at, one.moved_at)),
        "Initiation": mapping_across.initiation(terms.version, version, terms.data["Initiation"]),
        **_rate(terms),
        **of_payment(bank, kind, payment),
        **_signatures(version, bank, payment, last.at),
    }
    if version is not V3 and payment.reason:
        data["StatusReason"] = [_reason(payment.reason, payment_words.reason_text(payment.reason))]
    if payment.debtor_account_id is not None:
        account = accounts.get(bank, payment.debtor_account_id)
        data["Debtor"] = {"Name": account.owner_name[:350]}
        if terms.data.get("ReadRefundAccount") == "Yes":
            agent = {"SchemeName": numbers.BIC, "Identification": bank.profile.bic}
            refund: Body = {"Account": numbers.own(account, pan=False)[0]}
            data["Refund"] = refund | ({"Agent": agent} if kind.international else {})
    return data


def status(version: Version, bank: Bank, kind: Kind, payment: Payment, *, new: bool) -> str:
    """Where it stands; of a new one 4.0 says no more than that it was received, or rejected.

    Source: Read/Write 4.0, domestic-payments, POST, Status.
    """
    words, stands = payment_words.of(kind, version), PaymentStatus(payment.status)
    if version is not V3 and new and stands is not PaymentStatus.REJECTED:
        return words[PaymentStatus.RECEIVED]
    if words[PaymentStatus.ACCEPTED] == "InitiationCompleted" and _was_tried(bank, payment):
        # What became of it on its day is no matter of the initiation.
        return words[PaymentStatus.ACCEPTED]
    return words[stands]


def _was_tried(bank: Bank, payment: Payment) -> bool:
    """Whether a payment for a day to come was carried out on it, well or badly."""
    dated = payment.requested_on is not None and payment.accepted_at is not None
    return dated and payments.asked(bank, payment)[0].due_on is not None


def of_payment(bank: Bank, kind: Kind, payment: Payment) -> Body:
    """What is told of the payment with its consent and with itself."""
    asked = payments.asked(bank, payment)
    data: Body = {}
    fee_minor = payments.fee_minor(bank, payment) * len(asked)
    if fee_minor:
        scheme = Scheme(payment.scheme)
        own = _CHARGE.format(scheme=scheme.value[0].upper() + scheme.value[1:])
        charge = {"ChargeBearer": "BorneByDebtor", "Type": _CHARGES.get(scheme, own)}
        data["Charges"] = [{**charge, "Amount": amount(fee_minor, bank.profile.currency)}]
    return data | (_expected(bank, payment, asked[0]) if kind.expected else {})


def _expected(bank: Bank, payment: Payment, one: CreditTransfer) -> Body:
    """When the debtor is debited, and when the creditor has the money, as far as can be foreseen."""
    if one.arrives_at is not None:
        # It is on its way: when it left is a matter of the details.
        begun = walltime.told(payment.accepted_at or one.arrives_at)
        return {
            "ExpectedExecutionDateTime": begun,
            "ExpectedSettlementDateTime": walltime.told(one.arrives_at),
        }
    ready = bank.now
    if payment.requested_on is not None and payment.requested_on > bank.today:
        zone = ZoneInfo(bank.profile.zone)
        ready = datetime.combine(payment.requested_on, _MORNING, zone).astimezone(bank.now.tzinfo)
    way = clearing.passage(bank, Scheme(payment.scheme), one.currency, ready)
    return {
        "ExpectedExecutionDateTime": walltime.told(way.leaves_at),
        "ExpectedSettlementDateTime": walltime.told(way.arrives_at),
    }


def _signatures(version: Version, bank: Bank, payment: Payment, updated_at: datetime) -> Body:
    """Who has signed of those who must, where one alone does not do."""
    needed = payments.signatures_needed(bank, payment.debtor_account_id)
    if needed == 1:
        return {}
    received = len(payment.signed_by)
    state = "authorised" if received >= needed else "awaiting"
    if received < needed and payment.status in (PaymentStatus.REJECTED, PaymentStatus.CANCELLED):
        state = "rejected"
    told = {
        "Status": version.say(payment_words.SIGNATURES[state]),
        "NumberRequired": needed,
        "NumberReceived": received,
        "LastUpdateDateTime": walltime.told(updated_at),
    }
    until = payments.waits_until(bank, payment)
    if until is not None:
        told["ExpirationDateTime"] = walltime.told(until)
    return {"MultiAuthorisation": told}


def details(version: Version, bank: Bank, payment: Payment) -> list[Body]:
    """The `PaymentStatus` of a payment: of each transfer, of a standing order each run, where it stands."""
    found = payments.transfers(bank, payment)
    runs = found[1:] if payment.service == Service.PERIODIC else found
    updated_at = payments.history(bank, payment)[-1].at
    return [_detail(version, payment, one, updated_at) for one in runs or found[:1]]


def _detail(version: Version, payment: Payment, one: CreditTransfer, updated_at: datetime) -> Body:
    status = PaymentStatus(one.status)
    if status is PaymentStatus.RECEIVED:
        # As long as nobody has tried it, it stands where the payment stands.
        status = PaymentStatus(payment.status)
    word = version.say(payment_words.TRANSFER[status])
    detail: Body = {"Status": word}
    instrument = payment_words.INSTRUMENT.get(Scheme(payment.scheme))
    if instrument:
        detail["LocalInstrument"] = instrument
    if one.reason:
        cancelled = status is PaymentStatus.CANCELLED
        detail["StatusReason"] = (
            one.reason if version is not V3 else _CANCELLATION if cancelled else _REJECTION
        )
        detail["StatusReasonDescription"] = payment_words.reason_text(one.reason)
    moved_at = updated_at if one.returned_at is None else one.returned_at
    return {
        "PaymentTransactionId": one.entry_id or f"{payment.id}-{one.position}",
        "Status": word,
        "StatusUpdateDateTime": walltime.told(moved_at),
        "StatusDetail": detail,
    }


def amount(minor: int, currency: str) -> Mapping[str, str]:
    """An amount as the standard writes it."""
    return {"Amount": decimal_text(minor, currency), "Currency": currency}


def _reason(code: str, text: str) -> Mapping[str, str]:
    return {"StatusReasonCode": code, "StatusReasonDescription": text}
