"""`bryggen failures`: what can be made to go wrong, and the rules by which it does in a workspace."""

from collections.abc import Iterator
from typing import Any

import click

from sandbox.cli import output
from sandbox.cli.installation import at_work
from sandbox.cli.workspace import option

_HEADINGS = ("FAILURE", "AREA", "MAGIC WORD", "IN LIFE")
_RULES = ("ID", "FAILURE", "BANK", "APP", "OPERATION", "CHANCE", "MADE", "UNTIL", "")


@click.group("failures", cls=output.Group)
def group() -> None:
    """List and show the failures that can be made on purpose, and switch rules on and off."""


@group.command("list")
@click.option("--area", help="Failures of that area, such as payments or transport.")
@click.option("--standard", help="Failures that make sense in that standard.")
@click.option("--search", help="A part of the name, or of what happens in life.")
def every(area: str | None, standard: str | None, search: str | None) -> None:
    """List the catalogue."""
    from sandbox.bank import faults
    from sandbox.control import shown_failures

    if area is not None and area not in list(faults.Area):
        raise click.BadParameter(f"one of {', '.join(faults.Area)}", param_hint="--area")
    found = faults.search(area=area, standard=standard, search=search)
    shown = [shown_failures.failure(one) for one in found]
    rows = [(one["name"], one["area"], _first(one), one["life"]) for one in shown]
    output.say({"failures": shown}, lambda: output.table(_HEADINGS, rows))


@group.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Show one failure, and all that chooses it."""
    from sandbox.bank import faults
    from sandbox.control import shown_failures

    document = shown_failures.failure(faults.get(name))
    output.say(document, lambda: _lines(document))


@group.command("table")
def table() -> None:
    """Print the catalogue as the tables of docs/failures.md."""
    from sandbox.bank import faults

    text = faults.table(faults.every())
    output.say({"markdown": text}, text.splitlines)


@group.command("rules")
@option
def rules(workspace: str) -> None:
    """List the rules of a workspace."""
    from sandbox.bank import faults
    from sandbox.control import shown_failures

    with at_work(workspace) as bank:
        shown = [shown_failures.rule(one, bank.now) for one in faults.every_rule(bank)]
    output.say({"rules": shown}, lambda: output.table(_RULES, map(_row, shown)))


@group.group("rule", cls=output.Group)
def rule() -> None:
    """Switch a rule on or off."""


@rule.command("add")
@click.argument("failure")
@option
@click.option("--bank", help="At that bank alone.")
@click.option("--app", help="For that app alone, by its id.")
@click.option("--operation", metavar="PATTERN", help="For calls such as 'GET */accounts*' alone.")
@click.option("--probability", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True)
@click.option("--seed", help="The same seed has the same chances; without it, the workspace's.")
@click.option("--count", type=click.IntRange(1), help="So often at most.")
@click.option("--seconds", type=click.IntRange(1), help="For so long, by the workspace's clock.")
def add(workspace: str, failure: str, bank: str | None, app: str | None, **order: Any) -> None:
    """Have a failure happen by itself from here on."""
    from sandbox.bank import faults
    from sandbox.control import shown_failures

    order["duration_seconds"] = order.pop("seconds")
    with at_work(workspace) as here:
        if bank is not None and bank not in here.neighbours:
            raise click.BadParameter(f"one of {', '.join(here.neighbours)}", param_hint="--bank")
        made = faults.add_rule(here, faults.RuleOrder(failure, bank, app, **order))
        document = shown_failures.rule(made, here.now)
    output.say(document, lambda: [f"Rule {document['id']}: {failure} happens from here on."])


@rule.command("remove")
@click.argument("rule_id")
@option
def remove(rule_id: str, workspace: str) -> None:
    """Take a rule back."""
    from sandbox.bank import faults

    with at_work(workspace) as bank:
        faults.remove_rule(bank, rule_id)
    output.say({"removed": rule_id}, lambda: [f"The rule {rule_id} is gone."])


def _first(document: dict[str, Any]) -> str:
    return str(document["magic"][0]["word"]) if document["magic"] else ""


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['name']}  ({document['area']}; {', '.join(document['standards'])})"
    yield document["life"]
    yield f"Here: {document['does']}"
    yield ""
    yield f"Header            X-Bryggen-Failure: {document['name']}"
    for one in document["magic"]:
        yield f"{one['kind'].capitalize():<18}{one['word']}"
    for call in document["calls"]:
        yield f"Happens to        {call}"


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    made = f"{one['made']} of {one['count']}" if one["count"] else one["made"]
    where = (one["bank"] or "all", one["app"] or "all", one["operation"] or "all")
    over = "over" if one["over"] else ""
    return (one["id"], one["failure"], *where, f"{one['probability']:g}", made, one["until"] or "", over)
