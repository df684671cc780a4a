"""How the authorization server says no: the words of the RFCs, one class each.

Source: RFC 6749 4.1.2.1 and 5.2; RFC 6750 3.1; RFC 7591 3.2.2; RFC 9101 7; RFC 9449 5 and 8; RFC 9396 5;
OpenID Connect Core 3.1.2.6.
"""

import re
from typing import ClassVar

from flask import Response, jsonify, request

from sandbox.eidas.certificates import CertificateRefused
from sandbox.gateway import bearer
from sandbox.gateway.bearer import TokenRefused
from sandbox.gateway.faults import CallFailed
from sandbox.kernel.errors import Refusal

_NOT_ALLOWED = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class OauthRefused(Refusal):
    """A request to the authorization server is refused. `error` is the RFC's word."""

    error: ClassVar[str] = "invalid_request"
    status: ClassVar[int] = 400

    @property
    def description(self) -> str:
        """What the client's developer may read. RFC 6749 5.2: no quotes, no line ends, ASCII."""
        return _NOT_ALLOWED.sub("'", self.text)


class InvalidRequest(OauthRefused):
    """A parameter is missing, given twice, or not of its form."""

    text = "The request is malformed."


class InvalidClient(OauthRefused):
    """The client is not known, or has not proven that it is the one."""

    text = "The client could not be authenticated."
    error = "invalid_client"
    status = 401


class InvalidGrant(OauthRefused):
    """The code or token is wrong, used, expired, or somebody else's."""

    text = "The grant is not valid."
    error = "invalid_grant"


class UnauthorizedClient(OauthRefused):
    """The client may not do that under its security profile."""

    text = "The client may not use this."
    error = "unauthorized_client"


class UnsupportedGrantType(OauthRefused):
    """There is no such grant here."""

    text = "The grant type is not supported."
    error = "unsupported_grant_type"


class UnsupportedResponseType(OauthRefused):
    """The answer cannot be given in that way."""

    text = "The response type is not supported."
    error = "unsupported_response_type"


class InvalidScope(OauthRefused):
    """The scope names what is not there, or more than was given."""

    text = "The scope is not valid."
    error = "invalid_scope"


class InvalidToken(OauthRefused):
    """The token opens nothing here. RFC 6750 3.1; RFC 7591 3 and 7592 2 for registrations."""

    text = "A token or key that is good for this is needed."
    error = "invalid_token"
    status = 401


class InvalidRedirectUri(OauthRefused):
    """A redirect URI of a registration cannot be taken. RFC 7591 3.2.2."""

    text = "A redirect URI cannot be taken."
    error = "invalid_redirect_uri"


class InvalidClientMetadata(OauthRefused):
    """Something else that a client says of itself cannot be taken. RFC 7591 3.2.2."""

    text = "The client cannot be registered so."
    error = "invalid_client_metadata"


class InvalidSoftwareStatement(OauthRefused):
    """The software statement is none of the directory's, or about another app. RFC 7591 3.2.2."""

    text = "The software statement is not valid."
    error = "invalid_software_statement"


class UnapprovedSoftwareStatement(OauthRefused):
    """The directory does not stand by the software statement any more. RFC 7591 3.2.2."""

    text = "The software statement is not approved."
    error = "unapproved_software_statement"


class AccessDenied(OauthRefused):
    """The PSU said no, or let the time pass."""

    text = "The PSU did not agree."
    error = "access_denied"
    status = 403


class LoginRequired(OauthRefused):
    """The PSU has to say yes on a page, and the client wants no page."""

    text = "The PSU must log in; prompt=none cannot be served."
    error = "login_required"


class InvalidRequestObject(OauthRefused):
    """The signed request is not signed, not signed by this client, or not for here and now."""

    text = "The request object is not valid."
    error = "invalid_request_object"


class InvalidRequestUri(OauthRefused):
    """Nothing was pushed under that address, or it has been used, or has expired."""

    text = "The request_uri is not valid."
    error = "invalid_request_uri"


