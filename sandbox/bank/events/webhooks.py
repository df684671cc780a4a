"""Webhooks of a team: addresses that hear of all that happens in a world, in the sandbox's own words.

No bank has them. They tell a team at one place what its apps would be told at many, or not at all. Source:
Standard Webhooks 1.0.0, for the form.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.events.model import EventKind
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_id
from sandbox.workspaces.workspace import Workspace

#: In whose words a delivery to such an address is, where else a standard stands.
WORDS = "bryggen"
#: What events are called there: the thing, and what happened to it.
TYPES: Mapping[EventKind, str] = {
    EventKind.CONSENT_STATUS: "consent.status_changed",
    EventKind.PAYMENT_STATUS: "payment.status_changed",
    EventKind.PAYMENT_RETURNED: "payment.returned",
    EventKind.BASKET_STATUS: "basket.status_changed",
    EventKind.SCA_STATUS: "authorisation.status_changed",
    EventKind.TRANSACTION_BOOKED: "transaction.booked",
    EventKind.CONSENT_EXPIRING: "consent.expiring",
    EventKind.ACCOUNT_STATUS: "account.status_changed",
}
WEBHOOKS_MAX = 20
_SECRET_BYTES = 32


class WebhookUnknown(Refusal):
    """No webhook of the workspace has that id."""

    text = "There is no such webhook in this workspace."


class WebhooksTooMany(Refusal):
    """Everything that happens is written once more for each."""

    text = f"A workspace has {WEBHOOKS_MAX} webhooks at most."


class Webhook(Base):
    """An address that wants to hear of events of these types; of all, where there are none."""

    __tablename__ = "webhook"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    uri: Mapped[str] = mapped_column(Text)
    types: Mapped[list[str]] = mapped_column(Document)
    secret: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)


def register(work: Work, world: Workspace, uri: str, types: Sequence[str] = ()) -> Webhook:
    """From here on, tell that address, which has been checked, of what happens. Raises WebhooksTooMany."""
    if len(every(work, world.id)) >= WEBHOOKS_MAX:
        raise WebhooksTooMany(detail=world.id)
    webhook = Webhook(
        workspace_id=world.id,
        id=new_id(8),
        uri=uri,
        types=sorted(set(types)),
        secret=new_secret(),
        created_at=world.clock.now(),
    )
    work.add(webhook)
    work.flush()
    return webhook


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def every(work: Work, workspace_id: str) -> list[Webhook]:
    """The webhooks of a world, oldest first."""
    wanted = select(Webhook).where(Webhook.workspace_id == workspace_id)
    return list(work.scalars(wanted.order_by(Webhook.created_at, Webhook.id)))


def remove(work: Work, workspace_id: str, webhook_id: str) -> None:
    """Tell it nothing more; what waits to be told is given up. Raises WebhookUnknown."""
    webhook = work.get(Webhook, (workspace_id, webhook_id))
    if webhook is None:
        raise WebhookUnknown(detail=webhook_id)
    work.delete(webhook)
    work.flush()


def secret_of(work: Work, workspace_id: str, webhook_id: str) -> str | None:
    """With what messages to it are signed; None where it is gone."""
    found = work.get(Webhook, (workspace_id, webhook_id))
    return None if found is None else found.secret


def wanting(work: Work, workspace_id: str, kind: EventKind) -> list[tuple[str, str]]:
    """Id and address of each webhook that wants to hear of that kind."""
    sql = "SELECT id, uri, types FROM webhook WHERE workspace_id = ? ORDER BY id"
    found: list[tuple[Any, ...]] = work.once("webhook", workspace_id, lambda: work.rows(sql, (workspace_id,)))
    return [(row[0], row[1]) for row in found if row[2] == "[]" or f'"{TYPES[kind]}"' in row[2]]
