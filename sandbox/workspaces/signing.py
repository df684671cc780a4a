"""Signing secrets: what an app holds a notification against, to know that it came from this sandbox."""

import base64
import secrets

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Work
from sandbox.workspaces.apps import App

_PREFIX = "whsec_"
_BYTES = 32


class SigningSecret(Base):
    """The secret of one app, made when it is first needed. Kept readable: we sign with it ourselves."""

    __tablename__ = "signing_secret"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


def secret_of(work: Work, workspace_id: str, app_id: str) -> str | None:
    """The app's secret as Standard Webhooks writes it, `whsec_…`; None where there is no such app."""
    kept = work.get(SigningSecret, (workspace_id, app_id))
    if kept is not None:
        return kept.secret
    work.write()
    # Two who need the first one at once get the same.
    if work.get(App, (workspace_id, app_id), with_for_update=True) is None:
        return None
    kept = work.get(SigningSecret, (workspace_id, app_id), populate_existing=True)
    if kept is None:
        fresh = _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()
        kept = SigningSecret(workspace_id=workspace_id, app_id=app_id, secret=fresh)
        work.add(kept)
        work.flush()
    return kept.secret


def key_of(secret: str) -> bytes:
    """The bytes that a secret stands for."""
    return base64.b64decode(secret.removeprefix(_PREFIX))