class RequestUriNotSupported(OauthRefused):
    """A request object is not fetched from elsewhere; it is pushed."""

    text = "A request object is not fetched from elsewhere; push it."
    error = "request_uri_not_supported"


class InvalidAuthorizationDetails(OauthRefused):
    """The authorization_details are of an unknown type, or not of their form."""

    text = "The authorization_details are not valid."
    error = "invalid_authorization_details"


class UnknownUser(OauthRefused):
    """No customer of the bank is meant by that hint. CIBA 13."""

    text = "The hint names no customer of this bank."
    error = "unknown_user_id"


class ExpiredLoginHint(OauthRefused):
    """The login_hint_token is over. CIBA 13."""

    text = "The login_hint_token has expired."
    error = "expired_login_hint_token"


class InvalidBindingMessage(OauthRefused):
    """The message cannot be shown on the screen of the bank's app. CIBA 13."""

    text = "The binding_message cannot be shown."
    error = "invalid_binding_message"


class AuthorizationPending(OauthRefused):
    """The PSU has not answered yet. CIBA 11."""

    text = "The PSU has not answered yet."
    error = "authorization_pending"


class SlowDown(OauthRefused):
    """The client asks more often than it was told to. CIBA 11."""

    text = "Ask less often: wait five seconds more than before."
    error = "slow_down"


class ExpiredToken(OauthRefused):
    """The auth_req_id is over, and nobody has answered. CIBA 11."""

    text = "The auth_req_id has expired."
    error = "expired_token"


class InvalidDpopProof(OauthRefused):
    """The DPoP proof is missing or wrong."""

    text = "The DPoP proof is not valid."
    error = "invalid_dpop_proof"


class UseDpopNonce(OauthRefused):
    """The proof must carry the nonce that comes with this answer."""

    text = "The authorization server wants its nonce in the DPoP proof."
    error = "use_dpop_nonce"

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce


class ServerError(OauthRefused):
    """Something broke on the bank's side. RFC 6749 4.1.2.1."""

    text = "The authorization server has failed."
    error = "server_error"
    status = 500


class TemporarilyUnavailable(OauthRefused):
    """The bank is overloaded or in maintenance. RFC 6749 4.1.2.1."""

    text = "The authorization server is not available at the moment."
    error = "temporarily_unavailable"
    status = 503


def answer(refusal: OauthRefused) -> Response:
    """The refusal as JSON. Source: RFC 6749 5.2."""
    response = jsonify(error=refusal.error, error_description=refusal.description)
    response.status_code = refusal.status
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if refusal.status == 401 and scheme == "basic":
        # RFC 6749 5.2: whoever tried the header Authorization must be told its scheme.
        response.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    if isinstance(refusal, InvalidToken):
        # RFC 6750 3: whoever is refused for a token is told the scheme.
        response.headers["WWW-Authenticate"] = (
            f'Bearer error="invalid_token", error_description="{refusal.description}"'
        )
    if isinstance(refusal, UseDpopNonce):
        response.headers["DPoP-Nonce"] = refusal.nonce
    return response


def of_token(refusal: TokenRefused) -> Response:
    """What is wrong with an access token. Source: RFC 6750 3."""
    response = jsonify(error=refusal.error or "invalid_request", error_description=refusal.text)
    # RFC 6750 3.1: 403 where the token is good, but not for this.
    response.status_code = 403 if refusal.error == "insufficient_scope" else 401
    response.headers.update(bearer.asking(refusal))
    return response


def of_bank(refusal: Refusal) -> OauthRefused:
    """What the bank, or the corridor, refuses, in the one word that OAuth has for it."""
    if isinstance(refusal, CallFailed):
        said = ServerError if refusal.status in (500, 502) else TemporarilyUnavailable
        return said(refusal.text, detail=refusal.detail)
    if isinstance(refusal, CertificateRefused):
        return InvalidClient(refusal.text, detail=refusal.detail)
    return InvalidRequest(refusal.text, detail=refusal.detail)
