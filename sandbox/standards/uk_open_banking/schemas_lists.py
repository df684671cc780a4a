"""What the bodies of arrangements, products, offers and statements look like, in each version.

Source: the OpenAPI files of 3.1.11 and 4.0. Of the optional members, only those that the sandbox says.
"""

from functools import cache

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from sandbox.standards.uk_open_banking.schema_parts import (
    Members,
    Nothing,
    agent,
    amount,
    identified,
    listed,
    moment,
    named,
    sign,
    text,
)
from sandbox.standards.uk_open_banking.versions import V3, Version
from sandbox.standards.uk_open_banking.walltime import WallTime


class PageQuery(Schema):
    """Which page is wanted; that is for the links to say."""

    page = fields.Integer(strict=False, validate=Range(1, 1_000_000))
    marks = fields.String(validate=Length(max=400))


class StatementsQuery(Schema):
    """Which statements are wanted."""

    fromStatementDateTime = WallTime(
        metadata={"type": "string", "description": "Begins then or later; a time zone is ignored."}
    )
    toStatementDateTime = WallTime(
        metadata={"type": "string", "description": "Ends then or earlier; a time zone is ignored."}
    )


def _creditor() -> Members:
    return {"CreditorAgent": fields.Nested(agent()), "CreditorAccount": fields.Nested(identified())}


@cache
def beneficiaries(version: Version) -> type[Schema]:
    """The list of beneficiaries."""
    return listed(
        "Beneficiaries",
        version,
        "Beneficiary",
        {
            "AccountId": text(40),
            "BeneficiaryId": text(40),
            "BeneficiaryType": fields.String(validate=OneOf(["Trusted", "Ordinary"])),
            "Reference": text(35),
            **_creditor(),
        },
    )


@cache
def direct_debits(version: Version) -> type[Schema]:
    """The list of direct debits."""
    members: Members = {
        "AccountId": text(40, required=True),
        "DirectDebitId": text(40),
        "DirectDebitStatusCode": text(8),
        "Name": text(70, required=True),
        "PreviousPaymentDateTime": moment(),
        "PreviousPaymentAmount": fields.Nested(amount()),
    }
    if version is V3:
        members |= {"MandateIdentification": text(35, required=True), "Frequency": text()}
    else:
        members["MandateRelatedInformation"] = fields.Nested(_mandate())
    return listed("DirectDebits", version, "DirectDebit", members)


@cache
def _mandate() -> type[Schema]:
    """The mandate of 4.0, of a direct debit or a standing order."""
    often: Members = {"Type": text(required=True), "PointInTime": text(2)}
    return named(
        "Mandate",
        None,
        {
            "MandateIdentification": text(35),
            "FirstPaymentDateTime": moment(),
            "FinalPaymentDateTime": moment(),
            "Frequency": fields.Nested(named("Frequency", None, often), required=True),
        },
    )


@cache
def standing_orders(version: Version) -> type[Schema]:
    """The list of standing orders."""
    members: Members = {
        "AccountId": text(40, required=True),
        "StandingOrderId": text(40),
        "NextPaymentDateTime": moment(),
        "LastPaymentDateTime": moment(),
        "NextPaymentAmount": fields.Nested(amount()),
        "LastPaymentAmount": fields.Nested(amount()),
        "StandingOrderStatusCode": text(8),
        **_creditor(),
    }
    if version is V3:
        members |= {
            "Frequency": text(required=True),
            "Reference": text(35),
            "FirstPaymentDateTime": moment(),
            "FinalPaymentDateTime": moment(),
        }
    else:
        members["MandateRelatedInformation"] = fields.Nested(_mandate())
        members["RemittanceInformation"] = fields.Nested(_remittance())
    return listed("StandingOrders", version, "StandingOrder", members)


@cache
def _remittance() -> type[Schema]:
    reference = named("CreditorReference", None, {"Reference": text(35)})
    structured = named(
        "StructuredRemittance", None, {"CreditorReferenceInformation": fields.Nested(reference)}
    )
    return named(
        "Remittance",
        None,
        {
            "Structured": fields.List(fields.Nested(structured)),
            "Unstructured": fields.List(text(140)),
        },
    )


@cache
def scheduled_payments(version: Version) -> type[Schema]:
    """The list of scheduled payments."""
    return listed(
        "ScheduledPayments",
        version,
        "ScheduledPayment",
        {
            "AccountId": text(40, required=True),
            "ScheduledPaymentId": text(40),
            "ScheduledPaymentDateTime": moment(required=True),
            "ScheduledType": fields.String(required=True, validate=OneOf(["Arrival", "Execution"])),
            "Reference": text(35),
            "InstructedAmount": fields.Nested(amount(), required=True),
            **_creditor(),
        },
    )


@cache
def products(version: Version) -> type[Schema]:
    """The list of products, whose models are larger than what is said of them here."""
    details: Members = {"MonthlyMaximumCharge": text(), "Notes": fields.List(text(2000))}
    current = named(
        "ProductDetails", version, {"ProductDetails": fields.Nested(named("Fees", version, details))}
    )
    other: Members = {
        "Name": text(350, required=True),
        "Description": text(350, required=True),
        "CreditInterest": fields.Dict(),
    }
    return listed(
        "Products",
        version,
        "Product",
        {
            "AccountId": text(40, required=True),
            "ProductId": text(40),
            "ProductName": text(350),
            "ProductType": text(required=True),
            "PCA": fields.Nested(current),
            "BCA": fields.Nested(current),
            "OtherProductType": fields.Nested(named("OtherProduct", version, other)),
        },
    )


@cache
def offers(version: Version) -> type[Schema]:
    """The list of offers."""
    return listed(
        "Offers",
        version,
        "Offer",
        {
            "AccountId": text(40, required=True),
            "OfferId": text(40),
            "OfferType": text(),
            "Description": text(500),
            "StartDateTime": moment(),
            "EndDateTime": moment(),
            "Rate": text(),
            "Term": text(500),
            "Amount": fields.Nested(amount()),
        },
    )


@cache
def statements(version: Version) -> type[Schema]:
    """The list of statements."""
    moved = named(
        "StatementAmount",
        version,
        {
            "CreditDebitIndicator": sign(required=True),
            "Type": text(required=True),
            "Amount": fields.Nested(amount(), required=True),
        },
    )
    sums = {
        name: fields.List(fields.Nested(moved))
        for name in ("StatementFee", "StatementInterest", "StatementAmount")
    }
    empty = {
        name: fields.List(fields.Nested(Nothing))
        for name in ("StatementBenefit", "StatementDateTime", "StatementRate", "StatementValue")
    }
    return listed(
        "Statements",
        version,
        "Statement",
        {
            "AccountId": text(40, required=True),
            "StatementId": text(40),
            "StatementReference": text(35),
            "Type": text(required=True),
            "StartDateTime": moment(required=True),
            "EndDateTime": moment(required=True),
            "CreationDateTime": moment(required=True),
            "StatementDescription": fields.List(text(500)),
            **sums,
            **empty,
        },
    )
