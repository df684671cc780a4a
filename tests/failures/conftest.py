"""A TPP in each standard, to whom the same things happen; and the proof over the books after all of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.bank import verify
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.conftest import STILL, Sandbox, open_sandbox
from tests.journeys.conftest import NOK, OK, PRESENT, id_of
from tests.journeys.paying import Payer
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp

#: An account that no mock bank keeps.
ABROAD = "DE89370400440532013000"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The whole app with the banks that everybody has; in the end its books balance."""
    folder = tmp_path_factory.mktemp("house")
    opened = open_sandbox(f"sqlite:///{folder / 'house.sqlite3'}", folder)
    yield opened
    with opened.database.reading() as work:
        assert verify.whole_database(work) == []
    opened.close()


@pytest.fixture
def world(house: Sandbox) -> Sandbox:
    """A world of its own for each test."""
    with house.database.writing() as work:
        made = workspaces.create(work, "bergen", clock=STILL)
        app, key = apps.create(work, made, "Budget Buddy")
        return replace(house, app_id=app.id, app_key=key, world=made.id)


@dataclass
class Said:
    """What an answer comes to, whatever the standard: its status, and the code of the first error."""

    answer: TestResponse

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def code(self) -> str | None:
        body = self.answer.json if self.answer.is_json else {}
        for member, name in (("tppMessages", "code"), ("Errors", "ErrorCode")):
            if member in body:
                return str(body[member][0][name])
        return body.get("error") if isinstance(body, dict) else None


@dataclass
class BerlinGroup:
    """A TPP at Fjordbanken."""

    world: Sandbox
    payment: Any = None
    started: TestResponse | None = None
    headers: dict[str, str] = field(default_factory=dict)
    standard = "berlin_group"
    bank = "fjordbanken"
    product = "norwegian-domestic-credit-transfers"

    def __post_init__(self) -> None:
        self.payer = Payer(self.world, self.bank, person_id="no-0")

    def pay(self, **magic: Any) -> Said:
        """Order a payment with these words in it."""
        body = {
            "debtorAccount": {"iban": self.payer.account["iban"]},
            "instructedAmount": {"currency": "NOK", "amount": magic.get("amount", "42.00")},
            "creditorAccount": {"bban": "99980100142"},
            "creditorName": magic.get("creditor_name", "Fru Tellefsen"),
            "remittanceInformationUnstructured": magic.get("remittance", "Takk for sist"),
        }
        number = magic.get("creditor_account")
        if number:
            body["creditorAccount"] = {"iban" if number[:2].isalpha() else "bban": number}
        back = {**PRESENT, "TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}
        self.started = self.world.call(
            "POST", f"/{self.bank}/v1/payments/{self.product}", json=body, headers=back | self.headers
        )
        return Said(self.started)

    def say_yes(self) -> None:
        """The PSU agrees, where anybody asks them."""
        assert self.started is not None
        state = self.started.json["_links"].get("scaStatus")
        if state:
            self.payer.approve(id_of(state["href"]))

    def stands(self) -> tuple[str, str | None]:
        """Where the payment stands, and why."""
        assert self.started is not None
        path = self.started.json["_links"]["status"]["href"]
        told = self.payer.get(path, headers={"Accept": "application/json"})
        why = told.get("tppMessage")
        return told["transactionStatus"], why[0]["text"].partition(":")[0] if why else None

    def payment_id(self) -> str:
        """The bank's own id of it."""
        assert self.started is not None
        return str(self.started.json["paymentId"])


@dataclass
class UkOpenBanking:
    """A TPP at Kelpbank."""

    world: Sandbox
    headers: dict[str, str] = field(default_factory=dict)
    standard = "uk_open_banking"
    bank = "kelpbank"

    def __post_init__(self) -> None:
        self.pisp = Pisp(self.world, "v4.0", bank=self.bank, psu="gb-14")

    def pay(self, **magic: Any) -> Said:
        """Ask for a consent to a payment with these words in it."""
        pisp = self.pisp
        initiation = pisp.initiation(magic.get("amount", "42.00"))
        number = magic.get("creditor_account")
        if number:
            initiation["CreditorAccount"] |= {"Identification": number}
        initiation["CreditorAccount"] |= {"Name": magic.get("creditor_name", OUTSIDE["Name"])}
        remittance = magic.get("remittance", "Two packs of biscuits")
        initiation["RemittanceInformation"] = pisp.remittance(remittance, "FRESCO-101")
        initiation |= magic.get("more", {})
        body = {"Data": {"Initiation": initiation}, "Risk": {}}
        path = f"/{self.bank}/open-banking/v4.0/pisp/domestic-payment-consents"
        sent = {"x-idempotency-key": magic.get("key", self.world.world), "x-fapi-interaction-id": new_uuid()}
        answer = self.world.call("POST", path, json=body, headers=sent | self.headers)
        if answer.status_code == 201:
            pisp.sent, pisp.consent_id = body, answer.json["Data"]["ConsentId"]
            pisp.authorisation_id = answer.headers.get("x-bryggen-authorisation-id")
        return Said(answer)

    def say_yes(self) -> None:
        """The PSU agrees, where anybody asks them; the TPP submits."""
        if self.pisp.authorisation_id:
            self.pisp.approve()
            if self.pisp.consent()["Status"] == "AUTH":
                self.pisp.submit()

    def stands(self) -> tuple[str, str | None]:
        """Where the payment, or else its consent, stands, and why."""
        told = self.pisp.payment() if self.pisp.payment_id else self.pisp.consent()
        why = told.get("StatusReason")
        return told["Status"], why[0]["StatusReasonCode"] if why else None

    def payment_id(self) -> str:
        """The bank's own id of it."""
        found = self.world.call("GET", "/_sandbox/payments").json["payments"]
        return str(found[0]["id"])


TPPS = {one.standard: one for one in (BerlinGroup, UkOpenBanking)}
