"""Authorization codes: good once, for seconds, and for the client that asked. Source: RFC 6749 4.1.2."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.credentials import secrets
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.ids import hashed


class AuthorizationCode(Base):
    """A code, as its hash. What the token request is held against stands beside it."""

    __tablename__ = "authorization_code"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "authorization_id"],
            ["oauth_authorization.workspace_id", "oauth_authorization.id"],
            ondelete="CASCADE",
        ),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    authorization_id: Mapped[str] = mapped_column(String(36))
    redirect_uri: Mapped[str] = mapped_column(Text)
    code_challenge: Mapped[str | None] = mapped_column(String(43))
    dpop_jkt: Mapped[str | None] = mapped_column(String(43))
    nonce: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a code is bound to: only who knows or holds this may redeem it."""

    redirect_uri: str
    code_challenge: str | None = None
    dpop_jkt: str | None = None
    nonce: str | None = None


def issue(work: Work, authorization: OauthAuthorization, binding: Binding, until: datetime) -> str:
    """A new code."""
    secret = secrets.fresh(secrets.CODE, authorization.workspace_id)
    work.add(
        AuthorizationCode(
            workspace_id=authorization.workspace_id,
            hash=secret.kept,
            authorization_id=authorization.id,
            redirect_uri=binding.redirect_uri,
            code_challenge=binding.code_challenge,
            dpop_jkt=binding.dpop_jkt,
            nonce=binding.nonce,
            expires_at=until,
        )
    )
    work.flush()
    return secret.text


def find(work: Work, text: str) -> AuthorizationCode | None:
    """The code, used or not; None where there is none."""
    workspace_id = secrets.workspace_of(secrets.CODE, text)
    return work.get(AuthorizationCode, (workspace_id, hashed(text))) if workspace_id else None


def use(work: Work, code: AuthorizationCode, at: datetime) -> bool:
    """Use the code up; False where somebody was here before. Of two at the same moment one is answered."""
    work.flush()
    taken = work.put(
        "UPDATE authorization_code SET used_at = ? WHERE workspace_id = ? AND hash = ? AND used_at IS NULL",
        (instant_text(at), code.workspace_id, code.hash),
    )
    return taken == 1
