"""The bodies of payments as they stand on the wire, read strictly.

Members that the published file has only as comments ("can be used by the ASPSP") are taken where they do not
change what is paid; all others are refused. Source: psd2-api 1.3.11, paymentInitiation_json,
bulkPaymentInitiation_json, periodicPaymentInitiation_json, and their answers.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.kernel import money
from sandbox.kernel.money import AmountMalformed, Money
from sandbox.standards.berlin_group.formats import text
from sandbox.standards.berlin_group.formats.standing_order import StandingOrderType
from sandbox.standards.berlin_group.schemas import (
    AccountReference,
    Flag,
    IsoDay,
    TppMessage,
    links_field,
)
from sandbox.standards.berlin_group.schemas_accounts import Amount
from sandbox.standards.berlin_group.schemas_authorisation import AuthenticationObject, ChallengeData
from sandbox.standards.berlin_group.schemas_payees import TransactionVop

TRANSACTION_STATUSES = (
    *("ACCC", "ACCP", "ACSC", "ACSP", "ACTC", "ACWC", "ACWP", "RCVD", "PDNG", "RJCT", "CANC", "ACFC"),
    *("PATC", "PART"),
    # psd2-api 1.3.16 alone. RVNC is never told: a creditor's bank in a sandbox answers at once.
    *("RVCM", "RVNC", "RCVC"),
)
CHARGE_BEARERS = ("DEBT", "CRED", "SHAR", "SLEV")
REMITTANCES = (
    "remittanceInformationUnstructured",
    "remittanceInformationUnstructuredArray",
    "remittanceInformationStructured",
    "remittanceInformationStructuredArray",
)
_LINES_MAX = 10
_MONTHLY = {"Monthly", "EveryTwoMonths", "Quarterly", "SemiAnnual", "Annual", "MonthlyVariable"}


class Text(fields.String):
    """Text that passes from bank to bank: not empty, not too long, in the letters of Europe."""

    def __init__(self, length_max: int, **kwargs: Any) -> None:
        said = kwargs.pop("complaint", partial(text.complaint, length_max=length_max))
        super().__init__(validate=[Length(min=1, max=length_max), _checked(said)], **kwargs)


def _checked(complaint: Callable[[str], str | None]) -> Callable[[str], None]:
    def check(value: str) -> None:
        wrong = complaint(value)
        if wrong is not None:
            raise ValidationError(wrong)

    return check


class Identification(Text):
    """An identification: 35 letters of the Latin character set at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(text.REFERENCE_MAX, complaint=text.reference_complaint, **kwargs)


class InstructedAmount(Schema):
    """An amount above zero as a decimal string; read as `Money`, exactly."""

    currency = fields.String(required=True, validate=Regexp(r"^[A-Z]{3}$(?!\n)"))
    amount = fields.String(
        required=True,
        validate=Regexp(
            r"^-?[0-9]{1,14}(\.[0-9]{1,3})?$(?!\n)", error="A decimal number such as 12.50 is expected."
        ),
        error_messages={"invalid": 'An amount is a string, such as "12.50".'},
        metadata={"example": "12.50"},
    )

    @post_load
    def _as_money(self, data: Mapping[str, str], **_: Any) -> Money:
        try:
            read = money.parse(data["amount"], data["currency"])
        except AmountMalformed as error:
            digits = money.exponent(data["currency"])
            wrong = f"{data['currency']} has {digits} digits after the point, and no zeros stand in front."
            raise ValidationError(wrong, "amount") from error
        if read.minor <= 0:
            raise ValidationError("The amount must be above zero.", "amount")
        return read


class Address(Schema):
    """Where somebody lives."""

    streetName = Text(text.STREET_MAX)
    buildingNumber = Text(16)
    townName = Text(140)
    postCode = Text(16)
    country = fields.String(required=True, validate=Regexp(r"^[A-Z]{2}$(?!\n)"))


class CreditorReference(Schema):
    """The creditor's reference, and what kind of number it is."""

    reference = Identification(required=True)
    referenceType = Identification()
    referenceIssuer = Identification()


