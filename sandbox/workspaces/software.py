"""Software: what an app is registered with at every bank; its redirect URIs, its keys, what it may do.

It is in the directory from the app's first moment, and belongs to an organisation that came with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKeyConstraint, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_id
from sandbox.workspaces import key_sets, organisations
from sandbox.workspaces.organisations import Organisation, OrganisationInUse, Particulars, PspRole
from sandbox.workspaces.workspace import Workspace

#: DCR 3.3, OBClientRegistrationRequest1: a software id has 22 characters of base 62.
ID_LENGTH = 22
#: As above: each URI has 256 characters at most.
_URI_MAX = 256
_URIS_MAX = 30
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
#: RFC 8252 7.1: the scheme of an app on a phone is a name in reverse, so it has a dot.
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class SoftwareUnknown(Refusal):
    """There is no such software in this workspace."""

    text = "There is no such software in the directory."


class RedirectUriUnfit(Refusal):
    """A PSU's browser could not be sent there, or could be taken elsewhere on the way."""

    text = "A redirect URI is an absolute https address without a fragment."


class RoleNotHeld(Refusal):
    """Software may do nothing that its organisation may not."""

    text = "The organisation does not have that role."


class KeysTwice(Refusal):
    """Keys are given, or the address at which they are found; not both. Source: RFC 7591 2."""

    text = "Give jwks or jwks_uri, not both."


class Software(Base):
    """The registration data of one app. `pages` are addresses: client_uri, logo_uri, policy_uri, tos_uri."""

    __tablename__ = "software"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["workspace_id", "organisation_id"], ["organisation.workspace_id", "organisation.id"]
        ),
        UniqueConstraint("workspace_id", "id"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(22))
    organisation_id: Mapped[str] = mapped_column(String(18))
    roles: Mapped[list[str]] = mapped_column(Document)
    redirect_uris: Mapped[list[str]] = mapped_column(Document)
    jwks: Mapped[dict[str, Any] | None] = mapped_column(Document)
    jwks_uri: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    pages: Mapped[dict[str, str]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Registered:
    """What an app is registered with. `roles`: at most those of its organisation."""

    roles: Sequence[PspRole]
    redirect_uris: Sequence[str] = ()
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    description: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)


def create(work: Work, workspace: Workspace, app_id: str, name: str) -> Software:
    """Take a new app into the directory, with an organisation of its own and every role of a TPP."""
    organisation = organisations.create(work, workspace, Particulars(name))
    made = Software(
        workspace_id=workspace.id,
        app_id=app_id,
        id=new_id(ID_LENGTH),
        organisation_id=organisation.id,
        roles=organisation.roles,
        redirect_uris=[],
        jwks=None,
        jwks_uri=None,
        description="",
        pages={},
        created_at=workspace.clock.now(),
    )
    work.add(made)
    work.flush()
    return made


def of_app(work: Work, workspace_id: str, app_id: str) -> Software:
    """The software of an app. Raises SoftwareUnknown where there is no such app."""
    found = work.get(Software, (workspace_id, app_id))
    if found is None:
        raise SoftwareUnknown(detail=f"{workspace_id}/{app_id}"[:80])
    return found


def of_id(work: Work, workspace_id: str, software_id: str) -> Software:
    """The software of that id. Raises SoftwareUnknown."""
    wanted = select(Software).where(Software.workspace_id == workspace_id, Software.id == software_id)
    found = work.scalars(wanted).first()
    if found is None:
        raise SoftwareUnknown(detail=f"{workspace_id}/{software_id}"[:80])
    return found


def of_organisation(work: Work, organisation: Organisation) -> list[Software]:
    """What belongs to an organisation, oldest first."""
    wanted = select(Software).where(
        Software.workspace_id == organisation.workspace_id, Software.organisation_id == organisation.id
    )
    return list(work.scalars(wanted.order_by(Software.created_at, Software.id)))


def organisation_of(work: Work, workspace_id: str, app_id: str) -> Organisation:
    """The organisation behind an app. Raises SoftwareUnknown where there is no such app."""
    return organisations.get(work, workspace_id, of_app(work, workspace_id, app_id).organisation_id)


def roles_of(software: Software) -> tuple[PspRole, ...]:
    """What the software may do."""
    return tuple(PspRole(role) for role in software.roles)


