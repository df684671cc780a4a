"""Payments in this standard's words, there and back: what the TPP ordered, and what it is told again.

Source: psd2-api 1.3.11, paymentInitiation_json and its answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bank import accounts, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments import (
    CreditTransfer,
    Frequency,
    Instruction,
    Payment,
    PaymentOrder,
    Roll,
    Schedule,
)
from sandbox.bank.profile import Scheme, Service
from sandbox.kernel.money import Money, decimal_text
from sandbox.standards.berlin_group import mapping, payment_status, switches
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.products import Product

FREQUENCY: Mapping[Frequency, str] = {one: one.value for one in Frequency}
ROLL: Mapping[Roll, str] = {one: one.value for one in Roll}
_FREQUENCY_OF = {word: one for one, word in FREQUENCY.items()}
_ROLL_OF = {word: one for one, word in ROLL.items()}
#: What the bank keeps for the TPP and does nothing with, by our name.
_PARTICULARS = {
    "instructionIdentification": "instruction_id",
    "debtorName": "debtor_name",
    "debtorId": "debtor_id",
    "ultimateDebtor": "ultimate_debtor",
    "creditorAgentName": "creditor_agent_name",
    "creditorId": "creditor_id",
    "creditorNameAndAddress": "creditor_name_and_address",
    "ultimateCreditor": "ultimate_creditor",
    "purposeCode": "purpose_code",
    "chargeBearer": "charge_bearer",
    "remittanceInformationUnstructuredArray": "remittance_lines",
}
_ADDRESS = {
    "streetName": "street_name",
    "buildingNumber": "building_number",
    "townName": "town_name",
    "postCode": "post_code",
    "country": "country",
}
_OTHER = {
    "schemeNameCode": "scheme_name_code",
    "schemeNameProprietary": "scheme_name_proprietary",
    "issuer": "issuer",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that initiates a payment: what is known of it beside its body."""

    service: Service
    product: Product
    word: str
    tpp_name: str
    headers: Mapping[str, str]
    form: str = "json"
    raw: str | None = None


def order(bank: Bank, asked: Asked, body: Mapping[str, Any]) -> PaymentOrder:
    """A body that a schema has read, as the bank's order."""
    moment: datetime | None = body.get("requestedExecutionTime")
    day = moment.astimezone(ZoneInfo(bank.profile.zone)).date() if moment else None
    debtor = body.get("debtorAccount")
    told_once = _common_particulars(body, moment)
    listed = body["payments"] if asked.service is Service.BULK else (body,)
    _check_bearers(asked, listed)
    return PaymentOrder(
        service=asked.service,
        scheme=asked.product.scheme,
        product=asked.word,
        instructions=tuple(_instruction(one, {} if place else told_once) for place, one in enumerate(listed)),
        debtor=mapping.reference(debtor) if debtor else None,
        requested_on=body.get("requestedExecutionDate", day),
        schedule=_schedule(body) if asked.service is Service.PERIODIC else None,
        batch_booking=body.get("batchBookingPreferred"),
        reject_without_funds=asked.headers.get("rejection_preferred") == "true",
        **_of_payees(bank, asked.headers),
        tpp_name=asked.tpp_name,
        psu_login=asked.headers.get("psu_id"),
        request_id=asked.headers["request_id"],
        form=asked.form,
        raw=asked.raw,
    )


def _check_bearers(asked: Asked, listed: Sequence[Mapping[str, Any]]) -> None:
    """Each side of a SEPA transfer bears its own bank's charges. Raises FormatError.

    Source: EPC132-08 and EPC122-16, customer-to-PSP implementation guidelines, ChargeBearer.
    """
    if asked.product.scheme not in (Scheme.SEPA, Scheme.SEPA_INSTANT):
        return
    for place, one in enumerate(listed):
        if one.get("chargeBearer", "SLEV") != "SLEV":
            within = f"payments[{place}]." if asked.service is Service.BULK else ""
            raise FormatError(Message("A SEPA transfer takes SLEV alone.", f"{within}chargeBearer"))


def _of_payees(bank: Bank, headers: Mapping[str, str]) -> dict[str, Any]:
    """What the TPP wishes of the verification of payee; nothing where its version knows none."""
    if not switches.knows_payees(bank.profile):
        return {}
    wish = headers.get("vop_requested")
    return {
        "payee_check": None if wish is None else wish == "true",
        "payee_request_id": headers.get("vop_request_id"),
        "payee_confirmable": True,
    }


def _common_particulars(body: Mapping[str, Any], moment: datetime | None) -> dict[str, Any]:
    """What is said once for the whole payment; it is kept with its first transfer."""
    found: dict[str, Any] = {}
    if moment is not None:
        found["requested_execution_time"] = moment.isoformat()
    if "paymentInformationId" in body:
        found["payment_information_id"] = body["paymentInformationId"]
    return found | _of_other("debtor_other", body.get("debtorAccount"))


def _instruction(body: Mapping[str, Any], told_once: Mapping[str, Any]) -> Instruction:
    lines = body.get("remittanceInformationUnstructuredArray")
    structured: Mapping[str, str] = next(iter(body.get("remittanceInformationStructuredArray", ())), {})
    kept = {ours: body[wire] for wire, ours in _PARTICULARS.items() if wire in body}
    if "creditorAddress" in body:
        kept["creditor_address"] = {
            ours: body["creditorAddress"].get(wire) for wire, ours in _ADDRESS.items()
        }
    if structured:
        kept["remittance_structured"] = {
            "type": structured.get("referenceType"),
            "issuer": structured.get("referenceIssuer"),
        }
    return Instruction(
        amount=body["instructedAmount"],
        creditor_name=body["creditorName"],
        creditor=mapping.reference(body["creditorAccount"]),
        creditor_bic=body.get("creditorAgent"),
        end_to_end_id=body.get("endToEndIdentification"),
        remittance=" ".join(lines) if lines else body.get("remittanceInformationUnstructured"),
        reference=structured.get("reference") or body.get("remittanceInformationStructured"),
        reference_type=structured.get("referenceType"),
        particulars={**kept, **_of_other("creditor_other", body["creditorAccount"]), **told_once},
    )


