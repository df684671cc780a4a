"""What the dialect keeps with a mandate, and with each payment by it: version and bodies, to the letter.

Source: Read/Write 4.0, Domestic VRP consents; Domestic VRPs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.standards.uk_open_banking import mapping_across
from sandbox.standards.uk_open_banking.payment_kinds import Kind
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms, differing
from sandbox.standards.uk_open_banking.versions import BY_PATH, Version

#: Variable recurring payments, among the sorts of payments; one consent has as many as its limits allow.
VRP = Kind("domestic-vrp", "DomesticVRPId")


@dataclass(frozen=True, slots=True)
class VrpTerms:
    """The terms of a mandate, or of a payment by one. `data` and `risk` are as the TPP gave them."""

    version: Version
    data: Mapping[str, Any]
    risk: Mapping[str, Any]

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "VrpTerms":
        """Read what `kept` has written."""
        return cls(BY_PATH[kept["version"]], kept["data"], kept["risk"])

    def kept(self) -> dict[str, Any]:
        """As a document, which the bank keeps and does not look into."""
        return {"version": self.version.path, "data": dict(self.data), "risk": dict(self.risk)}

    def told(self, version: Version) -> "VrpTerms":
        """The same in the form of another version, which is not older."""
        data = {
            name: mapping_across.initiation(self.version, version, value)
            if name in ("Initiation", "Instruction")
            else value
            for name, value in self.data.items()
        }
        return VrpTerms(version, data, mapping_across.risk(self.version, version, self.risk))

    def differing(self, body: Mapping[str, Any]) -> str | None:
        """The first place in which a payment is not what the PSU has consented to."""
        data = body["Data"]
        place = PaymentTerms(self.version, VRP, self.data, self.risk).differing(
            data["Initiation"], body["Risk"]
        )
        return place or _in_instruction(self.data["Initiation"], data["Instruction"])

    def changed_by(self, body: Mapping[str, Any]) -> str | None:
        """The first place in which a body is not the one that the TPP gave."""
        places = [*differing(self.data, body["Data"], "Data"), *differing(self.risk, body["Risk"], "Risk")]
        return next(iter(places), None)


def _in_instruction(agreed: Mapping[str, Any], instruction: Mapping[str, Any]) -> str | None:
    """What the consent has fixed stands in the instruction of each payment again.

    Source: Read/Write 4.0, POST /domestic-vrp-consents, Remittance Information; POST /domestic-vrps.
    """
    for name in ("CreditorAccount", "RemittanceInformation"):
        if name in agreed and agreed[name] != instruction.get(name):
            return f"Data.Instruction.{name}"
    return None
