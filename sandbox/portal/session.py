"""What the browser remembers between two pages: who it is, fresh keys."""

from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from sandbox.gateway import context
from sandbox.gateway.services import Services

#: How many fresh app keys one browser holds: a cookie has four kilobytes.
_KEYS_MAX = 8


def prefix() -> str:
    """The path before every address of this installation: a prefix of the public origin is kept."""
    return urlsplit(context.visit().services.origin).path.rstrip("/")


class PortalCookie(SecureCookieSessionInterface):
    """One cookie for the portal. The start page stands at the root, so its path is the whole origin."""

    def __init__(self, services: Services) -> None:
        """Send the cookie over TLS alone where the origin has TLS."""
        parts = urlsplit(services.origin)
        self._secure = parts.scheme == "https"
        # A browser gives cookies to every port of a machine: two sandboxes must not take each other's.
        self._name = f"bryggen_{parts.port or parts.scheme}"
        self._path = f"{parts.path.rstrip('/')}/"

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002  # the framework's signature
        """The cookie's name at this origin."""
        return self._name

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002  # the framework's signature
        """The path of the origin."""
        return self._path

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  # the framework's signature
        """Whether the cookie needs TLS."""
        return self._secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; a stylesheet has no session."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def keep_key(app_id: str, key: str) -> None:
    """Hold a key that was just made, so that this browser's commands can carry it."""
    held = {one: kept for one, kept in session.get("keys", {}).items() if one != app_id}
    held[app_id] = key
    session["keys"] = dict(list(held.items())[-_KEYS_MAX:])


def kept_key(app_id: str) -> str | None:
    """The key of that app, if this browser was there when it was made."""
    found = session.get("keys", {}).get(app_id)
    return str(found) if found else None


def any_key() -> str | None:
    """The key that this browser has had made last, whichever app's it is."""
    return next((str(one) for one in reversed(session.get("keys", {}).values())), None)


def say_next(text: str, *, fault: bool = False) -> None:
    """Leave word for the next page."""
    session["said"] = {"text": text, "fault": fault}


def said() -> dict[str, object] | None:
    """The word that the last form has left."""
    return session.pop("said", None) if "said" in session else None
