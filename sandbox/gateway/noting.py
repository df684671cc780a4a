"""The note of a call, put together once it is answered: who, what, how it ended, what was said."""

from enum import Enum, auto
from time import perf_counter

from flask import Request, Response

from sandbox.gateway import checks, context, exchange
from sandbox.gateway import exchange_secrets as secrets
from sandbox.gateway.context import BANK_IN_ENVIRON, Visit
from sandbox.gateway.journal import Note
from sandbox.gateway.journal_table import Exchange
from sandbox.kernel import changes
from sandbox.kernel.errors import Refusal

#: By which header an answer leads to its call in the inspector.
TRACE = "X-Bryggen-Trace"
#: The parts of a path that open something by themselves: whoever reads the journal must not be able to.
_SECRET_ARGUMENTS = ("token", "secret")
_READS = ("GET", "HEAD", "OPTIONS")
_BASE_MAX = 8000
#: Of what a read answers the beginning is kept, by this part: to write all of it costs as much as to read it.
_PART_OF_A_READ = 4


class Keeps(Enum):
    """What is kept of a door's calls.

    LINE: that there was one, and nothing that was said: keys and passwords are shown there. CALLS: both
    sides. CREDENTIALS: both, where any answer may hold one. PAGES: a PSU's, without what was typed.
    """

    LINE = auto()
    CALLS = auto()
    CREDENTIALS = auto()
    PAGES = auto()


def about() -> str | None:
    """The page of the inspector on the call at hand; None where nobody could see it there.

    For the answers that may say so in their own words. A call of nobody's is in no workspace.
    """
    here = context.visit()
    if here.workspace_id is None or here.unnoted or not here.services.journal.is_kept:
        return None
    return f"{here.services.origin}/_portal/w/{here.workspace_id}/calls/{here.trace}"


def note(response: Response, keeps: Keeps) -> Note:
    """The note of the call that is answered so; the answer names it from now on."""
    here = context.visit()
    known, request = here.context, here.request
    bank = request.environ.get(BANK_IN_ENVIRON)
    response.headers[TRACE] = here.trace
    refusal = here.refusal
    detail = refusal.detail if refusal is not None else None
    made = known.bank.luck.made if known is not None else ()
    lined = keeps is Keeps.LINE
    return Note(
        here.workspace_id,
        here.app_id,
        bank.id if bank else None,
        here.at,
        request.method,
        _path(request),
        response.status_code,
        round((perf_counter() - here.began) * 1000, 2),
        (request.headers.get("X-Request-ID") or request.headers.get("x-fapi-interaction-id") or "")[:64]
        or None,
        type(refusal).__name__ if refusal is not None else None,
        detail and secrets.text(detail),
        [fault._asdict() for fault in here.faults] or None,
        ", ".join(made) or None,
        here.trace,
        request.root_path,
        None if lined else secrets.fields(request.query_string.decode("latin-1")),
        None,
        None if lined else _whole(here, response, keeps),
    )


def _whole(here: Visit, response: Response, keeps: Keeps) -> Exchange:
    limit = here.services.settings.journal_body_bytes
    plain = keeps is Keeps.CALLS and here.request.method in _READS
    went_well = plain and response.status_code < 300
    refusal = here.refusal
    base = here.signature_base or getattr(refusal, "expected", None)
    written = list(here.written)
    if here.work is not None:
        written += here.work.kept_changes
    return Exchange(
        exchange.request(here.request, limit, of_a_psu=keeps is Keeps.PAGES),
        exchange.answer(response, limit // _PART_OF_A_READ if went_well else limit, of_a_read=plain),
        checks.outcomes(here.checks, here.held, refusal if isinstance(refusal, Refusal) else None),
        secrets.text(base[:_BASE_MAX]) if base else None,
        changes.told(written) if written else [],
    )


def _path(asked: Request) -> str:
    """The path as it may be written down: links of PSUs, and what brings them back, are secrets."""
    path = asked.path
    for name in _SECRET_ARGUMENTS:
        if name in (asked.view_args or {}):
            path = path.replace(str((asked.view_args or {})[name]), f"<{name}>")
    return path
