"""Redeeming: a code or a refresh token becomes an access token; the checks on it, one function each.

The tables `checks.CODE` and `checks.REFRESH` say which check holds under which profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sandbox.credentials import tokens
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.credentials.clients import Client
from sandbox.credentials.codes import AuthorizationCode
from sandbox.credentials.tokens import Token
from sandbox.kernel import jose
from sandbox.kernel.ids import same
from sandbox.oauth import errors

CERTIFICATE, KEY = "x5t#S256", "jkt"


class _Bound(Protocol):
    """What a new token will be bound to: the certificate or the key that came with the request."""

    @property
    def binding(self) -> Mapping[str, str]:
        """The `cnf` of the token."""


@dataclass(frozen=True, slots=True)
class Redeeming:
    """A code on its way down the table."""

    client: Client
    code: AuthorizationCode
    authorization: OauthAuthorization
    form: Mapping[str, str]
    binding: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Refreshing:
    """A refresh token on its way down the table. `scope` is what the client wishes now."""

    client: Client
    token: Token
    authorization: OauthAuthorization
    scope: Sequence[str]
    binding: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """A token that a client wants for itself."""

    binding: Mapping[str, str]


def code_is_the_clients(redeeming: Redeeming) -> None:
    """RFC 6749 4.1.3: the code was issued to the client that has authenticated."""
    authorization, client = redeeming.authorization, redeeming.client
    if (authorization.client_id, authorization.bank_id) != (client.client_id, client.bank_id):
        raise errors.InvalidGrant("The code was issued to another client.")


def code_is_fresh(redeeming: Redeeming) -> None:
    """FAPI 2.0 SP 5.3.2.1, item 11: a code lives for 60 seconds at most."""
    if redeeming.now >= redeeming.code.expires_at:
        raise errors.InvalidGrant("The code has expired.")


def redirect_uri_is_the_same(redeeming: Redeeming) -> None:
    """RFC 6749 4.1.3: redirect_uri is required, and the one of the authorization request."""
    if redeeming.form.get("redirect_uri") != redeeming.code.redirect_uri:
        raise errors.InvalidGrant("redirect_uri is not that of the authorization request.")


def verifier_fits(redeeming: Redeeming) -> None:
    """RFC 7636 4.6. RFC 9700 2.1.1: a verifier without a challenge before is refused, too."""
    verifier, challenge = redeeming.form.get("code_verifier"), redeeming.code.code_challenge
    if verifier is None and challenge is None:
        return
    if verifier is None or challenge is None or not same(jose.digest(verifier.encode()), challenge):
        raise errors.InvalidGrant("code_verifier does not fit the code_challenge.")


def key_is_that_of_the_code(redeeming: Redeeming) -> None:
    """RFC 9449 10; FAPI 2.0 SP 5.3.2.1, item 12: a code bound to a key is redeemed with that key alone."""
    wanted = redeeming.code.dpop_jkt
    if wanted is not None and redeeming.binding.get(KEY) != wanted:
        raise errors.InvalidGrant("The code is bound to another DPoP key.")


def tokens_will_be_bound(bound: _Bound) -> None:
    """FAPI 2.0 SP 5.3.2.1, items 4 and 5: only tokens that are bound, by mutual TLS or DPoP, are issued."""
    if not bound.binding:
        raise errors.InvalidRequest("Tokens are bound here: send a DPoP proof, or use a client certificate.")


def tokens_will_be_bound_by_certificate(bound: _Bound) -> None:
    """FAPI 1.0 Advanced 5.2.2, items 5 and 6: tokens are bound by mutual TLS."""
    if CERTIFICATE not in bound.binding:
        raise errors.InvalidRequest("Tokens are bound to a client certificate here: use one.")


def token_is_the_clients(refreshing: Refreshing) -> None:
    """RFC 6749 6: the refresh token was issued to the client that has authenticated."""
    authorization, client = refreshing.authorization, refreshing.client
    if (authorization.client_id, authorization.bank_id) != (client.client_id, client.bank_id):
        raise errors.InvalidGrant("The refresh token was issued to another client.")


def token_is_good(refreshing: Refreshing) -> None:
    """RFC 6749 6: it is a refresh token, has not expired, and has not been revoked."""
    good = tokens.is_good(refreshing.token, refreshing.authorization, refreshing.now)
    if refreshing.token.kind != tokens.REFRESH or not good:
        raise errors.InvalidGrant("The refresh token has expired or was revoked.")


def scope_is_no_more(refreshing: Refreshing) -> None:
    """RFC 6749 6: the scope must not include anything that was not granted."""
    if not set(refreshing.scope) <= set(refreshing.token.scope):
        raise errors.InvalidScope("The scope is wider than what the PSU agreed to.")
