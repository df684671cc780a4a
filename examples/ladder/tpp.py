"""A small TPP: ask a PSU for access to their accounts, wait for the yes, and print what they have.

    python tpp.py open.toml

The same code climbs from an app key to certificate and token. What the settings name is used, nothing else.
"""

import os
import ssl
import string
import sys
import time
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

_REDIRECT = {"TPP-Redirect-URI": "https://tpp.example/back", "TPP-Redirect-Preferred": "true"}
_WISH = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "9999-12-31",
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}
_SECONDS_BETWEEN_LOOKS, _LOOKS = 1.0, 300


class Refused(Exception):
    """The bank says no, in its own words."""


def main(settings_file: str) -> None:
    """Go the whole way, by the settings in that file."""
    settings = read(Path(settings_file))
    with httpx.Client(verify=trust(settings), headers=credentials(settings), timeout=20) as client:
        if "client_id" in settings:
            client.headers["Authorization"] = f"Bearer {token(client, settings)}"
        bank = settings["bank"]
        consent = ask(client, "POST", f"{bank}/v1/consents", json=_WISH, headers=_REDIRECT)
        # Where the sandbox has somebody say yes at once, nobody has to go anywhere.
        if "scaRedirect" in consent["_links"]:
            print(f"The PSU says yes at {consent['_links']['scaRedirect']['href']}", flush=True)
        wait(client, f"{bank}/v1/consents/{consent['consentId']}/status")
        for line in accounts(client, bank, consent["consentId"]):
            print(line)


def read(path: Path) -> dict[str, Any]:
    """The settings, with what they take from the environment."""
    return tomllib.loads(string.Template(path.read_text(encoding="utf-8")).substitute(os.environ))


def trust(settings: dict[str, Any]) -> ssl.SSLContext:
    """Whom we trust, and the certificate that we show, if we have one."""
    context = ssl.create_default_context(cafile=settings["root"])
    if "certificate" in settings:
        context.load_cert_chain(settings["certificate"], settings["certificate_key"])
    return context


def credentials(settings: dict[str, Any]) -> dict[str, str]:
    """What every call carries to say who we are, and for whom."""
    # The PSU sits in front of us; a real TPP takes the address from their request.
    known = {"PSU-IP-Address": "192.0.2.1"}
    return known | ({"X-API-Key": settings["app_key"]} if "app_key" in settings else {})


def token(client: httpx.Client, settings: dict[str, Any]) -> str:
    """An access token of our own, from the bank's authorization server."""
    server = ask(client, "GET", f"{settings['bank']}/.well-known/oauth-authorization-server")
    wish = {"grant_type": "client_credentials", "scope": "AIS"}
    proof = (settings["client_id"], settings["client_secret"])
    return str(ask(client, "POST", server["token_endpoint"], data=wish, auth=proof)["access_token"])


def wait(client: httpx.Client, status: str) -> None:
    """Look again and again whether the PSU has said yes. A real TPP is told by the way back."""
    for _ in range(_LOOKS):
        match ask(client, "GET", status)["consentStatus"]:
            case "valid":
                return
            case "received":
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            case other:
                raise Refused(f"The consent is {other}.")
    raise Refused("Nobody has said yes.")


def accounts(client: httpx.Client, bank: str, consent_id: str) -> Iterator[str]:
    """A line for each account, with its first balance."""
    read_by = {"Consent-ID": consent_id}
    for account in ask(client, "GET", f"{bank}/v1/accounts", headers=read_by)["accounts"]:
        balances = f"{bank}/v1/accounts/{account['resourceId']}/balances"
        first = ask(client, "GET", balances, headers=read_by)["balances"][0]["balanceAmount"]
        yield f"{account['iban']}  {first['amount']} {first['currency']}"


def ask(client: httpx.Client, method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    """The JSON of an answer. Raises Refused."""
    headers = {"X-Request-ID": str(uuid.uuid4()), **kwargs.pop("headers", {})}
    answer = client.request(method, url, headers=headers, **kwargs)
    if answer.is_error:
        raise Refused(f"{method} {url}: {answer.status_code}\n{answer.text}")
    return dict(answer.json())


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Refused as refused:
        sys.exit(str(refused))
