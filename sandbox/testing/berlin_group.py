"""A TPP that speaks Berlin Group NextGenPSD2, as small as a test needs it. It follows links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.kernel.ids import new_uuid
from sandbox.testing.people import Person
from sandbox.testing.told import AccountDetails, Balance, Begun, Entry, PaymentStatus
from sandbox.testing.tpp import Tpp

_BACK = {"TPP-Redirect-URI": "https://tpp.example/ok", "TPP-Nok-Redirect-URI": "https://tpp.example/nok"}
_PRESENT = {"PSU-IP-Address": "192.0.2.17"}
_FOREVER = "9999-12-31"
#: Where banks put what an entry is about, the plainest first.
_TEXTS = ("remittanceInformationUnstructured", "additionalInformation", "creditorName", "debtorName")


@dataclass(frozen=True, slots=True)
class BerlinGroup(Tpp):
    """One bank that speaks NextGenPSD2; a path begins with `/v1`."""

    @property
    def url(self) -> str:
        """The bank's base URL, for the app under test."""
        return f"{self.caller.origin}/{self.bank_id}"

    def ask_consent(self, access: Mapping[str, Any] | None = None, **changes: Any) -> Begun:
        """Ask for a consent to all accounts, or to `access`; it waits for the PSU."""
        body = {
            "access": access or {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": _FOREVER,
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
            **changes,
        }
        return self._begun(self.call("POST", "/v1/consents", body), "consentId")

    def consent(self, psu: Person, access: Mapping[str, Any] | None = None, **changes: Any) -> Begun:
        """A valid consent: asked for, and agreed to by the PSU."""
        begun = self.ask_consent(access, **changes)
        self.agree(begun, psu)
        return begun

    def agree(self, begun: Begun, psu: Person) -> None:
        """The PSU's yes to a consent or a payment, and the confirmation where the bank wants one."""
        order = {"psu": psu.username}
        told = self.caller.post(f"/_sandbox/authorisations/{begun.authorisation_id}/approve", order)
        state = self.call("GET", begun.links["scaStatus"])
        if state["scaStatus"] == "unconfirmed":
            code = told["return_to"].rpartition("code=")[2]
            link = state["_links"]["confirmation"]["href"]
            self.call("PUT", link, {"confirmationCode": code})

    def accounts(self, consent: Begun) -> list[AccountDetails]:
        """The accounts that a consent shows."""
        return [_account(one) for one in self.call("GET", "/v1/accounts", consent=consent)["accounts"]]

    def balances(self, consent: Begun, account_id: str) -> list[Balance]:
        """The balances of an account."""
        told = self.call("GET", f"/v1/accounts/{account_id}/balances", consent=consent)
        return [_balance(one) for one in told["balances"]]

    def transactions(
        self, consent: Begun, account_id: str, since: date | str, status: str = "booked"
    ) -> Iterator[Entry]:
        """The entries of an account since a day, over all pages; `status` is booked, pending or both."""
        link = f"/v1/accounts/{account_id}/transactions?dateFrom={since}&bookingStatus={status}"
        while link:
            page = self.call("GET", link, consent=consent)["transactions"]
            for state in ("pending", "booked"):
                yield from (_entry(one, pending=state == "pending") for one in page.get(state, ()))
            link = page["_links"].get("next", {}).get("href", "")

    def initiate(self, product: str, body: Mapping[str, Any], service: str = "payments") -> Begun:
        """Initiate a payment; it waits for the PSU."""
        return self._begun(self.call("POST", f"/v1/{service}/{product}", body), "paymentId")

    def pay(self, psu: Person, product: str, body: Mapping[str, Any]) -> Begun:
        """A payment that the PSU has agreed to."""
        begun = self.initiate(product, body)
        self.agree(begun, psu)
        return begun

    def status(self, payment: Begun) -> PaymentStatus:
        """Where a payment stands: `transactionStatus`."""
        told = self.call("GET", payment.links["status"])
        return PaymentStatus(payment.id, told["transactionStatus"], told)

    def _base(self) -> str:
        return f"/{self.bank_id}"

    def _headers(self, consent: Begun | None) -> dict[str, str]:
        known = {**_PRESENT, **_BACK, "X-Request-ID": new_uuid(), "Accept": "application/json"}
        return {**known, "Consent-ID": consent.id} if consent else known

    def _begun(self, answer: dict[str, Any], name: str) -> Begun:
        """What was asked for, its authorisation started where the bank leaves that to the TPP."""
        links = _hrefs(answer)
        start = next((href for key, href in links.items() if key.startswith("startAuthorisation")), None)
        if start is not None:
            links |= _hrefs(self.call("POST", start, {}))
        authorisation_id = links["scaStatus"].rpartition("/")[2]
        return Begun(str(answer[name]), authorisation_id, links.get("scaRedirect"), links, answer)


def _hrefs(answer: Mapping[str, Any]) -> dict[str, str]:
    return {name: one["href"] for name, one in answer["_links"].items()}


def _account(told: Mapping[str, Any]) -> AccountDetails:
    return AccountDetails(told["resourceId"], told["currency"], told.get("iban"), told.get("name"), told)


def _balance(told: Mapping[str, Any]) -> Balance:
    amount = told["balanceAmount"]
    return Balance(told["balanceType"], Decimal(amount["amount"]), amount["currency"], told)


def _entry(told: Mapping[str, Any], *, pending: bool) -> Entry:
    amount, booked_on = told["transactionAmount"], told.get("bookingDate")
    return Entry(
        told.get("transactionId"),
        Decimal(amount["amount"]),
        amount["currency"],
        None if booked_on is None else date.fromisoformat(booked_on),
        pending,
        next((str(told[name]) for name in _TEXTS if told.get(name)), ""),
        told,
    )
