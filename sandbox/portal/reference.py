"""The API reference: every operation of each interface of each bank, and of the tester's door."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, request
from werkzeug.wrappers import Response

from sandbox.bank.profile import Interface, Profile
from sandbox.gateway import context
from sandbox.gateway.calls import as_curl
from sandbox.gateway.openapi import Documents
from sandbox.kernel.countries import country as country_of
from sandbox.portal import examples, page, session
from sandbox.portal.operations import Document

views = Blueprint("reference", __name__, url_prefix="/reference")
_TAB = "reference"
_NO_KEY, _NO_CURRENCY = "YOUR-APP-KEY", "EUR"
_SOUGHT_MAX = 200


@views.get("/", strict_slashes=False)
def every() -> Response:
    """List the interfaces."""
    banks = sorted(_profiles().values(), key=lambda one: (country_of(one.country).name, one.name))
    return page.show("references.html", tab=_TAB, banks=banks, titles=current_app.config["TITLES"])


@views.get("/control")
def control() -> Response:
    """List the operations of the tester's door."""
    return _listed(Document(_documents().control()), "/control", "/_sandbox/openapi.json")


@views.get("/control/<slug>")
def control_operation(slug: str) -> Response:
    """Explain one operation of the tester's door."""
    return _explained(Document(_documents().control()), "/control", slug)


@views.get("/<bank_id>/<standard>/<version>")
def interface(bank_id: str, standard: str, version: str) -> Response:
    """List the operations of one interface of a bank."""
    profile, spoken = _spoken(bank_id, standard, version)
    lies = f"/{profile.id}{_documents().path(spoken)}"
    return _listed(_document(profile, spoken), f"/{bank_id}/{standard}/{version}", lies, profile)


@views.get("/<bank_id>/<standard>/<version>/<slug>")
def operation(bank_id: str, standard: str, version: str, slug: str) -> Response:
    """Explain one operation of a bank."""
    profile, spoken = _spoken(bank_id, standard, version)
    place = f"/{bank_id}/{standard}/{version}"
    return _explained(_document(profile, spoken), place, slug, profile)


def _listed(document: Document, place: str, lies: str, profile: Profile | None = None) -> Response:
    sought = request.args.get("q", "")[:_SOUGHT_MAX].strip()
    return page.show(
        "reference.html",
        tab=_TAB,
        document=document,
        place=f"/reference{place}",
        lies=f"{context.visit().services.origin}{lies}",
        bank=profile,
        sought=sought,
        groups=document.groups(sought),
    )


def _explained(document: Document, place: str, slug: str, profile: Profile | None = None) -> Response:
    found = document.find(slug)
    if found is None:
        abort(404)
    called = examples.call(
        document,
        found,
        session.any_key() or _NO_KEY,
        profile.currency if profile else _NO_CURRENCY,
    )
    return page.show(
        "operation.html",
        tab=_TAB,
        document=document,
        place=f"/reference{place}",
        operation=found,
        base=urlsplit(document.url).path.rstrip("/"),
        parameters=document.parameters(found),
        bodies=document.sent(found),
        answers=document.answers(found),
        curl=as_curl(called),
        has_key=session.any_key() is not None,
    )


def _spoken(bank_id: str, standard: str, version: str) -> tuple[Profile, Interface]:
    """A bank and the interface of it; an unknown one is not found."""
    profile = _profiles().get(bank_id)
    spoken = profile.interfaces if profile else ()
    found = next((one for one in spoken if (one.standard, one.version) == (standard, version)), None)
    if profile is None or found is None:
        abort(404)
    return profile, found


def _document(profile: Profile, spoken: Interface) -> Document:
    return Document(_documents().of_interface(profile, spoken))


def _documents() -> Documents:
    found: Documents = current_app.config["DOCUMENTS"]
    return found


def _profiles() -> Mapping[str, Profile]:
    return context.visit().services.profiles
