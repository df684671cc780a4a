"""Payments written as pain.001 by hand, and what the reader has against them."""

from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from sandbox.gateway.refusals import RequestMalformed
from sandbox.standards.berlin_group.errors import FormatError
from sandbox.standards.berlin_group.formats import pain001

SPACE = "urn:iso:std:iso:20022:tech:xsd:"
V03, V09 = "pain.001.001.03", "pain.001.001.09"

ROWING_CLUB: Mapping[str, Any] = {
    "endToEndIdentification": "FEE-2026-04",
    "debtorAccount": {"iban": "NO9386011117947"},
    "instructedAmount": {"currency": "EUR", "amount": "123.50"},
    "creditorAccount": {"iban": "DE40100100103307118608"},
    "creditorName": "Ruderverein Köln",
    "remittanceInformationUnstructured": "Fee for April, Åse Lunde",
    "requestedExecutionDate": "2026-04-01",
}


def salaries(*amounts: str) -> dict[str, Any]:
    """A bulk of one debtor: an element for each amount."""
    return {
        "batchBookingPreferred": True,
        "debtorAccount": {"iban": "NO9386011117947"},
        "requestedExecutionDate": "2026-04-01",
        "payments": [
            {
                "endToEndIdentification": f"SALARY-{number}",
                "instructedAmount": {"currency": "EUR", "amount": amount},
                "creditorAccount": {"iban": "DE40100100103307118608"},
                "creditorName": "Elfriede Ullmann",
            }
            for number, amount in enumerate(amounts, 1)
        ],
    }


def written(body: Mapping[str, Any], version: str = V03, control_sum: str | None = None) -> bytes:
    """A JSON body as the message that a TPP would send for it."""
    return etree.tostring(tree(body, version, control_sum), xml_declaration=True, encoding="UTF-8")


def tree(body: Mapping[str, Any], version: str = V03, control_sum: str | None = None) -> etree._Element:
    """The same message, to be bent before it is sent."""
    payments = body.get("payments", [body])
    root = etree.Element(f"{{{SPACE}{version}}}Document", nsmap={None: SPACE + version})
    message = put(root, "CstmrCdtTrfInitn")
    header = put(message, "GrpHdr")
    put(header, "MsgId", "MSG-1")
    put(header, "CreDtTm", "2026-03-31T10:00:00")
    put(header, "NbOfTxs", str(len(payments)))
    if control_sum is not None:
        put(header, "CtrlSum", control_sum)
    put(header, "InitgPty/Nm", "Budget Buddy")
    order = put(message, "PmtInf")
    put(order, "PmtInfId", "PMT-1")
    put(order, "PmtMtd", "TRF")
    if "batchBookingPreferred" in body:
        put(order, "BtchBookg", str(body["batchBookingPreferred"]).lower())
    execution = put(order, "ReqdExctnDt")
    if version != V03:
        moment = "requestedExecutionTime" in body
        execution = put(execution, "DtTm" if moment else "Dt")
    execution.text = body.get("requestedExecutionTime") or body["requestedExecutionDate"]
    put(order, "Dbtr/Nm", "Ola Nordmann")
    _account(put(order, "DbtrAcct"), body["debtorAccount"])
    put(order, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    for one in payments:
        _transaction(order, one, version)
    return root


def put(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """Put a chain of elements, in the namespace of the first."""
    space = etree.QName(parent).namespace
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{space}}}{name}")
    parent.text = text
    return parent


def below(root: etree._Element, name: str) -> etree._Element:
    """The first element of that name."""
    return next(root.iter(f"{{{root.nsmap[None]}}}{name}"))


def refused(raw: bytes, bulk: bool = False) -> list[tuple[str | None, str]]:
    """The paths and texts with which the message is refused."""
    with pytest.raises((FormatError, RequestMalformed)) as refusal:
        pain001.read(raw, bulk=bulk)
    return [(one.path, one.text) for one in refusal.value.messages]


def _transaction(order: etree._Element, one: Mapping[str, Any], version: str) -> None:
    found = put(order, "CdtTrfTxInf")
    references = put(found, "PmtId")
    if "instructionIdentification" in one:
        put(references, "InstrId", one["instructionIdentification"])
    put(references, "EndToEndId", one.get("endToEndIdentification", "NOTPROVIDED"))
    amount = put(found, "Amt/InstdAmt", one["instructedAmount"]["amount"])
    amount.set("Ccy", one["instructedAmount"]["currency"])
    if "chargeBearer" in one:
        put(found, "ChrgBr", one["chargeBearer"])
    if "ultimateDebtor" in one:
        put(found, "UltmtDbtr/Nm", one["ultimateDebtor"])
    if "creditorAgent" in one or "creditorAgentName" in one:
        agent = put(found, "CdtrAgt/FinInstnId")
        if "creditorAgent" in one:
            put(agent, "BIC" if version == V03 else "BICFI", one["creditorAgent"])
        if "creditorAgentName" in one:
            put(agent, "Nm", one["creditorAgentName"])
    creditor = put(found, "Cdtr")
    put(creditor, "Nm", one["creditorName"])
    if "creditorAddress" in one:
        address = put(creditor, "PstlAdr")
        for name, member in (
            ("StrtNm", "streetName"),
            ("BldgNb", "buildingNumber"),
            ("PstCd", "postCode"),
            ("TwnNm", "townName"),
            ("Ctry", "country"),
        ):
            if member in one["creditorAddress"]:
                put(address, name, one["creditorAddress"][member])
    _account(put(found, "CdtrAcct"), one["creditorAccount"])
    if "ultimateCreditor" in one:
        put(found, "UltmtCdtr/Nm", one["ultimateCreditor"])
    if "purposeCode" in one:
        put(found, "Purp/Cd", one["purposeCode"])
    _remittance(found, one)


def _account(parent: etree._Element, account: Mapping[str, Any]) -> None:
    if "iban" in account:
        put(parent, "Id/IBAN", account["iban"])
    else:
        other = put(parent, "Id/Othr")
        if "bban" in account:
            put(other, "Id", account["bban"])
            put(other, "SchmeNm/Cd", "BBAN")
        else:
            told = account["other"]
            put(other, "Id", told["identification"])
            if "schemeNameProprietary" in told:
                put(other, "SchmeNm/Prtry", told["schemeNameProprietary"])
            elif "schemeNameCode" in told:
                put(other, "SchmeNm/Cd", told["schemeNameCode"])
            if "issuer" in told:
                put(other, "Issr", told["issuer"])
    if "currency" in account:
        put(parent, "Ccy", account["currency"])


def _remittance(found: etree._Element, one: Mapping[str, Any]) -> None:
    lines = one.get("remittanceInformationUnstructuredArray", [])
    if "remittanceInformationUnstructured" in one:
        lines = [one["remittanceInformationUnstructured"]]
    references = one.get("remittanceInformationStructuredArray", [])
    if "remittanceInformationStructured" in one:
        references = [{"reference": one["remittanceInformationStructured"]}]
    if not (lines or references):
        return
    remittance = put(found, "RmtInf")
    for line in lines:
        put(remittance, "Ustrd", line)
    for told in references:
        reference = put(remittance, "Strd/CdtrRefInf")
        if "referenceType" in told:
            kind = put(reference, "Tp")
            put(
                kind,
                "CdOrPrtry/Cd" if told["referenceType"] == "SCOR" else "CdOrPrtry/Prtry",
                told["referenceType"],
            )
            if "referenceIssuer" in told:
                put(kind, "Issr", told["referenceIssuer"])
        put(reference, "Ref", told["reference"])
