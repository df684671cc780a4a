"""Elements of pain.001 as the members that this standard has for them in JSON.

What JSON has no member for is read over, unless leaving it out would pay something else: that is refused.
Source: psd2-api 1.3.11, components/schemas; ISO 20022 pain.001.001.03 and pain.001.001.09.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from marshmallow import ValidationError

from sandbox.gateway.iso20022 import Element, at, every, place, text_at
from sandbox.kernel import money
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.formats import text
from sandbox.standards.berlin_group.schemas import check_iban

#: What stands where ISO wants a reference and the debtor has none. Source: EPC132-08, EndToEndId.
NOT_PROVIDED = "NOTPROVIDED"

#: What a transaction may not have, for without it another payment would be made.
_REFUSED_IN_TRANSACTION = (
    "Amt/EqvtAmt",
    "XchgRateInf",
    "ChqInstr",
    "IntrmyAgt1",
    "IntrmyAgt2",
    "IntrmyAgt3",
)
_REFUSED_IN_ORDER = ("PoolgAdjstmntDt", "ChrgsAcct")
#: What may stand with the instruction or with its transactions, not with both.
#: Source: ISO 20022 pain.001, rules on PaymentTypeInformation, UltimateDebtor and ChargeBearer.
_EITHER = ("PmtTpInf", "UltmtDbtr", "ChrgBr")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BBAN = re.compile(r"[a-zA-Z0-9]{1,30}")
_name = partial(text.complaint, length_max=text.NAME_MAX)


@dataclass(frozen=True, slots=True)
class Product:
    """The codes by which a message says what kind of transfer it wants."""

    service_level: str | None
    local_instrument: str | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What an instruction says for all its transactions: by which elements, and as which members."""

    elements: frozenset[str]
    told: dict[str, str]


def common(order: Element, bulk: bool) -> dict[str, Any]:
    """What stands above the transactions: whose account, when, and in a bulk how it is booked."""
    _refuse(order, _REFUSED_IN_ORDER)
    if text_at(order, "PmtMtd") != "TRF":
        raise FormatError(Message("Only credit transfers (TRF) are made here.", place(order, "PmtMtd")))
    told: dict[str, Any] = {"debtorAccount": _account(every(order, "DbtrAcct")[0])}
    told |= _execution(every(order, "ReqdExctnDt")[0])
    preferred = text_at(order, "BtchBookg")
    if bulk and preferred is not None:
        told["batchBookingPreferred"] = preferred.strip() in ("true", "1")
    return told


def product(orders: Sequence[Element]) -> Product:
    """The kind of transfer, which must be one for the whole message."""
    paths = ("PmtTpInf", "CdtTrfTxInf/PmtTpInf")
    infos = [one for order in orders for path in paths for one in every(order, path)]
    found = {Product(text_at(one, "SvcLvl/Cd"), text_at(one, "LclInstrm/Cd")) for one in infos}
    if len(found) > 1:
        said = "The transactions differ in their kind; each payment product has an endpoint of its own."
        raise FormatError(Message(said, place(orders[0], "PmtTpInf")))
    return found.pop() if found else Product(None, None)


def shared(order: Element) -> Shared:
    """What the instruction says for all its transactions at once."""
    told = _text(order, "UltmtDbtr/Nm", "ultimateDebtor", _name) | _text(order, "ChrgBr", "chargeBearer")
    return Shared(frozenset(name for name in _EITHER if at(order, name) is not None), told)


def payment(one: Element, for_all: Shared) -> dict[str, Any]:
    """One transaction as the element of a bulk, together with what the instruction says for all of them."""
    _refuse(one, _REFUSED_IN_TRANSACTION)
    for name in for_all.elements:
        if at(one, name) is not None:
            raise FormatError(Message("This stands with the instruction already.", place(one, name)))
    told: dict[str, Any] = _references(one)
    told |= _text(one, "UltmtDbtr/Nm", "ultimateDebtor", _name)
    told["instructedAmount"] = _amount(every(one, "Amt/InstdAmt")[0])
    told |= _creditor(one)
    told |= _text(one, "Purp/Cd", "purposeCode", text.reference_complaint)
    told |= _text(one, "ChrgBr", "chargeBearer")
    return told | for_all.told | _remittance(one)


def _references(one: Element) -> dict[str, str]:
    told = _text(one, "PmtId/EndToEndId", "endToEndIdentification", text.reference_complaint)
    if told["endToEndIdentification"] == NOT_PROVIDED:
        told = {}
    return told | _text(one, "PmtId/InstrId", "instructionIdentification", text.reference_complaint)


def _creditor(one: Element) -> dict[str, Any]:
    """Who is paid, and where. Name and account are mandatory in this standard, though not in ISO's."""
    told: dict[str, Any] = {"creditorAccount": _account(_needed(one, "CdtrAcct"))}
    agent = at(one, "CdtrAgt/FinInstnId")
    if agent is not None:
        told |= _text(agent, "BIC", "creditorAgent") | _text(agent, "BICFI", "creditorAgent")
        told |= _text(
            agent, "Nm", "creditorAgentName", partial(text.complaint, length_max=text.AGENT_NAME_MAX)
        )
    _needed(one, "Cdtr/Nm")
    told |= _text(one, "Cdtr/Nm", "creditorName", _name)
    told |= _address(one)
    return told | _text(one, "UltmtCdtr/Nm", "ultimateCreditor", _name)


