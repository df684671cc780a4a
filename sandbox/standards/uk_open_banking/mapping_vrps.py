"""Consents to variable recurring payments, and the payments, from the words of this standard and into them.

Source: OBDomesticVRPControlParameters, OBDomesticVRPConsentResponse, OBDomesticVRPResponse, 3.1.11 and 4.0.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.bank import accounts, mandates, payments
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.mandates import (
    Alignment,
    Bound,
    BoundKind,
    Limits,
    MandateOrder,
    PaymentMandate,
    PeriodicLimit,
    PeriodKind,
)
from sandbox.bank.payments import Payment, PaymentOrder
from sandbox.bank.profile import Scheme, Service
from sandbox.standards.uk_open_banking import (
    mapping,
    mapping_orders,
    mapping_payments,
    numbers,
    payment_kinds,
    payment_words,
    walltime,
)
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.versions import V3, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP, VrpTerms

PERIODS: Mapping[PeriodKind, str] = {
    PeriodKind.DAY: "Day",
    PeriodKind.WEEK: "Week",
    PeriodKind.FORTNIGHT: "Fortnight",
    PeriodKind.MONTH: "Month",
    PeriodKind.HALF_YEAR: "Half-year",
    PeriodKind.YEAR: "Year",
}
ALIGNMENTS: Mapping[Alignment, str] = {Alignment.START: "Consent", Alignment.CALENDAR: "Calendar"}
_PERIODS = {word: kind for kind, word in PERIODS.items()}
_ALIGNMENTS = {word: kind for kind, word in ALIGNMENTS.items()}
CONTROL = "Data.ControlParameters"
_BOUNDS: Mapping[BoundKind, str] = {
    BoundKind.INDIVIDUAL: f"{CONTROL}.MaximumIndividualAmount",
    BoundKind.PERIODIC: f"{CONTROL}.PeriodicLimits",
    BoundKind.VALID_FROM: f"{CONTROL}.ValidFromDateTime",
    BoundKind.VALID_TO: f"{CONTROL}.ValidToDateTime",
}
#: What a payment says of itself, and the parameter of the consent that has to allow it.
_KINDS = (
    ("VRPType", "VRPType"),
    ("PSUAuthenticationMethod", "PSUAuthenticationMethods"),
    ("PSUInteractionType", "PSUInteractionTypes"),
)
#: Source: OBDomesticVRPControlParameters, PSUInteractionTypes: the customer is not present.
_NOT_THERE = "OffSession"
#: 3.1 has a reason of its own for each state of a payment that needs one. Source: OBVRPStatusReasonCode.
_OTHER_REASON = "UK.OBIE.OtherReason"
_NAME_MAX = 70

Body = Mapping[str, Any]


def place_of(bound: Bound) -> str:
    """Where in a consent one of its bounds stands."""
    place = _BOUNDS[bound.kind]
    return f"{place}[{bound.position}]" if bound.kind is BoundKind.PERIODIC else place


def order(bank: Bank, version: Version, body: Body, tpp_name: str) -> MandateOrder:
    """The mandate that a TPP asks for. Raises FieldInvalid."""
    data = body["Data"]
    parameters, initiation = data["ControlParameters"], data["Initiation"]
    _check_readable(parameters, CONTROL)
    debtor, creditor = initiation.get("DebtorAccount"), initiation.get("CreditorAccount")
    place = mapping_orders.INITIATION
    individual = mapping_orders.money_of(parameters["MaximumIndividualAmount"], _BOUNDS[BoundKind.INDIVIDUAL])
    return MandateOrder(
        limits=_limits(parameters, individual.currency, individual.minor),
        scheme=mapping_orders.scheme_of(bank.profile, payment_kinds.DOMESTIC, {}, individual),
        terms=VrpTerms(version, data, body["Risk"]).kept(),
        debtor=mapping_orders.reference(debtor, f"{place}.DebtorAccount") if debtor else None,
        creditor=mapping_orders.reference(creditor, f"{place}.CreditorAccount") if creditor else None,
        creditor_name=creditor["Name"] if creditor else None,
        tpp_name=tpp_name,
    )


def _check_readable(holder: Body, place: str) -> None:
    """Read/Write 4.0: SupplementaryData that the bank cannot process must be rejected. It processes none."""
    if holder.get("SupplementaryData"):
        text = "This bank has no use for supplementary data."
        raise FieldInvalid(Fault(text, f"{place}.SupplementaryData", "U005"))


def _limits(parameters: Body, currency: str, individual_minor: int) -> Limits:
    periodic = []
    for position, one in enumerate(parameters["PeriodicLimits"]):
        place = place_of(Bound(BoundKind.PERIODIC, position))
        if one["Currency"] != currency:
            text = f"All limits of a consent are in one currency, here {currency}."
            raise FieldInvalid(Fault(text, f"{place}.Currency", "U023"))
        amount = mapping_orders.money_of(one, place)
        kind, alignment = _PERIODS[one["PeriodType"]], _ALIGNMENTS[one["PeriodAlignment"]]
        periodic.append(PeriodicLimit(kind, alignment, amount.minor))
    days = (_day(parameters, "ValidFromDateTime"), _day(parameters, "ValidToDateTime"))
    return Limits(currency, individual_minor, tuple(periodic), *days)


def _day(parameters: Body, name: str) -> date | None:
    """OBDomesticVRPControlParameters: the time element should be disregarded."""
    return walltime.read(parameters[name]).date() if name in parameters else None


def disallowed(parameters: Body, data: Body) -> str | None:
    """The control parameter that does not allow a payment of that kind; None where all do."""
    for said, allowing in _KINDS:
        if data.get(said, _NOT_THERE) not in parameters.get(allowing, (_NOT_THERE,)):
            return f"{CONTROL}.{allowing}"
    return None


def payment_order(version: Version, mandate: PaymentMandate, data: Body) -> PaymentOrder:
    """The payment that a TPP makes by a mandate. Raises FieldInvalid."""
    instruction, place, scheme = data["Instruction"], "Data.Instruction", Scheme(mandate.scheme)
    _check_readable(instruction, place)
    wish = instruction.get("LocalInstrument")
    if wish is not None and wish != payment_words.INSTRUMENT.get(scheme):
        text = f"Payments under this consent do not go by '{wish}'."
        raise FieldInvalid(Fault(text, f"{place}.LocalInstrument", "U026"))
    amount = mapping_orders.money_of(instruction["InstructedAmount"], f"{place}.InstructedAmount")
    return PaymentOrder(
        service=Service.SINGLE,
        scheme=scheme,
        product=VRP.word,
        instructions=(mapping_orders.instruction(version, instruction, amount),),
        tpp_name=mandate.tpp_name,
    )


def consent(version: Version, bank: Bank, one: PaymentMandate, terms: VrpTerms) -> dict[str, Any]:
    """The `Data` of a consent."""
    status = mandates.current_status(bank, one)
    data = {
        "ConsentId": one.id,
        "CreationDateTime": walltime.told(one.created_at),
        "Status": _status(version, one, status),
        "StatusUpdateDateTime": walltime.told(one.moved_at),
        **terms.told(version).data,
    }
    if version is not V3:
        data["StatusReason"] = mapping.consent_reasons(data["Status"])
    if one.account_id is not None:
        data["DebtorAccount"] = _own(bank, one.account_id)
    return data


def _status(version: Version, one: PaymentMandate, status: ConsentStatus) -> str:
    """3.1 has no word for the end of a consent; one that ran out unanswered still awaits its yes."""
    if version is V3 and status is ConsentStatus.EXPIRED and one.authorised_at is None:
        status = ConsentStatus.RECEIVED
    return version.say(mapping.CONSENT_STATUS[status])


def payment(
    version: Version, bank: Bank, mandate: PaymentMandate, one: Payment, terms: VrpTerms, *, new: bool = False
) -> dict[str, Any]:
    """The `Data` of a payment by a mandate; `new`: made by this very call."""
    there = terms.told(version)
    last = payments.history(bank, one)[-1]
    data = {
        VRP.id_key: one.id,
        "ConsentId": mandate.id,
        "CreationDateTime": walltime.told(one.created_at),
        "Status": mapping_payments.status(version, bank, VRP, one, new=new),
        "StatusUpdateDateTime": walltime.told(last.at),
        "Initiation": there.data["Initiation"],
        "Instruction": there.data["Instruction"],
        **mapping_payments.of_payment(bank, VRP, one),
    }
    if one.reason:
        data |= _reason(version, one.reason)
    if one.debtor_account_id is not None:
        data["DebtorAccount"] = _own(bank, one.debtor_account_id)
        if mandate.terms["data"].get("ReadRefundAccount") == "Yes":
            data["Refund"] = data["DebtorAccount"]
    return data


def _reason(version: Version, code: str) -> dict[str, Any]:
    text = payment_words.reason_text(code)
    if version is V3:
        return {"StatusReason": _OTHER_REASON, "StatusReasonDescription": text}
    return {"StatusReason": [{"StatusReasonCode": code, "StatusReasonDescription": text}]}


def _own(bank: Bank, account_id: str) -> dict[str, str]:
    found = numbers.own(accounts.get(bank, account_id), pan=False)[0]
    return {**found, "Name": found["Name"][:_NAME_MAX]}
