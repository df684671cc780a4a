"""The bodies of authorisations as they stand on the wire. Source: psd2-api 1.3.11, components/schemas."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf

from sandbox.standards.berlin_group.schemas import links_field

_SECRET_MAX = 200
SCA_STATUSES = (
    "received",
    "psuIdentified",
    "psuAuthenticated",
    "scaMethodSelected",
    "started",
    "unconfirmed",
    "finalised",
    "failed",
    "exempted",
)
_STEPS = ("psuData", "authenticationMethodId", "scaAuthenticationData", "confirmationCode")


class PsuData(Schema):
    """What the PSU knows. Encrypted passwords are not supported here."""

    password = fields.String(required=True, validate=Length(min=1, max=_SECRET_MAX))


class AuthorisationStep(Schema):
    """The body of a start or an update: one step, or nothing where headers say it all."""

    psuData = fields.Nested(PsuData)
    authenticationMethodId = fields.String(validate=Length(min=1, max=35))
    scaAuthenticationData = fields.String(validate=Length(min=1, max=_SECRET_MAX))
    confirmationCode = fields.String(validate=Length(min=1, max=_SECRET_MAX))

    @validates_schema
    def _is_one_step(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data) > 1:
            raise ValidationError(f"One step at a time: only one of {', '.join(_STEPS)} is expected.")


class AuthenticationObject(Schema):
    """One way in which the PSU receives a one-time code."""

    authenticationType = fields.String(required=True)
    authenticationMethodId = fields.String(required=True)
    name = fields.String()
    explanation = fields.String()


class ChallengeData(Schema):
    """What the PSU is asked for."""

    otpMaxLength = fields.Integer()
    otpFormat = fields.String(validate=OneOf(["characters", "integer"]))
    additionalInformation = fields.String()


class ScaState(Schema):
    """Where an authorisation stands, and what comes next."""

    scaStatus = fields.String(required=True, validate=OneOf(SCA_STATUSES))
    authorisationId = fields.String()
    scaMethods = fields.List(fields.Nested(AuthenticationObject))
    chosenScaMethod = fields.Nested(AuthenticationObject)
    challengeData = fields.Nested(ChallengeData)
    _links = links_field()
    psuMessage = fields.String(validate=Length(max=500))


class AuthorisationStarted(ScaState):
    """The answer to the start of an authorisation."""

    authorisationId = fields.String(required=True)


class AuthorisationList(Schema):
    """The ids of all authorisations of a consent."""

    authorisationIds = fields.List(fields.String(), required=True)
