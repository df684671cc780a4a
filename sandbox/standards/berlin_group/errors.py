"""How this standard says no: one table from refusals to codes, and the two bodies that an error may have.

Source: NextGenPSD2 IG 1.3, section 14.11; psd2-api 1.3.11, MessageCode*_AIS and Error*_AIS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import orjson
from flask import Response, request

from sandbox.gateway import context, noting
from sandbox.gateway.refusals import Message as Message  # noqa: PLC0414  # this dialect takes its words from here
from sandbox.gateway.refusals import RequestRefused as RequestRefused  # noqa: PLC0414  # as above
from sandbox.standards.berlin_group import offers, switches
from sandbox.standards.berlin_group.switches import ErrorFormat

#: The statuses that every operation documents: those of the published file, 413, and what a gateway says.
STATUSES = tuple(map(HTTPStatus, (400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 500, 502, 503, 504)))
_TEXT_MAX = 500  # psd2-api 1.3.11, tppMessageText and tppErrorDetail
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class WireError:
    """A status and a code. Where the bad reference stands decides: `argument` names the path's argument.

    With the argument in the path of the call, the answer is `status`; elsewhere (body, header) `elsewhere`.
    """

    status: int
    code: str
    argument: str | None = None
    elsewhere: int | None = None

    def status_here(self) -> int:
        """The status for the request at hand."""
        if self.elsewhere is None or self.argument in (request.view_args or {}):
            return self.status
        return self.elsewhere


#: The answer to a bug of ours. The published file gives 500 no codes; any will do.
BUG = WireError(500, "INTERNAL_SERVER_ERROR")


class FormatError(RequestRefused):
    """A header, parameter or member is missing, unknown, or not of the form that the standard asks for."""

    text = "The request does not have the form that the standard asks for."


class ParameterNotSupported(RequestRefused):
    """The standard calls it optional, and this bank does not have it."""

    text = "This bank does not support the parameter."


class ParameterNotConsistent(RequestRefused):
    """Query parameters contradict one another."""

    text = "The parameters of the request contradict one another."


class PeriodInvalid(RequestRefused):
    """A date lies where this bank has nothing to give."""

    text = "The requested period is out of bounds."


class RedirectUriForeign(RequestRefused):
    """The PSU would be sent back to where the TPP is not, by its certificate. Source: IG 1.3, 4.10."""

    text = "The redirect URI lies outside the domains of the certificate."


class FormatsInvalid(RequestRefused):
    """None of the formats that the TPP accepts is one that this bank has here."""

    text = "None of the requested formats is available."


@dataclass(frozen=True, slots=True)
class Said:
    """An error as it is about to be said."""

    status: int
    code: str
    messages: Sequence[Message]
    headers: Mapping[str, str]
    links: Mapping[str, str]


def answer(
    error: WireError,
    *messages: Message,
    headers: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> Response:
    """The response that says this error; a view returns it where something must be remembered."""
    said = Said(error.status_here(), error.code, messages, headers or {}, _with_about(links or {}))
    as_problem = wants_problem()
    body = _problem(said) if as_problem else _tpp_messages(said)
    mimetype = PROBLEM if as_problem else "application/json"
    response = Response(orjson.dumps(body), said.status, mimetype=mimetype)
    response.headers.update(said.headers)
    if said.status == 401 and "WWW-Authenticate" not in response.headers:
        # RFC 9110 15.5.2: a 401 must carry at least one challenge.
        response.headers["WWW-Authenticate"] = f'ApiKey realm="{context.profile().id}"'
    return response


def _with_about(links: Mapping[str, str]) -> Mapping[str, str]:
    """And the page on which the inspector explains the call.

    Source: psd2-api 1.3.11, _linksAll: there may be others than those it names.
    """
    about = noting.about()
    return links if about is None else {**links, "about": about}


def wants_problem() -> bool:
    """Whether the error is to be said as RFC 7807: the TPP asks for it, or the bank does so by itself."""
    accepted = request.accept_mimetypes
    if any(mimetype == PROBLEM for mimetype, _ in accepted):
        return accepted.quality(PROBLEM) > 0
    return switches.of(context.profile()).error_format == ErrorFormat.PROBLEM


def of_payees(name: str) -> str:
    """What the OpenAPI document calls that error of these operations."""
    return f"{name}_VOP"


def _tpp_messages(said: Said) -> dict[str, object]:
    body: dict[str, object] = {
        # psd2-api 1.3.16, error_NG_*_VOP: these operations have another word for it.
        "apiClientMessages" if offers.is_of_payees(request.path) else "tppMessages": [
            {
                "category": "ERROR",
                "code": said.code,
                **({"path": one.path} if one.path else {}),
                "text": one.text[:_TEXT_MAX],
            }
            for one in said.messages
        ]
    }
    if said.links:
        body["_links"] = {name: {"href": href} for name, href in said.links.items()}
    return body


def _problem(said: Said) -> dict[str, object]:
    first, *others = (
        (f"{one.path}: {one.text}" if one.path else one.text)[:_TEXT_MAX] for one in said.messages
    )
    body: dict[str, object] = {
        "type": f"urn:bryggen:berlin-group:{said.code}",
        "title": said.code.replace("_", " ").capitalize(),
        "status": said.status,
        "detail": first,
        "code": said.code,
    }
    if others:
        body["additionalErrors"] = [{"code": said.code, "detail": text} for text in others]
    if said.links:
        body["_links"] = {name: {"href": href} for name, href in said.links.items()}
    return body
