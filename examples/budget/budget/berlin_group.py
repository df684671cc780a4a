"""Banks that speak Berlin Group NextGenPSD2: the consent has a link, and its id opens the accounts."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from budget import calling
from budget.model import Account, Asked, Entry, Refused

_WISH = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "9999-12-31",  # the bank cuts it to the longest that it grants
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}
_BALANCES = ("interimAvailable", "expected", "interimBooked", "closingBooked")


class BerlinGroup:
    """One such bank."""

    def __init__(self, url: str, app_key: str, psu_ip_address: str) -> None:
        """`psu_ip_address` is the user's, who sits in front of us: without it the bank counts each read."""
        self._url = url
        self._known = {"X-API-Key": app_key, "PSU-IP-Address": psu_ip_address}

    def ask(self, come_back: str, state: str) -> Asked:
        """Ask for all accounts; the user says yes at the bank's page."""
        back = httpx.URL(come_back, params={"state": state})
        headers = {
            "TPP-Redirect-Preferred": "true",
            "TPP-Redirect-URI": str(back),
            "TPP-Nok-Redirect-URI": str(back.copy_merge_params({"error": "access_denied"})),
        }
        told = self._call("POST", f"{self._url}/v1/consents", json=_WISH, headers=headers)
        return Asked(told["_links"]["scaRedirect"]["href"], {"consent": told["consentId"]})

    def confirm(self, remembered: Mapping[str, str], came_with: Mapping[str, str]) -> Mapping[str, str]:
        """Whatever the address says: only the bank knows whether the consent is valid."""
        status = self._call("GET", f"{self._url}/v1/consents/{remembered['consent']}/status")
        if "error" in came_with or status["consentStatus"] != "valid":
            raise Refused("You have not given access.")
        return {"consent": remembered["consent"]}

    def accounts(self, connection: Mapping[str, str]) -> Iterator[Account]:
        """Each account with the balance that says most about what can be spent."""
        for one in self._read("/v1/accounts", connection)["accounts"]:
            path = f"/v1/accounts/{one['resourceId']}/balances"
            balances = {each["balanceType"]: each for each in self._read(path, connection)["balances"]}
            best = next((balances[kind] for kind in _BALANCES if kind in balances), None)
            if best is not None:
                amount = best["balanceAmount"]
                name = one.get("name") or one.get("product") or one["resourceId"]
                yield Account(one["resourceId"], name, amount["currency"], Decimal(amount["amount"]))

    def entries(self, connection: Mapping[str, str], account: Account, since: date) -> Iterator[Entry]:
        """All pages of what was booked."""
        link = f"{self._url}/v1/accounts/{account.id}/transactions?dateFrom={since}&bookingStatus=booked"
        while link:
            page = self._read(link, connection)["transactions"]
            yield from (_entry(one) for one in page.get("booked", ()))
            link = page["_links"].get("next", {}).get("href", "")

    def end(self, connection: Mapping[str, str]) -> None:
        """Delete the consent."""
        self._call("DELETE", f"{self._url}/v1/consents/{connection['consent']}")

    def _read(self, href: str, connection: Mapping[str, str]) -> dict[str, Any]:
        url = href if href.startswith("http") else self._url + href
        return self._call("GET", url, headers={"Consent-ID": connection["consent"]})

    def _call(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> dict[str, Any]:
        with calling.client() as client:
            every = {**self._known, "X-Request-ID": str(uuid.uuid4()), **(headers or {})}
            return calling.ask(client, method, url, headers=every, **more)


def _entry(told: Mapping[str, Any]) -> Entry:
    amount = told["transactionAmount"]
    text = told.get("remittanceInformationUnstructured") or told.get("creditorName") or told.get("debtorName")
    # Some banks tell it in pieces only.
    pieces = " ".join(told.get("remittanceInformationUnstructuredArray", ()))
    return Entry(
        told.get("transactionId") or told["entryReference"],
        date.fromisoformat(told["bookingDate"]),
        Decimal(amount["amount"]),
        amount["currency"],
        text or pieces or told.get("additionalInformation", ""),
        told.get("merchantCategoryCode"),
    )
