"""Clients: an app as one bank's authorization server knows it.

Every app is a client of every bank without being registered: its id is `<workspace>.<app>`, its secret the
app's key. A registered client has a row, an id of its own, and a security profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.credentials import secrets
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.ids import hashed, new_id, new_secret, same
from sandbox.workspaces import software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.apps import App
from sandbox.workspaces.software import Software, is_loopback
from sandbox.workspaces.workspace import Strictness

#: The profile of a client that nobody has registered.
UNREGISTERED_PROFILE = "simple"


class AuthMethod(StrEnum):
    """How a client proves that it is the one. Source: RFC 7591 2, RFC 8705 2, OpenID Connect Core 9."""

    SECRET_BASIC = "client_secret_basic"
    SECRET_POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    TLS = "tls_client_auth"
    SELF_SIGNED_TLS = "self_signed_tls_client_auth"


class ClientRow(Base):
    """A client that somebody has registered at one bank. Its secret, if it has one, is kept as a hash."""

    __tablename__ = "oauth_client"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
        Index("ix_oauth_client_app", "workspace_id", "app_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(24))
    auth_method: Mapped[str] = mapped_column(String(40))
    secret_hash: Mapped[str | None] = mapped_column(String(44))
    redirect_uris: Mapped[list[str]] = mapped_column(Document)
    jwks: Mapped[dict[str, Any] | None] = mapped_column(Document)
    jwks_uri: Mapped[str | None] = mapped_column(Text)
    tls: Mapped[dict[str, str]] = mapped_column(Document)
    details: Mapped[dict[str, Any]] = mapped_column(Document)
    registration_hash: Mapped[str | None] = mapped_column(String(44))
    created_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client is registered with. `details` are the members of RFC 7591 that have no field here.

    `tls` says how a certificate is recognised: one member of RFC 8705 2.1.2, `tls_client_auth_subject_dn` …
    """

    profile: str
    auth_method: AuthMethod
    redirect_uris: tuple[str, ...] = ()
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    tls: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """A client at hand. `loopback`: any address of the developer's own machine is a right redirect URI.

    `registered_at` is None where nobody has registered it.
    """

    workspace_id: str
    bank_id: str
    id: str
    app_id: str
    app_name: str
    terms: Terms
    auth_methods: tuple[AuthMethod, ...]
    secret_hash: str | None
    loopback: bool = False
    registered_at: datetime | None = None

    @property
    def client_id(self) -> str:
        """The id as it travels: it carries the workspace."""
        return f"{self.workspace_id}.{self.id}"

    @property
    def profile(self) -> str:
        """The security profile under which it was registered."""
        return self.terms.profile

    def has_secret(self, secret: str) -> bool:
        """Whether that is the client's secret."""
        return self.secret_hash is not None and same(self.secret_hash, hashed(secret))

    def may(self, member: str, word: str) -> bool:
        """Whether a word stands in a member of its registration that lists what it may do.

        A client that has not registered the member may do what its profile allows. `scope` is a text.
        """
        listed = self.terms.details.get(member)
        return listed is None or word in (listed.split() if isinstance(listed, str) else listed)

    def may_return_to(self, uri: str) -> bool:
        """Whether that is one of the client's redirect URIs, letter by letter.

        RFC 8252 7.3: the port of an address of the PSU's own machine may be any.
        """
        return uri in self.terms.redirect_uris or (
            is_loopback(uri) and (self.loopback or _portless(uri) in map(_portless, self.terms.redirect_uris))
        )


def _portless(uri: str) -> tuple[object, ...]:
    parts = urlsplit(uri)
    return (parts.scheme, parts.hostname, parts.path, parts.query, is_loopback(uri))


def find(work: Work, bank_id: str, client_id: str) -> Client | None:
    """The client of that id at that bank, registered or not; None where there is none."""
    workspace_id, dot, own_id = client_id.partition(".")
    if not (workspace_id and dot and own_id):
        return None
    row = work.get(ClientRow, (workspace_id, bank_id, own_id))
    app = work.get(App, (workspace_id, row.app_id if row else own_id))
    if app is None:
        return None
    if row is not None:
        return _registered(row, app)
    rung = app.strictness or workspaces.get(work, workspace_id).strictness
    listed = software.of_app(work, workspace_id, app.id)
    return _unregistered(app, bank_id, listed, loopback=rung == Strictness.OPEN)


