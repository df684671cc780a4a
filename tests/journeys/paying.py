"""A TPP that pays: it initiates, follows the links to the PSU's yes, and looks at both ends."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.test import TestResponse

from sandbox.bank import payments
from tests.journeys.conftest import NOK, OK, Tpp, id_of

_BACK = {"TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}
WISHES = {
    "redirect": {"TPP-Redirect-Preferred": "true", "TPP-Decoupled-Preferred": "false"},
    "decoupled": {"TPP-Decoupled-Preferred": "true"},
    "embedded": {"TPP-Redirect-Preferred": "false", "TPP-Decoupled-Preferred": "false"},
}
#: What the creditor is told, so that both ends know the payment again.
MARK = "Takk 4711"


@dataclass
class Payer(Tpp):
    """An app at the bank of one PSU, who pays from their first current account."""

    person_id: str | None = None
    history: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.person_id is None:
            super().__post_init__()
        else:
            self.psu = self.sandbox.call("GET", f"/_sandbox/people/{self.person_id}").json

    @property
    def account(self) -> dict[str, Any]:
        """The PSU's first current account at this bank, in the bank's currency."""
        mine = (one for one in self.psu["accounts"] if one["bank"] == self.bank_id)
        return next(one for one in mine if one["kind"] == "current" and one["currency"] == self.currency)

    @property
    def currency(self) -> str:
        return str(self.profile.currency)

    def initiate(
        self, body: dict[str, Any], product: str, approach: str, service: str = "payments", **kwargs: Any
    ) -> "Paid":
        """POST of a payment, and the start of its authorisation where the bank leaves it to the TPP."""
        named = {"PSU-ID": self.psu["username"]} if approach != "redirect" else {}
        headers = {**_BACK, **WISHES[approach], **named, **kwargs.pop("headers", {})}
        sent = {"json": body} if isinstance(body, dict) else {"data": body}
        answer = self.call("POST", f"/v1/{service}/{product}", 201, headers=headers, **sent)
        assert answer.json["transactionStatus"] in ("RCVD", "RCVC", "RVCM")
        paid = Paid(self, approach, answer)
        if "creditorNameConfirmation" in paid.links:
            # The creditor's bank takes no part in the verification of payees: the payer means this account.
            confirmed = self.call("PUT", paid.links["creditorNameConfirmation"]).json
            assert confirmed["transactionStatus"] == "RCVD"
            answer.json["_links"] = confirmed["_links"]
        return paid

    def statement(self, booking_status: str = "booked", other: str = MARK) -> list[dict[str, Any]]:
        """The entries of the PSU's account that bear the mark, or the other side's account."""
        if self.consent_id is None:
            self.agreed()
        path = f"/v1/accounts/{self.account['id']}/transactions"
        query = f"dateFrom=2026-03-10&bookingStatus={booking_status}"
        headers = {"Accept": "application/json"}
        pages = self.pages(f"{path}?{query}", headers=headers)
        found = [one for page in pages for one in page["transactions"].get(booking_status, ())]
        written = ((one, orjson.dumps(one).decode()) for one in found)
        return [one for one, text in written if MARK in text or other in text]


@dataclass
class Paid:
    """A payment that was initiated."""

    payer: Payer
    approach: str
    answer: TestResponse

    @property
    def id(self) -> str:
        return str(self.answer.json["paymentId"])

    @property
    def links(self) -> dict[str, str]:
        return {name: one["href"] for name, one in self.answer.json["_links"].items()}

    def status(self, **kwargs: Any) -> str:
        """The transactionStatus that the bank tells now."""
        accept = {"Accept": "application/json"}
        return str(self.payer.get(self.links["status"], headers=accept)["transactionStatus"])

    def say_yes(self, psu: dict[str, Any] | None = None) -> str:
        """The PSU's yes, started first if that is the TPP's; what the authorisation came to."""
        psu = psu or self.payer.psu
        start = next((href for name, href in self.links.items() if name.startswith("startAuth")), None)
        return agree(self.payer, self.approach, psu, start, self.links.get("scaStatus"))


def agree(payer: Payer, approach: str, psu: dict[str, Any], start: str | None, state: str | None) -> str:
    """Start an authorisation at `start`, or take the one at `state`, and say yes to it."""
    if start is not None:
        named = {"PSU-ID": psu["username"]} if approach != "redirect" else {}
        body = {"json": {"psuData": {"password": psu["password"]}}} if approach == "embedded" else {}
        begun = payer.call("POST", start, 201, headers={**_BACK, **WISHES[approach], **named}, **body)
        assert begun.headers["ASPSP-SCA-Approach"] == approach.upper()
        links = begun.json["_links"]
        state = links["scaStatus"]["href"]
        if approach == "embedded":
            return _embedded(payer, begun)
    assert state is not None
    told = payer.sandbox.call(
        "POST", f"/_sandbox/authorisations/{id_of(state)}/approve", json={"psu": psu["username"]}
    )
    assert told.status_code == 200, told.text
    now = payer.get(state)
    if now["scaStatus"] == "unconfirmed":
        code = told.json["return_to"].rpartition("code=")[2]
        payer.call("PUT", now["_links"]["confirmation"]["href"], json={"confirmationCode": code})
    return str(payer.get(state)["scaStatus"])


def _embedded(payer: Payer, begun: TestResponse) -> str:
    """Choose a method where there are several, and hand in the code that the phone shows."""
    step = begun
    if step.json["scaStatus"] == "psuAuthenticated":
        choice = {"authenticationMethodId": step.json["scaMethods"][0]["authenticationMethodId"]}
        step = payer.call("PUT", step.json["_links"]["selectAuthenticationMethod"]["href"], json=choice)
    shown = payer.sandbox.call("GET", f"/_sandbox/authorisations/{begun.json['authorisationId']}/code")
    href = step.json["_links"]["authoriseTransaction"]["href"]
    done = payer.call("PUT", href, json={"scaAuthenticationData": shown.json["code"]})
    return str(done.json["scaStatus"])


def to(creditor: Payer, amount: str, currency: str, **changes: Any) -> dict[str, Any]:
    """The body of a payment to somebody at another mock bank."""
    return {
        "instructedAmount": {"currency": currency, "amount": amount},
        "creditorAccount": {"iban": creditor.account["iban"]},
        "creditorName": creditor.psu["name"][:70],
        "remittanceInformationUnstructured": MARK,
        **changes,
    }


def stands(sandbox: Any, payment_id: str, bank_id: str) -> str:
    """Where the payment stands in the bank's own words."""
    with sandbox.database.reading() as work:
        return str(payments.of_subject(sandbox.bank(bank_id, work), payment_id).status)
