"""What the bodies of the confirmation of funds look like. Source: the OpenAPI files of 3.1.11 and 4.0."""

from functools import cache

from marshmallow import Schema, fields

from sandbox.standards.uk_open_banking import mapping, schema_parts
from sandbox.standards.uk_open_banking import schemas_payment_parts as parts
from sandbox.standards.uk_open_banking.schema_parts import Members, envelope, named, words_of
from sandbox.standards.uk_open_banking.schemas_payment_parts import moment, nested, said
from sandbox.standards.uk_open_banking.versions import V3, Version


class QuestionData(Schema):
    """How much is asked for, under which consent."""

    ConsentId = said(128, required=True)
    Reference = said(35, required=True)
    InstructedAmount = nested(schema_parts.amount(), required=True)


class Question(Schema):
    """The question whether an amount is there."""

    Data = fields.Nested(QuestionData, required=True)


@cache
def consent_request(version: Version) -> type[Schema]:
    """The request of a consent."""
    data: Members = {
        "DebtorAccount": nested(parts.account(version, creditor=False), required=True),
        "ExpirationDateTime": moment(),
    }
    members: Members = {"Data": nested(named("FundsConsentRequestData", version, data), required=True)}
    return named("FundsConsentRequest", version, members)


@cache
def consent(version: Version) -> type[Schema]:
    """A consent as it is told."""
    data: Members = {
        "ConsentId": said(128, required=True),
        "CreationDateTime": moment(required=True),
        "Status": words_of(version, mapping.FUNDS_STATUS, required=True),
        "StatusUpdateDateTime": moment(required=True),
        "DebtorAccount": nested(parts.account(version, creditor=False), required=True),
        "ExpirationDateTime": moment(),
    }
    if version is not V3:
        data["StatusReason"] = fields.List(nested(schema_parts.reason(version)))
    return envelope("FundsConsent", version, data)


@cache
def answer(version: Version) -> type[Schema]:
    """Yes or no."""
    data: Members = {
        "FundsConfirmationId": said(40, required=True),
        "ConsentId": said(128, required=True),
        "CreationDateTime": moment(required=True),
        "FundsAvailable": fields.Boolean(required=True),
        "Reference": said(35, required=True),
        "InstructedAmount": nested(schema_parts.amount(), required=True),
    }
    return envelope("FundsConfirmation", version, data)
