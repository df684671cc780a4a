"""The context of one request: which bank, which world, which app, and the one unit of work."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import cast

from flask import g, request

from sandbox.bank import timeline
from sandbox.bank.bank import Bank
from sandbox.bank.profile import Profile
from sandbox.credentials.tokens import Use
from sandbox.eidas.certificates import Certificate
from sandbox.gateway import faults
from sandbox.gateway.checks import Check
from sandbox.gateway.journal import Fault
from sandbox.gateway.judge import AnswerInvalid
from sandbox.gateway.services import Services
from sandbox.kernel.clock import Clock, ClockMode, wall_now
from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.work import Written
from sandbox.workspaces import agenda, failure_rules
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.apps import Caller
from sandbox.workspaces.workspace import Strictness

#: Where the dispatcher leaves the profile of the bank whose door was opened.
BANK_IN_ENVIRON = "bryggen.bank"


@dataclass(slots=True)
class Visit:
    """What the corridor knows of a request, from before anybody is known: services, clock, work, who calls.

    `certificate` is what the caller has shown, once it has been verified and is the caller's own. `faults`
    are what was wrong and was let pass. `checks` are those that the call has come to, `held` the places of
    those that were let pass; `signature_base` is what should be signed, `written` what other units of work
    have written for it; an `unnoted` call leaves no trace in the journal.
    """

    services: Services
    began: float
    at: datetime
    work: Work | None = None
    workspace_id: str | None = None
    app_id: str | None = None
    refusal: Refusal | AnswerInvalid | None = None
    strictness: Strictness = Strictness.OPEN
    certificate: Certificate | None = None
    faults: list[Fault] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)
    signature_base: str | None = None
    written: list[Written] = field(default_factory=list)
    unnoted: bool = False

    def meet(self, caller: Caller) -> None:
        """Know from here on who calls."""
        self.workspace_id, self.app_id = caller.workspace_id, caller.app_id
        self.strictness = caller.strictness

    def unit_of_work(self) -> Work:
        """The unit of work of this request, opened when first asked for."""
        if self.work is None:
            self.work = self.services.database.work()
        return self.work


@dataclass(frozen=True, slots=True)
class Context:
    """A request whose world is known: the bank at work, and the app that calls (None on the PSU's pages).

    `token` is what the access token of the call is good for, if there was one.
    """

    bank: Bank
    caller: Caller | None
    origin: str
    token: Use | None = None

    @property
    def base_url(self) -> str:
        """The bank's own base URL, without a slash at the end."""
        return f"{self.origin}/{self.bank.id}"


def begin(services: Services) -> None:
    """Open the visit of this request."""
    g.bryggen_visit = Visit(services, perf_counter(), wall_now())


def visit() -> Visit:
    """The visit of this request."""
    return cast(Visit, g.bryggen_visit)


def reached(check: Check) -> None:
    """From here on the call is held against that; the checks before it have been passed."""
    cast(Visit, g.bryggen_visit).checks.append(check)


def profile() -> Profile:
    """The bank whose door was opened."""
    return cast(Profile, request.environ[BANK_IN_ENVIRON])


def current() -> Context:
    """The context of this request; somebody has been admitted before."""
    return cast(Context, g.bryggen_context)


def known() -> Context | None:
    """The context of this request, where somebody has been admitted."""
    return cast(Context | None, g.get("bryggen_context"))


def enter(caller: Caller, token: Use | None = None) -> Context:
    """Make the context of a call whose app is known: the visit has met it."""
    bank = bank_at(caller.workspace_id, caller.seed, caller.clock)
    catch_up(bank, caller.due_at)
    return _set(bank, caller, token, failing=caller.failing)


def for_workspace(workspace_id: str) -> Context:
    """Make the context of a PSU's page: the link or the session says which world. Raises WorkspaceUnknown."""
    here = visit()
    workspace = workspaces.get(here.unit_of_work(), workspace_id)
    here.workspace_id = workspace.id
    bank = bank_at(workspace.id, workspace.seed, workspace.clock)
    coming = agenda.coming(bank.work, bank.workspace_id, 1)
    catch_up(bank, coming[0].at if coming else None)
    return _set(bank, None, failing=failure_rules.are_kept(bank.work, bank.workspace_id))


def catch_up(bank: Bank, due_at: datetime | None) -> None:
    """What is due happens before the answer, and stays even where the answer is a refusal."""
    if due_at is None or due_at > bank.now:
        return
    with visit().services.database.writing() as work:
        timeline.catch_up(replace(bank, work=work))
    visit().written += work.kept_changes
    # What this request has read so far may have changed.
    bank.work.rollback()


def bank_at(workspace_id: str, seed: str, clock: Clock, which: Profile | None = None) -> Bank:
    """The bank at work in that world during this request; its clock stands still until the answer."""
    here = visit()
    still = Clock(ClockMode.FROZEN, 0.0, clock.now())
    services = here.services
    return Bank(
        *(which or profile(), here.unit_of_work(), workspace_id, seed, still),
        *(services.people, services.profiles),
    )


def _set(bank: Bank, caller: Caller | None, token: Use | None = None, *, failing: bool = False) -> Context:
    here = visit()
    made = g.bryggen_context = Context(bank, caller, here.services.origin, token)
    if failing or faults.WORD in request.environ:
        bank.luck.app_id = here.app_id
        seen = faults.look(here.services, bank, request.environ, rules=failing)
        made = g.bryggen_context = replace(made, bank=seen)
    return made
