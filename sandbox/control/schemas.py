"""What the sandbox's own door reads and writes, as documented in its OpenAPI."""

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range

from sandbox.bank.authorisations import SubjectKind
from sandbox.bank.events import TYPES, DeliveryState, EventKind
from sandbox.delivery.addresses import URI_MAX
from sandbox.kernel.clock import ClockMode, parse_instant
from sandbox.workspaces.apps import FIRST
from sandbox.workspaces.members import Role
from sandbox.workspaces.workspace import Strictness

_STEP_MAX = 100_000_000


class Instant(fields.String):
    """A moment with its zone, kept as the text that was sent."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            parse_instant(text)
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                "A moment with its zone is expected, such as 2026-11-24T05:30:00Z."
            ) from error
        return text


class ErrorDetail(Schema):
    """What was refused, and what to do."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    hint = fields.String(required=True)


class Error(Schema):
    """The one form of every error."""

    error = fields.Nested(ErrorDetail, required=True)


class Health(Schema):
    """Whether the sandbox serves."""

    status = fields.String(required=True, validate=OneOf(["ok"]))
    version = fields.String(required=True)
    database = fields.String(required=True, validate=OneOf(["sqlite", "postgresql"]))
    banks = fields.List(fields.String(), required=True)


class ClockState(Schema):
    """When it is in a workspace."""

    mode = fields.String(required=True, validate=OneOf([one.value for one in ClockMode]))
    now = fields.String(required=True, metadata={"format": "date-time"})
    happened = fields.Integer(
        metadata={
            "description": "Where the clock was moved: how many things on the agenda have happened, and in"
            " how many households life has gone on."
        }
    )


class ClockOrder(Schema):
    """How the clock shall go from here on: `frozen` stands still, `running` goes on at the wall's pace."""

    mode = fields.String(validate=OneOf(["frozen", "running"]))
    at = Instant(validate=Length(max=40), metadata={"format": "date-time"})

    @validates_schema
    def _says_something(self, given: dict[str, object], **_: object) -> None:
        if not given:
            raise ValidationError("Give mode (frozen or running), at (a moment), or both.")


class ClockSteps(Schema):
    """How far to move the clock; what is given is added up, months and years by the calendar."""

    years = fields.Integer(strict=True, validate=Range(0, 100))
    months = fields.Integer(strict=True, validate=Range(0, 1200))
    weeks = fields.Integer(strict=True, validate=Range(0, 5000))
    days = fields.Integer(strict=True, validate=Range(0, 36500))
    hours = fields.Integer(strict=True, validate=Range(0, 900_000))
    minutes = fields.Integer(strict=True, validate=Range(0, _STEP_MAX))
    seconds = fields.Integer(strict=True, validate=Range(0, _STEP_MAX))

    @validates_schema
    def _moves(self, given: dict[str, int], **_: object) -> None:
        if not any(given.values()):
            raise ValidationError('Say how far, such as {"days": 1}.')


class AppOrder(Schema):
    """A new app."""

    name = fields.String(required=True, validate=Length(1, 120))


class YesOrder(Schema):
    """Who says yes at once to whatever an app asks a PSU for."""

    psu = fields.String(
        load_default=FIRST,
        validate=Length(1, 80),
        metadata={"description": f"The login of a PSU, or `{FIRST}`: the first customer of each bank."},
    )


