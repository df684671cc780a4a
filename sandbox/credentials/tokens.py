"""Access and refresh tokens: opaque, kept as hashes, each hanging on an authorization. Source: RFC 6749."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.credentials import secrets
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.kernel.clock import parse_instant
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.ids import hashed

ACCESS, REFRESH = secrets.ACCESS, secrets.REFRESH


class Token(Base):
    """A token. `binding` is its `cnf`: the key or certificate without which it is worth nothing."""

    __tablename__ = "oauth_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "authorization_id"],
            ["oauth_authorization.workspace_id", "oauth_authorization.id"],
            ondelete="CASCADE",
        ),
        Index("ix_oauth_token_authorization", "workspace_id", "authorization_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    kind: Mapped[str] = mapped_column(String(2))
    authorization_id: Mapped[str] = mapped_column(String(36))
    scope: Mapped[list[str]] = mapped_column(Document)
    binding: Mapped[dict[str, str]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Use:
    """An access token in use: what it is good for, for whom, and what it is bound to."""

    workspace_id: str
    authorization_id: str
    bank_id: str
    app_id: str
    client_id: str
    scope: tuple[str, ...]
    subject: str | None
    subject_id: str | None
    person_id: str | None
    binding: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    revoked: bool = False

    def allows(self, word: str) -> bool:
        """Whether a word stands in the scope, alone or before a colon: `AIS` in `AIS:3fa8…`."""
        return any(one == word or one.startswith(f"{word}:") for one in self.scope)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a token is issued with."""

    kind: str
    scope: Sequence[str]
    binding: Mapping[str, str]
    created_at: datetime
    expires_at: datetime | None


def issue(work: Work, authorization: OauthAuthorization, terms: Terms) -> str:
    """A new token."""
    secret = secrets.fresh(terms.kind, authorization.workspace_id)
    work.add(
        Token(
            workspace_id=authorization.workspace_id,
            hash=secret.kept,
            kind=terms.kind,
            authorization_id=authorization.id,
            scope=list(terms.scope),
            binding=dict(terms.binding),
            created_at=terms.created_at,
            expires_at=terms.expires_at,
        )
    )
    work.flush()
    return secret.text


def find(work: Work, text: str) -> Token | None:
    """The token, whatever has become of it; None where there is none."""
    for kind in (ACCESS, REFRESH):
        workspace_id = secrets.workspace_of(kind, text)
        if workspace_id:
            return work.get(Token, (workspace_id, hashed(text)))
    return None


def is_good(token: Token, authorization: OauthAuthorization, at: datetime) -> bool:
    """Whether a token is neither expired nor taken back."""
    over = token.expires_at is not None and at >= token.expires_at
    return not over and token.revoked_at is None and authorization.revoked_at is None


def revoke(work: Work, token: Token, at: datetime) -> None:
    """Refuse the token from here on."""
    if token.revoked_at is None:
        token.revoked_at = at
        work.flush()


#: Every request with a token asks this, so it goes straight to the driver.
_USE = (
    "SELECT a.id, a.bank_id, a.app_id, a.client_id, t.scope, a.subject, a.subject_id, a.person_id, t.binding,"
    " t.expires_at, coalesce(t.revoked_at, a.revoked_at) FROM oauth_token t JOIN oauth_authorization a"
    " ON a.workspace_id = t.workspace_id AND a.id = t.authorization_id"
    " WHERE t.workspace_id = ? AND t.hash = ? AND t.kind = ?"
)


def use(work: Work, text: str) -> Use | None:
    """What an access token is good for; None where it is none of ours. Expired or not is for the caller."""
    workspace_id = secrets.workspace_of(ACCESS, text)
    found = work.rows(_USE, (workspace_id, hashed(text), ACCESS)) if workspace_id else []
    if not found or workspace_id is None:
        return None
    [row] = found
    scope, binding = orjson.loads(row[4]), orjson.loads(row[8])
    until = parse_instant(row[9]) if row[9] else None
    return Use(
        workspace_id=workspace_id,
        authorization_id=row[0],
        bank_id=row[1],
        app_id=row[2],
        client_id=row[3],
        scope=tuple(scope),
        subject=row[5],
        subject_id=row[6],
        person_id=row[7],
        binding=binding,
        expires_at=until,
        revoked=row[10] is not None,
    )
