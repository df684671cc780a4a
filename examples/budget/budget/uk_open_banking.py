"""Banks that speak UK Open Banking: the consent is authorised by OAuth, and tokens open the accounts."""

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx

from budget import calling
from budget.model import Account, Asked, Entry, Refused

_PERMISSIONS = [
    *("ReadAccountsDetail", "ReadBalances"),
    *("ReadTransactionsDetail", "ReadTransactionsCredits", "ReadTransactionsDebits"),
]


class UkOpenBanking:
    """One such bank, in version 4.0."""

    def __init__(self, url: str, client_id: str, secret: str, psu_ip_address: str) -> None:
        """`client_id` and `secret` are the app's at the bank's authorization server."""
        self._issuer, self._url = url, f"{url}/open-banking/v4.0/aisp"
        self._proof = (client_id, secret)
        self._psu_ip_address = psu_ip_address

    def ask(self, come_back: str, state: str) -> Asked:
        """Lodge the consent for ourselves, then have the user authorise it (RFC 6749 4.1, RFC 7636)."""
        own = self._token(grant_type="client_credentials", scope="accounts")
        wish = {"Data": {"Permissions": _PERMISSIONS}, "Risk": {}}
        told = self._call("POST", "/account-access-consents", own["access_token"], json=wish)
        consent_id, verifier = told["Data"]["ConsentId"], secrets.token_urlsafe(48)
        claims = {"id_token": {"openbanking_intent_id": {"value": consent_id, "essential": True}}}
        query = {
            "client_id": self._proof[0],
            "response_type": "code",
            "redirect_uri": come_back,
            "scope": "openid accounts",
            "state": state,
            "nonce": secrets.token_urlsafe(16),
            "claims": json.dumps(claims),
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        link = str(httpx.URL(f"{self._issuer}/oauth/authorize", params=query))
        return Asked(link, {"consent": consent_id, "verifier": verifier, "redirect_uri": come_back})

    def confirm(self, remembered: Mapping[str, str], came_with: Mapping[str, str]) -> Mapping[str, str]:
        """Redeem the code. The answer names its issuer, so that no other bank's code is taken (RFC 9207)."""
        if came_with.get("iss", self._issuer) != self._issuer or "code" not in came_with:
            raise Refused("You have not given access.")
        tokens = self._token(
            grant_type="authorization_code",
            code=came_with["code"],
            redirect_uri=remembered["redirect_uri"],
            code_verifier=remembered["verifier"],
        )
        return {"consent": remembered["consent"], "refresh_token": tokens["refresh_token"]}

    def accounts(self, connection: Mapping[str, str]) -> Iterator[Account]:
        """Each account with its first balance."""
        token = self._access(connection)
        for one in self._call("GET", "/accounts", token)["Data"].get("Account", ()):
            balances = self._call("GET", f"/accounts/{one['AccountId']}/balances", token)["Data"]["Balance"]
            currency, name = balances[0]["Amount"]["Currency"], one.get("Nickname", one["AccountId"])
            yield Account(one["AccountId"], name, currency, _signed(balances[0]))

    def entries(self, connection: Mapping[str, str], account: Account, since: date) -> Iterator[Entry]:
        """All pages of what was booked."""
        token = self._access(connection)
        link = f"/accounts/{account.id}/transactions?fromBookingDateTime={since}T00:00:00"
        while link:
            page = self._call("GET", link, token)
            for one in page["Data"].get("Transaction", ()):
                if one["Status"] == "BOOK":
                    yield _entry(one)
            link = page["Links"].get("Next", "")

    def end(self, connection: Mapping[str, str]) -> None:
        """Delete the consent."""
        own = self._token(grant_type="client_credentials", scope="accounts")
        self._call("DELETE", f"/account-access-consents/{connection['consent']}", own["access_token"])

    def _access(self, connection: Mapping[str, str]) -> str:
        """An access token for now: it lives for an hour at most and is not kept."""
        tokens = self._token(grant_type="refresh_token", refresh_token=connection["refresh_token"])
        return str(tokens["access_token"])

    def _token(self, **form: str) -> dict[str, Any]:
        with calling.client() as client:
            return calling.ask(client, "POST", f"{self._issuer}/oauth/token", data=form, auth=self._proof)

    def _call(self, method: str, href: str, token: str, **more: Any) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {token}",
            "x-fapi-interaction-id": str(uuid.uuid4()),
            "x-fapi-customer-ip-address": self._psu_ip_address,
        }
        url = href if href.startswith("http") else self._url + href
        with calling.client() as client:
            return calling.ask(client, method, url, headers=headers, **more)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _signed(told: Mapping[str, Any]) -> Decimal:
    amount = Decimal(told["Amount"]["Amount"])
    return -amount if told["CreditDebitIndicator"] == "Debit" else amount


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        told["TransactionId"],
        datetime.fromisoformat(told["BookingDateTime"]).date(),
        _signed(told),
        told["Amount"]["Currency"],
        told.get("TransactionInformation", ""),
        told.get("MerchantDetails", {}).get("MerchantCategoryCode"),
    )
