"""How this standard says no: a status, and codes in the words of each version.

Source: Read/Write Data API Profile 3.1.11 and 4.0, HTTP Status Codes and Error Response Structure; the code
sets of 2025-11, OBExternalStatusReason1Code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response

from sandbox.gateway import context, noting
from sandbox.gateway.refusals import Message, RequestRefused
from sandbox.standards.uk_open_banking import headers
from sandbox.standards.uk_open_banking.versions import V3, called

#: The statuses that every operation documents: those of the published files, 413, and what a gateway says.
STATUSES = tuple(map(HTTPStatus, (400, 401, 403, 404, 405, 406, 413, 415, 429, 500, 502, 503, 504)))
#: Those of them that may have a body.
WITH_BODY = frozenset({400, 401, 403, 409, 413, 500})
_TEXT_MAX = 500

#: What 3.1 calls a code of 4.0. A code that is not here has no word in 3.1.
NAMES_V3: Mapping[str, str] = {
    "U000": "UK.OBIE.UnexpectedError",
    "U001": "UK.OBIE.Field.Expected",
    "U002": "UK.OBIE.Field.Invalid",
    "U003": "UK.OBIE.Field.InvalidDate",
    "U004": "UK.OBIE.Field.Missing",
    "U005": "UK.OBIE.Field.Unexpected",
    "U006": "UK.OBIE.Header.Invalid",
    "U007": "UK.OBIE.Header.Missing",
    "U008": "UK.OBIE.Resource.ConsentMismatch",
    "U009": "UK.OBIE.Resource.InvalidConsentStatus",
    "U010": "UK.OBIE.Resource.InvalidFormat",
    "U011": "UK.OBIE.Resource.NotFound",
    "U012": "UK.OBIE.Rules.AfterCutOffDateTime",
    "U013": "UK.OBIE.Rules.DuplicateReference",
    "U014": "UK.OBIE.Rules.FailsControlParameters",
    "U015": "UK.OBIE.Signature.Invalid",
    "U016": "UK.OBIE.Signature.InvalidClaim",
    "U017": "UK.OBIE.Signature.MissingClaim",
    "U018": "UK.OBIE.Signature.Malformed",
    "U019": "UK.OBIE.Signature.Missing",
    "U020": "UK.OBIE.Signature.Unexpected",
    "U021": "UK.OBIE.Unsupported.AccountIdentifier",
    "U023": "UK.OBIE.Unsupported.Currency",
    # The published file of events has no other word for it.
    "U024": "UK.OBIE.Field.Invalid",
    "U025": "UK.OBIE.Unsupported.Frequency",
    "U026": "UK.OBIE.Unsupported.LocalInstrument",
    "U027": "UK.OBIE.Unsupported.Scheme",
    "U028": "UK.OBIE.Reauthenticate",
    "U029": "UK.OBIE.Rules.ResourceAlreadyExists",
}


@dataclass(frozen=True, slots=True)
class WireError:
    """A status and the codes that say why; without codes the answer has no body.

    `argument` names the argument of the path that this status is about; elsewhere it is `elsewhere`.
    """

    status: int
    codes: tuple[str, ...] = ()
    argument: str | None = None
    elsewhere: "WireError | None" = None


@dataclass(frozen=True, slots=True)
class Fault(Message):
    """One thing that is wrong with a request, and the code for it."""

    code: str = "U002"


#: The answer to a bug of ours.
BUG = WireError(500, ("U000",))


class FieldInvalid(RequestRefused):
    """A member or a parameter has a value that makes no sense here; each message has its code."""

    text = "A field of the request is not valid."


class ConsentMismatch(RequestRefused):
    """The payment is another one than the PSU has consented to."""

    text = "The payment is not the one that the consent is for."


class ReferenceReused(RequestRefused):
    """The reference has named another question about funds, within a day."""

    text = "The reference has been used for another confirmation of funds."


class ConsentUpToDate(RequestRefused):
    """The consent is of this version already; what the PSU has said yes to is not changed."""

    text = "The consent is of this version already: there is nothing to migrate."


class ControlParametersFailed(RequestRefused):
    """The payment is of a kind that the PSU has not consented to."""

    text = "The payment is outside the control parameters of the consent."


class NotAcceptable(RequestRefused):
    """The TPP takes none of the media types that the bank has here."""

    text = "The answer is application/json in UTF-8."


class ConsentUnnamed(RequestRefused):
    """The call names no consent: neither by an access token nor, in the sandbox, by a header."""

    text = f"An access token that is bound to a consent is needed here, or {headers.CONSENT}."


class ConsentForeign(RequestRefused):
    """The consent is another TPP's."""

    text = "The consent belongs to another TPP."


class ConsentNewer(RequestRefused):
    """The consent was made in a newer version than the one that is called."""

    text = "A consent of a newer version must not be used in this one."


class PermissionMissing(RequestRefused):
    """The PSU has not agreed to this cluster of data."""

    text = "The consent does not have the permission for this resource."


class AccountNotSelected(RequestRefused):
    """The account is there, and the PSU has not chosen it for this consent."""

    text = "The PSU has not selected the account for this consent."


class ReauthenticationNeeded(RequestRefused):
    """The PSU's last yes is too long ago for this bank."""

    text = "The PSU has to authenticate again. Use the same consent."


def answer(error: WireError, messages: Sequence[Message]) -> Response:
    """The response that says this error in the version of the call."""
    body = _body(error, messages)
    response = Response(b"" if body is None else orjson.dumps(body), error.status)
    if body is None:
        del response.headers["Content-Type"]
    else:
        response.mimetype = "application/json"
    if error.status in (401, 403):
        response.headers["WWW-Authenticate"] = _challenge(error.status, messages)
    return response


def _body(error: WireError, messages: Sequence[Message]) -> dict[str, Any] | None:
    """The envelope of the version; None where it wants none."""
    version = called()
    if version is None or not error.codes or error.status not in WITH_BODY:
        return None
    errors = [_said(one.code if isinstance(one, Fault) else error.codes[0], one) for one in messages]
    errors += [_said(code, messages[0]) for code in error.codes[1:]]
    head = {"Id": headers.interaction_id()}
    if version is not V3:
        return {**head, "Errors": errors}
    if error.status == 401:
        # Read/Write 3.1.11, 401: without any error response.
        return None
    for one in errors:
        one["ErrorCode"] = NAMES_V3[one["ErrorCode"]]
    status = HTTPStatus(error.status)
    code = f"{error.status} {status.phrase.title().replace(' ', '')}"
    return {"Code": code, **head, "Message": messages[0].text[:_TEXT_MAX], "Errors": errors}


def _said(code: str, one: Message) -> dict[str, str]:
    said = {"ErrorCode": code, "Message": one.text[:_TEXT_MAX]}
    if one.path:
        said["Path"] = one.path[:_TEXT_MAX]
    # OBError1, Url: to help remediate the problem. The inspector explains the call there.
    about = noting.about()
    return said if about is None else {**said, "Url": about}


def _challenge(status: int, messages: Sequence[Message]) -> str:
    """RFC 6750 3: why a body is not needed to know what is missing."""
    word = "invalid_token" if status == 401 else "insufficient_scope"
    text = messages[0].text.replace('"', "'").encode("ascii", "replace").decode()
    return f'Bearer realm="{context.profile().id}", error="{word}", error_description="{text}"'
