"""What this standard's bodies and queries look like, in each version: read by them, documented by them.

Source: the OpenAPI files of 3.1.11 and 4.0. Of the optional members, only those that the sandbox says.
"""

from functools import cache

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from sandbox.standards.uk_open_banking import mapping
from sandbox.standards.uk_open_banking.permissions import Permission
from sandbox.standards.uk_open_banking.schema_parts import (
    CURRENCY,
    Members,
    Nothing,
    agent,
    amount,
    envelope,
    identified,
    listed,
    moment,
    named,
    reason,
    sign,
    text,
    words_of,
)
from sandbox.standards.uk_open_banking.versions import V3, Version
from sandbox.standards.uk_open_banking.walltime import Moment, WallTime


class ConsentData(Schema):
    """What a consent is to give, and for how long."""

    Permissions = fields.List(
        fields.String(),
        required=True,
        metadata={"description": f"Of {', '.join(one.value for one in Permission)}."},
    )
    ExpirationDateTime = Moment(metadata={"type": "string", "format": "date-time"})
    TransactionFromDateTime = Moment(metadata={"type": "string", "format": "date-time"})
    TransactionToDateTime = Moment(metadata={"type": "string", "format": "date-time"})


class ConsentRequest(Schema):
    """The request of a consent."""

    Data = fields.Nested(ConsentData, required=True)
    Risk = fields.Nested(Nothing, required=True)


class TransactionsQuery(Schema):
    """Which transactions are wanted. The page and its marks are for the links to say."""

    fromBookingDateTime = WallTime(
        metadata={
            "type": "string",
            "description": "Booked at this moment or later; a time zone is ignored.",
        }
    )
    toBookingDateTime = WallTime(
        metadata={
            "type": "string",
            "description": "Booked at this moment or earlier; a time zone is ignored.",
        }
    )
    page = fields.Integer(strict=False, validate=Range(1, 1_000_000))
    marks = fields.String(validate=Length(max=400))


@cache
def consent(version: Version) -> type[Schema]:
    """A consent as it is told."""
    data: Members = {
        "ConsentId": text(128, required=True),
        "CreationDateTime": moment(required=True),
        "Status": words_of(version, mapping.CONSENT_STATUS, required=True),
        "StatusUpdateDateTime": moment(required=True),
        "Permissions": fields.List(fields.String(), required=True),
        "ExpirationDateTime": moment(),
        "TransactionFromDateTime": moment(),
        "TransactionToDateTime": moment(),
    }
    if version is not V3:
        data["StatusReason"] = fields.List(fields.Nested(reason(version)))
    return envelope("Consent", version, data, Risk=fields.Nested(Nothing, required=True))


@cache
def accounts(version: Version) -> type[Schema]:
    """The list of accounts."""
    category, kind = (version.say(key) for key in mapping.TYPE_KEYS)
    members: Members = {
        "AccountId": text(40, required=True),
        "Status": words_of(version, mapping.ACCOUNT_STATUS),
        "Currency": fields.String(validate=CURRENCY),
        category: fields.String(validate=OneOf(["Business", "Personal"])),
        kind: words_of(version, mapping.ACCOUNT_TYPE),
        "Description": text(35),
        "Nickname": text(70),
        "Account": fields.List(fields.Nested(identified())),
        "Servicer": fields.Nested(agent()),
    }
    if version is not V3:
        members["StatementFrequencyAndFormat"] = fields.List(fields.Nested(Nothing))
    return listed("Accounts", version, "Account", members)


@cache
def balances(version: Version) -> type[Schema]:
    """The list of balances."""
    return listed(
        "Balances",
        version,
        "Balance",
        {
            "AccountId": text(40, required=True),
            "CreditDebitIndicator": sign(required=True),
            "Type": words_of(version, mapping.BALANCE_TYPE, required=True),
            "DateTime": moment(required=True),
            "Amount": fields.Nested(amount(), required=True),
            "CreditLine": fields.List(fields.Nested(_credit_line())),
        },
    )


@cache
def _credit_line() -> type[Schema]:
    return named(
        "CreditLine",
        None,
        {
            "Included": fields.Boolean(required=True),
            "Type": text(),
            "Amount": fields.Nested(amount()),
        },
    )


