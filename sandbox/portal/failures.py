"""The failures of a workspace: the catalogue with its magic words, and rules that make them happen."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import faults
from sandbox.bank.faults import FailureUnknown, RuleMalformed, RuleOrder
from sandbox.gateway import context
from sandbox.portal import access, numbers, page, session
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Workspace

views = Blueprint("failures", __name__, url_prefix="/w/<workspace_id>/failures")
_PERCENT, _NUMBER_MAX = 100, 9_999_999


@views.get("")
def catalogue(workspace_id: str) -> Response:
    """Show what can be made to go wrong, and what does so now."""
    return _show(access.world(workspace_id))


@views.post("")
def add(workspace_id: str) -> Response:
    """Have a failure happen by itself from here on. Raises FailureUnknown."""
    failure = request.form.get("failure", "")
    world = access.world(workspace_id, writing=True)
    order = _order(failure)
    if order is None:
        return _show(world, 422, "Numbers are whole; a chance is 1 to 100 per cent.")
    try:
        faults.add_rule(page.any_bank_in(world), order)
    except (RuleMalformed, FailureUnknown) as error:
        return _show(world, 422, error.text)
    access.note(world.id, "failure.on", failure)
    session.say_next("It happens from the next call on.")
    return page.go(page.of_world(world, "/failures"))


@views.post("/rules/<rule_id>/remove")
def remove(workspace_id: str, rule_id: str) -> Response:
    """Take a rule back. Raises RuleUnknown."""
    world = access.acting(workspace_id, "failure.off", rule_id)
    faults.remove_rule(page.any_bank_in(world), rule_id)
    session.say_next("It happens by this rule no more.")
    return page.go(page.of_world(world, "/failures"))


def _order(failure: str) -> RuleOrder | None:
    """The rule that the form asks for; None where a number is none."""
    form = {name: value.strip() for name, value in request.form.items()}
    typed = {name: form[name] for name in ("chance", "count", "seconds") if form.get(name)}
    read = {name: numbers.whole(text, 0, _NUMBER_MAX) for name, text in typed.items()}
    if None in read.values():
        return None
    chance = read.get("chance")
    profiles = context.visit().services.profiles
    return RuleOrder(
        failure,
        form["bank"] if form.get("bank") in profiles else None,
        form.get("app") or None,
        form.get("operation") or None,
        1.0 if chance is None else chance / _PERCENT,
        count=read.get("count"),
        duration_seconds=read.get("seconds"),
    )


def _show(world: Workspace, status: int = 200, fault: str | None = None) -> Response:
    bank = page.any_bank_in(world)
    areas = _areas("")
    sought = request.args.get("q", "").strip()
    rules = [(one, one.is_over(bank.now)) for one in faults.every_rule(bank)]
    return page.show(
        "failures.html",
        status,
        tab="failures",
        world=world,
        areas=areas,
        shown=_areas(sought) if sought else areas,
        sought=sought,
        rules=rules,
        banks=context.visit().services.profiles.values(),
        apps=apps.every(access.work(), world.id),
        form=request.form,
        fault=fault,
    )


def _areas(sought: str) -> dict[str, list[Any]]:
    """The catalogue by what it is about: failures of which every word that is sought says something."""
    found: dict[str, list[Any]] = {}
    for one in faults.every():
        told = (one, faults.does(one.effect), faults.selectors(one))
        text = " ".join((one.area.value, one.name, page.words(one.name), one.life, *map(str, told[1:])))
        if all(word in text.casefold() for word in sought.casefold().split()):
            found.setdefault(one.area.value, []).append(told)
    return found
