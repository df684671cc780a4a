"""Idempotency keys: a call that a TPP repeats by the same key makes nothing twice.

Source: Read/Write Data API Profile 4.0, Idempotency.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Instant
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import workspace as workspaces

#: How long a key is remembered.
LIFETIME = timedelta(hours=24)


class KeyReused(Refusal):
    """The TPP has used the idempotency key within a day, for a call that said something else."""

    text = "The idempotency key has been used for another request."


class KeyUsed(Base):
    """What a call of one app made at one place, by its key."""

    __tablename__ = "idempotency_key"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(44))
    resource_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an app: at which place, by which key, and a hash of all that it says."""

    app_id: str
    place: str
    key: str
    fingerprint: str


def made_before(bank: Bank, call: Call) -> str | None:
    """The id of what the same call made in the last day. Takes the world's lock. Raises KeyReused."""
    workspaces.lock(bank.work, bank.workspace_id)
    found = bank.work.rows(
        "SELECT fingerprint, resource_id FROM idempotency_key"
        " WHERE workspace_id = ? AND bank_id = ? AND app_id = ? AND place = ? AND key = ? AND at > ?",
        (bank.workspace_id, bank.id, call.app_id, call.place, call.key, instant_text(bank.now - LIFETIME)),
    )
    if not found:
        return None
    [(fingerprint, resource_id)] = found
    if fingerprint != call.fingerprint:
        raise KeyReused(detail=f"{call.place} {call.key}")
    return str(resource_id)


def remember(bank: Bank, call: Call, resource_id: str) -> None:
    """Keep what the call has made; a key that is older than a day is used anew."""
    bank.work.put(
        "INSERT INTO idempotency_key"
        " (workspace_id, bank_id, app_id, place, key, fingerprint, resource_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, bank_id, app_id, place, key)"
        " DO UPDATE SET fingerprint = excluded.fingerprint, resource_id = excluded.resource_id,"
        " at = excluded.at",
        (
            *(bank.workspace_id, bank.id, call.app_id, call.place, call.key),
            *(call.fingerprint, resource_id, instant_text(bank.now)),
        ),
    )
