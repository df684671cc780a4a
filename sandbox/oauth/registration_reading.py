"""Reading registrations: as JSON with an app's key, or signed by the software with a statement about it.

Source: RFC 7591 3.1; UK Open Banking DCR 3.3, OBClientRegistrationRequest1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import request

from sandbox.bank.bank import Bank
from sandbox.credentials.clients import Client
from sandbox.delivery.fetching import KeysUnreachable
from sandbox.eidas import key_store, statements
from sandbox.eidas.certificates import CertificateRefused
from sandbox.eidas.statements import Statement
from sandbox.gateway import context, guard, passport
from sandbox.gateway.bearer import TokenRefused
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import ContentTypeUnsupported
from sandbox.kernel import jose
from sandbox.oauth import client_auth, client_keys, door, errors, metadata
from sandbox.oauth.metadata import Metadata
from sandbox.oauth.registering import Registration
from sandbox.workspaces import apps, software
from sandbox.workspaces.apps import KeyMissing, KeyUnknown
from sandbox.workspaces.software import Software, SoftwareUnknown

#: application/jwt is how others than the United Kingdom call the signed form.
_SIGNED = ("application/jose", "application/jwt")
#: RFC 7591 2.3: what the statement says of these has precedence.
_STATED = {
    "client_name": "software_client_name",
    "client_uri": "software_client_uri",
    "logo_uri": "software_logo_uri",
    "policy_uri": "software_policy_uri",
    "tos_uri": "software_tos_uri",
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came in: the members, the signed form of them if they are signed, and the statement with them."""

    said: Mapping[str, Any]
    jws: str | None
    statement: Statement | None
    stated: Software | None


def new() -> Registration:
    """A client that registers. Raises InvalidToken, or what is wrong with what it has sent."""
    sent = _sent()
    if sent.jws is None or sent.stated is None:
        bank, app_id = _by_key()
    else:
        bank, app_id = _by_statement(sent.stated)
    return _registration(bank, software.of_app(bank.work, bank.workspace_id, app_id), sent)


def anew(bank: Bank, client: Client) -> Registration:
    """A client that registers anew; who it is has been proven. Raises what is wrong with what it has sent."""
    found = _registration(bank, software.of_app(bank.work, bank.workspace_id, client.app_id), _sent())
    found.before = client
    return found


def admit(*, bearer_app_key: bool = False) -> Context:
    """Let in whom the guard does, and refuse others in the words of RFC 6750. Raises InvalidToken."""
    try:
        return guard.admit(bearer_app_key=bearer_app_key)
    except (KeyMissing, KeyUnknown, TokenRefused, CertificateRefused) as refusal:
        raise errors.InvalidToken(refusal.text, detail=refusal.detail) from refusal


def _sent() -> _Sent:
    if request.mimetype in _SIGNED:
        jws: str | None = request.get_data().decode(errors="replace").strip()
        try:
            said = jose.peek(str(jws)).claims
        except jose.Unreadable as error:
            raise errors.InvalidClientMetadata("The body is no JWS.", detail=str(error)) from error
    elif request.mimetype == "application/json":
        jws, said = None, _json(request.get_data())
    else:
        raise ContentTypeUnsupported
    text = said.get("software_statement")
    if text is None and jws is None:
        return _Sent(said, None, None, None)
    statement, stated = _approved(text)
    return _Sent(said, jws, statement, stated)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise errors.InvalidClientMetadata("The body is not JSON.", detail=str(error)) from error
    if not isinstance(found, dict):
        raise errors.InvalidClientMetadata("The body must be a JSON object.")
    return found


def _approved(text: object) -> tuple[Statement, Software]:
    """A statement that the directory has signed and still stands by, and the software that it is about."""
    if not isinstance(text, str):
        raise errors.InvalidSoftwareStatement("software_statement is missing, or no text.")
    try:
        found = statements.read(door.work(), text)
        return found, statements.approve(door.work(), found)
    except statements.StatementInvalid as refusal:
        raise errors.InvalidSoftwareStatement(refusal.text, detail=refusal.detail) from refusal
    except statements.StatementUnapproved as refusal:
        raise errors.UnapprovedSoftwareStatement(refusal.text, detail=refusal.detail) from refusal


def _by_key() -> tuple[Bank, str]:
    """RFC 7591 3: the initial access token is the app's key. A statement alone does not say who brings it."""
    admitted = admit(bearer_app_key=True)
    assert admitted.caller is not None  # somebody was admitted
    return admitted.bank, admitted.caller.app_id


def _by_statement(stated: Software) -> tuple[Bank, str]:
    """Whoever signs for the software; the table verifies that. DCR 3.3: by mutual TLS, by the rung."""
    bank = context.for_workspace(stated.workspace_id).bank
    caller = apps.caller_of(bank.work, stated.workspace_id, stated.app_id)
    assert caller is not None  # software goes with its app
    context.visit().meet(caller)
    guard.look_at(passport.of(request.environ), caller, (), alone=False)
    return bank, stated.app_id


def _registration(bank: Bank, found: Software, sent: _Sent) -> Registration:
    said = metadata.read(_with_statement(sent), signed=sent.jws is not None)
    jwks, jwks_uri = _keys(bank, found, said, sent.statement)
    return Registration(
        bank,
        door.issuer(),
        found,
        door.intents(),
        metadata.profile_of(said, bank.profile.sca.authorization_server),
        sent.said,
        said,
        jwks,
        jwks_uri,
        sent.statement,
        sent.jws,
        keys=_signers(sent.statement, sent.jws) if sent.statement and sent.jws else (),
        private=context.visit().services.settings.allows_private_notifications,
        noted=lambda what, until: client_auth.is_new(bank, what, until),
    )


def _with_statement(sent: _Sent) -> Mapping[str, Any]:
    claims = sent.statement.claims if sent.statement else {}
    return {**sent.said, **{name: claims[word] for name, word in _STATED.items() if word in claims}}


def _keys(
    bank: Bank, found: Software, said: Metadata, statement: Statement | None
) -> tuple[Mapping[str, Any] | None, str | None]:
    """The client's keys, or their address: the statement's, else those it names, else the directory's."""
    if statement is not None:
        return None, statement.jwks_endpoint
    if "jwks" in said.told or "jwks_uri" in said.told:
        return said.told.get("jwks"), said.told.get("jwks_uri")
    address = key_store.address(context.visit().services.origin, found)
    known = found.jwks_uri is not None or key_store.keys_of(bank.work, found, bank.now)
    return None, address if known else None


def _signers(statement: Statement, jws: str) -> client_keys.Keys:
    try:
        return client_keys.at(statement.jwks_endpoint, jws)
    except (KeysUnreachable, SoftwareUnknown) as refusal:
        raise errors.InvalidClientMetadata(refusal.text, detail=refusal.detail) from refusal
