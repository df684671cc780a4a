"""How the catalogue's file is read: every key known, every wrong value told with what would be right."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, Range, Regexp

from sandbox.bank.faults import effects
from sandbox.bank.faults.failure import Area, Failure, Magic
from sandbox.bank.profile_fields import Strict, one_of
from sandbox.bank.reasons import Reason

#: The answers to a question about a payee. A test holds them against the bank's.
PAYEE_OUTCOMES = ("match", "close_match", "no_match", "not_possible")
_SECONDS_MAX = 120
_REFUSAL = Regexp(r"[A-Z]\w+", error="takes the name of a refusal, such as ConsentExpired.")
_CALL = Regexp(r"[A-Z*]+ [/*]\S*", error="takes a method and a path, such as GET */accounts*.")
_AMOUNT = Regexp(r"[1-9][0-9]*\.[0-9]{2}", error="takes an amount with two decimals in quotes.")
_LIFE = Regexp(r"[A-Z][^\n]+\.", error="takes one sentence.")


def _text(**kwargs: Any) -> fields.String:
    return fields.String(validate=Length(1, 140, error="takes 1 to 140 characters."), **kwargs)


def _choice(words: type, **kwargs: Any) -> fields.Enum[Any]:
    field: fields.Enum[Any] = fields.Enum(words, by_value=True, **kwargs)
    field.error_messages["unknown"] = "takes one of: {choices}."
    return field


def _seconds(**kwargs: Any) -> fields.Float:
    within = Range(0, _SECONDS_MAX, error=f"takes seconds from 0 to {_SECONDS_MAX}.")
    return fields.Float(validate=within, **kwargs)


class _Kind(Strict):
    """One kind of effect: its word, and what it needs."""

    kind = fields.String(required=True, load_only=True)

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Any:
        """The effect."""
        return self.makes(**{name: value for name, value in found.items() if name != "kind"})


class _Refuse(_Kind):
    makes = effects.Refuse
    refusal = fields.String(required=True, validate=_REFUSAL)
    retry_after_seconds = fields.Integer(strict=True, validate=Range(1))


class _Reject(_Kind):
    makes = effects.Reject
    reason = _choice(Reason, required=True)
    stage = _choice(effects.Stage, required=True)


class _Return(_Kind):
    makes = effects.Return
    reason = _choice(Reason, required=True)


class _Stall(_Kind):
    makes = effects.Stall


class _Sca(_Kind):
    makes = effects.Sca
    outcome = _choice(effects.ScaOutcome, required=True)


class _Payee(_Kind):
    makes = effects.Payee
    outcome = fields.String(required=True, validate=one_of(PAYEE_OUTCOMES))
    name = _text()


class _Delay(_Kind):
    makes = effects.Delay
    seconds = _seconds(required=True)


class _Drop(_Kind):
    makes = effects.Drop
    seconds = _seconds()


class _Spoil(_Kind):
    makes = effects.Spoil
    how = _choice(effects.Damage, required=True)


class _Stale(_Kind):
    makes = effects.Stale
    days = fields.Integer(strict=True, required=True, validate=Range(1, 30))


KINDS: Mapping[str, Schema] = {
    "refuse": _Refuse(),
    "reject": _Reject(),
    "return": _Return(),
    "stall": _Stall(),
    "sca": _Sca(),
    "payee": _Payee(),
    "delay": _Delay(),
    "drop": _Drop(),
    "spoil": _Spoil(),
    "stale": _Stale(),
}


class _EffectField(fields.Field[effects.Effect]):
    """An effect by its kind."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> effects.Effect:
        kind = value.get("kind") if isinstance(value, dict) else None
        schema = KINDS.get(kind) if isinstance(kind, str) else None
        if schema is None:
            raise ValidationError(f"takes a kind of: {', '.join(KINDS)}.")
        made: effects.Effect = schema.load(value)
        return made


class _MagicSchema(Strict):
    makes = Magic
    amount = fields.String(validate=_AMOUNT)
    creditor_name = _text()
    creditor_accounts = fields.List(_text())
    remittance = _text()
    psu = fields.Boolean(truthy={True}, falsy={False})

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Any:
        """The magic words."""
        return Magic(**found | {"creditor_accounts": tuple(found.get("creditor_accounts", ()))})


class FailureSchema(Strict):
    """One entry of the catalogue. `standards` are the dialects that there are."""

    makes: ClassVar[type] = Failure
    area = _choice(Area, required=True)
    life = fields.String(required=True, validate=_LIFE)
    effect = _EffectField(required=True)
    standards = fields.List(
        fields.String(), required=True, validate=Length(1, error="takes one standard at least.")
    )
    magic = fields.Nested(_MagicSchema)
    calls = fields.List(fields.String(validate=_CALL))

    @validates_schema
    def happens_somewhere(self, found: dict[str, Any], **_: Any) -> None:
        """A call that is refused, or an answer that is lost, is one of those named."""
        if isinstance(found["effect"], effects.OfCall) and not found.get("calls"):
            raise ValidationError("names the calls that it happens to.", "calls")

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Any:
        """What is known of the failure but its name, which is the key of the entry."""
        listed = {"standards": tuple(found["standards"]), "calls": tuple(found.get("calls", ()))}
        return found | listed
