"""What the bodies of payments look like, by sort and version: read by them, documented by them.

Source: the OpenAPI files of 3.1.11 and 4.0.
"""

from functools import cache

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Regexp

from sandbox.bank.profile import Service
from sandbox.standards.uk_open_banking import codes, payment_words, schema_parts
from sandbox.standards.uk_open_banking import schemas_payment_parts as parts
from sandbox.standards.uk_open_banking.payment_kinds import Kind
from sandbox.standards.uk_open_banking.schema_parts import CURRENCY, Members, envelope, named, words_of
from sandbox.standards.uk_open_banking.schemas_payment_parts import moment, nested, one_of, said
from sandbox.standards.uk_open_banking.versions import V3, Version

_RATE_TYPES = ("Actual", "Agreed", "Indicative")
_BEARERS = ("BorneByCreditor", "BorneByDebtor", "FollowingServiceLevel", "Shared")


@cache
def consent_request(version: Version, kind: Kind) -> type[Schema]:
    """The request of a consent."""
    return _request("ConsentRequest", version, kind, _asked(version, kind))


@cache
def order_request(version: Version, kind: Kind) -> type[Schema]:
    """The request of the payment itself."""
    return _request("Request", version, kind, {"ConsentId": said(128, required=True)})


def _request(name: str, version: Version, kind: Kind, data: Members) -> type[Schema]:
    name = f"{_name(kind)}{name}"
    told: Members = {"Initiation": nested(initiation(version, kind), required=True), **data}
    if kind.permission and "ConsentId" not in data:
        told["Permission"] = one_of("Create", required=True)
    members: Members = {"Data": nested(named(f"{name}Data", version, told), required=True)}
    if kind.risk:
        members["Risk"] = nested(parts.risk(version), required=True)
    return named(name, version, members)


def _name(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.word.split("-"))


def _asked(version: Version, kind: Kind) -> Members:
    """What a TPP asks for with a consent, beside the payment."""
    members: Members = {
        "Authorisation": nested(parts.authorisation(version)),
        "SCASupportData": nested(parts.sca_support(version)),
    }
    return members | ({"ReadRefundAccount": one_of("Yes", "No")} if kind.risk else {})


@cache
def initiation(version: Version, kind: Kind) -> type[Schema]:
    """The payment that the PSU says yes to."""
    if kind.service is Service.BULK:
        return named(f"{_name(kind)}Initiation", version, _file(version))
    members: Members = {
        "DebtorAccount": nested(parts.account(version, creditor=False)),
        "CreditorAccount": nested(parts.account(version, creditor=True), required=True),
        "SupplementaryData": fields.Dict(keys=fields.String()),
    }
    if kind.service is Service.PERIODIC:
        members |= _standing(version, kind)
    else:
        members |= _once(version, kind)
    if kind.international:
        members |= _abroad(version, kind)
    if version is not V3:
        members |= {
            "UltimateCreditor": nested(parts.ultimate()),
            "UltimateDebtor": nested(parts.ultimate()),
            "RegulatoryReporting": fields.List(nested(parts.reporting(version))),
        }
    return named(f"{_name(kind)}Initiation", version, members)


def _file(version: Version) -> Members:
    members: Members = {
        "FileType": said(40, required=True),
        "FileHash": said(44, required=True),
        "FileReference": said(40),
        "NumberOfTransactions": fields.String(
            validate=Regexp(r"^[0-9]{1,15}$", error="A number of at most 15 digits is expected.")
        ),
        "ControlSum": parts.Rate(metadata={"type": "number"}),
        "RequestedExecutionDateTime": moment(),
        "LocalInstrument": said(50),
        "DebtorAccount": nested(parts.account(version, creditor=False)),
        "RemittanceInformation": nested(parts.remittance(version)),
        "SupplementaryData": fields.Dict(keys=fields.String()),
    }
    if version is not V3:
        members |= {"CreditorAgent": nested(parts.agent(version)), "UltimateDebtor": nested(parts.ultimate())}
    return members


