"""What was made in 3.1, in the form of 4.0: payments are read in newer versions than their own.

Source: Payment Initiation API Profile 4.0, Release Management: "with sensible defaults".
"""

from collections.abc import Mapping
from typing import Any

from sandbox.standards.uk_open_banking.versions import V3, Version

_ADDRESS_TYPES = {
    "Business": "BIZZ",
    "Correspondence": "CORR",
    "DeliveryTo": "DLVY",
    "MailTo": "MLTO",
    "POBox": "PBOX",
    "Postal": "ADDR",
    "Residential": "HOME",
    "Statement": "STAT",
}
#: Where 4.0 has the days of a standing order.
_OF_MANDATE = ("FirstPaymentDateTime", "RecurringPaymentDateTime", "FinalPaymentDateTime")
#: Why somebody pays: 3.1 has words that 4.0 has given up.
_CONTEXTS_GONE = (
    *("PispPayee", "BillPayment", "EcommerceGoods", "EcommerceServices", "Other", "PartyToParty"),
)

Body = dict[str, Any]


def initiation(made: Version, told: Version, body: Mapping[str, Any]) -> Body:
    """A payment as it was asked for in one version, as another tells it."""
    found = dict(body)
    if made is told or made is not V3:
        return found
    reference = found.pop("Reference", None)
    if "RemittanceInformation" in found or reference:
        found["RemittanceInformation"] = _remittance(found.get("RemittanceInformation", {}), reference)
    # 4.0 has it with the risk.
    found.pop("Purpose", None)
    if "Frequency" in found:
        mandate: Body = {"Frequency": {"Type": found.pop("Frequency")}}
        mandate |= {name: found.pop(name) for name in _OF_MANDATE if name in found}
        found["MandateRelatedInformation"] = mandate
    return {name: _addressed(value) for name, value in found.items()}


def risk(made: Version, told: Version, body: Mapping[str, Any]) -> Body:
    """What the risk is judged by, likewise."""
    found = dict(body)
    if made is told or made is not V3:
        return found
    if "ContractPresentInidicator" in found:
        found["ContractPresentIndicator"] = found.pop("ContractPresentInidicator")
    if found.get("PaymentContextCode") in _CONTEXTS_GONE:
        del found["PaymentContextCode"]
    return found


def _remittance(told: Mapping[str, str], reference: str | None) -> Body:
    reference = told.get("Reference", reference)
    found: Body = {}
    if reference:
        found["Structured"] = [{"CreditorReferenceInformation": {"Reference": reference}}]
    if "Unstructured" in told:
        found["Unstructured"] = [told["Unstructured"]]
    return found


def _addressed(value: Any) -> Any:
    """A member with the types of the addresses in it."""
    if not isinstance(value, Mapping):
        return value
    found = {name: _addressed(one) for name, one in value.items()}
    if "AddressType" in found:
        found["AddressType"] = _ADDRESS_TYPES[found["AddressType"]]
    return found
