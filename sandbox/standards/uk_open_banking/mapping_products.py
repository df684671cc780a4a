"""Products and offers in the words of this standard. Source: OBReadProduct2, OBReadOffer1."""

from collections.abc import Mapping
from typing import Any

from sandbox.bank.accounts import AccountKind
from sandbox.bank.offers import Offer, OfferKind
from sandbox.bank.products import Product
from sandbox.kernel.money import decimal_text
from sandbox.standards.uk_open_banking import walltime
from sandbox.standards.uk_open_banking.mapping import amount

_BUSINESS = "ORGA"
#: By the kind of an account and whether it is a business's; whatever else there is, is Other.
_TYPES: Mapping[tuple[AccountKind, bool], str] = {
    (AccountKind.CURRENT, False): "PersonalCurrentAccount",
    (AccountKind.MULTI, False): "PersonalCurrentAccount",
    (AccountKind.CURRENT, True): "BusinessCurrentAccount",
    (AccountKind.MULTI, True): "BusinessCurrentAccount",
    (AccountKind.CARD, True): "CommercialCreditCard",
    (AccountKind.LOAN, True): "SMELoan",
}
OFFER_TYPE: Mapping[OfferKind, str] = {
    OfferKind.BALANCE_TRANSFER: "BalanceTransfer",
    OfferKind.LIMIT_INCREASE: "LimitIncrease",
    OfferKind.PROMOTIONAL_RATE: "PromotionalRate",
}
_NAME_MAX, _TEXT_MAX = 350, 500

Body = dict[str, Any]


def product(account_id: str, one: Product) -> Body:
    """One of `Product`."""
    kind = _TYPES.get((one.kind, one.usage == _BUSINESS), "Other")
    body: Body = {
        "AccountId": account_id,
        "ProductId": one.id,
        "ProductName": one.name[:_NAME_MAX],
        "ProductType": kind,
    }
    match kind:
        case "PersonalCurrentAccount":
            body["PCA"] = {"ProductDetails": _details(one, charge=True)}
        case "BusinessCurrentAccount":
            body["BCA"] = {"ProductDetails": _details(one, charge=False)}
        case "Other":
            body["OtherProductType"] = _other(one)
    return body


def offer(account_id: str, one: Offer) -> Body:
    """One of `Offer`."""
    body: Body = {
        "AccountId": account_id,
        "OfferId": one.id,
        "OfferType": OFFER_TYPE[one.kind],
        "Description": one.description[:_TEXT_MAX],
        "StartDateTime": walltime.begin_of(one.starts_on),
        "EndDateTime": f"{one.ends_on}T23:59:59+00:00",
    }
    if one.rate_basis_points is not None:
        body["Rate"] = _rate(one.rate_basis_points)
    if one.term_months is not None:
        body["Term"] = f"{one.term_months} months"
    if one.amount_minor is not None:
        body["Amount"] = amount(one.amount_minor, one.currency)
    return body


def _details(one: Product, *, charge: bool) -> Body:
    """What keeping the account costs: as an amount where the model has a place for it, and in a sentence."""
    monthly = decimal_text(one.monthly_fee_minor, one.currency)
    notes = [f"Monthly fee: {monthly} {one.currency}."]
    if one.unpaid_fee_minor:
        unpaid = decimal_text(one.unpaid_fee_minor, one.currency)
        notes.append(f"An unpaid direct debit: {unpaid} {one.currency}.")
    if one.credit_limit_minor:
        limit = decimal_text(one.credit_limit_minor, one.currency)
        notes.append(f"Arranged overdraft: {limit} {one.currency}.")
    return {**({"MonthlyMaximumCharge": monthly} if charge else {}), "Notes": notes}


def _other(one: Product) -> Body:
    """A savings account, a card, or a loan."""
    body: Body = {"Name": one.name[:_NAME_MAX], "Description": _described(one)}
    if one.credit_basis_points:
        band = {
            "TierValueMinimum": "0",
            "ApplicationFrequency": "FQYY",
            "FixedVariableInterestRateType": "INVA",
            "AER": _rate(one.credit_basis_points),
        }
        tiers = {
            "TierBandMethod": "INWH",
            "CalculationMethod": "ITSI",
            "Destination": "INSC",
            "TierBand": [band],
        }
        body["CreditInterest"] = {"TierBandSet": [tiers]}
    return body


def _described(one: Product) -> str:
    said = [f"{one.kind.value.capitalize()} account."]
    if one.credit_basis_points:
        said.append(f"Pays {_rate(one.credit_basis_points)} % a year.")
    if one.debit_basis_points:
        said.append(f"Takes {_rate(one.debit_basis_points)} % a year.")
    if one.credit_limit_minor:
        said.append(f"Credit line {decimal_text(one.credit_limit_minor, one.currency)} {one.currency}.")
    return " ".join(said)


def _rate(basis_points: int) -> str:
    """Hundredths of a per cent as a per cent."""
    return f"{basis_points // 100}.{basis_points % 100:02}"
