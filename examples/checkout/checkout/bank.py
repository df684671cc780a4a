"""Payments by Berlin Group NextGenPSD2: initiate, send the buyer to their bank, ask how it stands."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from checkout.settings import CURRENCY, SERVICE, Settings

_SECONDS = 20
#: What a transactionStatus is to a shop. Source: ISO 20022 ExternalPaymentTransactionStatus1Code.
_PAID, _ON_ITS_WAY = {"ACSC", "ACCC"}, {"ACSP", "ACTC", "ACCP", "ACWC", "ACFC", "PATC"}
_FAILED = {"RJCT", "CANC"}


class Refused(Exception):
    """The bank does not take the payment, or cannot be reached."""


@dataclass(frozen=True)
class Begun:
    """A payment that waits for the buyer: where to send them."""

    id: str
    send_to: str
    authorisation: str


@dataclass(frozen=True)
class Order:
    """What is to be paid: `account` is the buyer's, where their bank wants it."""

    id: str
    total: Decimal
    account: str = ""


class Bank:
    """One bank."""

    def __init__(self, settings: Settings, bank_id: str, buyer_ip: str) -> None:
        """`buyer_ip` is the address of the buyer, who sits in front of us."""
        self._settings, self._url = settings, f"{settings.origin}/{bank_id}"
        self._payments = f"{self._url}/v1/payments/{SERVICE}"
        self._known = {"X-API-Key": settings.app_key, "PSU-IP-Address": buyer_ip}

    def initiate(self, order: Order, come_back: str, tell: str) -> Begun:
        """Ask the bank to pay us; it tells us at `tell` whenever the payment moves. Raises Refused."""
        headers = {
            "TPP-Redirect-Preferred": "true",
            "TPP-Redirect-URI": come_back,
            "TPP-Nok-Redirect-URI": come_back,
            "TPP-Notification-URI": tell,
            "TPP-Notification-Content-Preferred": "status=PROCESS",
        }
        body = {
            "instructedAmount": {"currency": CURRENCY, "amount": str(order.total)},
            "creditorAccount": {"iban": self._settings.account},
            "creditorName": self._settings.name,
            "remittanceInformationUnstructured": f"Order {order.id}",
            **({"debtorAccount": {"iban": order.account}} if order.account else {}),
        }
        told = self._call("POST", self._payments, json=body, headers=headers)
        links = {name: one["href"] for name, one in told["_links"].items()}
        return Begun(told["paymentId"], links["scaRedirect"], links["scaStatus"])

    def confirm(self, authorisation: str, code: str) -> None:
        """Hand in the code with which the buyer came back, where their bank wants that. Raises Refused."""
        told = self._call("GET", authorisation)
        link = told.get("_links", {}).get("confirmation", {}).get("href")
        if told["scaStatus"] == "unconfirmed" and link:
            self._call("PUT", link, json={"confirmationCode": code})

    def state(self, payment_id: str) -> str:
        """How it stands to a shop: waiting, on its way, paid, failed. Raises Refused."""
        status = self._call("GET", f"{self._payments}/{payment_id}/status")["transactionStatus"]
        found = (("paid", _PAID), ("on its way", _ON_ITS_WAY), ("failed", _FAILED))
        return next((state for state, words in found if status in words), "waiting")

    def _call(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> dict[str, Any]:
        every = {**self._known, "X-Request-ID": str(uuid.uuid4()), **(headers or {})}
        try:
            answer = httpx.request(method, url, headers=every, timeout=_SECONDS, **more)
            told = dict(answer.json())
        except (httpx.HTTPError, ValueError, TypeError) as error:
            raise Refused("The bank cannot be reached.") from error
        if answer.is_error:
            messages = told.get("tppMessages") or [{}]
            raise Refused(
                messages[0].get("text") or messages[0].get("code") or f"It answered {answer.status_code}."
            )
        return told
