"""What the bodies of variable recurring payments look like, by version: read by them, documented by them.

Source: the OpenAPI files of 3.1.11 and 4.0, OBDomesticVRPConsentRequest and its like.
"""

from functools import cache

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from sandbox.standards.uk_open_banking import mapping, mapping_vrps, payment_words, schema_parts
from sandbox.standards.uk_open_banking import schemas_payment_parts as parts
from sandbox.standards.uk_open_banking import schemas_payments as schemas
from sandbox.standards.uk_open_banking.schema_parts import CURRENCY, Members, envelope, named, words_of
from sandbox.standards.uk_open_banking.schemas_payment_parts import moment, nested, one_of, said
from sandbox.standards.uk_open_banking.versions import V3, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP

_TYPES = ("UK.OBIE.VRPType.Sweeping", "UK.OBIE.VRPType.Other")
_METHODS = ("UK.OBIE.SCA", "UK.OBIE.SCANotRequired")
_INTERACTIONS = ("InSession", "OffSession")


@cache
def consent_request(version: Version) -> type[Schema]:
    """The request of a consent."""
    data: Members = {
        "ReadRefundAccount": one_of("Yes", "No"),
        "ControlParameters": nested(control_parameters(version), required=True),
        "Initiation": nested(initiation(version), required=True),
    }
    return _request("VRPConsentRequest", version, data)


@cache
def payment_request(version: Version) -> type[Schema]:
    """The request of a payment."""
    data: Members = {
        "ConsentId": said(128, required=True),
        "PSUAuthenticationMethod": one_of(*_METHODS, required=True),
        "PSUInteractionType": one_of(*_INTERACTIONS),
        "VRPType": one_of(*_TYPES, required=True),
        "Initiation": nested(initiation(version), required=True),
        "Instruction": nested(instruction(version), required=True),
    }
    return _request("VRPRequest", version, data)


def _request(name: str, version: Version, data: Members) -> type[Schema]:
    members: Members = {
        "Data": nested(named(f"{name}Data", version, data), required=True),
        "Risk": nested(parts.risk(version), required=True),
    }
    return named(name, version, members)


@cache
def control_parameters(version: Version) -> type[Schema]:
    """Within what payments may be made."""
    limit: Members = {
        "PeriodType": one_of(*mapping_vrps.PERIODS.values(), required=True),
        "PeriodAlignment": one_of(*mapping_vrps.ALIGNMENTS.values(), required=True),
        "Amount": fields.String(required=True, validate=schema_parts.AMOUNT),
        "Currency": fields.String(required=True, validate=CURRENCY),
    }
    members: Members = {
        "ValidFromDateTime": moment(),
        "ValidToDateTime": moment(),
        "MaximumIndividualAmount": nested(schema_parts.amount(), required=True),
        "PeriodicLimits": fields.List(
            nested(named("VRPPeriodicLimit", version, limit)), required=True, validate=Length(min=1)
        ),
        "VRPType": _several(_TYPES, required=True),
        "PSUAuthenticationMethods": _several(_METHODS, required=True),
        "PSUInteractionTypes": _several(_INTERACTIONS),
        "SupplementaryData": fields.Dict(keys=fields.String()),
    }
    return named("VRPControlParameters", version, members)


def _several(words: tuple[str, ...], *, required: bool = False) -> fields.List[str]:
    at_least = Length(min=1) if required else None
    return fields.List(fields.String(validate=OneOf(words)), required=required, validate=at_least)


@cache
def initiation(version: Version) -> type[Schema]:
    """What every payment has in common."""
    members: Members = {
        "DebtorAccount": nested(parts.account(version, creditor=False, by_name=True)),
        "CreditorAccount": nested(parts.account(version, creditor=True)),
        "CreditorPostalAddress": nested(parts.address(version)),
        "RemittanceInformation": nested(parts.remittance(version)),
    }
    if version is not V3:
        members |= {
            "UltimateCreditor": nested(parts.ultimate()),
            "UltimateDebtor": nested(parts.ultimate()),
            "RegulatoryReporting": fields.List(nested(parts.reporting(version)), validate=Length(max=10)),
        }
    return named("VRPInitiation", version, members)