def of_app(work: Work, workspace_id: str, app_id: str, bank_id: str) -> list[Client]:
    """The registered clients of an app at one bank, oldest first."""
    wanted = select(ClientRow).where(
        ClientRow.workspace_id == workspace_id, ClientRow.bank_id == bank_id, ClientRow.app_id == app_id
    )
    app = work.get(App, (workspace_id, app_id))
    rows = work.scalars(wanted.order_by(ClientRow.created_at, ClientRow.id)).all() if app else []
    return [_registered(row, app) for row in rows if app]


def own_certificates(work: Work) -> list[str]:
    """The certificates with which clients everywhere were registered as their own, base64 of DER.

    RFC 8705 2.2.2: the first of `x5c`. Here all worlds are looked through, for a handshake knows none.
    """
    found = work.rows(
        "SELECT jwks FROM oauth_client WHERE auth_method = ?", (AuthMethod.SELF_SIGNED_TLS.value,)
    )
    keys = [one for (jwks,) in found if jwks for one in orjson.loads(jwks).get("keys", ())]
    first = [one["x5c"][0] for one in keys if isinstance(one.get("x5c"), list) and one["x5c"]]
    # What else a client wrote there is no certificate, and must not end everybody's handshake.
    return [one for one in first if isinstance(one, str)]


def register(work: Work, app: App, bank_id: str, terms: Terms, at: datetime) -> tuple[Client, str | None]:
    """Register an app at a bank, under a new id; with its secret, where it is to have one."""
    secret = new_secret() if _by_secret(terms) else None
    row = ClientRow(
        workspace_id=app.workspace_id,
        bank_id=bank_id,
        id=f"{app.id}-{new_id(8)}",
        app_id=app.id,
        secret_hash=hashed(secret) if secret else None,
        created_at=at,
        **_columns(terms),
    )
    work.add(row)
    work.flush()
    return _registered(row, app), secret


def change(work: Work, client: Client, terms: Terms) -> tuple[Client, str | None]:
    """Register a client anew under the same id, with other terms; with its first secret, if it has none."""
    row = _row(work, client)
    for name, value in _columns(terms).items():
        setattr(row, name, value)
    secret = new_secret() if _by_secret(terms) and row.secret_hash is None else None
    if secret is not None:
        row.secret_hash = hashed(secret)
    elif not _by_secret(terms):
        row.secret_hash = None
    work.flush()
    return _registered(row, work.get_one(App, (client.workspace_id, client.app_id))), secret


def entrust(work: Work, client: Client) -> str:
    """Give a client the token with which it looks after its registration; only its hash is kept."""
    secret = secrets.fresh(secrets.REGISTRATION, client.workspace_id)
    _row(work, client).registration_hash = secret.kept
    work.flush()
    return secret.text


def is_entrusted(work: Work, client: Client, token: str) -> bool:
    """Whether that is the token with which the client looks after its registration."""
    kept = _row(work, client).registration_hash
    return kept is not None and same(kept, hashed(token))


def remove(work: Work, client: Client) -> None:
    """Forget a registration. The app stays, and stays a client without one."""
    work.delete(_row(work, client))
    work.flush()


def _row(work: Work, client: Client) -> ClientRow:
    return work.get_one(ClientRow, (client.workspace_id, client.bank_id, client.id))


def _by_secret(terms: Terms) -> bool:
    return terms.auth_method in (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "profile": terms.profile,
        "auth_method": terms.auth_method,
        "redirect_uris": list(terms.redirect_uris),
        "jwks": terms.jwks,
        "jwks_uri": terms.jwks_uri,
        "tls": dict(terms.tls),
        "details": dict(terms.details),
    }


def _unregistered(app: App, bank_id: str, found: Software, *, loopback: bool) -> Client:
    """What the directory knows of the app is enough: its redirect URIs, and its keys beside its secret."""
    terms = Terms(
        UNREGISTERED_PROFILE,
        AuthMethod.SECRET_BASIC,
        tuple(found.redirect_uris),
        found.jwks,
        found.jwks_uri,
    )
    methods: tuple[AuthMethod, ...] = (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)
    if found.jwks or found.jwks_uri:
        methods = (*methods, AuthMethod.PRIVATE_KEY_JWT)
    return Client(
        *(app.workspace_id, bank_id, app.id, app.id, app.name),
        *(terms, methods, app.key_hash),
        loopback=loopback,
    )


def _registered(row: ClientRow, app: App) -> Client:
    method = AuthMethod(row.auth_method)
    terms = Terms(row.profile, method, tuple(row.redirect_uris), row.jwks, row.jwks_uri, row.tls, row.details)
    return Client(
        *(row.workspace_id, row.bank_id, row.id, row.app_id, app.name),
        *(terms, (method,), row.secret_hash),
        registered_at=row.created_at,
    )