def _once(version: Version, kind: Kind) -> Members:
    members: Members = {
        "InstructionIdentification": said(35, required=True),
        "EndToEndIdentification": said(35, required=not kind.dated),
        "LocalInstrument": said(50),
        "InstructedAmount": nested(schema_parts.amount(), required=True),
        "RemittanceInformation": nested(parts.remittance(version)),
    }
    if kind.dated:
        members["RequestedExecutionDateTime"] = moment(required=True)
    if not kind.international:
        members["CreditorPostalAddress"] = nested(parts.address(version))
        if version is not V3 and not kind.dated:
            members["CreditorAgent"] = nested(parts.agent(version))
    return members


def _abroad(version: Version, kind: Kind) -> Members:
    members: Members = {
        "ExtendedPurpose": said(140),
        "ChargeBearer": one_of(*_BEARERS),
        "CurrencyOfTransfer": fields.String(required=True, validate=CURRENCY),
        "DestinationCountryCode": parts.country(),
        "Creditor": nested(parts.creditor(version)),
        "CreditorAgent": nested(parts.agent(version)),
    }
    if version is V3:
        members["Purpose"] = parts.coded(codes.PURPOSES)
    if kind.service is Service.PERIODIC:
        members["InstructedAmount"] = nested(schema_parts.amount(), required=True)
    else:
        members["InstructionPriority"] = one_of("Normal", "Urgent")
        members["ExchangeRateInformation"] = nested(_rate_wish(version))
    return members


@cache
def _rate_wish(version: Version) -> type[Schema]:
    members: Members = {
        "UnitCurrency": fields.String(required=True, validate=CURRENCY),
        "ExchangeRate": parts.Rate(metadata={"type": "number"}),
        "RateType": one_of(*_RATE_TYPES, required=True),
        "ContractIdentification": said(256),
    }
    return named("ExchangeRateWish", version, members)


def _standing(version: Version, kind: Kind) -> Members:
    members: Members = {"NumberOfPayments": said(35)}
    if version is V3:
        members |= {
            "Frequency": said(35, required=True),
            "Reference": said(35),
            "FirstPaymentDateTime": moment(required=True),
            "FinalPaymentDateTime": moment(),
        }
    else:
        members |= {
            "RemittanceInformation": nested(parts.remittance(version)),
            "MandateRelatedInformation": nested(_mandate(version), required=True),
        }
    if not kind.international:
        amount = schema_parts.amount()
        members["FirstPaymentAmount"] = nested(amount, required=True)
        members |= {"RecurringPaymentAmount": nested(amount), "FinalPaymentAmount": nested(amount)}
        if version is V3:
            members["RecurringPaymentDateTime"] = moment()
    return members


@cache
def _mandate(version: Version) -> type[Schema]:
    often: Members = {
        "Type": said(35, required=True),
        "CountPerPeriod": fields.Integer(strict=True),
        "PointInTime": fields.String(validate=Regexp(r"^[0-9]{2}$", error="Two digits are expected.")),
    }
    members: Members = {
        "MandateIdentification": said(35),
        "Classification": one_of("FIXE", "USGB", "VARI"),
        "CategoryPurposeCode": parts.coded(codes.CATEGORIES),
        "FirstPaymentDateTime": moment(),
        "RecurringPaymentDateTime": moment(),
        "FinalPaymentDateTime": moment(),
        "Frequency": nested(named("MandateFrequency", version, often), required=True),
        "Reason": said(256),
    }
    return named("MandateRelatedInformation", version, members)


@cache
def consent(version: Version, kind: Kind) -> type[Schema]:
    """A consent as it is told."""
    data = _told(version, kind) | _asked(version, kind)
    data["Status"] = words_of(version, payment_words.CONSENT_STATUS, required=True)
    data["CutOffDateTime"] = moment()
    if kind.permission:
        data["Permission"] = one_of("Create", required=True)
    more = {"Risk": nested(parts.risk(version), required=True)} if kind.risk else {}
    return envelope(f"{_name(kind)}Consent", version, data, **more)


