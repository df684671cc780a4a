"""People: who banks here, how they log in, and what they have."""

from typing import Any

from sandbox.bank import accounts
from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import PeopleFound, PeopleQuery, PersonWhole
from sandbox.population import directory
from sandbox.population.directory import Found, Wanted
from sandbox.workspaces.workspace import Workspace

blueprint = Blueprint("people", __name__, description="The customers of the banks, invented all of them.")


@blueprint.get("/people")
@blueprint.arguments(PeopleQuery, location="query")
@blueprint.response(200, PeopleFound)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Search people by bank, persona and name. Looking at somebody here does not write them down."""
    world = door.own_world()
    wanted = Wanted(query.get("bank"), query.get("persona"), query.get("name"))
    found, more = directory.search(
        world.seed, door.services().profiles, wanted, query["limit"], query["offset"]
    )
    return {"people": [shown.person(one) for one in found], "more": more}


@blueprint.get("/people/<person_id>")
@blueprint.response(200, PersonWhole)
def one(person_id: str) -> dict[str, Any]:
    """Show one person with their accounts. They move in for this, as when they log in."""
    world = door.own_world()
    found = directory.one(world.seed, door.services().profiles, person_id)
    return {**shown.person_whole(found), "accounts": _accounts(world, found)}


def _accounts(world: Workspace, found: Found) -> list[dict[str, Any]]:
    summary = []
    person_id = found.person.id
    banks = [door.bank_in(world, door.profile_of(bank_id)) for bank_id in found.banks]
    for bank in banks:
        bank.people.move_in(bank, person_id)
        for account in accounts.of_customer(bank, person_id):
            roles = [one.role for one in accounts.holders(bank, account.id) if one.person_id == person_id]
            summary.append(
                {
                    "id": account.id,
                    "bank": bank.id,
                    "kind": account.kind,
                    "name": account.name,
                    "currency": account.currency,
                    "iban": account.iban,
                    "bban": account.bban,
                    "status": account.status,
                    "role": roles[0],
                }
            )
    return summary