def _address(one: Element) -> dict[str, Any]:
    """The structured address; address lines have no member of their own."""
    found = at(one, "Cdtr/PstlAdr")
    if found is None:
        return {}
    complaint = partial(text.complaint, length_max=text.STREET_MAX)
    told: dict[str, Any] = {}
    for element, member in (
        ("StrtNm", "streetName"),
        ("BldgNb", "buildingNumber"),
        ("TwnNm", "townName"),
        ("PstCd", "postCode"),
        ("Ctry", "country"),
    ):
        told |= _text(found, element, member, complaint)
    if told:
        _needed(found, "Ctry")
    return {"creditorAddress": told} if told else {}


def _account(found: Element) -> dict[str, Any]:
    """The reference to an account: IBAN, BBAN where the scheme says so, or a number of somebody's own."""
    told: dict[str, Any] = {}
    iban, other = at(found, "Id/IBAN"), at(found, "Id/Othr")
    if iban is not None:
        told["iban"] = iban.text or ""
        try:
            check_iban(told["iban"])
        except ValidationError as error:
            raise FormatError(Message("; ".join(map(str, error.messages)), place(iban))) from error
    elif other is not None:
        told |= _other(other)
    told |= _text(found, "Tp/Cd", "cashAccountType", text.reference_complaint)
    return told | _text(found, "Ccy", "currency")


def _other(found: Element) -> dict[str, Any]:
    number = text_at(found, "Id") or ""
    if text_at(found, "SchmeNm/Cd") == "BBAN":
        if not _BBAN.fullmatch(number):
            raise FormatError(Message("A BBAN has letters and digits only.", place(found, "Id")))
        return {"bban": number}
    told = _text(found, "Id", "identification", text.reference_complaint)
    told |= _text(found, "SchmeNm/Cd", "schemeNameCode", text.reference_complaint)
    told |= _text(found, "SchmeNm/Prtry", "schemeNameProprietary", text.reference_complaint)
    return {"other": told | _text(found, "Issr", "issuer", text.reference_complaint)}


def _amount(found: Element) -> dict[str, str]:
    """The amount as a decimal with the minor digits of its currency; a fraction of those is refused."""
    currency, number = found.get("Ccy") or "", (found.text or "").strip()
    whole, _, fraction = number.removeprefix("+").partition(".")
    plain = f"{whole.lstrip('0') or '0'}.{fraction.rstrip('0') or '0'}"
    try:
        read = money.parse(plain if money.exponent(currency) else plain.removesuffix(".0"), currency)
    except money.AmountMalformed as error:
        raise FormatError(Message(error.text, place(found))) from error
    return {"currency": currency, "amount": money.decimal_text(read.minor, currency)}


def _execution(found: Element) -> dict[str, str]:
    """The day, or the moment, on which the debtor wants it done."""
    # pain.001.001.03 has the date in the element itself, pain.001.001.09 in Dt or DtTm.
    moment, day = text_at(found, "DtTm"), text_at(found, "Dt") or found.text or ""
    try:
        if moment is not None:
            read = datetime.fromisoformat(moment.strip())
            if read.tzinfo is None:
                raise FormatError(Message("The moment needs its offset from UTC.", place(found, "DtTm")))
            return {"requestedExecutionTime": read.isoformat()}
        if not _DAY.fullmatch(day.strip()):
            raise FormatError(Message("A date of the form YYYY-MM-DD is expected.", place(found)))
        return {"requestedExecutionDate": date.fromisoformat(day.strip()).isoformat()}
    except ValueError as error:
        raise FormatError(Message("There is no such day or time.", place(found))) from error


def _remittance(one: Element) -> dict[str, Any]:
    """The remittance information: one text or several, and the creditor's references.

    A bare reference is the text that JSON has for it; with its type or issuer it is an object in the array.
    """
    told: dict[str, Any] = {}
    lines = every(one, "RmtInf/Ustrd")
    for line in lines:
        wrong = text.complaint(line.text or "", text.REMITTANCE_MAX)
        if wrong is not None:
            raise FormatError(Message(wrong, place(line)))
    if len(lines) > 1:
        told["remittanceInformationUnstructuredArray"] = [line.text for line in lines]
    elif lines:
        told["remittanceInformationUnstructured"] = lines[0].text
    references = [_reference(found) for found in every(one, "RmtInf/Strd")]
    if len(references) == 1 and len(references[0]) == 1:
        told["remittanceInformationStructured"] = references[0]["reference"]
    elif references:
        told["remittanceInformationStructuredArray"] = references
    return told


def _reference(found: Element) -> dict[str, str]:
    _needed(found, "CdtrRefInf/Ref")
    told = _text(found, "CdtrRefInf/Ref", "reference", text.reference_complaint)
    kind = "CdtrRefInf/Tp/CdOrPrtry"
    told |= _text(found, f"{kind}/Cd", "referenceType")
    told |= _text(found, f"{kind}/Prtry", "referenceType", text.reference_complaint)
    return told | _text(found, "CdtrRefInf/Tp/Issr", "referenceIssuer", text.reference_complaint)


def _text(
    found: Element, path: str, member: str, complaint: Callable[[str], str | None] | None = None
) -> dict[str, str]:
    """The member with the text at that path, or nothing."""
    value = text_at(found, path)
    if value is None:
        return {}
    wrong = complaint(value) if complaint is not None else None
    if wrong is not None:
        raise FormatError(Message(wrong, place(found, path)))
    return {member: value}


def _needed(found: Element, path: str) -> Element:
    """The element at that path, which the standard wants though ISO does not. Raises FormatError."""
    needed = at(found, path)
    if needed is None:
        raise FormatError(Message("This is mandatory here.", place(found, path)))
    return needed


def _refuse(found: Element, paths: tuple[str, ...]) -> None:
    for path in paths:
        if at(found, path) is not None:
            raise FormatError(
                Message("This bank does not make payments with this element.", place(found, path))
            )
