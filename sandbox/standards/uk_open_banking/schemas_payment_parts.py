"""What the bodies of payments are put together from, in each version: read strictly, and told to the letter.

Source: the OpenAPI files of 3.1.11 and 4.0, OBDomestic2 and its like, OBRisk1.
"""

from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.standards.uk_open_banking import codes, schema_parts
from sandbox.standards.uk_open_banking.codes import CodeSet
from sandbox.standards.uk_open_banking.schema_parts import Members, named
from sandbox.standards.uk_open_banking.versions import V3, V4, Version
from sandbox.standards.uk_open_banking.walltime import Moment

_COUNTRY = Regexp(r"^[A-Z]{2}$", error="A country by ISO 3166-1 is expected.")
_LEI = Regexp(r"^[0-9]{4}00[A-Z0-9]{12}[0-9]{2}")
_ADDRESS_TYPES_3 = (
    *("Business", "Correspondence", "DeliveryTo", "MailTo", "POBox", "Postal", "Residential", "Statement"),
)
_ADDRESS_TYPES_4 = ("BIZZ", "DLVY", "MLTO", "PBOX", "ADDR", "HOME", "CORR", "STAT")
_CONTEXTS = (
    *("BillingGoodsAndServicesInAdvance", "BillingGoodsAndServicesInArrears"),
    *("EcommerceMerchantInitiatedPayment", "FaceToFacePointOfSale", "TransferToSelf", "TransferToThirdParty"),
)
_CONTEXTS_3 = (
    *(*_CONTEXTS, "PispPayee", "BillPayment", "EcommerceGoods", "EcommerceServices", "Other"),
    *("PartyToParty",),
)
_ACCOUNT_TYPES = (
    *("Business", "BusinessSavingsAccount", "Charity", "Collection", "Corporate", "Ewallet", "Government"),
    *("Investment", "ISA", "JointPersonal", "Pension", "Personal", "PersonalSavingsAccount", "Premier"),
    *("Wealth",),
)
_EXEMPTIONS = (
    *("BillPayment", "ContactlessTravel", "EcommerceGoods", "EcommerceServices", "Kiosk", "Parking"),
    *("PartyToParty",),
)


class Rate(fields.Field[Any]):
    """A number of JSON, kept as it came: it is told again, and no money is counted with it as it is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:  # noqa: ARG002
        """Check it. Raises ValidationError."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ValidationError("A number above zero is expected.")
        return value


def said(longest: int, shortest: int = 1, *, required: bool = False) -> fields.String:
    """A text, of so many characters."""
    return fields.String(required=required, validate=Length(shortest, longest))


def one_of(*words: str, required: bool = False) -> fields.String:
    """One of these words."""
    return fields.String(required=required, validate=OneOf(words))


def coded(among: CodeSet, *, required: bool = False) -> fields.String:
    """One of the codes of that set. There are hundreds of some: the document names the set alone."""
    description = {"description": f"A code of {among.name}.", "maxLength": 4}
    return fields.String(required=required, validate=among.check, metadata=description)


def moment(*, required: bool = False) -> Moment:
    """A moment, kept to the letter."""
    return Moment(required=required, metadata={"type": "string", "format": "date-time"})


def nested(schema: type[Schema], *, required: bool = False) -> fields.Nested:
    """A member that is an object."""
    return fields.Nested(schema, required=required)


def country(*, required: bool = False) -> fields.String:
    """A country."""
    return fields.String(required=required, validate=_COUNTRY)


@cache
def account(version: Version, *, creditor: bool, by_name: bool = False) -> type[Schema]:
    """An account by scheme and number; a creditor's with a name, a debtor's where that is asked for."""
    members: Members = {
        "SchemeName": said(40, required=True),
        "Identification": said(256, required=True),
        "Name": said(350, required=creditor or by_name),
        "SecondaryIdentification": said(34),
    }
    if version is not V3:
        members["Proxy"] = nested(_proxy())
    word = "CreditorAccount" if creditor else "DebtorAccountByName" if by_name else "DebtorAccount"
    return named(word, version, members)


@cache
def _proxy() -> type[Schema]:
    members: Members = {
        "Identification": said(2048, required=True),
        "Code": coded(codes.PROXIES, required=True),
        "Type": said(35),
    }
    return named("Proxy", V4, members)


@cache
def address(version: Version) -> type[Schema]:
    """A postal address."""
    long, town = (70, 35) if version is V3 else (140, 140)
    members: Members = {
        "AddressType": one_of(*(_ADDRESS_TYPES_3 if version is V3 else _ADDRESS_TYPES_4)),
        "Department": said(70),
        "SubDepartment": said(70),
        "StreetName": said(long),
        "BuildingNumber": said(16),
        "PostCode": said(16),
        "TownName": said(town),
        "CountrySubDivision": said(35),
        "Country": country(),
        "AddressLine": fields.List(said(70), validate=Length(max=7)),
    }
    if version is not V3:
        longer = ("BuildingName", "TownLocationName", "DistrictName", "CareOf")
        members |= {name: said(140) for name in longer}
        members |= {"Floor": said(70), "UnitNumber": said(16), "Room": said(70), "PostBox": said(16)}
    return named("PostalAddress", version, members)


