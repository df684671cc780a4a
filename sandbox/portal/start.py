"""The start page: pick a bank, an interface and a tool, and get a command that works."""

from dataclasses import dataclass

from flask import Blueprint, current_app, request
from flask import session as cookie
from werkzeug.wrappers import Response

from sandbox.bank.profile import Interface, Profile
from sandbox.gateway import context
from sandbox.gateway.calls import CURL, PYTEST, PYTHON, TOOLS
from sandbox.kernel.countries import country as country_of
from sandbox.portal import access, beginning, page, session

views = Blueprint("start", __name__)
_TOOLS = ((CURL, "curl"), (PYTHON, "Python with httpx"), (PYTEST, "a test for pytest"))
_NEW = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One interface of one bank, as it can be picked."""

    value: str
    profile: Profile
    interface: Interface
    title: str


@views.get("/")
def welcome() -> Response:
    """Say what this is, and offer a first key."""
    return _show()


@views.post("/start")
def begin() -> Response:
    """Make a key, a consent that somebody has said yes to, and lead to the commands."""
    picked = next((one for one in offers() if one.value == request.form.get("interface")), None)
    if picked is None:
        return _show(422, "Pick a bank first.")
    world = beginning.world(request.form.get("workspace") or None)
    made = beginning.make(world, picked.profile, picked.interface)
    session.keep_key(made.app_id, made.key)
    asked = request.form.get("tool", CURL)
    tool = asked if asked in TOOLS else CURL
    place = f"/first/{made.app_id}/{made.consent_id}?version={picked.interface.version}&tool={tool}"
    return page.go(page.of_world(world, place))


def offers() -> list[Offer]:
    """Every interface of every bank, the banks of a country together."""
    titles = current_app.config["TITLES"]
    banks = sorted(context.visit().services.profiles.values(), key=lambda one: one.country)
    return [
        Offer(f"{bank.id}/{one.standard}/{one.version}", bank, one, titles[one.standard])
        for bank in sorted(banks, key=lambda one: (country_of(one.country).name, one.name))
        for one in bank.interfaces
    ]


def _show(status: int = 200, fault: str | None = None) -> Response:
    countries: dict[str, list[Offer]] = {}
    for one in offers():
        countries.setdefault(one.profile.country, []).append(one)
    grouped = [(code, country_of(code).name, found) for code, found in countries.items()]
    worlds = access.worlds()
    names = [one.id for one in worlds]
    last = cookie.get("world")
    chosen = last if last in names else names[0] if names else _NEW
    likely = next((one.value for one in offers() if one.profile.country == "NO"), None)
    return page.show(
        "start.html",
        status,
        tab="start",
        countries=grouped,
        tools=_TOOLS,
        worlds=worlds,
        chosen=chosen,
        likely=request.values.get("interface", likely),
        banks=len(context.visit().services.profiles),
        fault=fault,
    )
