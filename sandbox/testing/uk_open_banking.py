"""A TPP that speaks UK Open Banking Read/Write, as small as a test needs it. It follows links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.kernel.ids import new_uuid
from sandbox.testing.calling import Caller
from sandbox.testing.people import Person

#: What a consent asks for when a test does not say.
ALL = (
    "ReadAccountsDetail",
    "ReadBalances",
    "ReadTransactionsDetail",
    "ReadTransactionsCredits",
    "ReadTransactionsDebits",
)


@dataclass(frozen=True, slots=True)
class UkOpenBanking:
    """One bank in one version. Every method raises Refused where the bank says no.

    The consent is named by the sandbox's own header, so that a test needs no authorization server.
    """

    caller: Caller
    bank_id: str
    version: str = "4.0"

    @property
    def url(self) -> str:
        """The base of the bank's account API, for the app under test."""
        return f"{self.caller.origin}/{self.bank_id}{self._base}"

    def ask_consent(self, permissions: Sequence[str] = ALL) -> str:
        """Ask for an account-access-consent, which waits for the PSU; its id."""
        body = {"Data": {"Permissions": list(permissions)}, "Risk": {}}
        return str(self.call("POST", "/account-access-consents", body)["Data"]["ConsentId"])

    def consent(self, psu: Person, permissions: Sequence[str] = ALL) -> str:
        """An authorised consent; its id."""
        consent_id = self.ask_consent(permissions)
        begun = self.caller.post(f"/_sandbox/consents/{consent_id}/authorisations")
        order = {"psu": psu.username}
        self.caller.post(f"/_sandbox/authorisations/{begun['id']}/approve", order)
        return consent_id

    def accounts(self, consent_id: str) -> list[dict[str, Any]]:
        """The accounts that a consent shows."""
        return self._all("/accounts", consent_id, "Account")

    def balances(self, consent_id: str, account_id: str) -> list[dict[str, Any]]:
        """The balances of an account."""
        return self._all(f"/accounts/{account_id}/balances", consent_id, "Balance")

    def transactions(self, consent_id: str, account_id: str) -> Iterator[dict[str, Any]]:
        """The transactions of an account, over all pages."""
        href = f"/accounts/{account_id}/transactions"
        while href:
            page = self.call("GET", href, consent_id=consent_id)
            yield from page["Data"].get("Transaction", ())
            href = page["Links"].get("Next", "")

    def call(self, method: str, href: str, body: Any = None, consent_id: str = "") -> dict[str, Any]:
        """Follow a link of the bank's, or a path below the account API."""
        return self.caller.ask(method, self._within(href), body, _headers(consent_id))

    def send(self, method: str, href: str, body: Any = None, consent_id: str = "") -> httpx.Response:
        """The same, for a test that wants the refusal as an answer."""
        return self.caller.send(method, self._within(href), body, _headers(consent_id))

    @property
    def _base(self) -> str:
        return f"/open-banking/v{self.version}/aisp"

    def _within(self, href: str) -> str:
        return href if href.startswith(self.caller.origin) else f"/{self.bank_id}{self._base}{href}"

    def _all(self, path: str, consent_id: str, member: str) -> list[dict[str, Any]]:
        return list(self.call("GET", path, consent_id=consent_id)["Data"].get(member, ()))


def _headers(consent_id: str) -> Mapping[str, str]:
    known = {"x-fapi-interaction-id": new_uuid(), "x-fapi-customer-ip-address": "192.0.2.17"}
    return {**known, **({"x-bryggen-consent-id": consent_id} if consent_id else {})}
