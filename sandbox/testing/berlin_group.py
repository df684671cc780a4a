"""A TPP that speaks Berlin Group NextGenPSD2, as small as a test needs it. It follows links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.kernel.ids import new_uuid
from sandbox.testing.calling import Caller
from sandbox.testing.people import Person

_BACK = {"TPP-Redirect-URI": "https://tpp.example/ok", "TPP-Nok-Redirect-URI": "https://tpp.example/nok"}
_PRESENT = {"PSU-IP-Address": "192.0.2.17"}
_FOREVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Begun:
    """A consent or a payment that was asked for: the bank's answer, and where its authorisation is."""

    id: str
    answer: Mapping[str, Any]
    links: Mapping[str, str]
    authorisation_id: str


@dataclass(frozen=True, slots=True)
class BerlinGroup:
    """One bank. Every method raises Refused where the bank says no, with the bank's own words in it."""

    caller: Caller
    bank_id: str

    @property
    def url(self) -> str:
        """The bank's base URL, for the app under test."""
        return f"{self.caller.origin}/{self.bank_id}"

    def ask_consent(self, access: Mapping[str, Any] | None = None, **changes: Any) -> Begun:
        """Ask for a consent to all accounts, or to `access`; it waits for the PSU."""
        body = {
            "access": access or {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": _FOREVER,
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
            **changes,
        }
        return self._begun(self.call("POST", "/v1/consents", body), "consentId")

    def consent(self, psu: Person, access: Mapping[str, Any] | None = None, **changes: Any) -> Begun:
        """A valid consent: asked for, and agreed to by the PSU."""
        begun = self.ask_consent(access, **changes)
        self.agree(begun, psu)
        return begun

    def agree(self, begun: Begun, psu: Person) -> None:
        """The PSU's yes to a consent or a payment, and the confirmation where the bank wants one."""
        order = {"psu": psu.username}
        told = self.caller.post(f"/_sandbox/authorisations/{begun.authorisation_id}/approve", order)
        state = self.call("GET", begun.links["scaStatus"])
        if state["scaStatus"] == "unconfirmed":
            code = told["return_to"].rpartition("code=")[2]
            link = state["_links"]["confirmation"]["href"]
            self.call("PUT", link, {"confirmationCode": code})

    def accounts(self, consent: Begun) -> list[dict[str, Any]]:
        """The accounts that a consent shows."""
        return list(self.call("GET", "/v1/accounts", consent=consent)["accounts"])

    def balances(self, consent: Begun, account_id: str) -> list[dict[str, Any]]:
        """The balances of an account."""
        return list(self.call("GET", f"/v1/accounts/{account_id}/balances", consent=consent)["balances"])

    def transactions(
        self, consent: Begun, account_id: str, since: str, status: str = "booked"
    ) -> Iterator[dict[str, Any]]:
        """The entries of an account since a day (ISO), over all pages."""
        link = f"/v1/accounts/{account_id}/transactions?dateFrom={since}&bookingStatus={status}"
        while link:
            page = self.call("GET", link, consent=consent)["transactions"]
            yield from page.get(status, ())
            link = page["_links"].get("next", {}).get("href", "")

    def initiate(self, product: str, body: Mapping[str, Any], service: str = "payments") -> Begun:
        """Initiate a payment; it waits for the PSU."""
        return self._begun(self.call("POST", f"/v1/{service}/{product}", body), "paymentId")

    def pay(self, psu: Person, product: str, body: Mapping[str, Any]) -> Begun:
        """A payment that the PSU has agreed to."""
        begun = self.initiate(product, body)
        self.agree(begun, psu)
        return begun

    def status(self, payment: Begun) -> str:
        """The transactionStatus of a payment."""
        return str(self.call("GET", payment.links["status"])["transactionStatus"])

    def call(
        self,
        method: str,
        href: str,
        body: Any = None,
        consent: Begun | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Follow a link of the bank's, or a path within it."""
        return self.caller.ask(method, self._within(href), body, self._headers(consent, headers))

    def send(
        self,
        method: str,
        href: str,
        body: Any = None,
        consent: Begun | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The same, for a test that wants the refusal as an answer."""
        return self.caller.send(method, self._within(href), body, self._headers(consent, headers))

    def _within(self, href: str) -> str:
        return href if href.startswith(self.caller.origin) else f"/{self.bank_id}{href}"

    def _headers(self, consent: Begun | None, more: Mapping[str, str] | None) -> dict[str, str]:
        known = {**_PRESENT, **_BACK, "X-Request-ID": new_uuid(), "Accept": "application/json"}
        return {**known, **({"Consent-ID": consent.id} if consent else {}), **(more or {})}

    def _begun(self, answer: dict[str, Any], name: str) -> Begun:
        """What was asked for, its authorisation started where the bank leaves that to the TPP."""
        links = _hrefs(answer)
        start = next((href for key, href in links.items() if key.startswith("startAuthorisation")), None)
        if start is not None:
            links |= _hrefs(self.call("POST", start, {}))
        return Begun(str(answer[name]), answer, links, links["scaStatus"].rpartition("/")[2])


def _hrefs(answer: Mapping[str, Any]) -> dict[str, str]:
    return {name: one["href"] for name, one in answer["_links"].items()}
