"""The first calls of somebody who is new here. Source: Read/Write 4.0, accounts and domestic-payments."""

from collections.abc import Sequence
from datetime import date

from sandbox.bank.accounts import AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.consents import FOREVER, Access, AccessKind, ConsentOrder
from sandbox.bank.payment_consents import PaymentConsent
from sandbox.gateway.calls import Call
from sandbox.gateway.samples import Caller, Purchase
from sandbox.kernel.ids import new_uuid
from sandbox.standards.uk_open_banking import numbers, permissions
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.permissions import Permission
from sandbox.standards.uk_open_banking.terms import Terms
from sandbox.standards.uk_open_banking.versions import AISP, PISP, V3, VERSIONS, Version

_WANTED = (
    Permission.ACCOUNTS_DETAIL,
    Permission.BALANCES,
    Permission.TRANSACTIONS_DETAIL,
    Permission.TRANSACTIONS_CREDITS,
    Permission.TRANSACTIONS_DEBITS,
)
_PSU_ADDRESS = "192.0.2.17"


class FirstCalls:
    """The samples of this standard: see `gateway.samples`."""

    def order(self, bank: Bank, accounts: Sequence[AccountRow], version: str) -> ConsentOrder:  # noqa: ARG002
        """Accounts, balances and transactions of whatever the PSU picks, without an end."""
        access = Access(AccessKind.BANK_OFFERED, owner_name=True, insights=permissions.insights(_WANTED))
        terms = Terms(_version(version), tuple(_WANTED), {})
        often = bank.profile.consents.frequency_per_day_max
        return ConsentOrder(access, True, FOREVER, often, renewable=True, terms=terms.kept())

    def accounts(self, caller: Caller, consent_id: str) -> Call:
        """GET /accounts."""
        return Call("GET", f"{_base(caller, AISP)}/accounts", _reading(caller, consent_id))

    def transactions(self, caller: Caller, consent_id: str, account: AccountRow, since: date) -> Call:
        """GET /accounts/{AccountId}/transactions."""
        path = f"{_base(caller, AISP)}/accounts/{account.id}/transactions"
        return Call("GET", f"{path}?fromBookingDateTime={since}T00:00:00", _reading(caller, consent_id))

    def payment(self, bank: Bank, caller: Caller, purchase: Purchase) -> Call | None:
        """POST /domestic-payment-consents."""
        if not bank.profile.payments.schemes:
            return None
        initiation = {
            "InstructionIdentification": "FIRST-PAYMENT",
            "EndToEndIdentification": "FIRST-PAYMENT",
            "InstructedAmount": {"Amount": purchase.amount, "Currency": purchase.creditor.currency},
            "DebtorAccount": numbers.of_other(purchase.debtor.iban or ""),
            "CreditorAccount": {
                **numbers.of_other(purchase.creditor.iban or ""),
                "Name": purchase.creditor.owner_name,
            },
            "RemittanceInformation": _remittance(_version(caller.version), purchase.text),
        }
        body = {"Data": {"Initiation": initiation}, "Risk": {}}
        path = f"{_base(caller, PISP)}/domestic-payment-consents"
        return Call("POST", path, _headers(caller, {"x-idempotency-key": new_uuid()}), body)

    def submission(self, caller: Caller, consent: PaymentConsent) -> Call | None:
        """POST /domestic-payments."""
        terms = PaymentTerms.of_kept(consent.terms)
        data = {"ConsentId": consent.id, "Initiation": terms.data["Initiation"]}
        path = f"{_base(caller, PISP)}/domestic-payments"
        # The same each time that it is written down: whoever sends it twice pays once.
        same = {"x-idempotency-key": consent.id, "x-fapi-interaction-id": consent.id}
        return Call("POST", path, _headers(caller, same), {"Data": data, "Risk": dict(terms.risk)})


def _version(published: str) -> Version:
    return next(one for one in VERSIONS if one.published == published)


def _base(caller: Caller, service: str) -> str:
    return f"{caller.base_url}{_version(caller.version).root(service)}"


def _remittance(version: Version, text: str) -> dict[str, object]:
    return {"Unstructured": text if version is V3 else [text]}


def _reading(caller: Caller, consent_id: str) -> dict[str, str]:
    """The sandbox's own header names the consent, so that a first call needs no access token."""
    return _headers(caller, {"x-bryggen-consent-id": consent_id})


def _headers(caller: Caller, more: dict[str, str]) -> dict[str, str]:
    known = {"X-API-Key": caller.app_key, "x-fapi-interaction-id": new_uuid()}
    return known | {"x-fapi-customer-ip-address": _PSU_ADDRESS} | more
