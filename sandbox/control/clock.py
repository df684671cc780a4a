"""The clock of the workspace: look, stop, let run, and move forwards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.bank import timeline
from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import ClockOrder, ClockState, ClockSteps
from sandbox.gateway.refusals import Message, RequestMalformed
from sandbox.kernel import months
from sandbox.kernel.clock import Clock, parse_instant
from sandbox.workspaces import quotas
from sandbox.workspaces.workspace import Workspace

blueprint = Blueprint("clock", __name__, description="The time of the workspace; it moves forwards only.")


_LAST_YEAR = 2099
_TOO_FAR = f"A clock goes no further than the year {_LAST_YEAR}."


@blueprint.get("/clock")
@blueprint.response(200, ClockState)
def look() -> dict[str, Any]:
    """Say when it is in the workspace."""
    return shown.clock(door.own_world().clock)


@blueprint.put("/clock")
@blueprint.arguments(ClockOrder)
@blueprint.response(200, ClockState)
def put(order: dict[str, str]) -> dict[str, Any]:
    """Stop the clock or let it run, at once or at a later moment."""
    world = door.own_world(writing=True)
    return _turned(world, ordered(world.clock, order.get("mode"), order.get("at")))


@blueprint.post("/clock/advance")
@blueprint.arguments(ClockSteps)
@blueprint.response(200, ClockState)
def advance(steps: dict[str, int]) -> dict[str, Any]:
    """Move the clock forwards, months and years by the calendar: a month after 31 January is 28 February."""
    world = door.own_world(writing=True)
    return _turned(world, advanced(world.clock, steps))


def _turned(world: Workspace, clock: Clock) -> dict[str, Any]:
    """The new time, after everything that it brings has happened; how much that was. Raises StepTooLong."""
    quotas.allow_step(quotas.of(door.services().settings), world.clock.now(), clock.now())
    world.set_clock(clock)
    done = timeline.live_on(door.any_bank_in(world))
    # What was to be sent again later may be due now.
    door.work().ring()
    return {**shown.clock(world.clock), "happened": done}


def ordered(clock: Clock, mode: str | None, at: str | None) -> Clock:
    """The clock moved to `at`, then frozen or running. Raises ClockBackwards, RequestMalformed."""
    moved = clock if at is None else clock.frozen().at(_within(parse_instant(at)))
    if mode == "frozen" or (mode is None and clock.frozen_at is not None):
        return moved.frozen()
    return moved.running()


def advanced(clock: Clock, steps: Mapping[str, int]) -> Clock:
    """The clock moved by those steps, stopped or running as before. Raises RequestMalformed."""
    return clock.at(_within(_later(clock.now(), steps)))


def _later(now: datetime, steps: Mapping[str, int]) -> datetime:
    day = months.shifted(now.date(), 12 * steps.get("years", 0) + steps.get("months", 0))
    rest = {unit: steps.get(unit, 0) for unit in ("weeks", "days", "hours", "minutes", "seconds")}
    return _within(datetime.combine(day, now.timetz())) + timedelta(**rest)


def _within(moment: datetime) -> datetime:
    """The moment, unless the bank's books would have to be kept for generations to get there."""
    if moment.year > _LAST_YEAR:
        raise RequestMalformed(Message(_TOO_FAR))
    return moment