@cache
def order(version: Version, kind: Kind) -> type[Schema]:
    """A payment as it is told."""
    data = _told(version, kind)
    data[kind.id_key] = said(40, required=True)
    words = payment_words.of(kind, version)
    data["Status"] = fields.String(required=True, validate=OneOf(list(dict.fromkeys(words.values()))))
    data["MultiAuthorisation"] = nested(_signatures(version))
    if not kind.risk:
        return envelope(_name(kind), version, data)
    refund: Members = {"Account": nested(parts.account(version, creditor=True), required=True)}
    if kind.international:
        refund |= {"Agent": nested(schema_parts.agent())}
    data["Refund"] = nested(named(f"{_name(kind)}Refund", version, refund))
    return envelope(_name(kind), version, data)


def _told(version: Version, kind: Kind) -> Members:
    """What is told of a consent and of a payment alike."""
    data: Members = {
        "ConsentId": said(128, required=True),
        "CreationDateTime": moment(required=True),
        "StatusUpdateDateTime": moment(required=True),
        "Initiation": nested(initiation(version, kind), required=True),
        "Charges": fields.List(nested(charge(version))),
        "Debtor": nested(_debtor(version)),
    }
    if kind.expected:
        data |= {"ExpectedExecutionDateTime": moment(), "ExpectedSettlementDateTime": moment()}
    if kind.international and kind.expected:
        data["ExchangeRateInformation"] = nested(_rate(version))
    if version is not V3:
        data["StatusReason"] = fields.List(nested(schema_parts.reason(version)))
    return data


@cache
def charge(version: Version) -> type[Schema]:
    """What the bank takes for a payment."""
    members: Members = {
        "ChargeBearer": one_of(*_BEARERS, required=True),
        "Type": said(40, required=True),
        "Amount": nested(schema_parts.amount(), required=True),
    }
    return named("Charge", version, members)


@cache
def _debtor(version: Version) -> type[Schema]:
    return named("Debtor", version, {"Name": said(350)})


@cache
def _signatures(version: Version) -> type[Schema]:
    members: Members = {
        "Status": words_of(version, payment_words.SIGNATURES, required=True),
        "NumberRequired": fields.Integer(),
        "NumberReceived": fields.Integer(),
        "LastUpdateDateTime": moment(),
        "ExpirationDateTime": moment(),
    }
    return named("MultiAuthorisation", version, members)


@cache
def _rate(version: Version) -> type[Schema]:
    members: Members = {
        "UnitCurrency": fields.String(required=True, validate=CURRENCY),
        "ExchangeRate": parts.Rate(required=True, metadata={"type": "number"}),
        "RateType": one_of(*_RATE_TYPES, required=True),
        "ContractIdentification": said(256),
        "ExpirationDateTime": moment(),
    }
    return named("ExchangeRate", version, members)


@cache
def details(version: Version) -> type[Schema]:
    """The state of each transfer of a payment."""
    detail: Members = {
        "LocalInstrument": said(50),
        "Status": said(128, required=True),
        "StatusReason": said(60),
        "StatusReasonDescription": said(256),
    }
    one: Members = {
        "PaymentTransactionId": said(210, required=True),
        "Status": words_of(version, payment_words.TRANSFER, required=True),
        "StatusUpdateDateTime": moment(required=True),
        "StatusDetail": nested(named("StatusDetail", version, detail)),
    }
    states = fields.List(nested(named("TransferStatus", version, one)))
    return envelope("PaymentDetails", version, {"PaymentStatus": states})


@cache
def funds_available(version: Version) -> type[Schema]:
    """Whether there is money for a payment."""
    result: Members = {
        "FundsAvailableDateTime": moment(required=True),
        "FundsAvailable": fields.Boolean(required=True),
    }
    data: Members = {"FundsAvailableResult": nested(named("FundsAvailable", version, result))}
    return envelope("FundsAvailability", version, data)
