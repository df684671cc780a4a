"""Every sort of consent there is, and how a TPP asks for it, uses it, and ends it: in one shape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.bank import consents, funds, mandates
from tests.standards.uk_open_banking.conftest import Tpp
from tests.standards.uk_open_banking.paying import Pisp
from tests.standards.uk_open_banking.test_file_payments import Filer
from tests.standards.uk_open_banking.test_funds import Cbpii
from tests.standards.uk_open_banking.test_international_payments import ACTUAL
from tests.standards.uk_open_banking.varying import Vrp

#: When the consents that may have an end come to it, and how many days later that is past.
END, DAYS = "2026-03-17T00:00:00+00:00", 3


@dataclass
class Sort:
    """An app that asks for one sort of consent; `path` is where those are."""

    tpp: Any
    path: str

    def ask(self) -> None:
        """Have a consent that the PSU has still to authorise, and that comes to its END if it can."""
        self.tpp.ask(("ReadAccountsBasic",), ExpirationDateTime=END)

    def use(self, expected: int) -> Any:
        """Do what the consent is for."""
        return self.tpp.call("GET", "/accounts", expected)

    def read(self, expected: int) -> Any:
        """Read the consent."""
        return self.tpp.call("GET", f"{self.path}/{self.tpp.consent_id}", expected)

    def delete(self, expected: int) -> Any:
        """End the consent."""
        return self.tpp.call("DELETE", f"{self.path}/{self.tpp.consent_id}", expected)

    def funds(self, expected: int) -> Any:
        """Ask by the consent whether there is money."""
        return self.tpp.call("GET", f"{self.path}/{self.tpp.consent_id}/funds-confirmation", expected)

    def ask_again(self) -> int:
        """Have the PSU asked; the status of the answer."""
        path = f"/_sandbox/consents/{self.tpp.consent_id}/authorisations"
        answer = self.tpp.sandbox.call("POST", path)
        if answer.status_code == 201:
            self.tpp.authorisation_id = answer.json["id"]
        return int(answer.status_code)

    def revoke(self) -> None:
        """The PSU takes it back in the online bank."""
        room: Any = {"/account-access-consents": consents, "/domestic-vrp-consents": mandates}.get(
            self.path, funds
        )
        with self.tpp.sandbox.database.writing() as work:
            bank = self.tpp.sandbox.bank(self.tpp.bank, work)
            room.revoke(bank, room.of_subject(bank, self.tpp.consent_id))

    def go_on(self, **steps: int) -> None:
        """Turn the clock."""
        answer = self.tpp.sandbox.call("POST", "/_sandbox/clock/advance", json=steps)
        assert answer.status_code == 200, answer.text


@dataclass
class ToPay(Sort):
    """Consents to a payment; `order` makes what is to be paid."""

    order: Callable[[Any], dict[str, Any]]

    def ask(self) -> None:
        self.tpp.stage(self.order(self.tpp))

    def ask_for_too_much(self) -> None:
        """Have a consent to a payment for which there is no money."""
        order = self.order(self.tpp)
        for name in ("InstructedAmount", "FirstPaymentAmount"):
            if name in order:
                order[name] = {**order[name], "Amount": TOO_MUCH}
        self.tpp.stage(order)

    def use(self, expected: int) -> Any:
        return self.tpp.submit(expected)


class ToPayByFile(Sort):
    """Consents to the payments of a file."""

    def ask(self) -> None:
        self.name_file()
        self.upload(200)

    def name_file(self) -> None:
        """Say of which file the consent is, and keep it back."""
        self.tpp.stage(self.tpp.said_of(self.tpp.file(2), 2))

    def upload(self, expected: int) -> Any:
        """Send the file."""
        return self.tpp.upload(self.tpp.file(2), expected)

    def use(self, expected: int) -> Any:
        return self.tpp.submit(expected)


class ToPayAgain(Sort):
    """Consents to variable recurring payments."""

    def ask(self) -> None:
        self.tpp.ask_for(parameters=self.tpp.parameters(ValidToDateTime=END))

    def ask_for_too_much(self) -> None:
        """Have a consent to payments for which there is no money."""
        much = {"Amount": TOO_MUCH, "Currency": "GBP"}
        limits = [{**one, **much} for one in self.tpp.parameters()["PeriodicLimits"]]
        wide = self.tpp.parameters(MaximumIndividualAmount=much, PeriodicLimits=limits)
        self.tpp.ask_for(parameters=wide)
        self.amount = TOO_MUCH

    amount = "10.00"

    def use(self, expected: int) -> Any:
        return self.tpp.pay(self.amount, expected=expected)

    def funds(self, expected: int) -> Any:
        return self.tpp.asks_for_funds(expected=expected)


class ToConfirm(Sort):
    """Consents to the confirmation of funds."""

    def ask(self) -> None:
        self.tpp.ask_consent(ExpirationDateTime=END)

    def use(self, expected: int) -> Any:
        return self.tpp.confirm(expected=expected)


def _later(order: dict[str, Any]) -> dict[str, Any]:
    return order | {"RequestedExecutionDateTime": "2026-03-20T00:00:00+00:00"}


def abroad_again(tpp: Pisp) -> dict[str, Any]:
    """A standing order to another country."""
    order = tpp.standing()
    del order["FirstPaymentAmount"]
    order["CreditorAccount"] = tpp.abroad()["CreditorAccount"]
    return order | {"InstructedAmount": {"Amount": "40.00", "Currency": "EUR"}, "CurrencyOfTransfer": "EUR"}


ORDERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "domestic-payment": lambda tpp: tpp.initiation(),
    "domestic-scheduled-payment": lambda tpp: _later(tpp.initiation()),
    "domestic-standing-order": lambda tpp: tpp.standing(),
    "international-payment": lambda tpp: tpp.abroad(),
    "international-scheduled-payment": lambda tpp: _later(tpp.abroad(ExchangeRateInformation=ACTUAL)),
    "international-standing-order": abroad_again,
}
#: Those that can be asked whether there is money.
WITH_FUNDS = ("domestic-payment", "international-payment", "international-scheduled-payment", "domestic-vrp")
#: An amount that nobody here has.
TOO_MUCH = "900000.00"
SORTS = ("account-access", *ORDERS, "file-payment", "domestic-vrp", "funds-confirmation")


def of(name: str, sandbox: Any, version: str, key: str | None = None) -> Sort:
    """An app at Kelp Bank that asks for that sort in that version."""
    path, here = f"/{name}-consents", (sandbox, version, "kelpbank", "gb-14", key)
    match name:
        case "account-access":
            return Sort(Tpp(*here), path)
        case "file-payment":
            return ToPayByFile(Filer(*here), path)
        case "domestic-vrp":
            return ToPayAgain(Vrp(*here), path)
        case "funds-confirmation":
            return ToConfirm(Cbpii(*here), path)
        case _:
            return ToPay(Pisp(*here, kind=name), path, ORDERS[name])
