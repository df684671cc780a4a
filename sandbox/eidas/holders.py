"""Whom the certificates of an app are about, as the directory of its workspace has it."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from sandbox.eidas.certificates.model import Holder
from sandbox.kernel.db import Work
from sandbox.workspaces import software
from sandbox.workspaces.apps import App

_IDENTIFIER = (
    "SELECT o.identifier FROM software s"
    " JOIN organisation o ON o.workspace_id = s.workspace_id AND o.id = s.organisation_id"
    " WHERE s.workspace_id = ? AND s.app_id = ?"
)


def of(work: Work, app: App) -> Holder:
    """The organisation behind an app, and what the app's software may do. Raises SoftwareUnknown."""
    registered = software.of_app(work, app.workspace_id, app.id)
    organisation = software.organisation_of(work, app.workspace_id, app.id)
    return Holder(
        app_id=app.id,
        app_name=app.name,
        organisation=organisation.name,
        organisation_identifier=organisation.identifier,
        country=organisation.country,
        authority_name=organisation.supervisor,
        authority_id=organisation.supervisor_id,
        roles=software.roles_of(registered),
        domains=_domains(registered.redirect_uris),
    )


def identifier(work: Work, workspace_id: str, app_id: str) -> str | None:
    """What a certificate calls the organisation behind an app: every certificate-bound request asks this."""
    found = work.rows(_IDENTIFIER, (workspace_id, app_id))
    return found[0][0] if found else None


def _domains(uris: Iterable[str]) -> tuple[str, ...]:
    """The names of the hosts to which PSUs are sent back; what is no domain cannot stand in a certificate."""
    hosts = (urlsplit(uri).hostname or "" for uri in uris if uri.startswith("https:"))
    return tuple(dict.fromkeys(host for host in hosts if "." in host and not _is_address(host)))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
