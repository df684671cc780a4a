"""What the bodies of this standard are put together from.

Source: the OpenAPI files of 3.1.11 and 4.0.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.standards.uk_open_banking.versions import Version, Word

AMOUNT = Regexp(r"^\d{1,13}$|^\d{1,13}\.\d{1,5}$")
CURRENCY = Regexp(r"^[A-Z]{3}$")
#: The members of a body, by their names.
Members = dict[str, fields.Field[Any]]


class Nothing(Schema):
    """An object that has no members."""


def text(longest: int | None = None, *, required: bool = False) -> fields.String:
    """A text, of so many characters at most."""
    return fields.String(validate=Length(max=longest) if longest else None, required=required)


def moment(*, required: bool = False) -> fields.String:
    """A moment."""
    return fields.String(metadata={"format": "date-time"}, required=required)


def words_of(version: Version, words: Mapping[Any, Word], *, required: bool = False) -> fields.String:
    """One of the words of that version."""
    known = dict.fromkeys(version.say(word) for word in words.values())
    return fields.String(validate=OneOf(list(known)), required=required)


def named(name: str, version: Version | None, members: Members) -> type[Schema]:
    """A schema of that name, which in the document ends with its version."""
    ending = "" if version is None else f"V{version.path.removeprefix('v').partition('.')[0]}"
    return Schema.from_dict({**members}, name=f"UK{name}{ending}")


@cache
def _links() -> type[Schema]:
    return named(
        "Links",
        None,
        {
            "Self": fields.Url(required=True),
            **{name: fields.Url() for name in ("First", "Prev", "Next", "Last")},
        },
    )


@cache
def _meta() -> type[Schema]:
    return named(
        "Meta",
        None,
        {
            "TotalPages": fields.Integer(),
            "FirstAvailableDateTime": moment(),
            "LastAvailableDateTime": moment(),
        },
    )


@cache
def amount() -> type[Schema]:
    """An amount without a sign."""
    return named(
        "Amount",
        None,
        {
            "Amount": fields.String(required=True, validate=AMOUNT),
            "Currency": fields.String(required=True, validate=CURRENCY),
        },
    )


@cache
def identified() -> type[Schema]:
    """An account by scheme and number."""
    return named(
        "Account",
        None,
        {"SchemeName": text(40), "Identification": text(256), "Name": text(350)},
    )


@cache
def agent() -> type[Schema]:
    """A bank by its BIC."""
    return named("Agent", None, {"SchemeName": text(40), "Identification": text(35)})


@cache
def reason(version: Version) -> type[Schema]:
    """Why a resource stands where it does."""
    return named("StatusReason", version, {"StatusReasonCode": text(4), "StatusReasonDescription": text(500)})


def envelope(
    name: str,
    version: Version,
    data: Members,
    **more: fields.Field[Any],
) -> type[Schema]:
    """A body with Data, Links and Meta."""
    members = {
        "Data": fields.Nested(named(f"{name}Data", version, data), required=True),
        "Links": fields.Nested(_links(), required=True),
        # A schema whose field is called Meta would take it for its own options.
        "meta": fields.Nested(_meta(), required=True, data_key="Meta"),
        **more,
    }
    return named(name, version, members)


def listed(
    name: str,
    version: Version,
    key: str,
    members: Members,
) -> type[Schema]:
    """A body whose data are a list of such things."""
    one = named(key, version, members)
    return envelope(name, version, {key: fields.List(fields.Nested(one), required=True)})


def sign(*, required: bool = False) -> fields.String:
    """Credit or debit."""
    return fields.String(validate=OneOf(["Credit", "Debit"]), required=required)
