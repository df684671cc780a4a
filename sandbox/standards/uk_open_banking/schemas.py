"""What this standard's bodies and queries look like, in each version: read by them, documented by them.

Source: the OpenAPI files of 3.1.11 and 4.0. Of the optional members, only those that the sandbox says.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from sandbox.standards.uk_open_banking import mapping
from sandbox.standards.uk_open_banking.permissions import Permission
from sandbox.standards.uk_open_banking.versions import V3, Version, Word
from sandbox.standards.uk_open_banking.walltime import Moment, WallTime

_AMOUNT = Regexp(r"^\d{1,13}$|^\d{1,13}\.\d{1,5}$")
_CURRENCY = Regexp(r"^[A-Z]{3}$")


Members = dict[str, fields.Field[Any]]


class Nothing(Schema):
    """An object that has no members."""


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


def _text(longest: int | None = None, *, required: bool = False) -> fields.String:
    return fields.String(validate=Length(max=longest) if longest else None, required=required)


def _moment(*, required: bool = False) -> fields.String:
    return fields.String(metadata={"format": "date-time"}, required=required)


def _words(version: Version, words: Mapping[Any, Word], *, required: bool = False) -> fields.String:
    known = dict.fromkeys(version.say(word) for word in words.values())
    return fields.String(validate=OneOf(list(known)), required=required)


def _named(name: str, version: Version | None, members: Members) -> type[Schema]:
    """A schema of that name, which in the document ends with its version."""
    ending = "" if version is None else f"V{version.path.removeprefix('v').partition('.')[0]}"
    return Schema.from_dict({**members}, name=f"UK{name}{ending}")


@cache
def _links() -> type[Schema]:
    return _named(
        "Links",
        None,
        {
            "Self": fields.Url(required=True),
            **{name: fields.Url() for name in ("First", "Prev", "Next", "Last")},
        },
    )


@cache
def _meta() -> type[Schema]:
    return _named(
        "Meta",
        None,
        {
            "TotalPages": fields.Integer(),
            "FirstAvailableDateTime": _moment(),
            "LastAvailableDateTime": _moment(),
        },
    )


@cache
def _amount() -> type[Schema]:
    return _named(
        "Amount",
        None,
        {
            "Amount": fields.String(required=True, validate=_AMOUNT),
            "Currency": fields.String(required=True, validate=_CURRENCY),
        },
    )


@cache
def _identified() -> type[Schema]:
    return _named(
        "Account",
        None,
        {"SchemeName": _text(40), "Identification": _text(256), "Name": _text(350)},
    )


@cache
def _agent() -> type[Schema]:
    return _named("Agent", None, {"SchemeName": _text(40), "Identification": _text(35)})


def _envelope(
    name: str,
    version: Version,
    data: Members,
    **more: fields.Field[Any],
) -> type[Schema]:
    """A body with Data, Links and Meta."""
    members = {
        "Data": fields.Nested(_named(f"{name}Data", version, data), required=True),
        "Links": fields.Nested(_links(), required=True),
        # A schema whose field is called Meta would take it for its own options.
        "meta": fields.Nested(_meta(), required=True, data_key="Meta"),
        **more,
    }
    return _named(name, version, members)


def _list(
    name: str,
    version: Version,
    key: str,
    members: Members,
) -> type[Schema]:
    """A body whose data are a list of such things."""
    one = _named(key, version, members)
    return _envelope(name, version, {key: fields.List(fields.Nested(one), required=True)})


@cache
def consent(version: Version) -> type[Schema]:
    """A consent as it is told."""
    data: Members = {
        "ConsentId": _text(128, required=True),
        "CreationDateTime": _moment(required=True),
        "Status": _words(version, mapping.CONSENT_STATUS, required=True),
        "StatusUpdateDateTime": _moment(required=True),
        "Permissions": fields.List(fields.String(), required=True),
        "ExpirationDateTime": _moment(),
        "TransactionFromDateTime": _moment(),
        "TransactionToDateTime": _moment(),
    }
    if version is not V3:
        reason = _named(
            "StatusReason",
            version,
            {"StatusReasonCode": _text(4), "StatusReasonDescription": _text(500)},
        )
        data["StatusReason"] = fields.List(fields.Nested(reason))
    return _envelope("Consent", version, data, Risk=fields.Nested(Nothing, required=True))


@cache
def accounts(version: Version) -> type[Schema]:
    """The list of accounts."""
    category, kind = (version.say(key) for key in mapping.TYPE_KEYS)
    members: Members = {
        "AccountId": _text(40, required=True),
        "Status": _words(version, mapping.ACCOUNT_STATUS),
        "Currency": fields.String(validate=_CURRENCY),
        category: fields.String(validate=OneOf(["Business", "Personal"])),
        kind: _words(version, mapping.ACCOUNT_TYPE),
        "Description": _text(35),
        "Nickname": _text(70),
        "Account": fields.List(fields.Nested(_identified())),
        "Servicer": fields.Nested(_agent()),
    }
    if version is not V3:
        members["StatementFrequencyAndFormat"] = fields.List(fields.Nested(Nothing))
    return _list("Accounts", version, "Account", members)


@cache
def balances(version: Version) -> type[Schema]:
    """The list of balances."""
    return _list(
        "Balances",
        version,
        "Balance",
        {
            "AccountId": _text(40, required=True),
            "CreditDebitIndicator": _sign(required=True),
            "Type": _words(version, mapping.BALANCE_TYPE, required=True),
            "DateTime": _moment(required=True),
            "Amount": fields.Nested(_amount(), required=True),
            "CreditLine": fields.List(fields.Nested(_credit_line())),
        },
    )


@cache
def _credit_line() -> type[Schema]:
    return _named(
        "CreditLine",
        None,
        {
            "Included": fields.Boolean(required=True),
            "Type": _text(),
            "Amount": fields.Nested(_amount()),
        },
    )


def _sign(*, required: bool = False) -> fields.String:
    return fields.String(validate=OneOf(["Credit", "Debit"]), required=required)


@cache
def transactions(version: Version) -> type[Schema]:
    """The list of transactions."""
    balance = {
        "CreditDebitIndicator": _sign(required=True),
        "Type": _words(version, mapping.BALANCE_TYPE, required=True),
        "Amount": fields.Nested(_amount(), required=True),
    }
    members: Members = {
        "AccountId": _text(40, required=True),
        "TransactionId": _text(210),
        "TransactionReference": _text(210),
        "StatementReference": fields.List(_text(35)),
        "CreditDebitIndicator": _sign(required=True),
        "Status": _text(required=True),
        "TransactionMutability": fields.String(validate=OneOf(["Mutable", "Immutable"])),
        "BookingDateTime": _moment(required=True),
        "ValueDateTime": _moment(),
        "TransactionInformation": _text(500),
        "Amount": fields.Nested(_amount(), required=True),
        "CurrencyExchange": fields.Nested(_exchange()),
        "BankTransactionCode": fields.Nested(_code()),
        "ProprietaryBankTransactionCode": fields.Nested(_proprietary()),
        "Balance": fields.Nested(_named("TransactionBalance", version, balance)),
        "MerchantDetails": fields.Nested(_merchant()),
        "CardInstrument": fields.Nested(_card()),
    }
    for side in ("Creditor", "Debtor"):
        members[f"{side}Agent"] = fields.Nested(_agent())
        members[f"{side}Account"] = fields.Nested(_identified())
    if version is not V3:
        members["CategoryPurposeCode"] = _text(4)
    return _list("Transactions", version, "Transaction", members)


@cache
def _exchange() -> type[Schema]:
    return _named(
        "CurrencyExchange",
        None,
        {
            "SourceCurrency": fields.String(required=True, validate=_CURRENCY),
            "TargetCurrency": fields.String(validate=_CURRENCY),
            "UnitCurrency": fields.String(validate=_CURRENCY),
            "ExchangeRate": fields.Raw(required=True, metadata={"type": "number"}),
            "QuotationDate": _moment(),
            "InstructedAmount": fields.Nested(_amount()),
        },
    )


@cache
def _code() -> type[Schema]:
    return _named(
        "BankTransactionCode", None, {"Code": _text(required=True), "SubCode": _text(required=True)}
    )


@cache
def _proprietary() -> type[Schema]:
    return _named("ProprietaryCode", None, {"Code": _text(35, required=True), "Issuer": _text(35)})


@cache
def _merchant() -> type[Schema]:
    return _named("MerchantDetails", None, {"MerchantName": _text(350), "MerchantCategoryCode": _text(4)})


@cache
def _card() -> type[Schema]:
    return _named(
        "CardInstrument", None, {"CardSchemeName": _text(required=True), "Identification": _text(34)}
    )


@cache
def party(version: Version) -> type[Schema]:
    """One party."""
    return _envelope("Party", version, {"Party": fields.Nested(_one_party(version), required=True)})


@cache
def parties(version: Version) -> type[Schema]:
    """The list of parties."""
    one = fields.Nested(_one_party(version))
    return _envelope("Parties", version, {"Party": fields.List(one, required=True)})


@cache
def _one_party(version: Version) -> type[Schema]:
    account = _named(
        "RelatedAccount", version, {"Related": fields.Url(required=True), "Id": _text(40, required=True)}
    )
    address: Members = {
        "AddressType": _text(),
        "AddressLine": fields.List(_text(70)),
        "StreetName": _text(70),
        "PostCode": _text(16),
        "TownName": _text(35),
        "Country": _text(2, required=True),
    }
    return _named(
        "OneParty",
        version,
        {
            "PartyId": _text(40, required=True),
            "PartyNumber": _text(35),
            "PartyType": fields.String(validate=OneOf(["Delegate", "Joint", "Sole"])),
            "Name": _text(350),
            "FullLegalName": _text(350),
            "BeneficialOwnership": fields.Boolean(),
            "AccountRole": _text(),
            "EmailAddress": _text(256),
            "Mobile": _text(),
            "Relationships": fields.Nested(
                _named("Relationships", version, {"Account": fields.Nested(account)})
            ),
            "Address": fields.List(fields.Nested(_named("Address", version, address))),
        },
    )


@cache
def errors(version: Version) -> type[Schema]:
    """The body of an error. 3.1 has a code and a text on top of the list, 4.0 does without."""
    one: Members = {
        "ErrorCode": _text(required=True),
        "Message": _text(500),
        "Path": _text(500),
        "Url": fields.Url(),
    }
    listed = fields.List(fields.Nested(_named("Error", version, one)), required=True, validate=Length(min=1))
    head: Members = {"Id": _text(40)}
    if version is V3:
        head |= {"Code": _text(40, required=True), "Message": _text(500, required=True)}
    return _named("Errors", version, {**head, "Errors": listed})
