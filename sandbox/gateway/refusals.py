"""What is refused before a view is reached: a request that cannot be read, or that leads nowhere."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from sandbox.gateway.hooks import Door
from sandbox.gateway.judge import AnswerInvalid
from sandbox.kernel.errors import Refusal

_BUG = "The request could not be served. This is a fault of ours."


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that is wrong, and the place of it: a header's name, or the path of a member."""

    text: str
    path: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class RequestRefused(Refusal):
    """What was sent cannot be understood or served; `messages` say what and where."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages or (Message(type(self).text),)
        super().__init__(
            " ".join(map(str, self.messages)), detail="; ".join(map(str, messages)) if messages else None
        )


class RequestMalformed(RequestRefused):
    """A header, a parameter or the body is not of the form that the operation takes."""

    text = "The request does not have the form that this operation takes."


class ContentTypeUnsupported(RequestRefused):
    """The body is not JSON by its own account."""

    text = "The body must be sent with Content-Type: application/json."


class BodyTooLarge(RequestRefused):
    """The body is longer than any door reads."""

    text = "The body is too large."


class PathUnknown(RequestRefused):
    """Nothing is at that path."""

    text = "There is nothing at this path."


class MethodUnsupported(RequestRefused):
    """The path is there, but not for that method."""

    text = "This method is not available at this path."


def register(door: Door, say: Callable[[Refusal], Response], fail: Callable[[str], Response]) -> None:
    """Have every refusal said by `say`, the framework's own ones too, and every bug by `fail`.

    What a bug was is in the log, not in the answer; only strict mode tells in what an answer was wrong.
    """

    def failed(error: Exception) -> Response:
        current_app.logger.error("a bug answered %s %s", request.method, request.path, exc_info=error)
        wrong = (
            f" The answer is not as documented: {error.detail}" if isinstance(error, AnswerInvalid) else ""
        )
        return fail(f"{_BUG}{wrong}")

    def not_served(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]  # a redirect of the router
        refusal = _as_refusal(error)
        if refusal is None:
            return failed(error)
        response = say(refusal)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = _allowed(error)
        return response

    door.register_error_handler(Refusal, say)
    door.register_error_handler(HTTPException, not_served)
    door.register_error_handler(Exception, failed)


def _as_refusal(error: HTTPException) -> Refusal | None:
    """The framework's refusal as one of ours; None where it is a bug."""
    match error:
        case NotFound():
            return PathUnknown(Message(f"There is nothing at {request.path}."))
        case MethodNotAllowed():
            said = f"{request.method} is not available here; {_allowed(error)} is."
            return MethodUnsupported(Message(said))
        case RequestEntityTooLarge():
            return BodyTooLarge()
        case _ if (error.code or 500) < 500:
            return RequestMalformed(Message(error.description or error.name))
        case _:
            return None


def _allowed(error: MethodNotAllowed) -> str:
    return ", ".join(sorted(error.valid_methods or ()))
