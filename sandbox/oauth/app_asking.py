"""Requests that a PSU is to answer in the bank's app: the checks on them beside those of `asking`.

Source: OpenID Connect CIBA Core 1.0; FAPI-CIBA Implementer's Draft 1.
"""

import re

from sandbox.oauth import errors, hints, pinging
from sandbox.oauth.asking import OPENID, AuthorizationRequest

#: CIBA 7.1: short, plain text, so that a person can compare two screens.
_MESSAGE = re.compile(r"[^\x00-\x1f\x7f<>]{1,140}")
#: RFC 6750 2.1, b64token; CIBA 7.1 for the length.
_TOKEN = re.compile(r"(?=.{1,1024}$)[A-Za-z0-9._~+/-]+=*")
_EXPIRY = re.compile(r"[1-9][0-9]{0,6}")


def scope_has_openid(asked: AuthorizationRequest) -> None:
    """OpenID CIBA 7.1: the scope must contain openid."""
    if OPENID not in asked.scope:
        raise errors.InvalidScope("The scope must contain openid.")


def one_hint_is_given(asked: AuthorizationRequest) -> None:
    """OpenID CIBA 7.1: exactly one of login_hint, login_hint_token, id_token_hint says who the PSU is."""
    if len(hints.given(asked.parameters)) != 1:
        raise errors.InvalidRequest(f"Exactly one of {', '.join(hints.HINTS)} is required.")


def message_can_be_shown(asked: AuthorizationRequest) -> None:
    """OpenID CIBA 7.1 and 13: binding_message is short and plain, for both screens show it."""
    given = asked.parameters.get("binding_message")
    if given is not None and not _MESSAGE.fullmatch(given):
        raise errors.InvalidBindingMessage("binding_message is plain text of at most 140 characters.")


def expiry_is_a_number(asked: AuthorizationRequest) -> None:
    """OpenID CIBA 7.1: requested_expiry is a positive integer, in seconds."""
    given = asked.parameters.get("requested_expiry")
    if given is not None and not _EXPIRY.fullmatch(given):
        raise errors.InvalidRequest("requested_expiry must be a positive number of seconds.")


def ping_has_its_token(asked: AuthorizationRequest) -> None:
    """OpenID CIBA 7.1: client_notification_token is required for ping, 1024 letters at most."""
    given = asked.parameters.get("client_notification_token", "")
    if pinging.is_wished(asked.client) and not _TOKEN.fullmatch(given):
        raise errors.InvalidRequest("client_notification_token is required: a bearer token of your own.")


def has_context_or_message(asked: AuthorizationRequest) -> None:
    """FAPI-CIBA 5.2.2-2: what is asked for is unique, or a binding_message is required."""
    named = bool(asked.claims) or bool(asked.details) or any(":" in word for word in asked.scope)
    if not named and "binding_message" not in asked.parameters:
        raise errors.InvalidRequest("Name a consent or a payment, or send a binding_message.")
