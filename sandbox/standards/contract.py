"""What every standard brings along, so that the sandbox can serve it and prove that no word is missing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from marshmallow import Schema

from sandbox.bank import authorisations, events, faults, profiles, sessions
from sandbox.bank.profile import Profile
from sandbox.delivery import Writer, fetching
from sandbox.eidas import certificates, statements
from sandbox.gateway import entering, exchange_code, forms, intents, journal, replaying
from sandbox.gateway.hooks import Door
from sandbox.gateway.intents import Intents
from sandbox.gateway.samples import Samples
from sandbox.gateway.services import Services
from sandbox.kernel import clock, documents, settings
from sandbox.kernel.errors import Refusal
from sandbox.population import directory
from sandbox.workspaces import (
    admin,
    apps,
    archive,
    failure_rules,
    hackathon,
    invitations,
    key_sets,
    limits,
    members,
    organisations,
    progressions,
    quotas,
    snapshots,
    software,
    workspace,
)

#: The operator's, the tester's, and those of the PSU's pages: no call of a TPP ends in one of them, and every
#: standard has a word for them all the same.
NOT_OF_A_TPP: Collection[type[Refusal]] = (
    authorisations.LinkUnknown,
    intents.IntentUnknown,
    entering.WordUnfit,
    forms.FormStale,
    sessions.SessionUnknown,
    events.EventUnknown,
    events.DeliveryUnknown,
    journal.CallUnknown,
    exchange_code.CallNotKept,
    replaying.ReplayImpossible,
    replaying.ReplayOfAnother,
    events.WebhookUnknown,
    events.WebhooksTooMany,
    archive.ArchiveMalformed,
    archive.ArchiveForeign,
    apps.AppUnknown,
    certificates.CertificateUnknown,
    certificates.CsrMalformed,
    certificates.CsrKeyUnfit,
    directory.BankUnknown,
    directory.PersonUnknown,
    directory.PersonaUnknown,
    members.MemberUnknown,
    organisations.OrganisationUnknown,
    organisations.OrganisationInUse,
    organisations.SupervisorUnknown,
    software.SoftwareUnknown,
    software.RedirectUriUnfit,
    software.RoleNotHeld,
    software.KeysTwice,
    key_sets.KeySetMalformed,
    key_sets.KeyPrivate,
    key_sets.KeyIdTwice,
    key_sets.KeyUnfit,
    fetching.KeysUnreachable,
    statements.StatementInvalid,
    statements.StatementUnapproved,
    members.LastOwner,
    snapshots.SnapshotUnknown,
    snapshots.SnapshotsFull,
    members.OwnersOnly,
    admin.AdminKeyShort,
    hackathon.TeamsUnfit,
    invitations.InvitationUnknown,
    invitations.InvitationUnfit,
    invitations.InvitationClosed,
    limits.TooOften,
    quotas.WorkspacesFull,
    quotas.TeamFull,
    quotas.AppsFull,
    quotas.StepTooLong,
    workspace.WorkspaceTaken,
    workspace.WorkspaceNameMalformed,
    clock.ClockBackwards,
    documents.DocumentMalformed,
    settings.SettingInvalid,
    profiles.ProfileInvalid,
    progressions.ProgressionMalformed,
    faults.CatalogueInvalid,
    faults.RuleMalformed,
    failure_rules.RuleUnknown,
)


@dataclass(frozen=True, slots=True)
class Standard:
    """One dialect. `refusals` and `states` are total: a test finds the word that is missing.

    A word is whatever the dialect says it with: a text, or one for each of its versions. `silent_on` are the
    states that none of its resources tells. `roots` are the first segments of its paths, by which a call at a
    bank of several dialects finds its way.

    `document` is the OpenAPI document of one interface: from that of all banks, the bank, its address and the
    version. `document_path` is where the bank serves it.

    `samples` are the first calls that somebody makes who is new here.

    `switches` validates what a bank's profile may set for this standard. `create_app` makes the one Flask
    app that serves all banks of the dialect; the dispatcher has shifted the bank off the path. `push` puts an
    event into the words of the body that a TPP is sent, where the dialect has events. `intents` reads what an
    authorization request asks for.
    """

    id: str
    title: str
    versions: tuple[str, ...]
    create_app: Callable[[Services], Door]
    switches: type[Schema]
    refusals: Mapping[type[Refusal], object]
    states: Mapping[type[Enum], Mapping[Enum, object]]
    roots: Collection[str]
    intents: Intents
    samples: Samples
    document: Callable[[Mapping[str, Any], Profile, str, str], dict[str, Any]]
    document_path: Callable[[str], str]
    push: Writer | None = None
    silent_on: Collection[type[Enum]] = field(default=())
