"""What reading accounts takes and gives on the wire: checks the queries, documents the answers.

Source: psd2-api 1.3.11, components/parameters and components/schemas.
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.standards.berlin_group.headers import CommonHeaders
from sandbox.standards.berlin_group.schemas import AccountReference, IsoDay, links_field

_BALANCE_TYPES = (
    *("closingBooked", "expected", "openingBooked", "interimAvailable", "interimBooked"),
    *("forwardAvailable", "nonInvoiced", "information"),
)
_CARD_STATUSES = ("booked", "pending", "both")
STATUSES = ("information", *_CARD_STATUSES, "all")


class ReadHeaders(CommonHeaders):
    """The headers of every call that reads accounts."""

    consent_id = fields.String(
        required=True,
        data_key="Consent-ID",
        validate=Length(min=1, max=70),
        metadata={"description": "The consent of the PSU that covers this call."},
    )


class _Query(Schema):
    """A query; parameters that the standard does not know are left alone."""

    class Meta:
        unknown = EXCLUDE


class BalanceQuery(_Query):
    """Whether balances are wanted along; they come where the PSU has granted them."""

    withBalance = fields.Boolean(load_default=False, metadata={"description": "Add the balances."})


class CardTransactionsQuery(_Query):
    """Which transactions of a card account, and which page of them."""

    dateFrom = IsoDay(metadata={"description": "First booking day. Mandatory but for a delta report."})
    dateTo = IsoDay(metadata={"description": "Last booking day; today when absent."})
    bookingStatus = fields.String(required=True, validate=OneOf(_CARD_STATUSES))
    entryReferenceFrom = fields.String(
        validate=Length(min=1, max=35), metadata={"description": "Only what was booked after this entry."}
    )
    deltaList = fields.Boolean(
        metadata={"description": "Only what was booked since your last delta report; dates are ignored then."}
    )
    report = fields.String(
        validate=Length(min=1, max=600),
        metadata={"description": "Part of the links of a delta report; to be followed as it is."},
    )
    page = fields.String(
        validate=Length(min=1, max=600),
        metadata={"description": "Part of the links to other pages; to be followed as it is."},
    )


class TransactionsQuery(CardTransactionsQuery):
    """Which transactions, in which state, and which page of them."""

    bookingStatus = fields.String(required=True, validate=OneOf(STATUSES))
    withBalance = fields.Boolean(load_default=False, metadata={"description": "Add the balances."})


class Amount(Schema):
    """An amount of money as a decimal string, with the minor digits of its currency."""

    currency = fields.String(required=True, validate=Regexp(r"^[A-Z]{3}$"))
    amount = fields.String(
        required=True,
        validate=Regexp(r"^-?[0-9]{1,14}(\.[0-9]{1,3})?$"),
        metadata={"example": "-249.00"},
    )


class Balance(Schema):
    """One balance."""

    balanceAmount = fields.Nested(Amount, required=True)
    balanceType = fields.String(required=True, validate=OneOf(_BALANCE_TYPES))
    creditLimitIncluded = fields.Boolean()
    lastChangeDateTime = fields.DateTime()
    referenceDate = fields.Date()
    lastCommittedTransaction = fields.String(validate=Length(max=35))


def _balances() -> Any:
    return fields.List(fields.Nested(Balance))


class _Listed(Schema):
    """What an account and a card account have in common."""

    resourceId = fields.String()
    currency = fields.String(required=True)
    name = fields.String(validate=Length(max=70))
    product = fields.String(validate=Length(max=35))
    status = fields.String(validate=OneOf(["enabled", "deleted", "blocked"]))
    usage = fields.String(validate=OneOf(["PRIV", "ORGA"]))
    ownerName = fields.String(validate=Length(max=140))
    balances = _balances()
    _links = links_field()


class AccountDetails(_Listed):
    """An account. One in several currencies has the currency XXX."""

    iban = fields.String()
    bban = fields.String()
    cashAccountType = fields.String()
    bic = fields.String()


class CardAccountDetails(_Listed):
    """A card account. Debits are negative (`debitAccounting` is false)."""

    maskedPan = fields.String(required=True, validate=Length(max=35))
    debitAccounting = fields.Boolean()
    creditLimit = fields.Nested(Amount)


class AccountList(Schema):
    """The answer to GET /v1/accounts."""

    accounts = fields.List(fields.Nested(AccountDetails), required=True)


class OneAccount(Schema):
    """The answer to GET /v1/accounts/{account-id}."""

    account = fields.Nested(AccountDetails, required=True)


class CardAccountList(Schema):
    """The answer to GET /v1/card-accounts."""

    cardAccounts = fields.List(fields.Nested(CardAccountDetails), required=True)


class OneCardAccount(Schema):
    """The answer to GET /v1/card-accounts/{account-id}."""

    cardAccount = fields.Nested(CardAccountDetails, required=True)


class AccountBalances(Schema):
    """The answer to GET /v1/accounts/{account-id}/balances."""

    account = fields.Nested(AccountReference)
    balances = fields.List(fields.Nested(Balance), required=True)


class CardAccountBalances(Schema):
    """The answer to GET /v1/card-accounts/{account-id}/balances."""

    cardAccount = fields.Nested(AccountReference)
    debitAccounting = fields.Boolean()
    balances = fields.List(fields.Nested(Balance), required=True)


class ExchangeRate(Schema):
    """At which rate an amount in another currency was turned into the account's."""

    sourceCurrency = fields.String(required=True)
    exchangeRate = fields.String(required=True)
    unitCurrency = fields.String(required=True)
    targetCurrency = fields.String(required=True)
    quotationDate = fields.Date(required=True)


