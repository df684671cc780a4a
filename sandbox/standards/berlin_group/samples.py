"""The first calls of somebody who is new here. Source: psd2-api 1.3.11, /v1/accounts and /v1/payments."""

from collections.abc import Sequence
from datetime import date, timedelta

from sandbox.bank.accounts import AccountRef, AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, ConsentOrder
from sandbox.bank.payment_consents import PaymentConsent
from sandbox.bank.profile import Profile, Scheme, Service
from sandbox.gateway.calls import Call
from sandbox.gateway.samples import Caller, Purchase
from sandbox.kernel.ids import new_uuid
from sandbox.standards.berlin_group import products

#: What a first payment goes by, the quickest first.
_PREFERRED = (Scheme.DOMESTIC_INSTANT, Scheme.SEPA_INSTANT, Scheme.DOMESTIC, Scheme.SEPA)
_PSU_ADDRESS = "192.0.2.17"
_BACK = "https://tpp.example/back"


class FirstCalls:
    """The samples of this standard: see `gateway.samples`."""

    def order(self, bank: Bank, accounts: Sequence[AccountRow], version: str) -> ConsentOrder:  # noqa: ARG002
        """All accounts at once where the bank offers that; else those that have an IBAN, by name."""
        rules = bank.profile.consents
        if rules.all_psd2:
            access = Access(AccessKind.ALL_PSD2)
        else:
            named = tuple(AccountRef(iban=one.iban) for one in accounts if one.iban)
            access = Access(AccessKind.DEDICATED, named, named, named)
        until = bank.today + timedelta(days=rules.validity_days_max)
        return ConsentOrder(access, True, until, rules.frequency_per_day_max)

    def accounts(self, caller: Caller, consent_id: str) -> Call:
        """GET /v1/accounts."""
        return Call("GET", f"{caller.base_url}/v1/accounts", _headers(caller, {"Consent-ID": consent_id}))

    def transactions(self, caller: Caller, consent_id: str, account: AccountRow, since: date) -> Call:
        """GET /v1/accounts/{account-id}/transactions."""
        path = f"{caller.base_url}/v1/accounts/{account.id}/transactions"
        query = f"bookingStatus=booked&dateFrom={since}"
        return Call("GET", f"{path}?{query}", _headers(caller, {"Consent-ID": consent_id}))

    def payment(self, bank: Bank, caller: Caller, purchase: Purchase) -> Call | None:
        """POST /v1/payments/{payment-product}."""
        product = _product(bank.profile)
        if product is None:
            return None
        body = {
            "debtorAccount": {"iban": purchase.debtor.iban},
            "instructedAmount": {"currency": purchase.creditor.currency, "amount": purchase.amount},
            "creditorAccount": {"iban": purchase.creditor.iban},
            "creditorName": purchase.creditor.owner_name,
            "remittanceInformationUnstructured": purchase.text,
        }
        return Call(
            *("POST", f"{caller.base_url}/v1/payments/{product}"),
            *(_headers(caller, {"TPP-Redirect-URI": _BACK}), body),
        )

    def submission(self, caller: Caller, consent: PaymentConsent) -> Call | None:  # noqa: ARG002
        """Nothing: the PSU's yes sets the payment going."""
        return None


def _product(profile: Profile) -> str | None:
    """The word of the quickest product that the bank has in JSON."""
    offered = products.offered(profile, Service.SINGLE)
    for scheme in _PREFERRED:
        for one in products.PRODUCTS:
            if one.scheme == scheme and one.word in offered:
                return one.word
    return None


def _headers(caller: Caller, more: dict[str, str]) -> dict[str, str]:
    """With the PSU's address the call is one in their presence, which no bank counts."""
    known = {"X-API-Key": caller.app_key, "X-Request-ID": new_uuid(), "PSU-IP-Address": _PSU_ADDRESS}
    return known | more
