"""Organisations: the firms behind apps, in a directory of each workspace's own. Nobody has to approve one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel import countries
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_digits, new_id
from sandbox.workspaces.workspace import Workspace

#: As long as the directory of UK Open Banking has them.
ID_LENGTH = 18
#: Nine digits with a nought in front are no firm's number: Brønnøysund's begin with 8 or 9, and those of the
#: other supervisors that we know have fewer digits, more, or another form.
_DIGITS = 8
_HOME = "NO"


class OrganisationUnknown(Refusal):
    """There is no such organisation in this workspace."""

    text = "There is no such organisation in this workspace."


class OrganisationInUse(Refusal):
    """An app's software belongs to it."""

    text = "The organisation stands behind an app, so it cannot be taken out of the directory."


class SupervisorUnknown(Refusal):
    """Nobody has said who authorises firms in that country."""

    text = "The directory knows no supervisor of that country; name one, with its id such as FR-ACPR."


class PspRole(StrEnum):
    """What a payment service provider may do. Source: ETSI TS 119 495, section 5.1, RoleOfPspName."""

    ACCOUNT_SERVICING = "PSP_AS"
    PAYMENT_INITIATION = "PSP_PI"
    ACCOUNT_INFORMATION = "PSP_AI"
    CARD_ISSUING = "PSP_IC"


#: Every role that a TPP may have.
TPP_ROLES = (PspRole.PAYMENT_INITIATION, PspRole.ACCOUNT_INFORMATION, PspRole.CARD_ISSUING)


class Organisation(Base):
    """A firm that a supervisor has authorised, or so the directory says.

    `identifier` is what a qualified certificate calls it: PSD, the supervisor's id, its number there.
    `contacts` are people with `name`, `email`, `phone` and `type`.
    """

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("workspace_id", "identifier"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    supervisor: Mapped[str] = mapped_column(String(120))
    supervisor_id: Mapped[str] = mapped_column(String(11))
    number: Mapped[str] = mapped_column(String(20))
    identifier: Mapped[str] = mapped_column(String(40))
    roles: Mapped[list[str]] = mapped_column(Document)
    contacts: Mapped[list[dict[str, str]]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a directory says of an organisation. Without a supervisor it is the country's own."""

    name: str
    country: str = _HOME
    roles: Sequence[PspRole] = TPP_ROLES
    supervisor: str | None = None
    supervisor_id: str | None = None
    contacts: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def create(work: Work, workspace: Workspace, particulars: Particulars) -> Organisation:
    """Take an organisation into the directory, under a number that no real firm has.

    Raises SupervisorUnknown.
    """
    organisation = Organisation(
        workspace_id=workspace.id,
        id=new_id(ID_LENGTH),
        number=new_number(),
        created_at=workspace.clock.now(),
    )
    _describe(organisation, particulars)
    work.add(organisation)
    work.flush()
    return organisation


def change(work: Work, organisation: Organisation, particulars: Particulars) -> None:
    """Say something else of an organisation from now on. With another supervisor its identifier changes.

    Certificates and software statements that are out there do not change with it. Raises SupervisorUnknown.
    """
    _describe(organisation, particulars)
    work.flush()


def get(work: Work, workspace_id: str, organisation_id: str) -> Organisation:
    """The organisation of that id. Raises OrganisationUnknown."""
    found = work.get(Organisation, (workspace_id, organisation_id))
    if found is None:
        raise OrganisationUnknown(detail=organisation_id[:80])
    return found


def every(work: Work, workspace_id: str) -> list[Organisation]:
    """The organisations of a workspace, oldest first."""
    wanted = select(Organisation).where(Organisation.workspace_id == workspace_id)
    return list(work.scalars(wanted.order_by(Organisation.created_at, Organisation.id)))


def particulars_of(organisation: Organisation) -> Particulars:
    """What the directory says of it now."""
    return Particulars(
        organisation.name,
        organisation.country,
        tuple(PspRole(role) for role in organisation.roles),
        organisation.supervisor,
        organisation.supervisor_id,
        tuple(organisation.contacts),
    )


def new_number() -> str:
    """A number in a supervisor's register that no real firm has."""
    return f"0{new_digits(_DIGITS)}"


def identifier(supervisor_id: str, number: str) -> str:
    """What a certificate calls the organisation. Source: ETSI TS 119 495, GEN-5.2.1-3."""
    return f"PSD{supervisor_id}-{number}"


def _describe(organisation: Organisation, particulars: Particulars) -> None:
    country = particulars.country
    if particulars.supervisor and particulars.supervisor_id:
        name, supervisor_id = particulars.supervisor, particulars.supervisor_id
    elif country in countries.known():
        own = countries.country(country).supervisor
        name, supervisor_id = own.name, own.id
    else:
        raise SupervisorUnknown(detail=country[:8])
    organisation.name, organisation.country = particulars.name, country
    organisation.supervisor, organisation.supervisor_id = name, supervisor_id
    organisation.identifier = identifier(supervisor_id, organisation.number)
    organisation.roles = [role.value for role in PspRole if role in particulars.roles]
    organisation.contacts = [dict(one) for one in particulars.contacts]