class StructuredRemittance(Schema):
    """A reference that the payee gave out, and of which kind it is."""

    reference = fields.String(required=True, validate=Length(max=35))
    referenceType = fields.String(validate=Length(max=35))


class Transaction(Schema):
    """One transaction. Money out is negative and has a creditor; money in has a debtor."""

    transactionId = fields.String()
    entryReference = fields.String(validate=Length(max=35))
    endToEndId = fields.String(validate=Length(max=35))
    mandateId = fields.String(validate=Length(max=35))
    creditorId = fields.String(validate=Length(max=35))
    bookingDate = fields.Date()
    valueDate = fields.Date()
    transactionAmount = fields.Nested(Amount, required=True)
    currencyExchange = fields.List(fields.Nested(ExchangeRate))
    creditorName = fields.String(validate=Length(max=70))
    creditorAccount = fields.Nested(AccountReference)
    creditorAgent = fields.String()
    debtorName = fields.String(validate=Length(max=70))
    debtorAccount = fields.Nested(AccountReference)
    debtorAgent = fields.String()
    remittanceInformationUnstructured = fields.String(validate=Length(max=140))
    remittanceInformationUnstructuredArray = fields.List(fields.String(validate=Length(max=140)))
    remittanceInformationStructured = fields.String(validate=Length(max=140))
    remittanceInformationStructuredArray = fields.List(fields.Nested(StructuredRemittance))
    additionalInformation = fields.String(validate=Length(max=500))
    bankTransactionCode = fields.String()
    proprietaryBankTransactionCode = fields.String(validate=Length(max=35))
    merchantCategoryCode = fields.String(validate=Length(equal=4))
    balanceAfterTransaction = fields.Nested(Balance)
    _links = links_field()


class CardTransaction(Schema):
    """One transaction of a card account; `originalAmount` is what the terminal showed."""

    cardTransactionId = fields.String()
    terminalId = fields.String(validate=Length(max=35))
    transactionDate = fields.Date()
    acceptorTransactionDateTime = fields.DateTime()
    bookingDate = fields.Date()
    valueDate = fields.Date()
    transactionAmount = fields.Nested(Amount, required=True)
    currencyExchange = fields.List(fields.Nested(ExchangeRate))
    originalAmount = fields.Nested(Amount)
    cardAcceptorId = fields.String(validate=Length(max=35))
    merchantCategoryCode = fields.String(validate=Length(equal=4))
    maskedPAN = fields.String(validate=Length(max=35))
    transactionDetails = fields.String(validate=Length(max=1000))
    invoiced = fields.Boolean()
    proprietaryBankTransactionCode = fields.String(validate=Length(max=35))


class StandingOrderDetails(Schema):
    """The days on which a standing order is carried out."""

    startDate = fields.Date(required=True)
    endDate = fields.Date()
    executionRule = fields.String()
    frequency = fields.String(required=True)
    dayOfExecution = fields.String()
    monthsOfExecution = fields.List(fields.String())


class StandingOrderInformation(Schema):
    """What makes an entry of the list of standing orders one."""

    standingOrderDetails = fields.Nested(StandingOrderDetails, required=True)


class StandingOrder(Transaction):
    """A standing order: what will be paid, and when."""

    additionalInformationStructured = fields.Nested(StandingOrderInformation)


class AccountReport(Schema):
    """One page of transactions. Other pages are behind `next`, `previous`, `first` and `last`."""

    booked = fields.List(fields.Nested(Transaction))
    pending = fields.List(fields.Nested(Transaction))
    information = fields.List(fields.Nested(StandingOrder))
    _links = links_field()


class CardAccountReport(Schema):
    """One page of card transactions."""

    booked = fields.List(fields.Nested(CardTransaction))
    pending = fields.List(fields.Nested(CardTransaction))
    _links = links_field()


class Transactions(Schema):
    """The answer to GET /v1/accounts/{account-id}/transactions."""

    account = fields.Nested(AccountReference)
    transactions = fields.Nested(AccountReport)
    balances = _balances()


class CardTransactions(Schema):
    """The answer to GET /v1/card-accounts/{account-id}/transactions."""

    cardAccount = fields.Nested(AccountReference)
    debitAccounting = fields.Boolean()
    cardTransactions = fields.Nested(CardAccountReport)
    balances = _balances()


class TransactionDetailsBody(Schema):
    """The wrapping that the published file asks for."""

    transactionDetails = fields.Nested(Transaction, required=True)


class OneTransaction(Schema):
    """The answer to GET /v1/accounts/{account-id}/transactions/{transactionId}."""

    transactionsDetails = fields.Nested(TransactionDetailsBody, required=True)
