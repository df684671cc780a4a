"""What is here, for machines that read: the index at the root, what each bank can do, and `/llms.txt`."""

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.bank.profile import Interface, Profile

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_TITLE = "Bryggen, an open banking sandbox"
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"
_CAPABILITIES, _FOR_MODELS = "/.well-known/bryggen.json", "/llms.txt"


class Index:
    """A WSGI application for whatever names no bank: `/`, `/.well-known/bryggen.json`, `/llms.txt`.

    Any other path names a bank that is not here, and is told which are. `document_path` says where below a
    bank the OpenAPI document of one of its interfaces is.
    """

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        origin: str,
        document_path: "Callable[[Interface], str] | None" = None,
    ) -> None:
        """Tell of these banks, under that origin."""
        self._profiles = profiles
        self._origin = origin
        self._document_path = document_path

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer, with JSON or with text."""
        path = environ.get("PATH_INFO", "") or "/"
        if path == _FOR_MODELS:
            status, kind, body = "200 OK", _TEXT, self._for_models().encode()
        else:
            status, told = self._told(path)
            kind, body = _JSON, orjson.dumps(told, option=orjson.OPT_INDENT_2)
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]

    def _told(self, path: str) -> tuple[str, dict[str, Any]]:
        if path == _CAPABILITIES:
            return "200 OK", {**self._about(), "banks": [self._able(one) for one in self._profiles.values()]}
        segment = path.lstrip("/").partition("/")[0]
        if not segment:
            return "200 OK", {**self._about(), "banks": [self._bank(one) for one in self._profiles.values()]}
        error = {
            "code": "bank_unknown",
            "text": f"There is no bank '{segment}' here.",
            "hint": f"The first segment of the path names a bank: {', '.join(self._profiles)}.",
        }
        return "404 Not Found", {"error": error}

    def _about(self) -> dict[str, Any]:
        return {
            "name": _TITLE,
            "health": f"{self._origin}/_sandbox/health",
            "api": f"{self._origin}/_sandbox/openapi.json",
            "portal": f"{self._origin}/_portal/",
            "capabilities": f"{self._origin}{_CAPABILITIES}",
            "llms": f"{self._origin}{_FOR_MODELS}",
        }

    def _bank(self, bank: Profile) -> dict[str, Any]:
        return {
            "id": bank.id,
            "name": bank.name,
            "country": bank.country,
            "standard": bank.interfaces[0].standard,
            "version": bank.interfaces[0].version,
            "interfaces": [self._interface(bank, spoken) for spoken in bank.interfaces],
            "base_url": f"{self._origin}/{bank.id}",
            "openapi": f"{self._origin}/{bank.id}/openapi.json",
        }

    def _interface(self, bank: Profile, spoken: Interface) -> dict[str, str]:
        told = {"standard": spoken.standard, "version": spoken.version}
        if self._document_path is not None:
            told["openapi"] = f"{self._origin}/{bank.id}{self._document_path(spoken)}"
        return told

    def _able(self, bank: Profile) -> dict[str, Any]:
        """A bank with what it can do. Words and shapes are those of its file: docs/adding-a-bank.md."""
        url, pays, server = f"{self._origin}/{bank.id}", bank.payments, bank.sca.authorization_server
        metadata = f"{url}/.well-known/oauth-authorization-server"
        return {
            **self._bank(bank),
            "kind": bank.kind,
            "bic": bank.bic,
            "currency": bank.currency,
            "languages": bank.languages,
            "description": bank.description,
            "sca": {"approaches": bank.sca.approaches, "methods": [one.type for one in bank.sca.methods]},
            "oauth": {
                "issuer": url,
                "metadata": metadata if server.profiles else None,
                "place": server.oauth2,
                "profiles": server.profiles,
            },
            "payments": {"schemes": pays.schemes, "services": pays.services, "formats": pays.formats},
            "consents": {
                "validity_days_max": bank.consents.validity_days_max,
                "frequency_per_day_max": bank.consents.frequency_per_day_max,
            },
            "statements": {
                "formats": bank.statements.formats,
                "history_months": bank.statements.history_months,
                "page_size": bank.statements.page_size,
            },
            "switches": {f"{one.standard} {one.version}": dict(one.switches) for one in bank.interfaces},
            "explained": f"{self._origin}/_portal/banks/{bank.id}",
        }

    def _for_models(self) -> str:
        """What a language model needs in order to write a first working call. Source: llmstxt.org."""
        banks = "\n".join(map(self._line, self._profiles.values()))
        written = (files("sandbox.gateway") / "llms.txt").read_text(encoding="utf-8")
        return Template(written).substitute(title=_TITLE, origin=self._origin, banks=banks)

    def _line(self, bank: Profile) -> str:
        spoken = ", ".join(
            f"[{one['standard']} {one['version']}]({one.get('openapi', '')})"
            for one in (self._interface(bank, spoken) for spoken in bank.interfaces)
        )
        return f"- {bank.name} ({bank.country}), {self._origin}/{bank.id}: {spoken}"
