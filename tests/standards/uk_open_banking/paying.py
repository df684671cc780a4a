"""A PISP at a British bank: consents and payments of every sort, judged by the published files."""

import copy
import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.standards.uk_open_banking.conftest import Tpp

_KEYS = itertools.count(1)
ORDER_ID = {
    "domestic-payment": "DomesticPaymentId",
    "domestic-scheduled-payment": "DomesticScheduledPaymentId",
    "domestic-standing-order": "DomesticStandingOrderId",
    "international-payment": "InternationalPaymentId",
    "international-scheduled-payment": "InternationalScheduledPaymentId",
    "international-standing-order": "InternationalStandingOrderId",
    "file-payment": "FilePaymentId",
}
#: An account with a bank outside of the sandbox.
OUTSIDE = {
    "SchemeName": "UK.OBIE.SortCodeAccountNumber",
    "Identification": "99999912345678",
    "Name": "Tea and Biscuits Ltd",
}


@dataclass
class Pisp(Tpp):
    """An app that pays from accounts at one bank in one version."""

    bank: str = "kelpbank"
    psu: str = "gb-14"
    service: str = "pisp"
    kind: str = "domestic-payment"
    sent: dict[str, Any] = field(default_factory=dict)
    payment_id: str | None = None

    def post(
        self, path: str, body: Any, expected: int = 201, *, key: str | None = None, **kwargs: Any
    ) -> Any:
        """POST by a key of its own, unless one is given."""
        headers = {"x-idempotency-key": key or f"key-{next(_KEYS)}", **kwargs.pop("headers", {})}
        return self.call("POST", path, expected, json=body, headers=headers, **kwargs)

    def stage(self, initiation: dict[str, Any] | None = None, expected: int = 201, **data: Any) -> Any:
        """POST of a consent; `key` and `risk` are no members of its data."""
        key, risk = data.pop("key", None), data.pop("risk", {})
        permission = {"Permission": "Create"} if "scheduled" in self.kind or "standing" in self.kind else {}
        body = {"Data": {"Initiation": initiation or self.initiation(), **permission, **data}, "Risk": risk}
        answer = self.post(f"/{self.kind}-consents", body, expected, key=key)
        if expected == 201:
            self.sent = body
            self.consent_id = answer.json["Data"]["ConsentId"]
            self.authorisation_id = answer.headers.get("x-bryggen-authorisation-id")
        return answer

    def submit(self, expected: int = 201, *, key: str | None = None, **changed: Any) -> Any:
        """POST of the payment itself, as the consent has it, unless something of it is `changed`."""
        body = {
            "Data": {"ConsentId": self.consent_id, "Initiation": self.sent["Data"]["Initiation"]},
            "Risk": self.sent["Risk"],
        }
        body = copy.deepcopy(body)
        body["Data"]["Initiation"] |= changed
        answer = self.post(f"/{self.kind}s", body, expected, key=key)
        if expected == 201:
            self.payment_id = answer.json["Data"][ORDER_ID[self.kind]]
            self.authorisation_id = answer.headers.get("x-bryggen-authorisation-id")
        return answer

    def paid(self, initiation: dict[str, Any] | None = None, **data: Any) -> Any:
        """From the consent to the payment by the shortest way; the `Data` of the payment."""
        self.stage(initiation, **data)
        self.approve()
        return self.submit().json["Data"]

    def consent(self) -> dict[str, Any]:
        """The consent as it is told."""
        return dict(self.get(f"/{self.kind}-consents/{self.consent_id}")["Data"])

    def payment(self) -> dict[str, Any]:
        """The payment as it is told."""
        return dict(self.get(f"/{self.kind}s/{self.payment_id}")["Data"])

    def details(self) -> list[dict[str, Any]]:
        """Where its transfers stand."""
        path = f"/{self.kind}s/{self.payment_id}/payment-details"
        return list(self.get(path)["Data"]["PaymentStatus"])

    def code(self, answer: Any) -> tuple[str, str | None]:
        """The first code of an error in the words of 4.0, and its place."""
        [first, *_] = answer.json["Errors"]
        return first["ErrorCode"], first.get("Path")

    def word(self, old: str, new: str) -> str:
        """Of two words that of this version."""
        return old if self.version == "v3.1" else new

    def in_version(self, version: str) -> "Pisp":
        """The same resources at the endpoints of another version."""
        other = copy.copy(self)
        other.version = version
        return other

    def account(self, currency: str = "GBP") -> dict[str, Any]:
        """An account of the PSU at this bank."""
        person = self.sandbox.call("GET", f"/_sandbox/people/{self.psu}").json
        return next(
            one
            for one in person["accounts"]
            if one["bank"] == self.bank and one["currency"] == currency and one["kind"] == "current"
        )

    def number(self) -> dict[str, str]:
        """The PSU's account as the standard names it."""
        account = self.account()
        return {"SchemeName": "UK.OBIE.SortCodeAccountNumber", "Identification": account["iban"][8:]}

    def initiation(self, amount: str = "12.50", **more: Any) -> dict[str, Any]:
        """What is to be paid, in the words of this sort and version."""
        made: dict[str, Any] = {
            "InstructionIdentification": "TEA-1",
            "EndToEndIdentification": "TEA-2026-1",
            "InstructedAmount": {"Amount": amount, "Currency": "GBP"},
            "CreditorAccount": dict(OUTSIDE),
            "RemittanceInformation": self.remittance("Two packs of biscuits", "FRESCO-101"),
        }
        return {name: value for name, value in (made | more).items() if value is not None}

    def abroad(self, amount: str = "100.00", currency: str = "USD", **more: Any) -> dict[str, Any]:
        """What is to be paid abroad; without days or rate."""
        made: dict[str, Any] = {
            "InstructionIdentification": "BOAT-1",
            "EndToEndIdentification": "BOAT-2026-1",
            "InstructedAmount": {"Amount": amount, "Currency": currency},
            "CurrencyOfTransfer": currency,
            "CreditorAccount": {
                "SchemeName": "UK.OBIE.IBAN",
                "Identification": "DE89370400440532013000",
                "Name": "Bootsverleih Spree",
            },
            "RemittanceInformation": self.remittance("A boat for a week", "BOAT"),
        }
        return {name: value for name, value in (made | more).items() if value is not None}

    def standing(self, amount: str = "25.00", **more: Any) -> dict[str, Any]:
        """A standing order on the first of each month, from April on."""
        made: dict[str, Any] = {
            "FirstPaymentAmount": {"Amount": amount, "Currency": "GBP"},
            "CreditorAccount": dict(OUTSIDE),
        }
        first = "2026-04-01T00:00:00+00:00"
        if self.version == "v3.1":
            made |= {"Frequency": "IntrvlMnthDay:01:01", "FirstPaymentDateTime": first, "Reference": "RENT"}
        else:
            often = {"Type": "MNTH", "PointInTime": "01"}
            made |= {
                "MandateRelatedInformation": {"FirstPaymentDateTime": first, "Frequency": often},
                "RemittanceInformation": {
                    "Structured": [{"CreditorReferenceInformation": {"Reference": "RENT"}}]
                },
            }
        return {name: value for name, value in (made | more).items() if value is not None}

    def remittance(self, text: str, reference: str) -> dict[str, Any]:
        """What the creditor is told."""
        if self.version == "v3.1":
            return {"Unstructured": text, "Reference": reference}
        return {
            "Unstructured": [text],
            "Structured": [{"CreditorReferenceInformation": {"Reference": reference}}],
        }
