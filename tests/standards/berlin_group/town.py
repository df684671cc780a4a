"""A small town with one bank per SCA approach, to try the dialect alone, without a whole population."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from werkzeug.test import Client, TestResponse

from sandbox.bank import ledger
from sandbox.bank.accounts import Account, AccountStatus, Holder, Role
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Customer, Standing
from sandbox.bank.ledger import Booking
from sandbox.bank.profile import (
    BasketRules,
    ConsentRules,
    Customers,
    FundsActivation,
    FundsRules,
    Grouping,
    Interface,
    PayeeRules,
    PaymentRules,
    Profile,
    Reuse,
    Sca,
    ScaApproach,
    ScaMethod,
    Scheme,
    Service,
    StatementRules,
)
from sandbox.bank.profile_security import SignatureForm, Signing
from sandbox.gateway.dispatcher import Dispatcher
from sandbox.gateway.journal import Journal
from sandbox.gateway.services import Services
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Networks, Settings
from sandbox.standards.berlin_group import standard
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests import doors
from tests.conftest import STILL, new_sqlite
from tests.standards.berlin_group import published

SMS = ScaMethod("sms", "SMS_OTP", "Text message")
APP = ScaMethod("app", "PUSH_OTP", "Bank app")
KARI, OLA, NILS = "no-1", "no-2", "no-3"
IBAN_KARI, IBAN_KARI_SAVING, IBAN_OLA = "NO9386011117947", "NO6260319999998", "NO8330001234567"
#: Of a company whose account a test opens, see `test_payment_authorisations`.
IBAN_COMPANY = "NO1499910100862"
_PEOPLE = {  # user name, methods, IBANs
    KARI: ("kari", ["sms"], [IBAN_KARI, IBAN_KARI_SAVING]),
    OLA: ("ola", ["sms", "app"], [IBAN_OLA]),
    NILS: ("nils", [], []),
}


class Town:
    """Three people who bank everywhere: Kari has one SCA method, Ola two, Nils none."""

    def by_username(self, bank: Bank, username: str) -> str | None:
        return next((one for one, (name, *_) in _PEOPLE.items() if name == username), None)

    def by_national_id(self, bank: Bank, national_id: str) -> str | None:
        return None

    def first(self, bank: Bank) -> str | None:
        return KARI

    def password(self, bank: Bank, person_id: str) -> str:
        return f"{_PEOPLE[person_id][0]}-password"

    def keeper(self, bank: Bank, iban: str) -> Bank | None:
        if iban == IBAN_COMPANY:
            return bank
        owner = next((one for one, (_, _, ibans) in _PEOPLE.items() if iban in ibans), None)
        if owner is None:
            return None
        # They bank everywhere under the same number; a payment stays in the house.
        self.move_in(bank, owner)
        return bank

    def named_outside(self, bank: Bank, iban: str) -> str | None:
        return None

    def grow(self, bank: Bank) -> int:
        return 0

    def arrange(self, bank: Bank, person_id: str) -> None:
        """They have arranged nothing."""

    def move_in(self, bank: Bank, person_id: str) -> None:
        if bank.work.get(Customer, (bank.workspace_id, bank.id, person_id)):
            return
        bank.work.write()
        name, methods, ibans = _PEOPLE[person_id]
        here = {"workspace_id": bank.workspace_id, "bank_id": bank.id}
        bank.work.add(
            Customer(
                **here,
                person_id=person_id,
                username=name,
                national_id=None,
                name=name.title(),
                born_on=date(1990, 1, 1),
                language="nb",
                standing=Standing.ACTIVE,
                sca_method_ids=methods,
                details={},
            )
        )
        bank.work.flush()
        for position, iban in enumerate(ibans):
            account_id = f"{bank.id}-{iban[-5:]}"
            ledger.open_book(bank, account_id, "NOK")
            bank.work.add(
                Account(
                    **here,
                    id=account_id,
                    kind="current",
                    status=AccountStatus.ENABLED,
                    currency="NOK",
                    iban=iban,
                    bban=iban[4:],
                    name="Brukskonto",
                    product="Bruk",
                    owner_name=name.title(),
                    usage="PRIV",
                    opened_on=date(2020, 1, 1),
                    credit_limit_minor=0,
                )
            )
            bank.work.flush()
            bank.work.add(
                Holder(**here, person_id=person_id, account_id=account_id, role=Role.OWNER, position=position)
            )
            ledger.book(bank, [a_salary(bank, account_id)])
        bank.work.flush()


def a_salary(bank: Bank, account_id: str) -> Booking:
    """1 000 kroner that came in last week."""
    return Booking(
        *(account_id, ledger.world_id(bank.id, "NOK"), "e0", f"{account_id}-e0"[-40:]),
        *("2026-03-10T10:00:00.000000Z", "2026-03-10", "2026-03-10", 100_000, "NOK"),
        *("salary", "PMNT-RCDT-SALA", "SALARY"),
    )


#: Norwegian and European payments, the debtor account named or not.
PAYMENTS = PaymentRules(
    schemes=(Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT, Scheme.SEPA, Scheme.TARGET2, Scheme.CROSS_BORDER),
    business_schemes=(Scheme.TARGET2,),
    services=tuple(Service),
    formats=("json", "pain.001"),
    debtor_account_optional=True,
    request_id_reuse=Reuse.REPLAY,
    bulk_size_max=5,
)


def a_profile(bank_id: str, *approaches: ScaApproach, **switches: Any) -> Profile:
    """A bank with these approaches; the consent rules are generous."""
    return Profile(
        id=bank_id, name=bank_id.title(), country="NO", currency="NOK", bic="PROVNO20", bank_code="9996",
        zone="Europe/Oslo", languages=("nb",), description="A bank of the tests.",
        customers=Customers(0, 9), sca=Sca(approaches, (SMS, APP)),
        consents=ConsentRules(owner_name=True, status_notification=True),
        statements=StatementRules(("closingBooked",), ("booked", "pending", "information")),
        interfaces=(Interface("berlin_group", "1.3.11", switches),), payments=PAYMENTS,
        funds=FundsRules(True), baskets=BasketRules((Grouping.ALL,), size_max=3),
    )  # fmt: skip


REDIRECT, EMBEDDED, DECOUPLED = ScaApproach.REDIRECT, ScaApproach.EMBEDDED, ScaApproach.DECOUPLED


def verifying(profile: Profile, version: str) -> Profile:
    """The bank, with verification of payee, and a version that has words for it or none."""
    payees = PayeeRules(starts_on=date(2025, 10, 9))
    return replace(profile, payees=payees, interfaces=(Interface("berlin_group", version),))


def signed(profile: Profile, form: SignatureForm, **rules: Any) -> Profile:
    """The bank, with signatures of that form on the calls of TPPs."""
    return replace(profile, sca=replace(profile.sca, signing=Signing(form, **rules)))


def _profiles() -> dict[str, Profile]:
    confirming = a_profile("confirming", REDIRECT)
    found = [
        a_profile("redirect", REDIRECT),
        a_profile("embedded", EMBEDDED, REDIRECT),
        a_profile("decoupled", DECOUPLED),
        a_profile("every", REDIRECT, EMBEDDED, DECOUPLED),
        a_profile(
            "quirky", REDIRECT, error_format="problem", links="relative", bearer_app_key=True,
            psu_ip_address_required=True, unknown_consent_in_path=400,
            revoked_code="CERTIFICATE_REVOKED", foreign_redirect="refuse",
        ),
        replace(confirming, sca=replace(confirming.sca, confirmation_code=True)),
        replace(
            a_profile("plain", REDIRECT), baskets=BasketRules((Grouping.PAYMENTS,)),
            funds=FundsRules(True, FundsActivation.NONE),
        ),
        replace(a_profile("bare", REDIRECT), baskets=BasketRules(), funds=FundsRules()),
        verifying(a_profile("verifying", REDIRECT, EMBEDDED), "1.3.16"),
        verifying(a_profile("speechless", REDIRECT, EMBEDDED), "1.3.11"),
        signed(a_profile("cavage", REDIRECT), SignatureForm.CAVAGE),
        signed(a_profile("rfc9421", REDIRECT), SignatureForm.RFC9421),
        signed(verifying(a_profile("jws", REDIRECT), "1.3.16"), SignatureForm.JWS),
        signed(
            verifying(a_profile("willing", REDIRECT), "1.3.16"), SignatureForm.CAVAGE, required=False,
            certificate_mandated=True, algorithms=("PS256",),
        ),
    ]  # fmt: skip
    return {one.id: one for one in found}


@dataclass
class Tpp:
    """An app that calls the town's banks; every answer is judged by the published file."""

    town: "TownHall"
    key: str
    name: str = "Budget Buddy"
    defaults: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, judged: bool = True, **kwargs: Any) -> TestResponse:
        """Call `/<bank>/v1/…`; headers given as None are left out."""
        headers = {"X-API-Key": self.key, "X-Request-ID": str(uuid.uuid4()), "PSU-IP-Address": "192.0.2.7"}
        headers |= kwargs.pop("headers", {})
        sent = {name: value for name, value in headers.items() if value is not None}
        response = self.town.client.open(path, method=method, headers=sent, **kwargs)
        where = re.search(r"/v[12]/.*", path)
        if judged and where:
            published.judge(method, where[0], response)
        return response

    def consent(self, bank: str, expected: int = 201, **kwargs: Any) -> Any:
        """POST /v1/consents and the body of the answer."""
        body = {**a_consent(), **kwargs.pop("body", {})}
        headers = {"TPP-Redirect-URI": "https://tpp.example/back", **kwargs.pop("headers", {})}
        response = self.call("POST", f"/{bank}/v1/consents", json=body, headers=headers)
        assert response.status_code == expected, response.text
        return response.json

    def follow(self, method: str, href: str, **kwargs: Any) -> TestResponse:
        """Call a link as it was given."""
        path = href.removeprefix(self.town.origin)
        return self.call(method, path, **kwargs)


