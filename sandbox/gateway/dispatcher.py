"""The dispatcher: the first segment of a path is the bank, and the bank says which door answers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from sandbox.bank.profile import Interface, Profile
from sandbox.gateway.context import BANK_IN_ENVIRON
from sandbox.gateway.hooks import Door
from sandbox.gateway.index import Index

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_CONTROL, _PORTAL = "_sandbox", "_portal"
#: Where a door finds the whole sandbox, to call it once more.
DOORS = "bryggen.doors"
_ONLINE_BANKING = "online-banking"
_OAUTH, _WELL_KNOWN = "oauth", ".well-known"
#: Where an issuer's metadata are found from the root as well. Source: RFC 8414 3.1.
_METADATA = ("oauth-authorization-server", "openid-configuration")


class Dispatcher:
    """A WSGI application over the doors.

    `/<bank>/…` is the bank's standard, `/<bank>/online-banking/…` the PSU's pages, `/<bank>/oauth/…` and what
    is well known of the bank its authorization server; `/_sandbox/…` is the tester's.
    `/_portal/…` are the team's pages; a browser is shown the first of them at `/`, anybody else the index.
    """

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        standards: "Mapping[str, WSGIApplication]",
        online_banking: "WSGIApplication",
        control: "WSGIApplication",
        origin: str,
        oauth: "WSGIApplication",
        roots: Mapping[str, Collection[str]] | None = None,
        portal: "WSGIApplication | None" = None,
        document_path: "Callable[[Interface], str] | None" = None,
    ) -> None:
        """Stand before these doors; `standards` by id, `roots` are the first segments of each one's paths."""
        self._profiles = profiles
        self._standards = standards
        self._online_banking = online_banking
        self._oauth = oauth
        self._control = control
        self._spoken = {one.id: _by_root(one, roots or {}) for one in profiles.values()}
        self._portal = portal
        self._index = Index(profiles, origin, document_path)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Find the door, shift SCRIPT_NAME past the segments that named it, and go in."""
        environ[DOORS] = self
        segment, rest = _split(_from_root(environ.get("PATH_INFO", "")))
        if segment == _CONTROL:
            return self._enter(self._control, environ, start_response, segment)
        if self._portal is not None and (segment == _PORTAL or (not segment and _is_browser(environ))):
            environ["PATH_INFO"] = f"/{_PORTAL}{rest or '/'}"
            return self._enter(self._portal, environ, start_response, _PORTAL)
        profile = self._profiles.get(segment)
        if profile is None:
            return self._index(environ, start_response)
        environ[BANK_IN_ENVIRON] = profile
        root = _split(rest)[0]
        if root == _ONLINE_BANKING:
            return self._enter(self._online_banking, environ, start_response, f"{segment}/{_ONLINE_BANKING}")
        if root in (_OAUTH, _WELL_KNOWN):
            environ["PATH_INFO"] = f"/{segment}{rest}"
            return self._enter(self._oauth, environ, start_response, segment)
        # The standard whose path begins so; the bank's first one where none of its does.
        spoken = self._spoken[segment].get(root, profile.interfaces[0].standard)
        return self._enter(self._standards[spoken], environ, start_response, segment)

    def _enter(
        self, door: "WSGIApplication", environ: "WSGIEnvironment", start: "StartResponse", segments: str
    ) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{segments}"
        environ["PATH_INFO"] = environ["PATH_INFO"][len(segments) + 1 :]
        return door(environ, start)


class LateDoor:
    """A door that is opened when somebody first comes to it: a start waits for none that nobody uses."""

    def __init__(self, opening: Callable[[], Door]) -> None:
        """Open it by that, once."""
        self._opening = opening
        self._door: Door | None = None
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Go in; whoever comes while it is being opened waits for it."""
        return (self._door or self.opened())(environ, start_response)

    def opened(self) -> Door:
        """The door, open."""
        with self._lock:
            if self._door is None:
                self._door = self._opening()
            return self._door


def _by_root(profile: Profile, roots: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Which of the bank's standards has paths that begin so; the first one, where two have."""
    spoken = [one.standard for one in profile.interfaces]
    return {root: one for one in reversed(spoken) for root in roots.get(one, ())}


def _from_root(path: str) -> str:
    """`/.well-known/oauth-authorization-server/fjordbanken` as `/fjordbanken/.well-known/…`; else the same.

    Source: RFC 8414 3: an issuer with a path has its metadata between the host and that path.
    """
    well_known, rest = _split(path)
    if well_known != _WELL_KNOWN:
        return path
    which, bank = _split(rest)
    return f"{bank}/{_WELL_KNOWN}/{which}" if which in _METADATA and bank else path


def _is_browser(environ: "WSGIEnvironment") -> bool:
    """Whether whoever asks would rather have a page than JSON; curl takes whatever comes, and gets JSON."""
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT", ""), MIMEAccept)
    return accepted.best_match(("application/json", "text/html"), "application/json") == "text/html"


def _split(path: str) -> tuple[str, str]:
    """`/fjordbanken/v1/accounts` as `fjordbanken` and `/v1/accounts`."""
    segment, slash, rest = path.lstrip("/").partition("/")
    return segment, slash + rest
