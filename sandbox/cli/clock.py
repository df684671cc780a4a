"""`bryggen clock`: when it is in a workspace, and later."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.kernel.clock import Clock


@click.group("clock", cls=output.Group)
def group() -> None:
    """Look at, stop, run and move the clock of a workspace; it moves forwards only."""


@group.command("show")
@option
def show(workspace: str) -> None:
    """Say when it is."""
    _turn(workspace, None)


@group.command("freeze")
@option
def freeze(workspace: str) -> None:
    """Stop the clock at this moment."""
    _turn(workspace, lambda clock: clock.frozen())


@group.command("run")
@option
def run(workspace: str) -> None:
    """Let the clock go on at the pace of the wall."""
    _turn(workspace, lambda clock: clock.running())


@group.command("set")
@click.argument("moment")
@option
def put(moment: str, workspace: str) -> None:
    """Move the clock to a later MOMENT, such as 2026-12-24T17:00:00Z."""
    from sandbox.kernel.clock import parse_instant

    try:
        there = parse_instant(moment)
    except ValueError as error:
        raise click.BadParameter(f"{error}", param_hint="MOMENT") from error
    _turn(workspace, lambda clock: clock.at(there))


@group.command("advance")
@option
@click.option("--years", type=click.IntRange(0, 100), default=0)
@click.option("--months", type=click.IntRange(0, 1200), default=0)
@click.option("--weeks", type=click.IntRange(0, 5000), default=0)
@click.option("--days", type=click.IntRange(0, 36500), default=0)
@click.option("--hours", type=click.IntRange(0, 900_000), default=0)
@click.option("--minutes", type=click.IntRange(0, 100_000_000), default=0)
def advance(workspace: str, **steps: int) -> None:
    """Move the clock forwards by so much, months and years by the calendar."""
    from sandbox.control.clock import advanced

    if not any(steps.values()):
        raise click.UsageError("Say how far, such as --days 1.")
    _turn(workspace, lambda clock: advanced(clock, steps))


def _turn(workspace: str, change: "Callable[[Clock], Clock] | None") -> None:
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.work() as work:
        if change is not None:
            work.write()
        world = workspaces.get(work, workspace)
        if change is not None:
            world.set_clock(change(world.clock))
        document = shown.clock(world.clock)
        if change is not None:
            work.commit()
    output.say(document, lambda: [f"{document['now']}  ({document['mode']})"])
