"""The clock of a workspace: what falls due next, and turning it, freezing it, letting it run."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import timeline
from sandbox.gateway import context
from sandbox.kernel import months
from sandbox.kernel.clock import ClockMode
from sandbox.portal import access, numbers, page, session
from sandbox.workspaces import agenda, quotas
from sandbox.workspaces.quotas import StepTooLong
from sandbox.workspaces.workspace import Workspace

views = Blueprint("clock", __name__, url_prefix="/w/<workspace_id>/clock")
_COMING = 40
_LAST_YEAR = 2099
_DAYS_MAX = 9999
_STEPS = (("1", "a day"), ("7", "a week"), ("month", "a month"), ("90", "90 days"))


@views.get("")
def look(workspace_id: str) -> Response:
    """Say when it is, and what falls due next."""
    return _show(access.world(workspace_id))


@views.post("/advance")
def advance(workspace_id: str) -> Response:
    """Turn the clock forwards; everything that falls due on the way happens."""
    world = access.world(workspace_id, writing=True)
    moment = _wanted(world)
    if moment is None:
        return _show(world, 422, "Choose a day that is still to come, up to the year 2099.")
    try:
        quotas.allow_step(quotas.of(context.visit().services.settings), world.clock.now(), moment)
    except StepTooLong as error:
        return _show(world, 422, error.text)
    access.note(world.id, "clock.advance", page.moment(moment))
    world.set_clock(world.clock.at(moment))
    timeline.live_on(page.any_bank_in(world))
    # What was to be sent again later may be due now.
    access.work().ring()
    session.say_next(f"It is {page.moment(world.clock.now())}.")
    return page.go(page.of_world(world, "/clock"))


@views.post("/mode")
def put(workspace_id: str) -> Response:
    """Stop the clock, or let it run."""
    stops = request.form.get("mode") == ClockMode.FROZEN.value
    world = access.acting(workspace_id, "clock.stop" if stops else "clock.run")
    world.set_clock(world.clock.frozen() if stops else world.clock.running())
    session.say_next("The clock stands still." if stops else "The clock runs.")
    return page.go(page.of_world(world, "/clock"))


def _wanted(world: Workspace) -> datetime | None:
    """The moment that the form asks for: so many days on, a month on, or the morning of a day."""
    now, step = world.clock.now(), request.form.get("step", "")
    if step == "month":
        moment = datetime.combine(months.shifted(now.date(), 1), now.timetz())
    elif (days := numbers.whole(step, 0, _DAYS_MAX)) is not None:
        moment = now + timedelta(days=days)
    else:
        zone = ZoneInfo(next(iter(context.visit().services.profiles.values())).zone)
        try:
            day = date.fromisoformat(request.form.get("day", ""))
            moment = datetime.combine(day, time(9), zone)
        except (ValueError, OverflowError):
            return None
    return moment if now <= moment and moment.year <= _LAST_YEAR else None


def _show(world: Workspace, status: int = 200, fault: str | None = None) -> Response:
    profiles = context.visit().services.profiles
    coming = agenda.coming(access.work(), world.id, _COMING)
    return page.show(
        "clock.html",
        status,
        tab="clock",
        world=world,
        clock=world.clock,
        now=world.clock.now(),
        steps=_STEPS,
        coming=[(one, profiles[one.bank_id].name) for one in coming if one.bank_id in profiles],
        fault=fault,
    )
