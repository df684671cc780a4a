"""The ladder: what becomes of a fault that production would refuse, by how strict this app is to be treated.

Who calls is always proven; the ladder decides only whether certificate, signature and token must be there.
"""

from sandbox.gateway import context
from sandbox.gateway.journal import Fault
from sandbox.kernel.errors import Refusal
from sandbox.workspaces.workspace import Strictness


def hold(refusal: Refusal) -> None:
    """Hold a fault against the caller: `open` says nothing, `warn` notes it, `enforce` raises it."""
    match context.visit().strictness:
        case Strictness.ENFORCE:
            raise refusal
        case Strictness.WARN:
            note(refusal)
        case Strictness.OPEN:
            pass


def note(refusal: Refusal) -> None:
    """Write a fault into the journal of the call, and let the call go on."""
    here = context.visit()
    here.faults.append(Fault(type(refusal).__name__, refusal.text, refusal.detail))
    if here.checks:
        here.held[len(here.checks) - 1] = type(refusal).__name__
    here.signature_base = here.signature_base or getattr(refusal, "expected", None)


def is_open() -> bool:
    """Whether nothing is held against this caller: what only a rung demands need not be looked at."""
    return context.visit().strictness is Strictness.OPEN