@cache
def agent(version: Version) -> type[Schema]:
    """The creditor's bank."""
    members: Members = {
        "SchemeName": said(40),
        "Identification": said(35),
        "Name": said(140),
        "PostalAddress": nested(address(version)),
    }
    return named("CreditorAgent", version, members | ({} if version is V3 else {"LEI": _lei()}))


@cache
def creditor(version: Version) -> type[Schema]:
    """Who is paid, beside the account."""
    members: Members = {
        "Name": said(140 if version is V3 else 350),
        "PostalAddress": nested(address(version)),
    }
    return named("Creditor", version, members | ({} if version is V3 else {"LEI": _lei()}))


@cache
def ultimate() -> type[Schema]:
    """Whom a payment is for in the end, or whose it is; 4.0 alone has it."""
    return named(
        "UltimateParty",
        V4,
        {
            "Name": said(140),
            "Identification": said(256),
            "LEI": _lei(),
            "SchemeName": said(40),
            "PostalAddress": nested(address(V4)),
        },
    )


def _boolean() -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False})


def _lei() -> fields.String:
    return fields.String(validate=[Length(1, 20), _LEI])


@cache
def remittance(version: Version) -> type[Schema]:
    """What the creditor is told."""
    if version is V3:
        return named("RemittanceInformation", version, {"Unstructured": said(140), "Reference": said(35)})
    document: Members = {
        "Code": said(4),
        "Issuer": said(35),
        "Number": said(35),
        "RelatedDate": moment(),
        "LineDetails": fields.List(fields.String()),
    }
    reference: Members = {"Code": said(4), "Issuer": said(35), "Reference": said(35)}
    structured: Members = {
        "ReferredDocumentInformation": fields.List(nested(named("ReferredDocument", version, document))),
        "ReferredDocumentAmount": fields.Integer(strict=True),
        "CreditorReferenceInformation": nested(named("CreditorReference", version, reference)),
        "Invoicer": said(256),
        "Invoicee": said(256),
        "TaxRemittance": said(140),
        "AdditionalRemittanceInformation": fields.List(said(140), validate=Length(max=3)),
    }
    return named(
        "RemittanceInformation",
        version,
        {
            "Structured": fields.List(nested(named("StructuredRemittance", version, structured))),
            "Unstructured": fields.List(said(140)),
        },
    )


@cache
def reporting(version: Version) -> type[Schema]:
    """What a regulator wants to know."""
    detail: Members = {
        "Type": said(35),
        "Date": moment(),
        "Country": country(),
        "Amount": nested(schema_parts.amount()),
        "Information": fields.List(said(35)),
    }
    authority: Members = {"Name": said(140), "CountryCode": country()}
    return named(
        "RegulatoryReporting",
        version,
        {
            "DebitCreditReportingIndicator": one_of("CRED", "DEBT", "BOTH"),
            "Authority": nested(named("RegulatoryAuthority", version, authority)),
            "Details": fields.List(nested(named("RegulatoryDetail", version, detail))),
        },
    )


@cache
def risk(version: Version) -> type[Schema]:
    """What the bank judges the risk by."""
    three = version is V3
    delivery: Members = {
        "AddressLine": fields.List(said(70), validate=Length(max=2)),
        "StreetName": said(70),
        "BuildingNumber": said(16),
        "PostCode": said(16),
        "TownName": said(35, required=True),
        "CountrySubDivision": said(35),
        "Country": country(required=True),
    }
    members: Members = {
        "PaymentContextCode": one_of(*(_CONTEXTS_3 if three else _CONTEXTS)),
        "MerchantCategoryCode": said(4, 3),
        "MerchantCustomerIdentification": said(70),
        # The published file of 3.1 writes it so.
        "ContractPresentInidicator" if three else "ContractPresentIndicator": _boolean(),
        "BeneficiaryPrepopulatedIndicator": _boolean(),
        "PaymentPurposeCode": coded(codes.PURPOSES),
        "BeneficiaryAccountType": one_of(*_ACCOUNT_TYPES),
        "DeliveryAddress": nested(named("DeliveryAddress", version, delivery) if three else address(version)),
    }
    if not three:
        members["CategoryPurposeCode"] = coded(codes.CATEGORIES)
    return named("Risk", version, members)


@cache
def authorisation(version: Version) -> type[Schema]:
    """How many may have to sign, and until when."""
    members: Members = {
        "AuthorisationType": one_of("Any", "Single", required=True),
        "CompletionDateTime": moment(),
    }
    return named("AuthorisationWish", version, members)


@cache
def sca_support(version: Version) -> type[Schema]:
    """How the TPP has authenticated the PSU itself."""
    members: Members = {
        "RequestedSCAExemptionType": one_of(*_EXEMPTIONS),
        "AppliedAuthenticationApproach": one_of("CA", "SCA"),
        "ReferencePaymentOrderId": said(40),
    }
    return named("ScaSupportData", version, members)