@cache
def instruction(version: Version) -> type[Schema]:
    """What one payment has of its own."""
    members: Members = {
        "InstructionIdentification": said(35, required=True),
        "EndToEndIdentification": said(35, required=True),
        "RemittanceInformation": nested(parts.remittance(version)),
        "LocalInstrument": said(50),
        "InstructedAmount": nested(schema_parts.amount(), required=True),
        "CreditorPostalAddress": nested(parts.address(version)),
        "CreditorAccount": nested(parts.account(version, creditor=True), required=True),
        "SupplementaryData": fields.Dict(keys=fields.String()),
    }
    if version is not V3:
        members["UltimateCreditor"] = nested(parts.ultimate())
    return named("VRPInstruction", version, members)


@cache
def consent(version: Version) -> type[Schema]:
    """A consent as it is told."""
    data: Members = {
        "ConsentId": said(128, required=True),
        "CreationDateTime": moment(required=True),
        "Status": words_of(version, mapping.CONSENT_STATUS, required=True),
        "StatusUpdateDateTime": moment(required=True),
        "ReadRefundAccount": one_of("Yes", "No"),
        "ControlParameters": nested(control_parameters(version), required=True),
        "Initiation": nested(initiation(version), required=True),
        "DebtorAccount": nested(parts.account(version, creditor=False, by_name=True)),
    }
    if version is not V3:
        data["StatusReason"] = fields.List(nested(schema_parts.reason(version)))
    return envelope("VRPConsent", version, data, Risk=nested(parts.risk(version), required=True))


@cache
def payment(version: Version) -> type[Schema]:
    """A payment as it is told."""
    words = dict.fromkeys(payment_words.of(VRP, version).values())
    data: Members = {
        VRP.id_key: said(40, required=True),
        "ConsentId": said(128, required=True),
        "CreationDateTime": moment(required=True),
        "Status": fields.String(required=True, validate=OneOf(list(words))),
        "StatusUpdateDateTime": moment(required=True),
        "ExpectedExecutionDateTime": moment(),
        "ExpectedSettlementDateTime": moment(),
        "Refund": nested(parts.account(version, creditor=False)),
        "Charges": fields.List(nested(schemas.charge(version))),
        "Initiation": nested(initiation(version), required=True),
        "Instruction": nested(instruction(version), required=True),
        "DebtorAccount": nested(parts.account(version, creditor=False, by_name=True)),
    }
    if version is V3:
        data |= {"StatusReason": said(40), "StatusReasonDescription": said(256)}
    else:
        data["StatusReason"] = fields.List(nested(schema_parts.reason(version)))
    return envelope("VRP", version, data, Risk=nested(parts.risk(version), required=True))


@cache
def funds_request(version: Version) -> type[Schema]:
    """The question whether there is money."""
    data = _asked()
    return named(
        "VRPFundsRequest",
        version,
        {"Data": nested(named("VRPFundsRequestData", version, data), required=True)},
    )


@cache
def funds(version: Version) -> type[Schema]:
    """Whether there is money."""
    result: Members = {
        "FundsAvailableDateTime": moment(required=True),
        "FundsAvailable": one_of("Available", "NotAvailable", required=True),
    }
    data: Members = {
        **_asked(),
        "FundsConfirmationId": said(40, required=True),
        "CreationDateTime": moment(required=True),
        "FundsAvailableResult": nested(named("VRPFundsAvailable", version, result), required=True),
    }
    return named("VRPFunds", version, {"Data": nested(named("VRPFundsData", version, data), required=True)})


def _asked() -> Members:
    return {
        "ConsentId": said(128, required=True),
        "Reference": said(35),
        "InstructedAmount": nested(schema_parts.amount(), required=True),
    }
