"""`bryggen clock`: when it is in a workspace, and later."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import click

from sandbox.cli import output
from sandbox.cli.installation import bank_in, opened
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.gateway.services import Services
    from sandbox.kernel.clock import Clock

_A_MONTH_AND_A_DAY = timedelta(days=32)


@click.group("clock", cls=output.Group)
def group() -> None:
    """Look at, stop, run and move the clock of a workspace; it moves forwards only."""


@group.command("show")
@option
def show(workspace: str) -> None:
    """Say when it is."""
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        _say(workspaces.get(work, workspace).clock)


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
    """Move the clock to a later MOMENT, such as 2026-12-24T17:00:00Z; what falls due until then happens."""
    from sandbox.control.clock import ordered
    from sandbox.kernel.clock import parse_instant

    try:
        parse_instant(moment)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{error}", param_hint="MOMENT") from error
    _go(workspace, lambda clock: ordered(clock, None, moment))


@group.command("advance")
@option
@click.option("--years", type=click.IntRange(0, 100), default=0)
@click.option("--months", type=click.IntRange(0, 1200), default=0)
@click.option("--weeks", type=click.IntRange(0, 5000), default=0)
@click.option("--days", type=click.IntRange(0, 36500), default=0)
@click.option("--hours", type=click.IntRange(0, 900_000), default=0)
@click.option("--minutes", type=click.IntRange(0, 100_000_000), default=0)
def advance(workspace: str, **steps: int) -> None:
    """Move the clock forwards by so much, months and years by the calendar; what falls due happens.

    A long way is gone month by month, and what is done is kept where it is broken off.
    """
    from sandbox.control.clock import advanced

    if not any(steps.values()):
        raise click.UsageError("Say how far, such as --days 1.")
    _go(workspace, lambda clock: advanced(clock, steps))


@group.command("progression")
@click.argument("kind", required=False)
@click.argument("mode", required=False)
@option
@click.option(
    "--seconds", type=click.IntRange(0, 366 * 86_400), default=0, help="After how long, of after_time."
)
@click.option("--reads", type=click.IntRange(0, 1_000), default=0, help="With which read, of after_reads.")
def progression(kind: str | None, mode: str | None, workspace: str, seconds: int, reads: int) -> None:
    """Say how states of a KIND go on, or choose it: as_in_life, at_once, after_time, by_hand, after_reads."""
    from sandbox.control import shown_money
    from sandbox.workspaces import progressions
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.progressions import Progression, ProgressionKind, ProgressionMode

    if (seconds or reads) and mode is None:
        raise click.UsageError("Say the KIND and the MODE as well.")
    _one_of(kind, list(ProgressionKind), "KIND")
    _one_of(mode, list(ProgressionMode), "MODE")
    with opened() as services, services.database.writing() as work:
        world_id = workspaces.get(work, workspace).id
        if kind and mode:
            choice = Progression(ProgressionMode(mode), seconds, reads)
            progressions.choose(work, world_id, ProgressionKind(kind), choice)
        kinds = [ProgressionKind(kind)] if kind else list(ProgressionKind)
        found = [shown_money.progression(one, progressions.of(work, world_id, one)) for one in kinds]
    rows = [(one["kind"], one["mode"], one["seconds"] or "", one["reads"] or "") for one in found]
    output.say({"progressions": found}, lambda: output.table(("KIND", "MODE", "SECONDS", "READS"), rows))


def _one_of(given: str | None, there: Sequence[str], name: str) -> None:
    if given is not None and given not in there:
        raise click.BadParameter(f"one of {', '.join(there)}", param_hint=name)


def _turn(workspace: str, change: "Callable[[Clock], Clock]") -> None:
    """Stop the clock or let it run; what is due by now happens."""
    with opened() as services:
        _say(*_change(services, workspace, change))


def _go(workspace: str, change: "Callable[[Clock], Clock]") -> None:
    """Move the clock forwards, in steps of a month, each of which is kept."""
    from sandbox.workspaces import workspace as workspaces

    with opened() as services:
        with services.database.reading() as work:
            here = workspaces.get(work, workspace).clock.frozen()
        there = change(here).now()
        done = 0
        with output.progress([*_halts(here, there), there], "Time goes by") as moments:
            for moment in moments:
                clock, happened = _change(services, workspace, partial(_reach, moment))
                done += happened
        _say(clock, done)


def _reach(moment: datetime, clock: "Clock") -> "Clock":
    return clock.at(moment)


def _halts(here: "Clock", there: datetime) -> Iterator[datetime]:
    """The same day and hour of each month on the way, at least a day before its end.

    A running clock must not have gone past the end when the last halt is done.
    """
    from sandbox.control.clock import advanced

    halt, months = here.now(), count(1)
    while halt + _A_MONTH_AND_A_DAY <= there:
        halt = advanced(here, {"months": next(months)}).now()
        yield halt


def _change(services: "Services", workspace: str, change: "Callable[[Clock], Clock]") -> "tuple[Clock, int]":
    """Change the clock, and let everything happen that this brings; how much that was."""
    from sandbox.bank import timeline
    from sandbox.workspaces import workspace as workspaces

    with services.database.writing() as work:
        workspaces.lock(work, workspace)
        world = workspaces.get(work, workspace)
        world.set_clock(change(world.clock))
        return world.clock, timeline.live_on(bank_in(services, work, world))


def _say(clock: "Clock", happened: int | None = None) -> None:
    from sandbox.control import shown

    document = shown.clock(clock) | ({} if happened is None else {"happened": happened})
    things = f"; happened: {happened}" if happened else ""
    output.say(document, lambda: [f"{document['now']}  ({document['mode']}){things}"])
