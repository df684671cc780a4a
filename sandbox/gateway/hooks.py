"""What happens around every view of every door: one unit of work, one note in the journal."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

from sandbox.gateway import context, faults, noting
from sandbox.gateway.judge import AnswerInvalid, Judge
from sandbox.gateway.noting import Keeps
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal

#: The largest body that any door reads, in bytes.
BODY_BYTES_MAX = 1_000_000
#: Why what has this character is refused: PostgreSQL keeps it in no text.
NUL = "The character NUL is in no text that a bank keeps."


class Door(Flask):
    """A Flask app whose views are units of work.

    A view that returns is committed, whatever its status: a wrong code must be remembered. A view that
    raises is rolled back: nothing happened.
    """

    def __init__(
        self, import_name: str, services: Services, *, keeps: Keeps = Keeps.LINE, **kwargs: Any
    ) -> None:
        """Open a door on these services. `keeps`: what the journal keeps of its calls."""
        super().__init__(import_name, **kwargs)
        self.services, self.keeps = services, keeps
        self.judge: Judge | None = None
        self.document: Callable[[], Mapping[str, Any]] = dict
        # A path with an empty segment is an unknown path, and no page that redirects.
        self.url_map.merge_slashes = False
        self.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
        self.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
        self.before_request(self._begin)
        self.after_request(self._note)
        self.teardown_request(self._close)

    def promise(self, document: Callable[[], Mapping[str, Any]]) -> None:
        """Take the door's OpenAPI document; in strict mode every answer is held against it from now on."""
        self.document = document
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
        here = context.visiting()
        if here is not None:
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
        if "\0" in request.path or "%00" in request.environ.get("QUERY_STRING", ""):
            abort(400, NUL)

    def _note(self, response: Response) -> Response:
        known, journal = context.known(), self.services.journal
        if journal.is_kept and not context.visit().unnoted:
            journal.take(noting.note(response, self.keeps))
        if known is None or not known.bank.luck.made:
            return response
        # Nobody shall wait for a connection to the database that waits for an answer to be late.
        context.visit().close()
        return faults.carry(known.bank, response)

    def _close(self, _: BaseException | None) -> None:
        context.end()
