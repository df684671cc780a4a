"""What happens around every view of every door: one unit of work, one note in the journal."""

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.typing import ResponseReturnValue

from sandbox.gateway import context, faults
from sandbox.gateway.context import BANK_IN_ENVIRON
from sandbox.gateway.journal import Note
from sandbox.gateway.judge import AnswerInvalid, Judge
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal

#: The parts of a path that open something by themselves: whoever reads the journal must not be able to.
_SECRET_ARGUMENTS = ("token", "secret")
#: The largest body that any door reads, in bytes.
BODY_BYTES_MAX = 1_000_000


class Door(Flask):
    """A Flask app whose views are units of work.

    A view that returns is committed, whatever its status: a wrong code must be remembered. A view that
    raises is rolled back: nothing happened.
    """

    def __init__(self, import_name: str, services: Services, **kwargs: Any) -> None:
        """Open a door on these services."""
        super().__init__(import_name, **kwargs)
        self.services = services
        self.judge: Judge | None = None
        # A path with an empty segment is an unknown path, and no page that redirects.
        self.url_map.merge_slashes = False
        self.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
        self.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
        self.before_request(self._begin)
        self.after_request(self._note)
        self.teardown_request(self._close)

    def promise(self, document: Callable[[], Mapping[str, Any]]) -> None:
        """Take the door's OpenAPI document; in strict mode every answer is held against it from now on."""
        if self.services.settings.check_answers:
            self.judge = Judge(document())

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, then commit."""
        answer = self.make_response(super().dispatch_request())
        if self.judge is not None:
            self.judge.hold(request, answer)
        work = context.visit().work
        # What only read has nothing to keep: its transaction ends as it is closed.
        if work is not None and work.writing:
            work.commit()
        return answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Leave functions as they are: none of ours is a coroutine, and Flask asks eight times per call."""
        return func

    def handle_user_exception(self, e: Exception) -> Any:
        """Undo the unit of work, remember the refusal for the journal, then answer as the door does."""
        if "bryggen_visit" in g:
            here = context.visit()
            if here.work is not None:
                here.work.rollback()
            if isinstance(e, Refusal | AnswerInvalid):
                here.refusal = e
        answer = self.make_response(super().handle_user_exception(e))
        if self.judge is not None and not isinstance(e, AnswerInvalid):
            try:
                self.judge.hold(request, answer)
            except AnswerInvalid as fault:
                return self.handle_user_exception(fault)
        return answer

    def _begin(self) -> None:
        context.begin(self.services)

    def _note(self, response: Response) -> Response:
        here, known = context.visit(), context.known()
        bank = request.environ.get(BANK_IN_ENVIRON)
        made = known.bank.luck.made if known is not None else ()
        self.services.journal.take(
            Note(
                here.workspace_id,
                here.app_id,
                bank.id if bank else None,
                here.at,
                request.method,
                _without_secrets(request),
                response.status_code,
                round((perf_counter() - here.began) * 1000, 2),
                request.headers.get("X-Request-ID") or request.headers.get("x-fapi-interaction-id"),
                type(here.refusal).__name__ if here.refusal else None,
                here.refusal.detail if here.refusal else None,
                [fault._asdict() for fault in here.faults] or None,
                ", ".join(made) or None,
            )
        )
        if not made or known is None:
            return response
        # Nobody shall wait for a connection to the database that waits for an answer to be late.
        self._close(None)
        return faults.carry(known.bank, response)

    def _close(self, _: BaseException | None) -> None:
        if "bryggen_visit" in g and context.visit().work is not None:
            context.visit().work.close()  # type: ignore[union-attr]  # asked the line above


def _without_secrets(asked: Request) -> str:
    """The path as it may be written down: links of PSUs, and what brings them back, are secrets."""
    path = asked.path
    for name in _SECRET_ARGUMENTS:
        if name in (asked.view_args or {}):
            path = path.replace(str((asked.view_args or {})[name]), f"<{name}>")
    return path