@cache
def transactions(version: Version) -> type[Schema]:
    """The list of transactions."""
    balance = {
        "CreditDebitIndicator": sign(required=True),
        "Type": words_of(version, mapping.BALANCE_TYPE, required=True),
        "Amount": fields.Nested(amount(), required=True),
    }
    members: Members = {
        "AccountId": text(40, required=True),
        "TransactionId": text(210),
        "TransactionReference": text(210),
        "StatementReference": fields.List(text(35)),
        "CreditDebitIndicator": sign(required=True),
        "Status": text(required=True),
        "TransactionMutability": fields.String(validate=OneOf(["Mutable", "Immutable"])),
        "BookingDateTime": moment(required=True),
        "ValueDateTime": moment(),
        "TransactionInformation": text(500),
        "Amount": fields.Nested(amount(), required=True),
        "CurrencyExchange": fields.Nested(_exchange()),
        "BankTransactionCode": fields.Nested(_code()),
        "ProprietaryBankTransactionCode": fields.Nested(_proprietary()),
        "Balance": fields.Nested(named("TransactionBalance", version, balance)),
        "MerchantDetails": fields.Nested(_merchant()),
        "CardInstrument": fields.Nested(_card()),
    }
    for side in ("Creditor", "Debtor"):
        members[f"{side}Agent"] = fields.Nested(agent())
        members[f"{side}Account"] = fields.Nested(identified())
    if version is not V3:
        members["CategoryPurposeCode"] = text(4)
    return listed("Transactions", version, "Transaction", members)


@cache
def _exchange() -> type[Schema]:
    return named(
        "CurrencyExchange",
        None,
        {
            "SourceCurrency": fields.String(required=True, validate=CURRENCY),
            "TargetCurrency": fields.String(validate=CURRENCY),
            "UnitCurrency": fields.String(validate=CURRENCY),
            "ExchangeRate": fields.Raw(required=True, metadata={"type": "number"}),
            "QuotationDate": moment(),
            "InstructedAmount": fields.Nested(amount()),
        },
    )


@cache
def _code() -> type[Schema]:
    return named("BankTransactionCode", None, {"Code": text(required=True), "SubCode": text(required=True)})


@cache
def _proprietary() -> type[Schema]:
    return named("ProprietaryCode", None, {"Code": text(35, required=True), "Issuer": text(35)})


@cache
def _merchant() -> type[Schema]:
    return named("MerchantDetails", None, {"MerchantName": text(350), "MerchantCategoryCode": text(4)})


@cache
def _card() -> type[Schema]:
    return named("CardInstrument", None, {"CardSchemeName": text(required=True), "Identification": text(34)})


@cache
def party(version: Version) -> type[Schema]:
    """One party."""
    return envelope("Party", version, {"Party": fields.Nested(_one_party(version), required=True)})


@cache
def parties(version: Version) -> type[Schema]:
    """The list of parties."""
    one = fields.Nested(_one_party(version))
    return envelope("Parties", version, {"Party": fields.List(one, required=True)})


@cache
def _one_party(version: Version) -> type[Schema]:
    account = named(
        "RelatedAccount", version, {"Related": fields.Url(required=True), "Id": text(40, required=True)}
    )
    address: Members = {
        "AddressType": text(),
        "AddressLine": fields.List(text(70)),
        "StreetName": text(70),
        "PostCode": text(16),
        "TownName": text(35),
        "Country": text(2, required=True),
    }
    return named(
        "OneParty",
        version,
        {
            "PartyId": text(40, required=True),
            "PartyNumber": text(35),
            "PartyType": fields.String(validate=OneOf(["Delegate", "Joint", "Sole"])),
            "Name": text(350),
            "FullLegalName": text(350),
            "BeneficialOwnership": fields.Boolean(),
            "AccountRole": text(),
            "EmailAddress": text(256),
            "Mobile": text(),
            "Relationships": fields.Nested(
                named("Relationships", version, {"Account": fields.Nested(account)})
            ),
            "Address": fields.List(fields.Nested(named("Address", version, address))),
        },
    )


@cache
def errors(version: Version) -> type[Schema]:
    """The body of an error. 3.1 has a code and a text on top of the list, 4.0 does without."""
    one: Members = {
        "ErrorCode": text(required=True),
        "Message": text(500),
        "Path": text(500),
        "Url": fields.Url(),
    }
    listed = fields.List(fields.Nested(named("Error", version, one)), required=True, validate=Length(min=1))
    head: Members = {"Id": text(40)}
    if version is V3:
        head |= {"Code": text(40, required=True), "Message": text(500, required=True)}
    return named("Errors", version, {**head, "Errors": listed})
