"""The PSU's pages over every bank, with Kari at each of them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from werkzeug.test import Client

from sandbox import online_banking as pages
from sandbox.bank import authorisations, consents, ledger, payments
from sandbox.bank import profiles as bank_profiles
from sandbox.bank.accounts import Account, AccountRef, Holder
from sandbox.bank.authorisations import CancellationSubject, PaymentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, ConsentOrder
from sandbox.bank.customers import Customer
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, Schedule
from sandbox.bank.profile import ScaApproach, Service
from sandbox.gateway.dispatcher import Dispatcher
from sandbox.gateway.journal import Journal
from sandbox.gateway.services import Services
from sandbox.kernel import places
from sandbox.kernel.db import Database
from sandbox.kernel.money import Money
from sandbox.kernel.settings import Settings
from sandbox.standards.registry import STANDARDS
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.conftest import STILL, new_sqlite
from tests.online_banking.browser import Browser

KARI, OLA = "no-1", "no-2"
HERE = "NO938601111794"
RENT = Schedule(date(2026, 4, 1), Frequency.MONTHLY, date(2026, 12, 31), day=31)
OFFERED = Access(AccessKind.BANK_OFFERED)
NAMED = (AccountRef(iban="NO9386011117941"), AccountRef(iban="NO9386011117942"))
DEDICATED = Access(AccessKind.DEDICATED, NAMED, NAMED, NAMED)


class Neighbours:
    """Kari and Ola, who have always lived here, at every bank."""

    def by_username(self, bank, username):
        return {"kari": KARI, "ola": OLA, "late": "no-3"}.get(username)

    def by_national_id(self, bank, national_id):
        return {"17057249973": KARI}.get(national_id)

    def first(self, bank):
        return KARI

    def password(self, bank, person_id):
        return f"secret-{person_id}"

    def move_in(self, bank, person_id):
        """They are in already."""

    def arrange(self, bank, person_id):
        """They have arranged nothing."""

    def keeper(self, bank, iban):
        """Whose IBAN begins as Kari's does banks here; everybody else lives in the world outside."""
        return bank if iban.startswith(HERE) else None

    def named_outside(self, bank, iban):
        """Nobody knows who has which account out there."""


class Town:
    """The pages, the database below them, and a TPP that asks."""

    def __init__(self, folder: Path, origin: str = "http://localhost:8080") -> None:
        switches = {one.id: one.switches for one in STANDARDS.values()}
        self.profiles = bank_profiles.load(places.mock_banks(), switches)
        self.database = Database(new_sqlite(folder / "town.sqlite3"))
        self.people, self.clock = Neighbours(), STILL
        self.folder = folder
        self.open_at(origin)
        with self.database.writing() as work:
            world = workspaces.create(work, "bergen", name="test", clock=STILL)
            self.app_id = apps.create(work, world, "Budget Buddy")[0].id
            for bank_id in self.profiles:
                _settle_in(self._bank(bank_id, work))

    def open_at(self, origin: str) -> None:
        settings = Settings(data_dir=self.folder, public_origin=origin, secret_key="not a secret")
        services = Services(settings, self.database, self.profiles, self.people, Journal(None))
        self.door = pages.create_app(services)
        self.app = Dispatcher(self.profiles, {}, self.door, self.door, origin, self.door)

    def client(self) -> Client:
        return Client(self.app)

    def _bank(self, bank_id, work):
        return Bank(self.profiles[bank_id], work, "test", "bergen", self.clock, self.people, self.profiles)

    @contextmanager
    def bank(self, bank_id="fjordbanken"):
        with self.database.writing() as work:
            yield self._bank(bank_id, work)

    def asks(self, bank_id="fjordbanken", access=None, *, approach=ScaApproach.REDIRECT, ok=None, nok=None,
             psu=None, recurring=True):  # fmt: skip
        """A consent and its authorisation: the path of the PSU's link, and the authorisation's id."""
        with self.bank(bank_id) as bank:
            access = access or (OFFERED if bank.profile.consents.bank_offered else DEDICATED)
            order = ConsentOrder(access, recurring, date(2026, 9, 1), 4)
            consent = consents.create(bank, self.app_id, order)
            started = authorisations.start(
                bank, authorisations.ConsentSubject(consent), authorisations.Wish(approach, ok, nok, psu)
            )
            return f"/{bank_id}/online-banking/authorisations/{started.link_token}", started.authorisation.id

    def pays(self, bank_id="fjordbanken", *creditors, debtor=None, service=Service.SINGLE, scheme=None,
             requested_on=None, schedule=None, **wish):  # fmt: skip
        """A payment and its authorisation: the path of the PSU's link, and the two ids."""
        with self.bank(bank_id) as bank:
            instructions = creditors or (an_instruction(bank),)
            number = AccountRef(iban=debtor) if debtor else None
            scheme = scheme or bank.profile.payments.schemes[0]
            order = PaymentOrder(service, scheme, "x", instructions, number, requested_on, schedule)
            payment_id = payments.initiate(bank, self.app_id, order).id
        return self.signs(payment_id, bank_id, **wish)

    def signs(self, payment_id, bank_id="fjordbanken", *, cancelling=False, approach=None, ok=None, nok=None,
              psu=None):  # fmt: skip
        """One more authorisation of a payment, or one of its cancellation."""
        with self.bank(bank_id) as bank:
            payment = payments.of_subject(bank, payment_id)
            subject = CancellationSubject(payment) if cancelling else PaymentSubject(payment)
            started = authorisations.start(bank, subject, authorisations.Wish(approach, ok, nok, psu))
            link = f"/{bank_id}/online-banking/authorisations/{started.link_token}"
            return link, started.authorisation.id, payment_id

    def has_agreed(self, person_id, authorisation_id, bank_id="fjordbanken"):
        """Somebody says yes elsewhere."""
        with self.bank(bank_id) as bank:
            authorisations.approve(bank, authorisations.of_id(bank, authorisation_id), person_id)

    def shares_a_company(self, bank_id="fjordbanken"):
        """Kari and Ola sign together for a company; its IBAN."""
        with self.bank(bank_id) as bank:
            _open(
                bank, "5", "current", "Driftskonto", 50_000_000, "Nordmann & Ås AS", (KARI, OLA), "signatory"
            )
        return f"{HERE}5"

    def status(self, authorisation_id, bank_id="fjordbanken"):
        """How the authorisation stands, and what it is about."""
        with self.bank(bank_id) as bank:
            found = authorisations.of_id(bank, authorisation_id)
            return found.status, authorisations.subject_of(bank, found).status(bank)

    def code(self, authorisation_id, bank_id="fjordbanken"):
        with self.bank(bank_id) as bank:
            return authorisations.code_for_testing(bank, authorisations.of_id(bank, authorisation_id))


