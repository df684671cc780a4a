"""Failures behind the counter: the catalogue, and the rules by which they happen in the workspace."""

from typing import Any

from flask import Response

from sandbox.bank import faults
from sandbox.control import door, shown_failures
from sandbox.control import schemas_failures as schemas
from sandbox.control.operations import Blueprint

blueprint = Blueprint("failures", __name__, description="What can be made to go wrong, and when it does.")


@blueprint.get("/failures")
@blueprint.arguments(schemas.FailuresQuery, location="query")
@blueprint.response(200, schemas.FailureList)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """List the failures that can be made on purpose. No key is needed."""
    found = faults.search(**query)
    return {"failures": [shown_failures.failure(one) for one in found]}


@blueprint.get("/failures/<name>")
@blueprint.response(200, schemas.Failure)
def one(name: str) -> dict[str, Any]:
    """Show one failure, and what chooses it. No key is needed."""
    return shown_failures.failure(faults.get(name))


@blueprint.get("/failures/rules")
@blueprint.response(200, schemas.RuleList)
def rules() -> dict[str, Any]:
    """List the rules of the workspace."""
    bank = door.any_bank_in(door.own_world())
    return {"rules": [shown_failures.rule(rule, bank.now) for rule in faults.every_rule(bank)]}


@blueprint.post("/failures/rules")
@blueprint.arguments(schemas.RuleOrder)
@blueprint.response(201, schemas.Rule)
def add(order: dict[str, Any]) -> dict[str, Any]:
    """Have a failure happen by itself from here on."""
    world = door.own_world(writing=True)
    bank_id = door.profile_of(order.pop("bank")).id if "bank" in order else None
    bank = door.any_bank_in(world)
    app_id = order.pop("app", None)
    rule = faults.add_rule(bank, faults.RuleOrder(bank_id=bank_id, app_id=app_id, **order))
    return shown_failures.rule(rule, bank.now)


@blueprint.delete("/failures/rules/<rule_id>")
@blueprint.response(204)
def remove(rule_id: str) -> Response:
    """Take a rule back: its failure happens by it no more."""
    faults.remove_rule(door.any_bank_in(door.own_world(writing=True)), rule_id)
    return Response(status=204)