class App(Schema):
    """An app of a workspace. `yes_by`: who says yes at once to whatever it asks for, if anybody does."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    created_at = fields.String(required=True, metadata={"format": "date-time"})
    yes_by = fields.String()
    strictness = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf([one.value for one in Strictness]),
        metadata={"description": "The app's own rung; null where its workspace's holds."},
    )


class AppWithKey(App):
    """An app and its key, which cannot be shown again."""

    key = fields.String(required=True)


class AppList(Schema):
    """The apps of a workspace, oldest first."""

    apps = fields.List(fields.Nested(App), required=True)


class WorkspaceOrder(Schema):
    """A new workspace; everything has a default."""

    name = fields.String(validate=Length(max=40))
    title = fields.String(validate=Length(max=120))
    seed = fields.String(validate=Length(1, 80))
    app_name = fields.String(validate=Length(1, 120))


class ForkOrder(Schema):
    """A copy of a workspace."""

    name = fields.String(validate=Length(max=40))
    title = fields.String(validate=Length(max=120))
    app_name = fields.String(validate=Length(1, 120))


class Workspace(Schema):
    """A world of its own."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    seed = fields.String(required=True)
    strictness = fields.String(
        required=True,
        validate=OneOf([one.value for one in Strictness]),
        metadata={"description": "How strict apps are treated that have no rung of their own."},
    )
    created_at = fields.String(required=True, metadata={"format": "date-time"})
    clock = fields.Nested(ClockState, required=True)


class WorkspaceWithApp(Workspace):
    """A new world, and its first app with the key."""

    app = fields.Nested(AppWithKey, required=True)


class WorkspaceList(Schema):
    """Workspaces by name."""

    workspaces = fields.List(fields.Nested(Workspace), required=True)


class MemberOrder(Schema):
    """A new member."""

    name = fields.String(required=True, validate=Length(1, 120))
    role = fields.String(load_default=Role.MEMBER.value, validate=OneOf([one.value for one in Role]))


class Member(Schema):
    """A person of the team."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=OneOf([one.value for one in Role]))
    joined_at = fields.String(required=True, metadata={"format": "date-time"})


class MemberList(Schema):
    """The members in the order they joined."""

    members = fields.List(fields.Nested(Member), required=True)


class PeopleQuery(Schema):
    """Whom to look for."""

    bank = fields.String(metadata={"description": "The id of a bank where they are customers."})
    persona = fields.String(metadata={"description": "The id of their persona."})
    name = fields.String(validate=Length(1, 140), metadata={"description": "A part of their name."})
    limit = fields.Integer(load_default=20, validate=Range(1, 100))
    offset = fields.Integer(load_default=0, validate=Range(0, 10_000))


class Person(Schema):
    """A customer of one or more banks."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    country = fields.String(required=True)
    persona = fields.String(required=True)
    member = fields.String(required=True)
    born_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    standing = fields.String(required=True)
    username = fields.String(required=True)
    password = fields.String(required=True)
    banks = fields.List(fields.String(), required=True)


class PeopleFound(Schema):
    """Some people, and whether there are more."""

    people = fields.List(fields.Nested(Person), required=True)
    more = fields.Boolean(required=True)


class AccountSummary(Schema):
    """One account of a person."""

    id = fields.String(required=True)
    bank = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    currency = fields.String(required=True)
    iban = fields.String(required=True, allow_none=True)
    bban = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    role = fields.String(required=True)