def _settle_in(bank):
    every = [one.id for one in bank.profile.sca.methods]
    for person_id, username, methods, standing in (
        (KARI, "kari", every, "active"), (OLA, "ola", [], "active"), ("no-3", "late", every, "deceased"),
    ):  # fmt: skip
        bank.work.add(
            Customer(
                workspace_id="test", bank_id=bank.id, person_id=person_id, username=username,
                national_id=None, name={KARI: "Kari Nordmann", OLA: "Ola Ås"}.get(person_id, "Late Larsen"),
                born_on=None, language="nb", standing=standing, sca_method_ids=methods, details={},
            )
        )  # fmt: skip
    bank.work.flush()
    rows = (
        ("1", KARI, "current", "Brukskonto", 2_345_678), ("2", KARI, "savings", "Ferie og hytte", 14_500_000),
        ("3", KARI, "card", "Kredittkort", -123_450), ("4", OLA, "current", "Lønnskonto", 99_00),
    )  # fmt: skip
    for suffix, owner, kind, name, minor in rows:
        owner_name = "Kari Nordmann" if owner == KARI else "Ola Ås"
        _open(bank, suffix, kind, name, minor, owner_name, (owner,), "owner")


def _open(bank, suffix, kind, name, minor, owner_name, holders, role):
    account_id, currency = f"{bank.id}-{suffix}", bank.profile.currency
    bank.work.add(
        Account(
            workspace_id="test", id=account_id, bank_id=bank.id, kind=kind, status="enabled",
            currency=currency, iban=None if kind == "card" else f"{HERE}{suffix}", bban=None,
            masked_pan="541248******1234" if kind == "card" else None, name=name, product="x",
            owner_name=owner_name, usage="PRIV", parent_id=None, settlement_account_id=None,
            credit_limit_minor=0, opened_on=date(2020, 1, 1), closed_on=None,
        )
    )  # fmt: skip
    bank.work.flush()
    for person_id in holders:
        bank.work.add(
            Holder(workspace_id="test", bank_id=bank.id, person_id=person_id, account_id=account_id,
                   role=role, position=int(suffix) - 1)
        )  # fmt: skip
    ledger.open_book(bank, account_id, currency, opening_minor=minor, opened_at="2024-03-01T00:00:00.000000Z")
    bank.work.flush()


def an_instruction(bank, minor=125_000, name="Ola Nordmann", iban="NO2230001234567", **more):
    """A credit transfer to somebody outside."""
    money = Money(minor, more.pop("currency", bank.profile.currency))
    return Instruction(money, name, AccountRef(iban=iban), **more)


@pytest.fixture
def town(tmp_path) -> Iterator[Town]:
    opened = Town(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def browser(town) -> Browser:
    return Browser(town)


class _Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """The tests speak for themselves."""


@contextmanager
def serve(app):
    """An app behind a real socket; its origin."""
    server = make_server("127.0.0.1", 0, app, _Threads, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
