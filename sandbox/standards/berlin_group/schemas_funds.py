"""The bodies around the confirmation of funds as they stand on the wire.

Source: psd2-api 1.3.11, confirmationOfFunds; psd2-confirmation-of-funds-consent 2.0, components/schemas.
"""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from sandbox.standards.berlin_group.headers import CommonHeaders
from sandbox.standards.berlin_group.schemas import CONSENT_STATUSES, AccountReference, IsoDay
from sandbox.standards.berlin_group.schemas_payments import InstructedAmount

_CARD_NUMBER_MAX, _PAYEE_MAX, _INFORMATION_MAX = 35, 70, 140


class FundsHeaders(CommonHeaders):
    """The headers of a question about funds."""

    consent_id = fields.String(
        data_key="Consent-ID",
        validate=Length(min=1, max=70),
        metadata={
            "description": "The PSU's consent to this question, where the bank takes one from the TPP."
        },
    )


class FundsQuestionBody(Schema):
    """The body of POST /v1/funds-confirmations."""

    cardNumber = fields.String(
        validate=Length(min=1, max=_CARD_NUMBER_MAX),
        metadata={"description": "The card that the TPP has issued."},
    )
    account = fields.Nested(AccountReference, required=True)
    payee = fields.String(
        validate=Length(min=1, max=_PAYEE_MAX), metadata={"description": "Where the card is used."}
    )
    instructedAmount = fields.Nested(InstructedAmount, required=True)


class FundsAnswer(Schema):
    """Whether the amount is there."""

    fundsAvailable = fields.Boolean(required=True)


class FundsConsentRequest(Schema):
    """The body of POST /v2/consents/confirmation-of-funds."""

    account = fields.Nested(AccountReference, required=True)
    cardNumber = fields.String(validate=Length(min=1, max=_CARD_NUMBER_MAX))
    cardExpiryDate = IsoDay(metadata={"description": "The card's last day, and with it the consent's."})
    cardInformation = fields.String(validate=Length(min=1, max=_INFORMATION_MAX))
    registrationInformation = fields.String(validate=Length(min=1, max=_INFORMATION_MAX))


class FundsConsentInformation(FundsConsentRequest):
    """The answer to GET /v2/consents/confirmation-of-funds/{consentId}."""

    consentStatus = fields.String(required=True, validate=OneOf(CONSENT_STATUSES))
