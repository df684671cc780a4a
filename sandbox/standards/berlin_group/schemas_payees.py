"""The bodies of verifications of payee as they stand on the wire, read strictly.

Source: psd2-api 1.3.16, verificationOfParty and bulkVerificationOfParty; openFinance data dictionary 2.3.1.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.standards.berlin_group.schemas import AccountReference, TppMessage, links_field
from sandbox.standards.berlin_group.schemas_authorisation import AuthenticationObject, ChallengeData

NAME_MATCHES = ("MTCH", "NMTC", "CMTC", "NOAP")
ID_MATCHES = ("MTCH", "NMTC", "NOAP")
#: `recieved` is the published file's spelling, and the only one that a client made from it understands.
BULK_STATUSES = ("recieved", "pending", "rejected", "completed")
_BIC = r"^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$(?!\n)"
_LINES_MAX = 10


def _text(length_max: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=Length(min=1, max=length_max), **kwargs)


def _uuid(**kwargs: Any) -> fields.UUID:
    return fields.UUID(error_messages={"invalid_uuid": "A UUID is expected."}, **kwargs)


class NumberInScheme(Schema):
    """A number by which somebody is known, and who has given it."""

    identification = _text(35, required=True)
    schemeNameCode = _text(4)
    schemeNameProprietary = _text(35)
    issuer = _text(35)


class OrganisationId(Schema):
    """What a company is known by."""

    anyBIC = fields.String(validate=Regexp(_BIC))
    lei = fields.String(validate=Regexp(r"^[A-Z0-9]{18}[0-9]{2}$(?!\n)"))
    others = fields.List(fields.Nested(NumberInScheme), validate=Length(equal=1))


class PrivateId(Schema):
    """What a person is known by: a number. Where and when they were born identifies nobody here."""

    others = fields.List(fields.Nested(NumberInScheme), required=True, validate=Length(equal=1))


class PartyId(Schema):
    """One number of a company or a person."""

    organisationId = fields.Nested(OrganisationId)
    privateId = fields.Nested(PrivateId)

    @validates_schema
    def _is_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data) != 1 or sum(len(one) for one in data.values()) != 1:
            raise ValidationError("Exactly one identification is expected.")


class Party(Schema):
    """Whose account it is said to be: by name, by identification, or both."""

    name = _text(140)
    identification = fields.Nested(PartyId)

    @validates_schema
    def _says_who(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("A name or an identification is expected.")


class FinancialInstitutionId(Schema):
    """A bank, by its BIC."""

    bicfi = fields.String(required=True, validate=Regexp(_BIC))
    name = _text(140)


class Agent(Schema):
    """Somebody's bank; the account's number says which one it is, so nobody looks at it."""

    financialInstitutionId = fields.Nested(FinancialInstitutionId, required=True)


class PartyVerification(Schema):
    """The body of POST /v1/{party-verification-endpoint}."""

    partyAccount = fields.Nested(AccountReference, required=True)
    party = fields.Nested(Party, required=True)
    partyAgent = fields.Nested(Agent)
    unstructuredRemittanceInformation = fields.List(_text(140), validate=Length(min=1, max=_LINES_MAX))
    requestingAgent = fields.Nested(Agent)


class PartyVerificationEntry(Schema):
    """One question of a bulk."""

    uetr = _uuid(required=True)
    partyAccount = fields.Nested(AccountReference, required=True)
    party = fields.Nested(Party, required=True)
    partyAgent = fields.Nested(Agent)


class BulkPartyVerification(Schema):
    """The body of POST /v1/{bulk-party-verification-endpoint}."""

    partyVerificationRequests = fields.List(
        fields.Nested(PartyVerificationEntry), required=True, validate=Length(min=1)
    )
    requestingAgent = fields.Nested(Agent)


class PartyVerified(Schema):
    """The answer to one question."""

    partyNameMatch = fields.String(validate=OneOf(NAME_MATCHES))
    partyIdMatch = fields.String(validate=OneOf(ID_MATCHES))
    matchedName = fields.String(validate=Length(max=140))
    additionalInformation = fields.String(validate=Length(max=500))


class PartyVerifiedEntry(PartyVerified):
    """The answer to one question of a bulk."""

    uetr = _uuid(required=True)


class PartyAskedAndVerified(PartyVerifiedEntry):
    """One question of a bulk with its answer, where there is one yet."""

    partyAccount = fields.Nested(AccountReference, required=True)
    party = fields.Nested(Party, required=True)
    partyAgent = fields.Nested(Agent)


class BulkVerified(Schema):
    """The answer to POST of a bulk that was answered at once."""

    vopBulkStatus = fields.String(required=True, validate=OneOf(BULK_STATUSES))
    partyVerificationResponses = fields.List(fields.Nested(PartyVerifiedEntry), validate=Length(min=1))


class BulkTaken(Schema):
    """The answer to POST of a bulk that is answered later."""

    vopBulkId = _uuid(required=True)
    vopBulkStatus = fields.String(required=True, validate=OneOf(BULK_STATUSES))
    _links = links_field()


class BulkState(Schema):
    """The answer to GET of a bulk's status."""

    vopBulkId = _uuid(required=True)
    vopBulkStatus = fields.String(required=True, validate=OneOf(BULK_STATUSES))


class Bulk(BulkState):
    """The answer to GET of a bulk."""

    partyVerificationRequestsAndResults = fields.List(
        fields.Nested(PartyAskedAndVerified), required=True, validate=Length(min=1)
    )


class CreditorConfirmed(Schema):
    """The answer to PUT of a creditor confirmation: the authorisation may begin."""

    transactionStatus = fields.String(required=True)
    scaMethods = fields.List(fields.Nested(AuthenticationObject))
    challengeData = fields.Nested(ChallengeData)
    _links = links_field()


class TransactionVop(Schema):
    """What was found of one transaction's creditor: originalTransactionInformationAndVopStatus."""

    originalInstructionId = fields.String(validate=Length(max=35))
    originalEndToEndId = fields.String(validate=Length(max=35))
    transactionStatus = fields.String(required=True)
    creditorNameMatch = fields.String(validate=OneOf(NAME_MATCHES))
    matchedCreditorName = fields.String(validate=Length(max=140))


class ApiClientErrors(Schema):
    """An error of these operations in the standard's own form: its messages have another name here."""

    apiClientMessages = fields.List(fields.Nested(TppMessage), required=True)
    _links = links_field()
