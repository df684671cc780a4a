"""The bodies of consents as they stand on the wire, and of errors.

Source: psd2-api 1.3.11, components/schemas.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError as NumberInvalid

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FREQUENCY_MAX = 2_147_483_647
_ACCOUNTS_MAX = 1000

#: The kinds of access that name no account, exclusive of one another and of the rest.
WHOLE_KINDS = ("availableAccounts", "availableAccountsWithBalance", "allPsd2")
#: The lists that name accounts, or are empty where the bank lets the PSU choose.
LISTS = ("accounts", "balances", "transactions")
_IDENTIFIERS = ("iban", "bban", "pan", "maskedPan", "msisdn", "other")


class Flag(fields.Boolean):
    """true or false, and nothing that merely looks like them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):
    """A JSON number without a fraction; no text, no boolean."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class IsoDay(fields.Date):
    """A day as YYYY-MM-DD, in no other of ISO 8601's forms."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("A date of the form YYYY-MM-DD is expected.")
        return super()._deserialize(value, attr, data, **kwargs)


def check_iban(text: str) -> None:
    """Refuse an IBAN whose length, country or check digits are wrong."""
    try:
        if ibans.validate(text, check_country=False) != text:
            raise ValidationError("An IBAN without spaces, in capitals, is expected.")
    except NumberInvalid as error:
        raise ValidationError(f"The IBAN is not valid: {error}") from error


class OtherIdentification(Schema):
    """An account's number in a scheme of somebody's own."""

    identification = fields.String(required=True, validate=Length(min=1, max=35))
    schemeNameCode = fields.String(validate=Length(max=35))
    schemeNameProprietary = fields.String(validate=Length(max=35))
    issuer = fields.String(validate=Length(max=35))


class AccountReference(Schema):
    """An account by exactly one of its numbers, and by its currency where it has several."""

    iban = fields.String(validate=check_iban, metadata={"example": "NO9386011117947"})
    bban = fields.String(validate=Regexp(r"^[a-zA-Z0-9]{1,30}$(?!\n)"))
    pan = fields.String(validate=Length(min=1, max=35))
    maskedPan = fields.String(validate=Length(min=1, max=35))
    msisdn = fields.String(validate=Length(min=1, max=35))
    other = fields.Nested(OtherIdentification)
    currency = fields.String(validate=Regexp(r"^[A-Z]{3}$(?!\n)"))
    cashAccountType = fields.String(validate=Length(min=1, max=4))

    @validates_schema
    def _has_one_number(self, data: Mapping[str, Any], **_: Any) -> None:
        if sum(name in data for name in _IDENTIFIERS) != 1:
            raise ValidationError(f"Exactly one of {', '.join(_IDENTIFIERS)} is expected.")


def _references() -> Any:
    return fields.List(fields.Nested(AccountReference), validate=Length(max=_ACCOUNTS_MAX))


def _whole_kind() -> Any:
    return fields.String(validate=OneOf(["allAccounts", "allAccountsWithOwnerName"]))


class AdditionalInformation(Schema):
    """What else the TPP asks for."""

    ownerName = _references()
    trustedBeneficiaries = _references()


class AccountAccess(Schema):
    """What the TPP asks to see. Source: NextGenPSD2 IG 1.3, section 14.1 Account Access."""

    accounts = _references()
    balances = _references()
    transactions = _references()
    additionalInformation = fields.Nested(AdditionalInformation)
    availableAccounts = _whole_kind()
    availableAccountsWithBalance = _whole_kind()
    allPsd2 = _whole_kind()
    restrictedTo = fields.List(fields.String(validate=Length(min=1, max=4)))

    @validates_schema
    def _asks_for_one_thing(self, data: Mapping[str, Any], **_: Any) -> None:
        whole = [name for name in WHOLE_KINDS if name in data]
        listed = [name for name in LISTS if name in data]
        if len(whole) > 1:
            raise ValidationError(f"{' and '.join(whole)} exclude one another.")
        if whole and (listed or "additionalInformation" in data):
            raise ValidationError(f"{whole[0]} excludes access to single accounts.")
        if not whole and not listed:
            raise ValidationError(f"At least one of {', '.join((*LISTS, *WHOLE_KINDS))} is expected.")
        # IG 14.1: if one of these arrays is empty, so are all the others that are used.
        arrays = [data[name] for name in listed] + list(data.get("additionalInformation", {}).values())
        if any(arrays) and not all(arrays):
            raise ValidationError("Empty arrays let the PSU choose; they cannot stand beside named accounts.")
        if any(arrays) and "restrictedTo" in data:
            raise ValidationError("restrictedTo cannot stand beside named accounts.")


class ConsentRequest(Schema):
    """The body of POST /v1/consents."""

    access = fields.Nested(AccountAccess, required=True)
    recurringIndicator = Flag(required=True)
    validUntil = IsoDay(required=True, metadata={"description": "The last day; 9999-12-31 for the longest."})
    frequencyPerDay = Whole(required=True, validate=Range(min=1, max=_FREQUENCY_MAX))
    combinedServiceIndicator = Flag(required=True)


class Href(Schema):
    """A hyperlink."""

    href = fields.String(required=True)


def links_field() -> Any:
    """The hyperlinks of an answer, by name."""
    return fields.Dict(keys=fields.String(), values=fields.Nested(Href))


CONSENT_STATUSES = (
    "received",
    "rejected",
    "valid",
    "revokedByPsu",
    "expired",
    "terminatedByTpp",
    "partiallyAuthorised",
)


class ConsentCreated(Schema):
    """The answer to POST /v1/consents."""

    consentStatus = fields.String(required=True, validate=OneOf(CONSENT_STATUSES))
    consentId = fields.String(required=True)
    _links = links_field()
    psuMessage = fields.String(validate=Length(max=500))


class ConsentInformation(Schema):
    """The answer to GET /v1/consents/{consentId}."""

    access = fields.Dict(required=True)
    recurringIndicator = fields.Boolean(required=True)
    validUntil = fields.Date(required=True)
    frequencyPerDay = fields.Integer(required=True)
    lastActionDate = fields.Date(required=True)
    consentStatus = fields.String(required=True, validate=OneOf(CONSENT_STATUSES))
    _links = links_field()


class ConsentStatusAnswer(Schema):
    """The answer to GET /v1/consents/{consentId}/status."""

    consentStatus = fields.String(required=True, validate=OneOf(CONSENT_STATUSES))
    psuMessage = fields.String(validate=Length(max=500))


class TppMessage(Schema):
    """One message to the TPP."""

    category = fields.String(required=True, validate=OneOf(["ERROR", "WARNING"]))
    code = fields.String(required=True)
    path = fields.String()
    text = fields.String(validate=Length(max=500))


class TppErrors(Schema):
    """An error in the standard's own form."""

    tppMessages = fields.List(fields.Nested(TppMessage), required=True)
    _links = links_field()


class AdditionalError(Schema):
    """One more thing that is wrong."""

    code = fields.String(required=True)
    detail = fields.String(validate=Length(max=500))


class Problem(Schema):
    """An error in the form of RFC 7807."""

    type = fields.String(required=True, validate=Length(max=70))
    title = fields.String(validate=Length(max=70))
    status = fields.Integer()
    detail = fields.String(validate=Length(max=500))
    code = fields.String(required=True)
    additionalErrors = fields.List(fields.Nested(AdditionalError))
    _links = links_field()
