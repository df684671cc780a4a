"""What the inspector reads and writes, as documented in the OpenAPI of the door."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range, Regexp

from sandbox.control.schemas import Instant


class StreamQuery(Schema):
    """Which calls to tell of."""

    bank = fields.String(validate=Length(1, 40))
    app = fields.String(validate=Length(1, 16))
    method = fields.String(validate=Regexp(r"^[A-Z]{1,8}$", error="A method in capital letters is expected."))
    path = fields.String(validate=Length(1, 200), metadata={"description": "A part of the path."})
    status = fields.String(
        validate=Regexp(
            r"^[1-5](\d\d|xx)$", error="A status such as 404, or a class such as 4xx, is expected."
        ),
        metadata={"description": "A status, or a class of them: 404, 4xx."},
    )
    refusal = fields.String(validate=Length(1, 60), metadata={"description": "Why it was refused, by name."})
    failure = fields.String(validate=Length(1, 60), metadata={"description": "What was made to go wrong."})
    text = fields.String(validate=Length(1, 200), metadata={"description": "Stands anywhere in the call."})
    everything = fields.Boolean(
        load_default=False, metadata={"description": "Those to the sandbox's own doors, too."}
    )


class CallsQuery(StreamQuery):
    """Which calls to list."""

    since = Instant(validate=Length(max=40), metadata={"description": "A moment of the machine's own clock."})
    before = fields.String(validate=Length(1, 20), metadata={"description": "A trace: older calls only."})
    limit = fields.Integer(load_default=50, validate=Range(1, 200))


class CallLine(Schema):
    """A call on one line."""

    trace = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    bank = fields.String(required=True, allow_none=True)
    app_id = fields.String(required=True, allow_none=True)
    method = fields.String(required=True)
    path = fields.String(required=True)
    query = fields.String(required=True)
    status = fields.Integer(required=True)
    milliseconds = fields.Float(required=True)
    request_id = fields.String(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)
    faults = fields.List(fields.String(), required=True, metadata={"description": "What was let pass."})


class CallList(Schema):
    """Calls, newest first. `more`: there are older ones."""

    calls = fields.List(fields.Nested(CallLine), required=True)
    more = fields.Boolean(required=True)


class Side(Schema):
    """What was said on one side. Secrets are taken out: `<redacted:name>`."""

    headers = fields.List(fields.List(fields.String()), required=True)
    size = fields.Integer(required=True, metadata={"description": "The whole body's, in bytes."})
    body = fields.String()
    encoding = fields.String(metadata={"description": "base64, where the body is no text."})
    truncated = fields.Boolean()
    withheld = fields.String(metadata={"description": "Why no body is kept."})


class CheckOutcome(Schema):
    """A check, and whether the call has passed it."""

    name = fields.String(required=True)
    source = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": ["passed", "let_pass", "failed"]})
    reason = fields.String(required=True, allow_none=True)


class ChangeTold(Schema):
    """What was done to one table of the bank: how many rows, and what is told of the first ones."""

    table = fields.String(required=True)
    did = fields.String(required=True, metadata={"enum": ["insert", "update", "delete", "other"]})
    rows = fields.Integer(required=True)
    told = fields.List(fields.Dict(), required=True)


class FaultTold(Schema):
    """What a stricter rung would have refused."""

    reason = fields.String(required=True)
    text = fields.String(required=True)
    detail = fields.String(required=True, allow_none=True)


class CallWhole(CallLine):
    """A call with all that is kept of it. `request` and `answer` are null where only its line is."""

    detail = fields.String(required=True, allow_none=True)
    let_pass = fields.List(fields.Nested(FaultTold), required=True)
    request = fields.Nested(Side, required=True, allow_none=True)
    answer = fields.Nested(Side, required=True, allow_none=True)
    checks = fields.List(fields.Nested(CheckOutcome), required=True)
    signature_base = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(ChangeTold), required=True)


class ReplayOrder(Schema):
    """How to call again."""

    authorization = fields.String(
        validate=Length(1, 4000),
        metadata={"description": "The header Authorization, where the call had one with a token."},
    )
    keep_ids = fields.Boolean(
        load_default=False, metadata={"description": "With the same X-Request-ID and idempotency key."}
    )
