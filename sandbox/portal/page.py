"""What every page has: the frame, addresses that keep the public prefix, and a word left by the last form."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from flask import current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response

import sandbox
from sandbox.bank.bank import Bank
from sandbox.bank.profile import Profile
from sandbox.gateway import context, forms
from sandbox.kernel import countries
from sandbox.kernel.money import decimal_text
from sandbox.portal import access
from sandbox.portal.session import prefix, said
from sandbox.workspaces.workspace import Strictness, Workspace

ROOT = "/_portal"
#: The ladder of strictness, in words.
RUNGS: Mapping[str, str] = {
    Strictness.OPEN.value: "open: an app key is enough",
    Strictness.WARN.value: "warn: faults are noted, nothing is refused",
    Strictness.ENFORCE.value: "enforce: as in production",
}
_LAST_WORLD = "world"
#: What is written in capitals wherever it stands among words.
_WRITTEN = {one.lower(): one for one in ("PSU", "SCA", "TPP", "PSD2", "IBAN", "BBAN", "VRP", "QWAC", "OAuth")}
_NARROW, _NO_BREAK, _MINUS = "\u202f", "\u00a0", "\u2212"


def address(path: str) -> str:
    """The path of one of the portal's pages, as the browser has to ask for it."""
    return f"{prefix()}{ROOT}{path}"


def asset(name: str) -> str:
    """The address of a file of the frame; it changes with the version, so that no old one is kept."""
    return f"{address('/static/')}{name}?v={sandbox.__version__}"


def show(
    template: str, status: int = 200, *, tab: str = "", world: Workspace | None = None, **values: Any
) -> Response:
    """Render a page. `tab` is where it stands in the menu; `world` the workspace that it is about."""
    if world is not None:
        stay_in(world)
    body = render_template(
        template,
        tab=tab,
        world=world,
        menu_world=world.id if world else session.get(_LAST_WORLD),
        address=address,
        asset=asset,
        sections=[one for one in current_app.config["SECTIONS"] if not one.of_admin or _is_admin()],
        visitor=access.visitor(),
        form_token=forms.token,
        said=said(),
        origin=context.visit().services.origin,
        here=address(request.path),
        version=sandbox.__version__,
        **values,
    )
    return Response(body, status=status, mimetype="text/html")


def _is_admin() -> bool:
    found = access.visitor()
    return found is not None and found.admin


def stay_in(world: Workspace) -> None:
    """Have the menu, and the page of the start, be about that workspace from here on."""
    if session.get(_LAST_WORLD) != world.id:
        session[_LAST_WORLD] = world.id


def go(path: str) -> Response:
    """Send the browser to another page of the portal."""
    return redirect(address(path), 303)


def of_world(world: Workspace, path: str = "") -> str:
    """The path of a page about that workspace."""
    return f"/w/{world.id}{path}"


def bank_in(world: Workspace, profile: Profile) -> Bank:
    """A bank at work in that world."""
    return context.bank_at(world.id, world.seed, world.clock, profile)


def any_bank_in(world: Workspace) -> Bank:
    """One of the banks at work in that world, for what concerns them all."""
    return bank_in(world, next(iter(context.visit().services.profiles.values())))


def money(minor: int, currency: str) -> str:
    """An amount as people read it: −1 234.50 NOK, with spaces that do not break."""
    whole, point, cents = decimal_text(abs(minor), currency).partition(".")
    grouped = f"{int(whole):,}".replace(",", _NARROW)
    return f"{_MINUS if minor < 0 else ''}{grouped}{point}{cents}{_NO_BREAK}{currency}"


def day(when: date | str | None) -> str:
    """A day as people read it: 16 Mar 2026."""
    found = date.fromisoformat(when) if isinstance(when, str) else when
    return "" if found is None else f"{found.day} {found:%b %Y}"


def moment(when: datetime | None) -> str:
    """A moment as people read it: 16 Mar 2026, 09:00:12 UTC."""
    return "" if when is None else f"{day(when.date())}, {when:%H:%M:%S} UTC"


def words(name: str) -> str:
    """A name of the program as words: `psuFailed` or `psu_failed` as `PSU failed`."""
    spaced = "".join(f" {one.lower()}" if one.isupper() else one for one in name)
    return " ".join(_WRITTEN.get(one, one) for one in spaced.replace("_", " ").replace("-", " ").split())


def phrase(name: str) -> str:
    """The same as the beginning of a sentence: `Consent expires`."""
    told = words(name)
    return told[:1].upper() + told[1:]


def bank_name(bank_id: str | None) -> str:
    """The name of a bank, by its id."""
    found = context.visit().services.profiles.get(bank_id or "")
    return found.name if found else bank_id or "none"


def laid_out(body: str) -> str:
    """A body over several lines where it is JSON; any other as it is."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body


def country(code: str) -> str:
    """The name of a country, by its code."""
    return countries.country(code).name
