"""What the browser remembers between two pages: a signed cookie per bank."""

from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from sandbox.gateway import context
from sandbox.gateway.services import Services

#: How many authorisations one browser may have open; a cookie holds four kilobytes.
_OPEN_MAX = 6


def bank_path() -> str:
    """The path of this bank's pages as the browser sees it: a prefix of the public origin is kept."""
    prefix = urlsplit(context.visit().services.origin).path.rstrip("/")
    return f"{prefix}/{context.profile().id}/online-banking"


class BankCookie(SecureCookieSessionInterface):
    """One cookie per bank, seen by that bank's pages only."""

    def __init__(self, services: Services) -> None:
        """Send the cookie over TLS alone where the origin has TLS."""
        self._secure = services.origin.startswith("https:")

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002  # the framework's signature
        """The cookie's own name at this bank. Flask asks before the visit of the request has begun."""
        return f"psu_{request.environ[context.BANK_IN_ENVIRON].id}"

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002  # the framework's signature
        """The path of the bank's own pages."""
        return bank_path()

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  # the framework's signature
        """Whether the cookie needs TLS."""
        return self._secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; the stylesheets have no session."""
        if request.endpoint not in {"static", "look", "icon"}:
            super().save_session(app, session, response)


def signed_in_for(authorisation_id: str) -> str | None:
    """The person who authenticated for that authorisation in this browser."""
    held = session.get("authorisations", {}).get(authorisation_id)
    return str(held["person"]) if held else None


def sign_in_for(authorisation_id: str, person_id: str) -> None:
    """Remember who authenticated for that authorisation."""
    held = dict(session.get("authorisations", {}))
    held[authorisation_id] = {"person": person_id}
    session["authorisations"] = dict(list(held.items())[-_OPEN_MAX:])


def chosen_accounts(authorisation_id: str) -> list[str] | None:
    """The accounts that the PSU has chosen or agreed to so far, or None before that."""
    held = session.get("authorisations", {}).get(authorisation_id) or {}
    return held.get("accounts")


def choose_accounts(authorisation_id: str, account_ids: list[str]) -> None:
    """Remember the accounts that the PSU has chosen."""
    held = dict(session.get("authorisations", {}))
    held[authorisation_id] = {**held.get(authorisation_id, {}), "accounts": account_ids}
    session["authorisations"] = held


def signed_in() -> tuple[str, str] | None:
    """Workspace and person of whoever is signed in to the bank app."""
    held = session.get("bank_app")
    return (str(held["workspace"]), str(held["person"])) if held else None


def sign_in(workspace_id: str, person_id: str) -> None:
    """Remember who is signed in to the bank app."""
    session["bank_app"] = {"workspace": workspace_id, "person": person_id}


def sign_out() -> None:
    """Forget who was signed in to the bank app."""
    session.pop("bank_app", None)