class PersonWhole(Person):
    """A customer with everything that a test may want to know."""

    national_id = fields.String(required=True, allow_none=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    street = fields.String(required=True)
    postcode = fields.String(required=True)
    town = fields.String(required=True)
    accounts = fields.List(fields.Nested(AccountSummary), required=True)


class ApprovalOrder(Schema):
    """The PSU's yes."""

    psu = fields.String(required=True, validate=Length(1, 80), metadata={"description": "The user name."})
    accounts = fields.List(
        fields.String(),
        validate=Length(1, 200),
        metadata={
            "description": "Ids or IBANs of accounts. A consent: all that it may have when absent. A payment"
            " whose debtor account the TPP left open: exactly one, the PSU's first when absent."
        },
    )


class Nothing(Schema):
    """An empty body."""


class AuthorisationState(Schema):
    """Where an authorisation stands."""

    id = fields.String(required=True)
    bank = fields.String(required=True)
    status = fields.String(required=True)
    about = fields.String(required=True, validate=OneOf([one.value for one in SubjectKind]))
    consent_id = fields.String()
    consent_status = fields.String()
    payment_id = fields.String()
    payment_status = fields.String()
    basket_id = fields.String()
    session_id = fields.String()
    session_status = fields.String()
    basket_status = fields.String()
    return_to = fields.String(required=True, allow_none=True)


class OneTimeCode(Schema):
    """What the PSU's phone would show."""

    code = fields.String(required=True)


class EventsQuery(Schema):
    """Which events to list."""

    kind = fields.String(validate=OneOf([one.value for one in EventKind]))
    subject_id = fields.String(
        validate=Length(1, 64), metadata={"description": "The id of a consent or payment."}
    )
    before = fields.String(
        validate=Length(1, 36), metadata={"description": "The id of an event: older ones only."}
    )
    limit = fields.Integer(load_default=20, validate=Range(1, 100))


class Delivery(Schema):
    """An event on its way to an address, or there, or given up."""

    id = fields.String(required=True)
    uri = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf([one.value for one in DeliveryState]))
    attempts = fields.Integer(required=True)
    due_at = fields.String(required=True, metadata={"format": "date-time"})


class WebhookOrder(Schema):
    """An address, and the types of events that it wants to hear of; all, where none are named."""

    uri = fields.String(required=True, validate=Length(1, URI_MAX), metadata={"format": "uri"})
    types = fields.List(
        fields.String(validate=OneOf(list(TYPES.values()))), load_default=list, validate=Length(0, len(TYPES))
    )


class Webhook(Schema):
    """An address that is told of what happens in the workspace."""

    id = fields.String(required=True)
    uri = fields.String(required=True)
    types = fields.List(fields.String(), required=True)
    created_at = fields.String(required=True, metadata={"format": "date-time"})


class WebhookWithSecret(Webhook):
    """The same with the secret that signs what is sent there, shown this once."""

    secret = fields.String(required=True)


class WebhookList(Schema):
    """The webhooks of the workspace."""

    webhooks = fields.List(fields.Nested(Webhook), required=True)


class Event(Schema):
    """Something that happened. `what` is in the bank's own words, which each standard puts into its own."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=OneOf([one.value for one in EventKind]))
    bank = fields.String(required=True)
    app_id = fields.String(required=True)
    subject = fields.String(required=True)
    subject_id = fields.String(required=True)
    what = fields.Dict(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    deliveries = fields.List(fields.Nested(Delivery), required=True)


class EventList(Schema):
    """Events, newest first, and whether there are older ones."""

    events = fields.List(fields.Nested(Event), required=True)
    more = fields.Boolean(required=True)


class AttemptRequest(Schema):
    """What was sent."""

    method = fields.String(required=True)
    uri = fields.String(required=True)
    headers = fields.Dict(required=True)
    body = fields.String(required=True)


class AttemptAnswer(Schema):
    """What came back, its body up to two kilobytes; or in `error` why nothing did."""

    status = fields.Integer(required=True, allow_none=True)
    headers = fields.Dict(required=True)
    body = fields.String(required=True)
    error = fields.String(required=True, allow_none=True)
    milliseconds = fields.Float(required=True)


class Attempt(Schema):
    """One attempt of a delivery, at a moment of the workspace's time."""

    number = fields.Integer(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    request = fields.Nested(AttemptRequest, required=True)
    answer = fields.Nested(AttemptAnswer, required=True)


class DeliveryWhole(Delivery):
    """A delivery with its log."""

    log = fields.List(fields.Nested(Attempt), required=True)


class EventWhole(Event):
    """An event with the log of its deliveries."""

    deliveries = fields.List(fields.Nested(DeliveryWhole), required=True)


class Carried(Schema):
    """How many attempts were made."""

    attempts = fields.Integer(required=True)


class SigningSecret(Schema):
    """The secret with which an app verifies notifications."""

    secret = fields.String(required=True)
