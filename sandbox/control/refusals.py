"""How the sandbox's own door says no: one form, and one table over every refusal that it can meet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify

from sandbox.bank import (
    accounts,
    authorisations,
    baskets,
    consents,
    customers,
    events,
    faults,
    mandates,
    payment_consents,
    payments,
    sessions,
)
from sandbox.control import streaming
from sandbox.delivery import addresses, fetching
from sandbox.eidas import certificates
from sandbox.gateway import exchange_code, journal, replaying
from sandbox.gateway.refusals import (
    BodyTooLarge,
    ContentTypeUnsupported,
    MethodUnsupported,
    PathUnknown,
    RequestMalformed,
)
from sandbox.kernel import clock, rates
from sandbox.kernel.errors import Refusal
from sandbox.population import directory
from sandbox.workspaces import (
    apps,
    failure_rules,
    hackathon,
    invitations,
    key_sets,
    limits,
    members,
    organisations,
    progressions,
    quotas,
    software,
    workspace,
)

#: What every answer that is an error may have as its status.
STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503)


class KeyNeeded(Refusal):
    """Without a key, only a caller on this machine may make and list workspaces."""

    text = "This installation is reached from elsewhere, so this call needs an app key in X-API-Key."


class AdminKeyUnknown(Refusal):
    """The admin key is another one."""

    text = "That is not the admin key of this installation."


@dataclass(frozen=True, slots=True)
class Told:
    """How a refusal is told: its status, and what the caller may do next."""

    status: int
    hint: str


_SEE_API = "What each operation takes stands in /_sandbox/openapi.json."
_KEYS = (
    "Public keys as RFC 7517 has them: RSA from 2048 bits, P-256 or Ed25519; or their address in jwks_uri."
)
_ORDER = "Ask for the consent, payment or authorisation again to see where it stands."

REFUSALS: Mapping[type[Refusal], Told] = {
    RequestMalformed: Told(400, _SEE_API),
    ContentTypeUnsupported: Told(415, "Send JSON, and say so in the header Content-Type."),
    BodyTooLarge: Told(413, "Send less than a megabyte."),
    PathUnknown: Told(404, _SEE_API),
    MethodUnsupported: Told(405, "The header Allow names the methods that are."),
    directory.BankUnknown: Told(404, "GET / lists the banks."),
    directory.PersonUnknown: Told(404, "GET /_sandbox/people lists people; an id looks like no-17."),
    directory.PersonaUnknown: Told(404, "The text names the personas there are."),
    KeyNeeded: Told(
        401, "On the machine itself, `bryggen workspace create` makes a workspace and shows a key."
    ),
    apps.KeyMissing: Told(401, "POST /_sandbox/workspaces makes a workspace and an app, and shows its key."),
    apps.KeyUnknown: Told(401, "Look for a typing error, or make a new app: `bryggen app create`."),
    apps.AppUnknown: Told(404, "GET /_sandbox/apps lists the apps of this workspace."),
    certificates.CertificateUnknown: Told(404, "GET /_sandbox/certificates lists those of this workspace."),
    certificates.CsrMalformed: Told(400, "`openssl req -new` writes one; send the whole PEM."),
    certificates.CsrKeyUnfit: Told(400, "Leave the request out, and a key is made for you."),
    organisations.OrganisationUnknown: Told(
        404, "GET /_sandbox/organisations lists those of this workspace."
    ),
    organisations.OrganisationInUse: Told(409, "Put the apps in `apps` behind another one, or delete them."),
    organisations.SupervisorUnknown: Told(
        400, "Give supervisor and supervisor_id: ETSI TS 119 495, annex D."
    ),
    software.SoftwareUnknown: Told(
        404, "GET /_sandbox/apps/{id}/software shows the id of an app's software."
    ),
    software.RedirectUriUnfit: Told(400, "Such as https://tpp.example/back, or http://localhost:3000/back."),
    software.RoleNotHeld: Told(
        409, "PUT /_sandbox/organisations/{id} gives it the role; nobody has to approve."
    ),
    software.KeysTwice: Told(400, "Give one of them, and null for the other."),
    key_sets.KeySetMalformed: Told(400, _KEYS),
    key_sets.KeyPrivate: Told(400, "Leave out d, p, q, dp, dq, qi and k; they stay with the app."),
    key_sets.KeyIdTwice: Told(400, "A good kid is the key's thumbprint: RFC 7638."),
    key_sets.KeyUnfit: Told(400, _KEYS),
    fetching.KeysUnreachable: Told(400, "Give the keys themselves in jwks."),
    addresses.AddressMalformed: Told(400, "Such as https://tpp.example/jwks.json."),
    addresses.AddressForbidden: Told(
        400, "BRYGGEN_PRIVATE_NOTIFICATIONS=allow lets it, on your own machine."
    ),
    members.MemberUnknown: Told(404, "GET /_sandbox/members lists the members of this workspace."),
    members.LastOwner: Told(409, "Make somebody else an owner first."),
    members.OwnersOnly: Told(403, "An app's key does what the member may who made the app; ask an owner."),
    AdminKeyUnknown: Told(401, "`bryggen admin key` makes a new one, and the old one is refused."),
    invitations.InvitationUnknown: Told(
        404, "GET /_sandbox/workspaces/{id}/invitations lists those of a workspace."
    ),
    invitations.InvitationUnfit: Told(400, _SEE_API),
    invitations.InvitationClosed: Told(409, "Make another invitation."),
    hackathon.TeamsUnfit: Told(400, _SEE_API),
    limits.TooOften: Told(429, "The header Retry-After says in how many seconds."),
    quotas.WorkspacesFull: Told(409, "Whoever runs it can raise BRYGGEN_WORKSPACES_MAX."),
    quotas.TeamFull: Told(409, "DELETE /_sandbox/workspaces/{id} makes room."),
    quotas.StepTooLong: Told(
        409, "Go there in several steps; whoever runs it can raise BRYGGEN_CLOCK_STEP_DAYS_MAX."
    ),
    quotas.AppsFull: Told(409, "DELETE /_sandbox/apps/{id} makes room."),
    workspace.WorkspaceUnknown: Told(404, "A key opens its own workspace only; check name and key."),
    workspace.WorkspaceTaken: Told(409, "Choose another name, or leave it out to be given one."),
    workspace.WorkspaceNameMalformed: Told(400, "Try something like team-north."),
    clock.ClockBackwards: Told(409, "To go back, reset the workspace: its clock is live again afterwards."),
    customers.PsuUnknown: Told(404, "GET /_sandbox/people?bank=… lists who banks there, with user names."),
    customers.PsuBlocked: Told(409, "Choose another customer; this one cannot log in, on purpose."),
    accounts.AccountUnknown: Told(404, "GET /_sandbox/people/{id} lists the accounts of a person."),
    accounts.EntryUnknown: Told(404, "Look at the account's transactions for the ids there are."),
    authorisations.AuthorisationUnknown: Told(404, "The TPP reads the ids of a consent's authorisations."),
    authorisations.LinkUnknown: Told(404, "Use the id of the authorisation, not the PSU's link."),
    authorisations.ScaApproachUnsupported: Told(409, "GET / names the bank's documentation."),
    authorisations.ScaMethodUnknown: Told(409, "The person's SCA methods stand on the bank's pages."),
    authorisations.AuthorisationFinished: Told(409, "Start another authorisation of the consent."),
    authorisations.StepOutOfOrder: Told(409, "The bank waits for the TPP to send the confirmation code."),
    consents.ConsentUnknown: Told(404, _ORDER),
    consents.ConsentKindUnsupported: Told(409, _ORDER),
    consents.OneOffUnsupported: Told(409, _ORDER),
    consents.ValidUntilPast: Told(409, _ORDER),
    consents.FrequencyInvalid: Told(409, _ORDER),
    consents.ConsentNotOpen: Told(409, "Create another consent."),
    consents.AccountNotOffered: Told(
        400,
        "Give accounts that the PSU holds at that bank and the consent asks for, or none for all.",
    ),
    payments.PaymentUnknown: Told(404, "GET /_sandbox/payments lists the payments of this workspace."),
    payments.PaymentNotOpen: Told(409, _ORDER),
    payments.AlreadySigned: Told(409, "Name another of the company's signatories."),
    payments.CancellationInvalid: Told(409, _ORDER),
    payments.DebtorUnknown: Told(409, "Name a PSU who may pay from the account of the payment."),
    mandates.MandateUnknown: Told(404, _ORDER),
    mandates.MandateNotOpen: Told(409, _ORDER),
    payment_consents.PaymentConsentUnknown: Told(404, "The TPP that made the consent knows its id."),
    payment_consents.PaymentConsentNotOpen: Told(409, "Create another consent."),
    sessions.SessionUnknown: Told(404, "An authorization request that names no consent makes a session."),
    sessions.SessionNotOpen: Told(409, _ORDER),
    baskets.BasketUnknown: Told(404, "The TPP that put the basket together knows its id."),
    baskets.BasketNotOpen: Told(409, _ORDER),
    baskets.BasketMemberBlocked: Told(409, "Say yes to the signing basket that holds it."),
    rates.CurrencyUnknown: Told(409, "`fixtures/rates.yaml` lists the currencies."),
    progressions.ProgressionMalformed: Told(400, _SEE_API),
    faults.FailureUnknown: Told(404, "GET /_sandbox/failures lists the failures there are."),
    faults.RuleMalformed: Told(400, _SEE_API),
    failure_rules.RuleUnknown: Told(404, "GET /_sandbox/failures/rules lists the rules of this workspace."),
    journal.CallUnknown: Told(404, "GET /_sandbox/calls lists the calls that are kept, newest first."),
    exchange_code.CallNotKept: Told(409, "Look at a call to a bank."),
    replaying.ReplayImpossible: Told(
        409, "GET /_sandbox/calls/{trace}/as/curl writes it down to be completed."
    ),
    replaying.ReplayOfAnother: Told(409, "GET /_sandbox/calls/{trace} names the app."),
    streaming.StreamsOfOwn: Told(429, "Listen once, and share what is told."),
    streaming.StreamsOfAll: Told(503, "Come again later, or ask GET /_sandbox/calls from time to time."),
    events.EventUnknown: Told(404, "GET /_sandbox/events lists what has happened, newest first."),
    events.WebhookUnknown: Told(404, "GET /_sandbox/webhooks lists those of this workspace."),
    events.WebhooksTooMany: Told(409, "DELETE /_sandbox/webhooks/{id} makes room."),
    events.DeliveryUnknown: Told(404, "GET /_sandbox/events/{id} shows an event with its deliveries."),
}


def code_of(refusal: type[Refusal]) -> str:
    """The code of a refusal: its name as `snake_case`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


def answer(refusal: Refusal) -> Response:
    """The response that says a refusal."""
    told = REFUSALS[type(refusal)]
    response = error(told.status, code_of(type(refusal)), refusal.text, told.hint)
    if told.status == 401:
        # RFC 9110 15.5.2: a 401 must carry at least one challenge.
        response.headers["WWW-Authenticate"] = 'ApiKey realm="_sandbox"'
    if isinstance(refusal, limits.TooOften):
        # RFC 6585 4: a 429 may say how long to wait.
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def bug(text: str) -> Response:
    """The response that says that the fault is ours."""
    return error(500, "bug", text, "The log says more.")


def error(status: int, code: str, text: str, hint: str) -> Response:
    """An error in the one form that this door has."""
    response = jsonify(error={"code": code, "text": text, "hint": hint})
    response.status_code = status
    return response
