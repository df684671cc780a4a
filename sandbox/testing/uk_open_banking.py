"""A TPP that speaks UK Open Banking Read/Write, as small as a test needs it. It follows links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.kernel.ids import new_uuid
from sandbox.testing.calling import taken
from sandbox.testing.people import Account, Person
from sandbox.testing.told import AccountDetails, Balance, Begun, Entry, PaymentStatus
from sandbox.testing.tpp import Tpp

#: The versions, as paths have them.
VERSIONS = ("3.1", "4.0")
#: What a consent asks for when a test does not say.
ALL = (
    "ReadAccountsDetail",
    "ReadBalances",
    "ReadTransactionsDetail",
    "ReadTransactionsCredits",
    "ReadTransactionsDebits",
)
_AISP, _PISP = "/aisp", "/pisp"
_CONSENT = "x-bryggen-consent-id"
_AUTHORISATION, _PSU_LINK = "x-bryggen-authorisation-id", "x-bryggen-psu-link"
_IBAN, _SORT_CODE = "UK.OBIE.IBAN", "UK.OBIE.SortCodeAccountNumber"
#: Where the sort code begins in a British IBAN.
_SORT_CODE_AT = 8


@dataclass(frozen=True, slots=True)
class UkOpenBanking(Tpp):
    """One bank in one version; a path begins with its API, `/aisp` or `/pisp`.

    The consent is named by the sandbox's own header, so that a test needs no authorization server.
    """

    version: str = "4.0"

    @property
    def url(self) -> str:
        """The base of the bank's account API, for the app under test."""
        return f"{self.caller.origin}{self._base()}{_AISP}"

    def ask_consent(self, permissions: Sequence[str] = ALL) -> Begun:
        """Ask for an account-access-consent, which waits for the PSU."""
        body = {"Data": {"Permissions": list(permissions)}, "Risk": {}}
        return self._begun(f"{_AISP}/account-access-consents", body)

    def consent(self, psu: Person, permissions: Sequence[str] = ALL) -> Begun:
        """An authorised consent."""
        begun = self.ask_consent(permissions)
        self.agree(begun, psu)
        return begun

    def agree(self, begun: Begun, psu: Person) -> None:
        """The PSU's yes to a consent, of either kind."""
        order = {"psu": psu.username}
        self.caller.post(f"/_sandbox/authorisations/{begun.authorisation_id}/approve", order)

    def accounts(self, consent: Begun) -> list[AccountDetails]:
        """The accounts that a consent shows."""
        return [_account(one) for one in self._all(f"{_AISP}/accounts", consent, "Account")]

    def balances(self, consent: Begun, account_id: str) -> list[Balance]:
        """The balances of an account."""
        return [
            _balance(one) for one in self._all(f"{_AISP}/accounts/{account_id}/balances", consent, "Balance")
        ]

    def transactions(
        self, consent: Begun, account_id: str, since: date | str | None = None
    ) -> Iterator[Entry]:
        """The entries of an account, since a day where one is given, over all pages."""
        since_when = f"?fromBookingDateTime={since}T00:00:00" if since else ""
        href = f"{_AISP}/accounts/{account_id}/transactions{since_when}"
        while href:
            page = self.call("GET", href, consent=consent)
            yield from (_entry(one) for one in page["Data"].get("Transaction", ()))
            href = page["Links"].get("Next", "")

    def pay(self, psu: Person, initiation: Mapping[str, Any]) -> Begun:
        """A domestic payment that the PSU has agreed to, and that was submitted; its id is the payment's."""
        consent = self.initiate(initiation)
        self.agree(consent, psu)
        return self.submit(consent)

    def initiate(self, initiation: Mapping[str, Any]) -> Begun:
        """Ask for a consent to a domestic payment, such as `purchase` makes; it waits for the PSU."""
        body = {"Data": {"Initiation": dict(initiation)}, "Risk": {}}
        return self._begun(f"{_PISP}/domestic-payment-consents", body)

    def submit(self, consent: Begun) -> Begun:
        """Submit the payment that a consent is to, once the PSU has said yes."""
        data = {"ConsentId": consent.id, "Initiation": consent.told["Data"]["Initiation"]}
        headers = {"x-idempotency-key": new_uuid()}
        body = {"Data": data, "Risk": {}}
        told = self.call("POST", f"{_PISP}/domestic-payments", body, headers=headers)
        return Begun(told["Data"]["DomesticPaymentId"], consent.authorisation_id, told=told)

    def status(self, payment: Begun) -> PaymentStatus:
        """Where a payment stands."""
        told = self.call("GET", f"{_PISP}/domestic-payments/{payment.id}")
        return PaymentStatus(payment.id, told["Data"]["Status"], told)

    def purchase(
        self, amount: str, creditor: Account, name: str, reference: str = "order", currency: str = "GBP"
    ) -> dict[str, Any]:
        """An Initiation that pays somebody: `amount` as decimal text, such as 12.50."""
        told: dict[str, Any] = {"Unstructured": [reference]}
        return {
            "InstructionIdentification": new_uuid().replace("-", "")[:30],
            "EndToEndIdentification": new_uuid().replace("-", "")[:30],
            "InstructedAmount": {"Amount": amount, "Currency": currency},
            "CreditorAccount": {**_number(creditor), "Name": name},
            "RemittanceInformation": {"Unstructured": reference} if self.version[0] == "3" else told,
        }

    def _base(self) -> str:
        return f"/{self.bank_id}/open-banking/v{self.version}"

    def _headers(self, consent: Begun | None) -> dict[str, str]:
        known = {"x-fapi-interaction-id": new_uuid(), "x-fapi-customer-ip-address": "192.0.2.17"}
        return {**known, _CONSENT: consent.id} if consent else known

    def _begun(self, path: str, body: Any) -> Begun:
        answer = self.send("POST", path, body, headers={"x-idempotency-key": new_uuid()})
        told = taken(answer)
        authorisation_id, link = answer.headers[_AUTHORISATION], answer.headers.get(_PSU_LINK)
        return Begun(told["Data"]["ConsentId"], authorisation_id, link, told=told)

    def _all(self, path: str, consent: Begun, member: str) -> list[dict[str, Any]]:
        return list(self.call("GET", path, consent=consent)["Data"].get(member, ()))


def _number(account: Account) -> dict[str, str]:
    """An account as this standard names it: a British one by sort code and account number."""
    iban = account.iban or ""
    if iban.startswith("GB"):
        return {"SchemeName": _SORT_CODE, "Identification": iban[_SORT_CODE_AT:]}
    return {"SchemeName": _IBAN, "Identification": iban}


def _account(told: Mapping[str, Any]) -> AccountDetails:
    numbers = {one["SchemeName"]: one["Identification"] for one in told.get("Account", ())}
    iban = next((one for scheme, one in numbers.items() if scheme.endswith("IBAN")), None)
    return AccountDetails(told["AccountId"], told.get("Currency"), iban, told.get("Nickname"), told)


def _balance(told: Mapping[str, Any]) -> Balance:
    return Balance(told["Type"], _signed(told), told["Amount"]["Currency"], told)


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        told.get("TransactionId"),
        _signed(told),
        told["Amount"]["Currency"],
        datetime.fromisoformat(told["BookingDateTime"]).date(),
        told["Status"] in ("Pending", "PDNG"),
        told.get("TransactionInformation", ""),
        told,
    )


def _signed(told: Mapping[str, Any]) -> Decimal:
    """The amount with the sign that its indicator stands for."""
    amount = Decimal(told["Amount"]["Amount"])
    return -amount if told["CreditDebitIndicator"] == "Debit" else amount
