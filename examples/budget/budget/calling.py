"""One call to a bank: JSON in, JSON out, and a no as an exception."""

from typing import Any

import httpx

from budget.model import Refused

_SECONDS = 20
#: What banks answer where a consent has ended, in either standard; OAuth says invalid_grant.
_OVER = (401, 403)


def client() -> httpx.Client:
    """A client of banks."""
    return httpx.Client(timeout=_SECONDS)


def ask(client: httpx.Client, method: str, url: str, **more: Any) -> dict[str, Any]:
    """The JSON of an answer. Raises Refused."""
    try:
        answer = client.request(method, url, **more)
        told = dict(answer.json()) if answer.content else {}
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise Refused(f"The bank cannot be reached ({type(error).__name__}).") from error
    if answer.is_error:
        lost = answer.status_code in _OVER or told.get("error") == "invalid_grant"
        raise Refused(_reason(told) or f"The bank answered {answer.status_code}.", lost=lost)
    return told


def _reason(told: dict[str, Any]) -> str:
    """What went wrong, in the words of either standard or of OAuth."""
    for name in ("tppMessages", "Errors"):
        if told.get(name):
            first = told[name][0]
            return str(first.get("text") or first.get("Message") or first.get("code"))
    return str(told.get("error_description") or told.get("error") or "")
