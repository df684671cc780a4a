"""The people of a workspace: search them, see what they have, earn and owe, and log in as them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from sandbox.bank import accounts, ledger
from sandbox.bank.accounts import AccountKind, AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Standing
from sandbox.gateway import context, entering
from sandbox.population import directory
from sandbox.population.directory import Found, Wanted
from sandbox.population.personas import personas
from sandbox.portal import access, numbers, page, spending
from sandbox.portal.session import prefix
from sandbox.workspaces.workspace import Workspace

views = Blueprint("people", __name__, url_prefix="/w/<workspace_id>/people")
_PAGE = 24


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as the page shows it."""

    account: AccountRow
    booked_minor: int | None


@views.get("")
def search(workspace_id: str) -> Response:
    """Find people by bank, persona and name. Looking at somebody here does not write them down."""
    world = access.world(workspace_id)
    profiles = context.visit().services.profiles
    asked = {name: request.args.get(name, "").strip() for name in ("bank", "persona", "name")}
    offset = numbers.whole(request.args.get("offset", ""), 0, directory.LOOKED_AT_MAX) or 0
    # What does not exist is asked for by nobody but whoever types it: it is left out.
    asked["bank"] = asked["bank"] if asked["bank"] in profiles else ""
    asked["persona"] = asked["persona"] if asked["persona"] in personas() else ""
    wanted = Wanted(*(asked[name] or None for name in ("bank", "persona", "name")))
    found, more = directory.search(world.seed, profiles, wanted, _PAGE, offset)
    kept = {name: value for name, value in asked.items() if value}
    return page.show(
        "people.html",
        tab="people",
        world=world,
        found=found,
        asked=asked,
        banks=sorted(profiles.values(), key=lambda one: (one.country, one.name)),
        personas=personas(),
        later=f"?{urlencode({**kept, 'offset': offset + _PAGE})}" if more else None,
        earlier=f"?{urlencode({**kept, 'offset': max(0, offset - _PAGE)})}" if offset else None,
    )


@views.get("/<person_id>")
def one(workspace_id: str, person_id: str) -> Response:
    """Show a person. They move in for this, as when they log in."""
    world = access.world(workspace_id)
    profiles = context.visit().services.profiles
    found = directory.one(world.seed, profiles, person_id)
    chosen = request.args.get("bank", found.banks[0])
    bank_id = chosen if chosen in found.banks else found.banks[0]
    bank = page.bank_in(world, profiles[bank_id])
    bank.people.move_in(bank, person_id)
    having = accounts.of_customer(bank, person_id)
    return page.show(
        "person.html",
        tab="people",
        world=world,
        found=found,
        person=found.person,
        persona=personas()[found.person.persona],
        banks=[profiles[one] for one in found.banks],
        bank=bank.profile,
        accounts=[Shown(one, _booked(bank, one)) for one in having],
        may_log_in=found.person.standing is Standing.ACTIVE,
        **_told(bank, having),
    )


@views.post("/<person_id>/log-in/<bank_id>")
def log_in(workspace_id: str, person_id: str, bank_id: str) -> Response:
    """Lead to the bank's own pages, signed in as that person."""
    world, services = access.acting(workspace_id, "people.log_in", person_id), context.visit().services
    found: Found = directory.one(world.seed, services.profiles, person_id)
    if bank_id not in found.banks:
        raise directory.BankUnknown(f"{found.person.name} does not bank at {bank_id}.")
    return _entered(world, bank_id, person_id)


def _entered(world: Workspace, bank_id: str, person_id: str) -> Response:
    word = entering.word(bank_id, world.id, person_id)
    # Within this origin: chromium holds every redirect after a form against form-action.
    return redirect(f"{prefix()}/{bank_id}/online-banking/enter/{word}", 303)


def _booked(bank: Bank, account: AccountRow) -> int | None:
    return None if account.kind == AccountKind.MULTI else ledger.balance(bank, account.id)


def _told(bank: Bank, having: list[AccountRow]) -> dict[str, Any]:
    """The plots and the lists, about the account of daily life where there is one."""
    currency = bank.profile.currency
    daily = next((one for one in having if one.kind == AccountKind.CURRENT), None)
    daily = daily or next((one for one in having if one.kind != AccountKind.MULTI), None)
    if daily is None:
        return {"daily": None}
    return {
        "daily": daily,
        "currency": currency,
        "balance": spending.balance(bank, daily),
        "spending": spending.spending(bank, having, currency),
        "earned": spending.earned(bank, having),
        "owed": spending.owed(bank, having),
    }
