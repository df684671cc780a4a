"""The issuing authority of each workspace, under a root; its name says which workspace it is for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.eidas import roots
from sandbox.eidas.roots import Issuer, Root
from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Instant, Work


class Authority(Base):
    """An authority that issues to the apps of one workspace. `crl_number` grows with each revocation."""

    __tablename__ = "trust_authority"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    root: Mapped[str] = mapped_column(String(16), primary_key=True)
    private_key: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    crl_number: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Instant)


def of(work: Work, workspace_id: str, root: Root = Root.SANDBOX) -> Issuer:
    """The authority of a workspace, made when it is first needed."""
    found = known(work, workspace_id, root)
    if found is None:
        above = roots.of(work, root)
        work.write()
        made = roots.sign_authority(name_for(workspace_id, root), root, above)
        work.run(
            "INSERT INTO trust_authority"
            " (workspace_id, root, private_key, certificate, crl_number, created_at)"
            " VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (workspace_id, root) DO NOTHING",
            (workspace_id, root.value, *roots.sealed(made), instant_text(wall_now())),
        )
        found = known(work, workspace_id, root)
        assert found is not None
    return found


def known(work: Work, workspace_id: str, root: Root = Root.SANDBOX) -> Issuer | None:
    """The authority of a workspace; None where none was needed yet, or there is no such workspace."""
    found = work.rows(
        "SELECT private_key, certificate FROM trust_authority WHERE workspace_id = ? AND root = ?",
        (workspace_id, root.value),
    )
    return roots.opened(*found[0]) if found else None


def name_for(workspace_id: str, root: Root = Root.SANDBOX) -> str:
    """The common name of a workspace's authority."""
    return _PREFIXES[root] + workspace_id


def workspace_named(common_name: str) -> str | None:
    """The workspace that an authority's common name says it is for. Anybody may write such a name."""
    for prefix in _PREFIXES.values():
        if common_name.startswith(prefix):
            return common_name.removeprefix(prefix)
    return None


_PREFIXES = {Root.SANDBOX: "Bryggen Test CA ", Root.STRANGER: "Stranger Test CA "}
