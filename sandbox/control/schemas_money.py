"""What the sandbox's own door reads and writes about payments, and how and when they go on."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from sandbox.bank import timeline
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.workspaces.progressions import ProgressionKind, ProgressionMode

_SECONDS_MAX = 366 * 86_400
_READS_MAX = 1_000
_STATUSES = [one.value for one in PaymentStatus]
_MODES = [one.value for one in ProgressionMode]
_INSTANT = {"format": "date-time"}
_DAY = {"format": "date"}


class PaymentsQuery(Schema):
    """Which payments to list."""

    bank = fields.String(metadata={"description": "The id of a bank."})
    status = fields.String(validate=OneOf(_STATUSES))
    limit = fields.Integer(load_default=20, validate=Range(1, 100))
    offset = fields.Integer(load_default=0, validate=Range(0, 1_000_000))


class Amount(Schema):
    """A decimal amount and its currency."""

    amount = fields.String(required=True)
    currency = fields.String(required=True)


class Payment(Schema):
    """One payment as the bank knows it; how much of it the TPP is told depends on the bank."""

    id = fields.String(required=True)
    bank = fields.String(required=True)
    app_id = fields.String(required=True)
    service = fields.String(required=True, validate=OneOf([one.value for one in Service]))
    scheme = fields.String(required=True, validate=OneOf([one.value for one in Scheme]))
    product = fields.String(
        required=True, metadata={"description": "The standard's own word for the scheme."}
    )
    status = fields.String(required=True, validate=OneOf(_STATUSES))
    reason = fields.String(required=True, allow_none=True)
    amounts = fields.List(
        fields.Nested(Amount),
        required=True,
        metadata={"description": "What was asked for, one sum for each currency."},
    )
    debtor_account_id = fields.String(required=True, allow_none=True)
    psu = fields.String(required=True, allow_none=True, metadata={"description": "The id of the person."})
    signed_by = fields.List(fields.String(), required=True)
    created_at = fields.String(required=True, metadata=_INSTANT)
    due_on = fields.String(
        required=True, allow_none=True, metadata={**_DAY, "description": "When it is carried out next."}
    )


class PaymentsFound(Schema):
    """Some payments, newest first, and whether there are more."""

    payments = fields.List(fields.Nested(Payment), required=True)
    more = fields.Boolean(required=True)


class Transfer(Amount):
    """One credit transfer. A periodic payment has its pattern at position 0, then one for each run."""

    position = fields.Integer(required=True)
    status = fields.String(required=True, validate=OneOf(_STATUSES))
    reason = fields.String(required=True, allow_none=True)
    creditor_name = fields.String(required=True)
    creditor_account = fields.String(required=True, allow_none=True)
    end_to_end_id = fields.String(required=True, allow_none=True)
    remittance = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    entry_id = fields.String(
        required=True, allow_none=True, metadata={"description": "The entry on the debtor's account."}
    )
    due_on = fields.String(required=True, allow_none=True, metadata=_DAY)
    arrives_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    returned_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    return_reason = fields.String(required=True, allow_none=True)
    failure = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What a tester has chosen to go wrong with it."},
    )


class Step(Schema):
    """One status that a payment came to."""

    status = fields.String(required=True, validate=OneOf(_STATUSES))
    reason = fields.String(required=True, allow_none=True)
    at = fields.String(required=True, metadata=_INSTANT)


class Due(Schema):
    """Something that falls due: it happens before the first answer at or after that moment."""

    at = fields.String(required=True, metadata=_INSTANT)
    bank = fields.String(required=True)
    what = fields.String(required=True, validate=OneOf(sorted(timeline.HAPPENINGS)))
    about = fields.String(
        required=True,
        metadata={"description": "The id of the payment or authorisation; of a transfer with /position."},
    )


class PaymentWhole(Payment):
    """A payment with its transfers, every status that it came to, and what falls due for it."""

    transfers = fields.List(fields.Nested(Transfer), required=True)
    history = fields.List(fields.Nested(Step), required=True)
    agenda = fields.List(fields.Nested(Due), required=True)


class ReturnOrder(Schema):
    """Which transfer comes back, and why."""

    position = fields.Integer(strict=True, load_default=0, validate=Range(0, 1_000_000))
    reason = fields.String(
        load_default=Reason.NOT_SPECIFIED.value,
        validate=OneOf([one.value for one in Reason]),
        metadata={"description": "ISO 20022 ExternalReturnReason1Code."},
    )


class AgendaQuery(Schema):
    """How much of the agenda."""

    limit = fields.Integer(load_default=50, validate=Range(1, 500))


class Agenda(Schema):
    """What falls due next, first things first."""

    agenda = fields.List(fields.Nested(Due), required=True)


class ProgressionOrder(Schema):
    """How things of a kind go on from here on.

    `after_time` takes `seconds`, `after_reads` takes `reads`; the others take neither.
    """

    mode = fields.String(required=True, validate=OneOf(_MODES))
    seconds = fields.Integer(strict=True, load_default=0, validate=Range(0, _SECONDS_MAX))
    reads = fields.Integer(strict=True, load_default=0, validate=Range(0, _READS_MAX))


class Progression(Schema):
    """How things of a kind go on in this world."""

    kind = fields.String(required=True, validate=OneOf([one.value for one in ProgressionKind]))
    mode = fields.String(required=True, validate=OneOf(_MODES))
    seconds = fields.Integer(required=True)
    reads = fields.Integer(required=True)


class ProgressionList(Schema):
    """One choice for each kind."""

    progressions = fields.List(fields.Nested(Progression), required=True)
