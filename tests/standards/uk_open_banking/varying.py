"""A PISP that pays again and again by one consent, judged by the published files."""

import copy
from dataclasses import dataclass
from typing import Any

from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp

SWEEPING, OTHER = "UK.OBIE.VRPType.Sweeping", "UK.OBIE.VRPType.Other"
UNSEEN, BY_TPP = "UK.OBIE.SCANotRequired", "UK.OBIE.SCA"


def gbp(amount: str) -> dict[str, str]:
    return {"Amount": amount, "Currency": "GBP"}


def limit(kind: str, amount: str, alignment: str = "Consent") -> dict[str, str]:
    return {"PeriodType": kind, "PeriodAlignment": alignment, **gbp(amount)}


@dataclass
class Vrp(Pisp):
    """An app with a consent to variable recurring payments."""

    kind: str = "domestic-vrp"

    def parameters(self, **more: Any) -> dict[str, Any]:
        """At most 10 at once, and 25 a day."""
        return {
            "VRPType": [SWEEPING],
            "PSUAuthenticationMethods": [UNSEEN],
            "MaximumIndividualAmount": gbp("10.00"),
            "PeriodicLimits": [limit("Day", "25.00")],
            **more,
        }

    def ask_for(
        self, expected: int = 201, *, key: str | None = None, parameters: Any = None, **changed: Any
    ) -> Any:
        """POST of a consent; `changed` are members of its data, None leaves one out."""
        data = {
            "ControlParameters": parameters or self.parameters(),
            "Initiation": {"CreditorAccount": dict(OUTSIDE)},
            **changed,
        }
        risk = data.pop("Risk", {})
        body = {"Data": {name: one for name, one in data.items() if one is not None}, "Risk": risk}
        answer = self.post("/domestic-vrp-consents", body, expected, key=key)
        if expected == 201:
            self.sent = body
            self.consent_id = answer.json["Data"]["ConsentId"]
            self.authorisation_id = answer.headers.get("x-bryggen-authorisation-id")
        return answer

    def allowed(self, **asked: Any) -> "Vrp":
        """Have a consent that the PSU has authorised."""
        self.ask_for(**asked)
        self.approve()
        return self

    def order(self, amount: str = "10.00", **changed: Any) -> dict[str, Any]:
        """The body of a payment; `changed` are of its data or its instruction, None leaves one out."""
        initiation = copy.deepcopy(self.sent["Data"]["Initiation"])
        instruction = {
            "InstructionIdentification": "SWEEP-1",
            "EndToEndIdentification": "SWEEP-2026-1",
            "InstructedAmount": gbp(amount),
            "CreditorAccount": copy.deepcopy(initiation.get("CreditorAccount", OUTSIDE)),
        }
        if "RemittanceInformation" in initiation:
            instruction["RemittanceInformation"] = initiation["RemittanceInformation"]
        data = {
            "ConsentId": self.consent_id,
            "PSUAuthenticationMethod": UNSEEN,
            "VRPType": SWEEPING,
            "Initiation": initiation,
        }
        for name, value in changed.items():
            where = instruction if name not in (*data, "PSUInteractionType") else data
            where[name] = value
        data["Instruction"] = {name: one for name, one in instruction.items() if one is not None}
        return {"Data": data, "Risk": self.sent["Risk"]}

    def pay(
        self, amount: str = "10.00", expected: int = 201, *, key: str | None = None, **changed: Any
    ) -> Any:
        """POST of a payment."""
        answer = self.post("/domestic-vrps", self.order(amount, **changed), expected, key=key)
        if expected == 201:
            self.payment_id = answer.json["Data"]["DomesticVRPId"]
        return answer

    def refused(self, amount: str = "10.00", **changed: Any) -> tuple[str, str | None]:
        """The code and the place for which a payment is refused."""
        return self.code(self.pay(amount, 400, **changed))

    def asks_for_funds(self, amount: str = "10.00", expected: int = 201, **changed: Any) -> Any:
        """POST of the question whether there is money."""
        body = {"Data": {"ConsentId": self.consent_id, "InstructedAmount": gbp(amount), **changed}}
        path = f"/domestic-vrp-consents/{self.consent_id}/funds-confirmation"
        return self.call("POST", path, expected, json=body)

    def revoke(self) -> None:
        """The PSU takes the consent back in the online bank."""
        from sandbox.bank import mandates

        with self.sandbox.database.writing() as work:
            bank = self.sandbox.bank(self.bank, work)
            mandates.revoke(bank, mandates.of_subject(bank, self.consent_id or ""))

    def go_on(self, **steps: int) -> None:
        """Turn the clock."""
        answer = self.sandbox.call("POST", "/_sandbox/clock/advance", json=steps)
        assert answer.status_code == 200, answer.text
