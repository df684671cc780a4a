"""Requests that a PSU is to answer in the bank's app: the checks on them beside those of `asking`.

Source: OpenID Connect CIBA Core 1.0; FAPI-CIBA Implementer's Draft 1.
"""

import re

from sandbox.oauth import errors, hints
from sandbox.oauth.asking import OPENID, AuthorizationRequest

#: CIBA 7.1: short, plain text, so that a person can compare two screens.
_MESSAGE = re.compile(r"[^\x00-\x1f\x7f<>]{1,140}")
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


def has_context_or_message(asked: AuthorizationRequest) -> None:
    """FAPI-CIBA 5.2.2-2: what is asked for is unique, or a binding_message is required."""
    named = bool(asked.claims) or bool(asked.details) or any(":" in word for word in asked.scope)
    if not named and "binding_message" not in asked.parameters:
        raise errors.InvalidRequest("Name a consent or a payment, or send a binding_message.")
