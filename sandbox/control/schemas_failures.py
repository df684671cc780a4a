"""What the sandbox's own door reads and writes about failures."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from sandbox.bank.faults import Area

_SECONDS_MAX = 366 * 86_400
_COUNT_MAX = 1_000_000
_AREAS = [one.value for one in Area]


class FailuresQuery(Schema):
    """Which failures to list."""

    area = fields.String(validate=OneOf(_AREAS))
    standard = fields.String(metadata={"description": "Those that make sense in that standard."})
    search = fields.String(metadata={"description": "A part of the name, or of what happens in life."})


class MagicWord(Schema):
    """What chooses a failure where it stands in a payment, or at the end of a PSU's login."""

    kind = fields.String(required=True)
    word = fields.String(required=True)


class Failure(Schema):
    """One failure of the catalogue."""

    name = fields.String(required=True)
    area = fields.String(required=True, validate=OneOf(_AREAS))
    life = fields.String(required=True, metadata={"description": "What happens outside of a sandbox."})
    does = fields.String(required=True, metadata={"description": "What happens here."})
    effect = fields.Dict(keys=fields.String(), required=True)
    magic = fields.List(fields.Nested(MagicWord), required=True)
    calls = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Patterns of method and path, where it happens to a call itself."},
    )
    standards = fields.List(fields.String(), required=True)


class FailureList(Schema):
    """Failures of the catalogue, in its order."""

    failures = fields.List(fields.Nested(Failure), required=True)


class RuleOrder(Schema):
    """A rule as it is wanted. What is left out holds for all: banks, apps, operations, times, for ever."""

    failure = fields.String(required=True, validate=Length(1, 60))
    bank = fields.String(validate=Length(1, 40))
    app = fields.String(validate=Length(1, 16), metadata={"description": "The id of an app."})
    operation = fields.String(
        validate=Length(3, 200),
        metadata={"description": "A pattern of method and path within a bank, such as GET */accounts*."},
    )
    probability = fields.Float(load_default=1.0, validate=Range(0, 1, min_inclusive=False))
    seed = fields.String(
        validate=Length(1, 80), metadata={"description": "The same seed has the same chances."}
    )
    count = fields.Integer(strict=True, validate=Range(1, _COUNT_MAX))
    duration_seconds = fields.Integer(
        strict=True,
        validate=Range(1, _SECONDS_MAX),
        metadata={"description": "How long it holds, by the workspace's clock."},
    )


class Rule(Schema):
    """A rule. `met` is how often it was asked, `made` how often it made its failure."""

    id = fields.String(required=True)
    failure = fields.String(required=True)
    bank = fields.String(required=True, allow_none=True)
    app = fields.String(required=True, allow_none=True)
    operation = fields.String(required=True, allow_none=True)
    probability = fields.Float(required=True)
    seed = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)
    until = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    created_at = fields.String(required=True, metadata={"format": "date-time"})
    met = fields.Integer(required=True)
    made = fields.Integer(required=True)
    over = fields.Boolean(required=True)


class RuleList(Schema):
    """The rules of the workspace, oldest first, those that are over too."""

    rules = fields.List(fields.Nested(Rule), required=True)