class CreditTransferBody(Schema):
    """One credit transfer: an entry of a bulk, or what single and periodic payments have of it."""

    endToEndIdentification = Identification()
    instructionIdentification = Identification()
    debtorName = Text(text.NAME_MAX)
    debtorId = Identification()
    ultimateDebtor = Text(text.NAME_MAX)
    instructedAmount = fields.Nested(InstructedAmount, required=True)
    creditorAccount = fields.Nested(AccountReference, required=True)
    creditorAgent = fields.String(validate=Regexp(r"^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$(?!\n)"))
    creditorAgentName = Text(text.AGENT_NAME_MAX)
    creditorName = Text(text.NAME_MAX, required=True)
    creditorId = Identification()
    creditorAddress = fields.Nested(Address)
    creditorNameAndAddress = Text(140)
    ultimateCreditor = Text(text.NAME_MAX)
    purposeCode = fields.String(validate=Regexp(r"^[A-Z0-9]{4}$(?!\n)"))
    chargeBearer = fields.String(validate=OneOf(CHARGE_BEARERS))
    remittanceInformationUnstructured = Text(text.REMITTANCE_MAX)
    remittanceInformationUnstructuredArray = fields.List(
        Text(text.REMITTANCE_MAX), validate=Length(min=1, max=_LINES_MAX)
    )
    remittanceInformationStructured = Identification()
    remittanceInformationStructuredArray = fields.List(
        fields.Nested(CreditorReference), validate=Length(equal=1)
    )

    @validates_schema
    def _says_one_thing_to_the_creditor(self, data: Mapping[str, Any], **_: Any) -> None:
        # Bits PSD2 appendix; EPC125-05, AT-T009: remittance information is either structured or unstructured.
        said = [name for name in REMITTANCES if name in data]
        if len(said) > 1:
            raise ValidationError(f"{said[0]} excludes {said[1]}.", said[1])


class ExecutionDay(Schema):
    """When a payment that is made once is carried out: a day, or the day of a moment."""

    requestedExecutionDate = IsoDay()
    requestedExecutionTime = fields.AwareDateTime(
        error_messages={
            "invalid": "A moment such as 2026-03-17T09:00:00Z is expected.",
            "invalid_awareness": "The moment needs its offset from UTC.",
        }
    )

    @validates_schema
    def _is_once(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data.keys() & {"requestedExecutionDate", "requestedExecutionTime"}) > 1:
            raise ValidationError("A day excludes a time.", "requestedExecutionTime")


class SinglePayment(CreditTransferBody, ExecutionDay):
    """The body of POST /v1/payments/{payment-product}."""

    debtorAccount = fields.Nested(AccountReference)


class BulkPayment(ExecutionDay):
    """The body of POST /v1/bulk-payments/{payment-product}."""

    batchBookingPreferred = Flag()
    paymentInformationId = Identification()
    debtorAccount = fields.Nested(AccountReference)
    payments = fields.List(fields.Nested(CreditTransferBody), required=True, validate=Length(min=1))


class PeriodicPayment(CreditTransferBody, StandingOrderType):
    """The body of POST /v1/periodic-payments/{payment-product}."""

    debtorAccount = fields.Nested(AccountReference)

    @validates_schema
    def _names_a_day_of_the_month(self, data: Mapping[str, Any], **_: Any) -> None:
        if "dayOfExecution" in data and data.get("frequency") not in _MONTHLY:
            raise ValidationError("A day of the month goes with a frequency of months.", "dayOfExecution")


class PaymentCreated(Schema):
    """The answer to a payment initiation."""

    transactionStatus = fields.String(required=True, validate=OneOf(TRANSACTION_STATUSES))
    paymentId = fields.String(required=True)
    transactionFees = fields.Nested(Amount)
    transactionFeeIndicator = fields.Boolean()
    originalTransactionInformationAndVopStatus = fields.List(fields.Nested(TransactionVop))
    _links = links_field()
    psuMessage = fields.String(validate=Length(max=500))
    tppMessages = fields.List(fields.Nested(TppMessage))


class PaymentInformation(PeriodicPayment, BulkPayment):
    """The answer to GET of a payment: the members of its body, and where it stands."""

    transactionStatus = fields.String(validate=OneOf(TRANSACTION_STATUSES))
    tppMessage = fields.List(fields.Nested(TppMessage))


class PaymentState(Schema):
    """The answer to GET of a payment's status."""

    transactionStatus = fields.String(required=True, validate=OneOf(TRANSACTION_STATUSES))
    originalTransactionInformationAndVopStatus = fields.List(fields.Nested(TransactionVop))
    fundsAvailable = fields.Boolean()
    psuMessage = fields.String(validate=Length(max=500))
    tppMessage = fields.List(fields.Nested(TppMessage))


class CancellationWaits(Schema):
    """The answer to DELETE of a payment where the PSU has to say yes to it."""

    transactionStatus = fields.String(required=True, validate=OneOf(TRANSACTION_STATUSES))
    scaMethods = fields.List(fields.Nested(AuthenticationObject))
    chosenScaMethod = fields.Nested(AuthenticationObject)
    challengeData = fields.Nested(ChallengeData)
    _links = links_field()