def a_consent(**changes: Any) -> dict[str, Any]:
    """The body of a consent: both of Kari's accounts are the PSU's to choose."""
    return {
        "access": {"accounts": [], "balances": [], "transactions": []},
        "recurringIndicator": True,
        "validUntil": "2026-06-01",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
        **changes,
    }


@dataclass
class TownHall:
    """The town at work: the door of the dialect behind the real corridor."""

    services: Services
    entrance: doors.Doors

    def __post_init__(self) -> None:
        self.client, self.origin = Client(self.entrance.app), self.services.origin

    def close(self) -> None:
        """Write down the last calls, let go of the databases, and leave the doors to the next town."""
        self.services.journal.let_go()
        self.services.database.close()
        doors.give_back(self.entrance)

    def tpp(self, name: str, workspace: str = "test") -> Tpp:
        """A new app in that world."""
        with self.services.database.writing() as work:
            world = next((one for one in workspaces.every(work) if one.id == workspace), None)
            world = world or workspaces.create(work, "bergen", name=workspace, clock=STILL)
            return Tpp(self, apps.create(work, world, name)[1], name)

    @contextmanager
    def at(self, bank_id: str) -> Iterator[Bank]:
        """A bank of the world `test` in a unit of work that is committed."""
        with self.services.database.writing() as work:
            world = workspaces.get(work, "test")
            yield Bank(
                *(self.services.profiles[bank_id], work, "test", world.seed, STILL),
                *(self.services.people, self.services.profiles),
            )


def open_town(folder: Path, *, journal: Journal | None = None, proxies: str = "") -> TownHall:
    """Open the town over a database in that folder. `proxies` are trusted with the header Client-Cert."""
    database = Database(new_sqlite(folder / "town.sqlite3"))
    trusted = Networks.parse(proxies)
    settings = Settings(
        public_origin="http://localhost",
        secret_key="not a secret",
        check_answers=True,
        trusted_proxies=trusted,
    )
    services = Services(settings, database, _profiles(), Town(), journal or Journal(None))
    return TownHall(services, doors.borrow(services, the_dialect_alone))


def the_dialect_alone(services: Services) -> Dispatcher:
    """The door of the dialect, and nobody behind the others."""
    door, nobody = standard.create_app(services), SimpleNamespace()
    return Dispatcher(services.profiles, {"berlin_group": door}, nobody, nobody, services.origin, nobody)  # type: ignore[arg-type]