def _of_other(name: str, account: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a reference says of a number in somebody's own scheme, beside the number itself."""
    other = (account or {}).get("other", {})
    kept = {ours: other[wire] for wire, ours in _OTHER.items() if wire in other}
    return {name: kept} if kept else {}


def _schedule(body: Mapping[str, Any]) -> Schedule:
    day = body.get("dayOfExecution")
    return Schedule(
        start_on=body["startDate"],
        frequency=_FREQUENCY_OF[body["frequency"]],
        end_on=body.get("endDate"),
        roll=_ROLL_OF[body.get("executionRule", ROLL[Roll.FOLLOWING])],
        day=int(day) if day else None,
        months=tuple(int(month) for month in body.get("monthsOfExecution", ())),
    )


def payment(bank: Bank, it: Payment) -> dict[str, Any]:
    """A payment as its TPP ordered it, and where it stands."""
    asked = payments.asked(bank, it)
    once = asked[0].particulars
    body: dict[str, Any] = {"debtorAccount": _debtor(bank, it, once)}
    if it.requested_on is not None and "requested_execution_time" not in once:
        body["requestedExecutionDate"] = it.requested_on.isoformat()
    if "requested_execution_time" in once:
        body["requestedExecutionTime"] = once["requested_execution_time"]
    if it.service == Service.BULK:
        if it.batch_booking is not None:
            body["batchBookingPreferred"] = it.batch_booking
        if "payment_information_id" in once:
            body["paymentInformationId"] = once["payment_information_id"]
        body["payments"] = [credit_transfer(one) for one in asked]
    else:
        body |= credit_transfer(asked[0]) | schedule(payments.schedule_of(it))
    body["transactionStatus"] = payment_status.code(bank, it)
    messages = payment_status.tpp_messages(it)
    return body | ({"tppMessage": messages} if messages else {})


def _debtor(bank: Bank, it: Payment, once: Mapping[str, Any]) -> dict[str, Any]:
    """The account that is debited: as the TPP named it, or as the PSU chose it; empty before that.

    The published file wants the member always, and allows it to be empty.
    """
    named = payments.reference_of(it.debtor)
    if named is not None:
        return _account(named, once.get("debtor_other"))
    if it.debtor_account_id is None:
        return {}
    return mapping.numbers(accounts.get(bank, it.debtor_account_id))


def credit_transfer(one: CreditTransfer) -> dict[str, Any]:
    """One credit transfer, member by member as it was asked for."""
    kept = one.particulars
    said: dict[str, Any] = {
        "endToEndIdentification": one.end_to_end_id,
        "instructedAmount": amount(Money(one.amount_minor, one.currency)),
        "creditorAccount": _account(AccountRef(**one.creditor), kept.get("creditor_other")),
        "creditorAgent": one.creditor_bic,
        "creditorName": one.creditor_name,
        **{wire: kept.get(ours) for wire, ours in _PARTICULARS.items()},
        **_remittance(one),
    }
    if "creditor_address" in kept:
        there = kept["creditor_address"]
        said["creditorAddress"] = {wire: there[ours] for wire, ours in _ADDRESS.items() if there[ours]}
    return {wire: value for wire, value in said.items() if value is not None}


def _account(reference: AccountRef, other: Mapping[str, str] | None) -> dict[str, Any]:
    body = mapping.written(reference)
    if other:
        body["other"] |= {wire: other[ours] for wire, ours in _OTHER.items() if ours in other}
    return body


def _remittance(one: CreditTransfer) -> dict[str, Any]:
    if "remittance_structured" in one.particulars:
        kept = one.particulars["remittance_structured"]
        told = {"reference": one.reference, "referenceType": kept["type"], "referenceIssuer": kept["issuer"]}
        whole = {wire: value for wire, value in told.items() if value}
        return {"remittanceInformationStructuredArray": [whole]}
    if one.reference is not None:
        return {"remittanceInformationStructured": one.reference}
    if one.remittance is not None and "remittance_lines" not in one.particulars:
        return {"remittanceInformationUnstructured": one.remittance}
    return {}


def schedule(kept: Schedule | None) -> dict[str, Any]:
    """The days of a periodic payment; nothing for any other."""
    if kept is None:
        return {}
    body: dict[str, Any] = {"startDate": kept.start_on.isoformat(), "frequency": FREQUENCY[kept.frequency]}
    if kept.end_on is not None:
        body["endDate"] = kept.end_on.isoformat()
    body["executionRule"] = ROLL[kept.roll]
    if kept.day is not None:
        body["dayOfExecution"] = str(kept.day)
    if kept.months:
        body["monthsOfExecution"] = [str(month) for month in kept.months]
    return body


def amount(money: Money) -> dict[str, str]:
    """An amount as the standard writes it."""
    return {"currency": money.currency, "amount": decimal_text(money.minor, money.currency)}


def fees(bank: Bank, it: Payment, asked: Sequence[CreditTransfer]) -> dict[str, Any]:
    """What the bank charges for the payment, for its first run where it is periodic."""
    fee_minor = bank.profile.payments.fees_minor.get(Scheme(it.scheme), 0)
    if not fee_minor:
        return {"transactionFeeIndicator": False}
    whole = Money(fee_minor * len(asked), bank.profile.currency)
    return {"transactionFees": amount(whole), "transactionFeeIndicator": True}
