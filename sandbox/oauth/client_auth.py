"""Client authentication: whoever calls the token endpoint, or pushes a request, proves who it is."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from flask import request

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials import seen
from sandbox.credentials.clients import AuthMethod, Client
from sandbox.eidas import certificates
from sandbox.eidas.certificates import CertificateKind, CertificateRefused
from sandbox.gateway import context, guard, passport
from sandbox.kernel import jose
from sandbox.kernel.clock import moments
from sandbox.oauth import checks, client_keys, door, errors
from sandbox.oauth.proving import Proving
from sandbox.workspaces import apps
from sandbox.workspaces.apps import Caller

#: What a form says of its client, beside what the client asks for.
OF_AUTHENTICATION = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: The methods that any way of proving stands for until the client is known.
_BY_CERTIFICATE = (AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS)
#: Those for which the client's keys are looked at.
_BY_KEY = {AuthMethod.PRIVATE_KEY_JWT, AuthMethod.SELF_SIGNED_TLS}


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the request says of its client."""

    client_ids: set[str]
    methods: tuple[AuthMethod, ...]
    secret: str = ""
    assertion: str = ""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A client that has proven who it is, the bank at work in its world, and the client's certificate."""

    bank: Bank
    client: Client
    certificate: bytes | None

    @property
    def profile(self) -> SecurityProfile:
        """The column of the tables that holds for it."""
        return SecurityProfile(self.client.profile)


def authenticate(form: Mapping[str, str]) -> Authenticated:
    """Who calls. Raises InvalidClient, UnauthorizedClient."""
    sent = _sent(form)
    if len(sent.client_ids) != 1:
        raise errors.InvalidClient("The request must name one client.")
    [client_id] = sent.client_ids
    found = door.client_at(client_id)
    if found is None:
        raise errors.InvalidClient(detail=f"no client {client_id[:80]} here")
    bank, client = found
    caller = _meet(bank, client)
    passed = passport.of(request.environ)
    shown = passed.der if passed is not None else None
    methods = _methods(sent, client, shown)
    # Where a secret is enough, nobody waits for an address of the client's.
    keys = () if _BY_KEY.isdisjoint(methods) else client_keys.of(client, sent.assertion)
    proving = Proving(
        bank,
        door.issuer(),
        door.endpoint(),
        client,
        methods,
        sent.secret,
        sent.assertion,
        shown,
        keys,
        lambda der: _is_trusted(bank, der),
        lambda what, until: is_new(bank, what, until),
    )
    checks.CLIENT.go_down(proving, SecurityProfile(client.profile))
    if client.profile not in bank.profile.sca.authorization_server.profiles:
        raise errors.UnauthorizedClient(f"This bank does not offer the profile {client.profile}.")
    guard.look_at(passed, caller, (), alone=False)
    return Authenticated(bank, client, shown)


def _sent(form: Mapping[str, str]) -> _Sent:
    """Gather every way in which the request proves who its client is."""
    sent = _Sent(set(), ())
    header = request.headers.get("Authorization")
    if header is not None:
        client_id, secret = _basic(header)
        sent = replace(sent, client_ids={client_id}, methods=(AuthMethod.SECRET_BASIC,), secret=secret)
    if "client_secret" in form:
        sent = replace(sent, methods=(*sent.methods, AuthMethod.SECRET_POST), secret=form["client_secret"])
    if "client_assertion" in form or "client_assertion_type" in form:
        assertion = form.get("client_assertion", "")
        ids = {*sent.client_ids, _subject(form.get("client_assertion_type"), assertion)}
        methods = (*sent.methods, AuthMethod.PRIVATE_KEY_JWT)
        sent = replace(sent, client_ids=ids, methods=methods, assertion=assertion)
    if "client_id" in form:
        sent = replace(sent, client_ids={*sent.client_ids, form["client_id"]})
    return sent


def _basic(header: str) -> tuple[str, str]:
    """Id and secret of the header. RFC 6749 2.3.1: both are form-encoded before they are joined."""
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        # Not base64, not ASCII, or not UTF-8 below it.
        text = ""
    client_id, colon, secret = text.partition(":")
    client_id = unquote_plus(client_id)
    if not colon or "\x00" in client_id:
        raise errors.InvalidClient("The header Authorization must be Basic, with id and secret.")
    return client_id, unquote_plus(secret)


def _subject(kind: str | None, assertion: str) -> str:
    if kind != _ASSERTION_TYPE:
        raise errors.InvalidClient(f"client_assertion_type must be {_ASSERTION_TYPE}.")
    try:
        return str(jose.peek(assertion).claims.get("sub"))
    except jose.Unreadable as error:
        raise errors.InvalidClient("The client assertion is no JWT.", detail=str(error)) from error


def _methods(sent: _Sent, client: Client, shown: bytes | None) -> tuple[AuthMethod, ...]:
    """The methods that are used. A certificate beside another one binds tokens, and proves nothing more."""
    if sent.methods or shown is None:
        return sent.methods
    return tuple(one for one in client.auth_methods if one in _BY_CERTIFICATE) or _BY_CERTIFICATE[:1]


def _meet(bank: Bank, client: Client) -> Caller:
    """The app behind a client as a caller: its rung decides what papers it has to show here, too."""
    caller = apps.caller_of(bank.work, bank.workspace_id, client.app_id)
    assert caller is not None  # the client was found with its app
    context.visit().meet(caller)
    return caller


def _is_trusted(bank: Bank, der: bytes) -> bool:
    """Whether a certificate comes from an authority that the bank trusts, and is good now. RFC 8705 2.1."""
    try:
        certificates.verify(bank.work, der, bank.now, kind=CertificateKind.QWAC)
    except CertificateRefused:
        return False
    return True


def is_new(bank: Bank, what: str, until: Any) -> bool:
    """Note that it came; what has been seen stays seen, whatever becomes of the request.

    The note is a unit of work of its own: it would wait for ever for one of this request's that writes.
    """
    assert not bank.work.writing, "a client proves itself before anything is written"
    last = max(moments(bank.now)) + timedelta(minutes=5)
    until = max(last, datetime.fromtimestamp(float(until or 0), UTC))
    with context.visit().services.database.writing() as work:
        return seen.is_new(work, bank.workspace_id, what, until, bank.now)
