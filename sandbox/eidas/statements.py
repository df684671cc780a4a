"""Software statements: what the directory says of an app, signed with its key, for the banks to believe.

Source: RFC 7591, section 2.3. The claims are those of the directory of UK Open Banking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.eidas import bank_keys, key_store
from sandbox.kernel import jose
from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import derived, new_uuid
from sandbox.workspaces import organisations, software
from sandbox.workspaces.apps import App
from sandbox.workspaces.organisations import Organisation, OrganisationUnknown, PspRole
from sandbox.workspaces.software import Software, SoftwareUnknown
from sandbox.workspaces.workspace import Workspace

#: The directory signs as an issuer like the banks; no bank's id begins so.
SIGNER = "_directory"
ISSUER = "Bryggen Test Directory"
#: How the United Kingdom calls what a certificate calls PSP_…
ROLES: Mapping[PspRole, str] = {
    PspRole.ACCOUNT_SERVICING: "ASPSP",
    PspRole.PAYMENT_INITIATION: "PISP",
    PspRole.ACCOUNT_INFORMATION: "AISP",
    PspRole.CARD_ISSUING: "CBPII",
}
_WORKSPACE = "bryggen_workspace"
_PAGES = {
    "client_uri": "software_client_uri",
    "logo_uri": "software_logo_uri",
    "policy_uri": "software_policy_uri",
    "tos_uri": "software_tos_uri",
}
#: DCR 3.3: the identifier of an ASPSP has 18 characters of base 62 at most.
_BANK_ID_LENGTH = 18


class StatementInvalid(Refusal):
    """It is no software statement that this directory has signed."""

    text = "The software statement was not signed by the directory of this sandbox."


class StatementUnapproved(Refusal):
    """The directory would not sign it any more: it says more than is true now."""

    text = "The directory does not stand by this software statement any more; ask it for another one."


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that the directory has signed, and whom it is about."""

    text: str
    claims: Mapping[str, Any]
    workspace_id: str
    software_id: str

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where PSUs of this software may be sent."""
        return tuple(self.claims["software_redirect_uris"])

    @property
    def jwks_endpoint(self) -> str:
        """Where its keys are found."""
        return str(self.claims["software_jwks_endpoint"])


def bank_organisation_id(bank_id: str) -> str:
    """What the directory calls a bank: the audience of a registration there."""
    return derived("directory", bank_id, length=_BANK_ID_LENGTH)


def published(work: Work) -> list[dict[str, Any]]:
    """The keys with which the directory signs, as the members of a JWK set."""
    bank_keys.current(work, SIGNER, bank_keys.PS256)
    return bank_keys.known(work, SIGNER)


def issue(work: Work, world: Workspace, app: App, origin: str) -> str:
    """Say of an app, signed, what the directory knows of it now."""
    found = software.of_app(work, world.id, app.id)
    organisation = organisations.get(work, world.id, found.organisation_id)
    claims = {
        "iss": ISSUER,
        "iat": int(world.clock.now().timestamp()),
        "jti": new_uuid(),
        _WORKSPACE: world.id,
        **_of_software(found, app, origin),
        **_of_organisation(organisation, origin),
    }
    return bank_keys.current(work, SIGNER, bank_keys.PS256).sign(claims)


def read(work: Work, text: str) -> Statement:
    """A statement whose signature is the directory's. Raises StatementInvalid."""
    try:
        signed = jose.read(text, bank_keys.known(work, SIGNER), (bank_keys.PS256,))
    except jose.Unreadable as error:
        raise StatementInvalid(detail=str(error)) from error
    # The key signs nothing else, so what it has signed has every claim.
    claims = signed.claims
    return Statement(text, claims, str(claims[_WORKSPACE]), str(claims["software_id"]))


def approve(work: Work, statement: Statement) -> Software:
    """The software of a statement that the directory still stands by. Raises StatementUnapproved.

    What was added since is no matter; what was taken away is: a role, a redirect URI, the organisation.
    """
    try:
        found = software.of_id(work, statement.workspace_id, statement.software_id)
        organisation = organisations.get(work, statement.workspace_id, found.organisation_id)
    except (SoftwareUnknown, OrganisationUnknown) as gone:
        raise StatementUnapproved(detail="the software is not in the directory any more") from gone
    if organisation.id != statement.claims["org_id"]:
        raise StatementUnapproved(detail="the software belongs to another organisation now")
    roles = {ROLES[role] for role in software.roles_of(found)}
    if not set(statement.claims["software_roles"]) <= roles:
        raise StatementUnapproved(detail="a role was taken away")
    if not set(statement.redirect_uris) <= set(found.redirect_uris):
        raise StatementUnapproved(detail="a redirect URI was taken away")
    return found


def _of_software(found: Software, app: App, origin: str) -> dict[str, Any]:
    keys = key_store.address(origin, found)
    return {
        "software_environment": "sandbox",
        "software_mode": "Test",
        "software_id": found.id,
        "software_client_id": found.id,
        "software_client_name": app.name,
        "software_client_description": found.description,
        "software_version": 1.0,
        **{_PAGES[name]: address for name, address in found.pages.items()},
        "software_redirect_uris": list(found.redirect_uris),
        "software_roles": [ROLES[role] for role in software.roles_of(found)],
        "software_jwks_endpoint": keys,
        "software_jwks_revoked_endpoint": key_store.revoked_address(origin, found),
    }


def _of_organisation(organisation: Organisation, origin: str) -> dict[str, Any]:
    roles = [ROLES[PspRole(role)] for role in organisation.roles]
    return {
        "org_id": organisation.id,
        "org_name": organisation.name,
        "org_status": "Active",
        "org_contacts": list(organisation.contacts),
        "org_jwks_endpoint": key_store.organisation_address(origin, organisation),
        "organisation_competent_authority_claims": {
            "authority_id": organisation.supervisor_id,
            "registration_id": organisation.number,
            "status": "Active",
            "authorisations": [{"member_state": organisation.country, "roles": roles}],
        },
    }
