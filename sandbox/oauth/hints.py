"""Hints: how a client that asks by the backchannel says who the PSU is. Source: CIBA Core 1.0, 7.1.

A hint is a user name or national id, as one would write at the bank's own door; the `sub` of an ID token of
this bank; or that ID token itself.
"""

from collections.abc import Mapping

from sandbox.bank import customers
from sandbox.bank.bank import Bank
from sandbox.credentials import authorizations
from sandbox.credentials.clients import Client
from sandbox.eidas import bank_keys
from sandbox.kernel import jose
from sandbox.oauth import client_keys, dates, door, errors, id_tokens
from sandbox.oauth.asking import AuthorizationRequest

HINTS = ("login_hint", "login_hint_token", "id_token_hint")
#: How a login_hint_token may name the PSU, the first that is there.
_NAMES = ("sub", "username", "subject")


def given(parameters: Mapping[str, str]) -> list[str]:
    """The names of the hints that a request has."""
    return [one for one in HINTS if parameters.get(one)]


def login(found: AuthorizationRequest) -> str:
    """The name by which the bank knows the PSU. Raises UnknownUser, ExpiredLoginHint, InvalidRequest."""
    [kind] = given(found.parameters)
    hint = found.parameters[kind]
    if kind == "login_hint":
        return hint
    if kind == "login_hint_token":
        return _of_sub(found.bank, found.client, _read_token(found, hint)) or _no_one(kind)
    return _of_sub(found.bank, found.client, _read_id_token(found, hint), strict=True) or _no_one(kind)


def _no_one(kind: str) -> str:
    raise errors.UnknownUser(detail=kind)


def _read_token(found: AuthorizationRequest, token: str) -> str:
    """CIBA 7.1: a token that the client has signed; how it names the PSU is for the two to agree on."""
    try:
        claims = jose.read(token, client_keys.of(found.client, token), found.rules.algorithms).claims
    except jose.Unreadable as error:
        raise errors.InvalidRequest(
            "The login_hint_token is not signed by the client.", detail=str(error)
        ) from error
    dates.check(claims, found.bank.now, errors.ExpiredLoginHint)
    named = next((claims[one] for one in _NAMES if one in claims), None)
    if isinstance(named, Mapping):
        # RFC 9493 3: a subject identifier names its own member by subject_type or format.
        named = named.get(str(named.get("subject_type", named.get("format"))))
    if not isinstance(named, str) or not named:
        raise errors.InvalidRequest(
            f"The login_hint_token must name the PSU, by one of: {', '.join(_NAMES)}."
        )
    return named


def _read_id_token(found: AuthorizationRequest, token: str) -> str:
    """The `sub` of an ID token that this bank has given this client. It may have expired meanwhile."""
    keys = bank_keys.published(found.bank.work, found.bank.id)
    try:
        claims = jose.read(token, keys, [bank_keys.PS256]).claims
    except jose.Unreadable as error:
        raise errors.InvalidRequest("The id_token_hint is none of ours.", detail=str(error)) from error
    # CIBA 7.1: an ID token previously issued to the client by the OP.
    if claims.get("iss") != door.issuer() or claims.get("aud") != found.client.client_id:
        raise errors.InvalidRequest("The id_token_hint was issued to somebody else.")
    return str(claims.get("sub"))


def _of_sub(bank: Bank, client: Client, sub: str, *, strict: bool = False) -> str | None:
    """Whom a `sub` stands for, which is another one for each app; else, if not `strict`, the text itself."""
    for one in authorizations.about_people(bank.work, bank.workspace_id, bank.id, client.app_id):
        if one.person_id and id_tokens.subject(bank, one) == sub:
            return customers.get(bank, one.person_id).username
    return None if strict else sub
