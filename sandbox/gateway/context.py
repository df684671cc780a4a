"""The context of one request: which bank, which world, which app, and the one unit of work."""

from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import cast

from flask import Request, request

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
from sandbox.kernel.ids import new_trace
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
    have written for it; `trace` names the call in the journal, in which an `unnoted` one leaves nothing.
    `context` is there once somebody has been admitted; `around` is the visit of a request that makes this one
    within the process.
    """

    services: Services
    request: Request
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
    trace: str = field(default_factory=new_trace)
    context: "Context | None" = None
    around: "Visit | None" = None

    def meet(self, caller: Caller) -> None:
        """Know from here on who calls."""
        self.workspace_id, self.app_id = caller.workspace_id, caller.app_id
        self.strictness = caller.strictness

    def unit_of_work(self) -> Work:
        """The unit of work of this request, opened when first asked for."""
        if self.work is None:
            self.work = self.services.database.work()
        return self.work

    def close(self) -> None:
        """Let go of the unit of work, and of what was not committed in it."""
        if self.work is not None:
            self.work.close()


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


#: The visit of the request at hand. The corridor asks for it twenty times in each, and Flask's `g` finds its
#: object anew each time.
_VISIT: ContextVar[Visit | None] = ContextVar("bryggen_visit", default=None)


def begin(services: Services) -> None:
    """Open the visit of this request."""
    _VISIT.set(Visit(services, _asked(), perf_counter(), wall_now(), around=_VISIT.get()))


def end() -> None:
    """Let go of the visit of this request, and of what was not committed in it.

    A request that failed before it began has none; the visit at hand is then that of the request around it.
    """
    here = _VISIT.get()
    if here is None or here.request is not _asked():
        return
    try:
        here.close()
    finally:
        _VISIT.set(here.around)


def _asked() -> Request:
    """The request itself, not Flask's proxy, for those who ask it many things."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]  # documented of proxies


def visit() -> Visit:
    """The visit of this request."""
    return cast(Visit, _VISIT.get())


def visiting() -> Visit | None:
    """The same, where nobody knows whether there is one."""
    return _VISIT.get()


def reached(check: Check) -> None:
    """From here on the call is held against that; the checks before it have been passed."""
    visit().checks.append(check)


def profile() -> Profile:
    """The bank whose door was opened."""
    return cast(Profile, visit().request.environ[BANK_IN_ENVIRON])


def current() -> Context:
    """The context of this request; somebody has been admitted before."""
    return cast(Context, visit().context)


def known() -> Context | None:
    """The context of this request, where somebody has been admitted."""
    return visit().context


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
    made = here.context = Context(bank, caller, here.services.origin, token)
    environ = here.request.environ
    if failing or faults.WORD in environ:
        bank.luck.app_id = here.app_id
        seen = faults.look(here.services, bank, environ, rules=failing)
        made = here.context = replace(made, bank=seen)
    return made