def registered(software: Software) -> Registered:
    """What the software is registered with now."""
    return Registered(
        roles_of(software),
        tuple(software.redirect_uris),
        software.jwks,
        software.jwks_uri,
        software.description,
        software.pages,
    )


def register(work: Work, software: Software, wanted: Registered) -> None:
    """Register the software anew, at once and with nobody's approval.

    Raises RedirectUriUnfit, RoleNotHeld, KeysTwice, KeySetMalformed and its like.
    """
    organisation = organisations.get(work, software.workspace_id, software.organisation_id)
    for role in wanted.roles:
        if role not in organisation.roles:
            raise RoleNotHeld(f"{organisation.name} does not have the role {role}.")
    if wanted.jwks is not None and wanted.jwks_uri is not None:
        raise KeysTwice
    check_redirect_uris(wanted.redirect_uris)
    if wanted.jwks is not None:
        key_sets.check(wanted.jwks)
    software.roles = [role.value for role in PspRole if role in wanted.roles]
    software.redirect_uris = list(dict.fromkeys(wanted.redirect_uris))
    software.jwks = None if wanted.jwks is None else dict(wanted.jwks)
    software.jwks_uri = wanted.jwks_uri
    software.description, software.pages = wanted.description, dict(wanted.pages)
    work.flush()


def move(work: Work, software: Software, organisation: Organisation) -> None:
    """Put the software behind another organisation; it keeps the roles that both have."""
    software.organisation_id = organisation.id
    _cut(software, organisation)
    work.flush()


def change_organisation(work: Work, organisation: Organisation, particulars: Particulars) -> None:
    """Say something else of an organisation; a role that it loses is lost by its software too.

    Raises SupervisorUnknown.
    """
    organisations.change(work, organisation, particulars)
    for one in of_organisation(work, organisation):
        _cut(one, organisation)
    work.flush()


def delete_organisation(work: Work, organisation: Organisation) -> None:
    """Take an organisation out of the directory. Raises OrganisationInUse."""
    if of_organisation(work, organisation):
        raise OrganisationInUse(detail=organisation.id)
    work.delete(organisation)
    work.flush()


def delete(work: Work, workspace_id: str, app_id: str) -> None:
    """Take an app out of the directory, and its organisation with it where no other app is left behind."""
    software = of_app(work, workspace_id, app_id)
    organisation = organisations.get(work, workspace_id, software.organisation_id)
    work.delete(software)
    work.flush()
    if not of_organisation(work, organisation):
        work.delete(organisation)
        work.flush()


def check_redirect_uris(uris: Sequence[str]) -> None:
    """See that a PSU's browser can be sent there, and nowhere else. Raises RedirectUriUnfit."""
    if len(uris) > _URIS_MAX:
        raise RedirectUriUnfit(f"An app has {_URIS_MAX} redirect URIs at most.")
    for uri in uris:
        if wrong := _fault(uri):
            raise RedirectUriUnfit(f"{uri[:80]} is no redirect URI: {wrong}.", detail=uri[:_URI_MAX])


def is_loopback(uri: str) -> bool:
    """Whether an address is one of the browser's own machine, without TLS. Source: RFC 8252 7.3."""
    try:
        parts = urlsplit(uri)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.username is None
    except ValueError:
        return False


def _fault(uri: str) -> str | None:
    """What is wrong with a redirect URI; None where nothing is."""
    if len(uri) > _URI_MAX or not _PRINTABLE.fullmatch(uri):
        return f"it has {_URI_MAX} printable ASCII characters at most"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"it cannot be read ({error})"
    # RFC 6749 3.1.2: a redirection endpoint must not have a fragment.
    if "#" in uri:
        return "it has a fragment"
    if parts.username is not None:
        return "it holds a user name"
    # RFC 8252 7.3 and 8.3; FAPI 2.0 SP 5.3.2.2, item 8: without TLS to the PSU's own machine alone.
    safe = (parts.scheme == "https" and host) or is_loopback(uri) or _OWN_SCHEME.fullmatch(parts.scheme)
    return None if safe else "it is neither https, nor http on the PSU's own machine, nor an app's own scheme"


def _cut(software: Software, organisation: Organisation) -> None:
    software.roles = [role for role in software.roles if role in organisation.roles]
