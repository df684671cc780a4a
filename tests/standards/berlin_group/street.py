"""Kari's accounts, written by hand to the last line, at three banks that show them in different ways."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.bank import consents, ledger
from sandbox.bank.accounts import Account, Holder, Role
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, ConsentOrder
from sandbox.bank.customers import Customer, Standing
from sandbox.bank.ledger import Booking
from sandbox.bank.profile import ConsentRules, MultiCurrency, Profile, ScaApproach, StatementRules
from sandbox.gateway.journal import Journal
from sandbox.gateway.services import Services
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Settings
from sandbox.workspaces import apps
from tests import doors
from tests.conftest import new_sqlite
from tests.standards.berlin_group.town import TownHall, Tpp, a_profile, the_dialect_alone

KARI = "no-1"
BALANCES = (
    *("interimAvailable", "interimBooked", "expected", "closingBooked", "openingBooked"),
    *("forwardAvailable", "nonInvoiced"),
)
LONG = "Invoice 4711 for the garden " * 8
EXCHANGE = '{"currency":"SEK","amount_minor":10000,"rate":"0.9870","rate_on":"2026-03-07"}'
#: id, kind, currency, IBAN, masked PAN, parent, credit limit
_ACCOUNTS = (
    ("current", "current", "NOK", "NO9386011117947", None, None, 500000),
    ("savings", "savings", "NOK", "NO6260319999998", None, None, 0),
    ("card", "card", "NOK", None, "541234xxxxxx1234", None, 3000000),
    ("loan", "loan", "NOK", None, None, None, 0),
    ("multi", "multi", "NOK", "NO8330001234567", None, None, 0),
    ("multi-eur", "current", "EUR", "NO8330001234567", None, "multi", 0),
    ("multi-nok", "current", "NOK", "NO8330001234567", None, "multi", 0),
)


def a_booking(account_id: str, entry_id: str, day: str, minor: int, **more: Any) -> Booking:
    """A card payment of that day unless told otherwise."""
    given = {
        "account_id": account_id,
        "contra_id": "",
        "entry_id": entry_id,
        "transfer_id": f"t-{account_id}-{entry_id}",
        "at": f"{day}T10:15:00.000000Z",
        "booked_on": day,
        "value_on": day,
        "amount_minor": minor,
        "currency": "NOK",
        "kind": "transfer",
        "code": "PMNT-ICDT-DMCT" if minor < 0 else "PMNT-RCDT-DMCT",
        "proprietary_code": "TRF",
        "party_name": "Ola Nordmann",
        "party_account": "NO4599910000017",
        "party_bic": "FJRDNO20",
        "remittance": "Takk for sist",
    }
    return Booking(**{**given, **more})


CURRENT = [
    a_booking("current", "c01", "2026-03-02", 3500000, kind="salary", remittance="Lønn", party_account=None),
    a_booking("current", "c02", "2026-03-02", -1200000, kind="rent", end_to_end_id="E2E-2", party_bic=None),
    a_booking("current", "c03", "2026-03-03", -24950, kind="card", code="PMNT-CCRD-POSD", mcc="5411",
              party_name="Bakeriet på hjørnet", party_account=None, party_bic=None, remittance=None,
              card="541234xxxxxx9999"),
    a_booking("current", "c04", "2026-03-04", -15000, party_account="15034567890"),
    a_booking("current", "c05", "2026-03-05", -45000, kind="direct_debit", code="PMNT-RDDT-ESDD",
              mandate_id="M-1", creditor_id="NO55ZZZ123456785", remittance=LONG),
    a_booking("current", "c06", "2026-03-06", -98700, kind="bill", reference="1234567897",
              reference_type="KID", remittance=None),
    a_booking("current", "c07", "2026-03-07", -9870, kind="card", exchange=EXCHANGE, party_name="Café Gåsen"),
    a_booking("current", "c08", "2026-03-09", -5000, kind="fee", party_name=None, party_account=None,
              party_bic=None, remittance=None, code="ACMT-MDOP-CHRG"),
    a_booking("current", "c09", "2026-03-10", 1250, kind="interest", party_name=None, party_account=None,
              party_bic=None, remittance=None),
    a_booking("current", "c10", "2026-03-10", -30000, party_name="N" * 100),
    a_booking("current", "c11", "2026-03-13", -777),
]  # fmt: skip
PENDING = [
    a_booking("current", "p01", "2026-03-16", -4200, kind="card", party_name="Kiosken"),
    a_booking("current", "p02", "2026-03-17", -100000, at="2026-03-15T23:30:00.000000Z"),
]
CARD = [
    a_booking("card", "k01", "2026-02-20", -50000, kind="card", mcc="5812", party_name="Fjellkroa",
              card="541234xxxxxx1234"),
    a_booking("card", "k02", "2026-03-03", -9870, kind="card", exchange=EXCHANGE, party_name="Butiken"),
    a_booking("card", "k03", "2026-03-10", 50000, kind="bill", party_name=None, party_account=None,
              remittance="Innbetaling"),
]  # fmt: skip
MULTI = [
    a_booking("multi-eur", "e01", "2026-03-02", 50000, currency="EUR"),
    a_booking("multi-eur", "e02", "2026-03-04", -1000, currency="EUR"),
    a_booking("multi-eur", "e03", "2026-03-04", -2000, currency="EUR"),
    a_booking("multi-eur", "e04", "2026-03-12", -3000, currency="EUR"),
    a_booking("multi-nok", "n01", "2026-03-03", 80000),
    a_booking("multi-nok", "n02", "2026-03-04", -100),
    a_booking("multi-nok", "n03", "2026-03-05", -200),
    a_booking("multi-nok", "n04", "2026-03-06", -300),
    a_booking("multi-nok", "n05", "2026-03-07", -400),
]


class Street:
    """Kari alone lives here."""

    def by_username(self, bank: Bank, username: str) -> str | None:
        return KARI if username == "kari" else None

    def by_national_id(self, bank: Bank, national_id: str) -> str | None:
        return None

    def password(self, bank: Bank, person_id: str) -> str:
        return "kari-password"

    def arrange(self, bank: Bank, person_id: str) -> None:
        """They have arranged nothing."""

    def move_in(self, bank: Bank, person_id: str) -> None:
        if bank.work.get(Customer, (bank.workspace_id, bank.id, person_id)):
            return
        bank.work.write()
        here = {"workspace_id": bank.workspace_id, "bank_id": bank.id}
        bank.work.add(
            Customer(
                **here,
                person_id=person_id,
                username="kari",
                national_id=None,
                name="Kari Nordmann",
                born_on=date(1990, 1, 1),
                language="nb",
                standing=Standing.ACTIVE,
                sca_method_ids=["sms"],
                details={},
            )
        )
        bank.work.flush()
        for position, planned in enumerate(_ACCOUNTS):
            _open(bank, position, *planned)
        bank.work.flush()
        for bookings in (CURRENT, CARD, MULTI):
            ledger.book(bank, [at_bank(bank, one) for one in bookings])
        ledger.reserve(bank, [at_bank(bank, one) for one in PENDING])


def _open(
    bank: Bank, position: int, name: str, kind: str, currency: str, iban: str | None,
    pan: str | None, parent: str | None, limit: int,
) -> None:  # fmt: skip
    here = {"workspace_id": bank.workspace_id, "bank_id": bank.id}
    account_id = f"{bank.id}-{name}"
    bank.work.add(
        Account(
            **here,
            id=account_id,
            kind=kind,
            status="enabled",
            currency=currency,
            iban=iban,
            bban=iban[4:] if iban else "30001112223",
            masked_pan=pan,
            name=name.title(),
            product="Standard",
            owner_name="Kari Nordmann",
            usage="PRIV",
            opened_on=date(2020, 1, 1),
            credit_limit_minor=limit,
            parent_id=f"{bank.id}-{parent}" if parent else None,
        )
    )
    bank.work.flush()
    bank.work.add(Holder(**here, person_id=KARI, account_id=account_id, role=Role.OWNER, position=position))
    if kind != "multi":
        ledger.open_book(bank, account_id, currency)


def at_bank(bank: Bank, one: Booking) -> Booking:
    """The booking at that bank, whose other side is the world."""
    return one._replace(
        account_id=f"{bank.id}-{one.account_id}",
        contra_id=ledger.world_id(bank.id, one.currency),
        transfer_id=f"{bank.id}-{one.transfer_id}"[-40:],
    )


def profiles() -> dict[str, Profile]:
    """`clean` does everything, `elder` oldest first; `plain` as little as it may; `spar` writes no JSON."""
    formats = ("json", "camt.053", "camt.052", "mt940")
    statuses = ("booked", "pending", "both", "information", "all")
    every = StatementRules(
        BALANCES, statuses, formats, page_size=4, delta_list=True, entry_reference_from=True,
        multi_currency=MultiCurrency.BOTH,
    )  # fmt: skip
    least = StatementRules(
        ("closingBooked",), ("booked",), page_size=4, newest_first=False, history_days_unattended=90,
        balance_after_transaction=False, fresh_sca_minutes=0,
    )  # fmt: skip
    made = {
        "clean": every,
        "elder": replace(every, newest_first=False),
        "plain": least,
        "spar": replace(every, formats=("camt.053", "mt940"), booking_statuses=("booked", "both")),
    }
    rules = ConsentRules(owner_name=True, frequency_per_day_max=1000)
    return {
        name: replace(a_profile(name, ScaApproach.REDIRECT), statements=statements, consents=rules)
        for name, statements in made.items()
    }


def open_street(folder: Path) -> TownHall:
    """Open the street over a database in that folder."""
    database = Database(new_sqlite(folder / "street.sqlite3"))
    settings = Settings(public_origin="http://localhost", secret_key="not a secret", check_answers=True)
    services = Services(settings, database, profiles(), Street(), Journal(None))
    return TownHall(services, doors.borrow(services, the_dialect_alone))


class Reader:
    """A TPP with a consent of Kari's at one bank; every answer is judged by the published file."""

    def __init__(self, town: TownHall, bank_id: str, access: Access, recurring: bool = True) -> None:
        self.town, self.bank_id = town, bank_id
        self.tpp: Tpp = town.tpp(f"Reader {bank_id} {access.kind}")
        with town.at(bank_id) as bank:
            app_id = apps.caller(bank.work, self.tpp.key).app_id
            bank.people.move_in(bank, KARI)
            order = ConsentOrder(access, recurring, date(2026, 6, 1), 1000)
            consent = consents.create(bank, app_id, order)
            consents.authorise(bank, consent, KARI, consents.offered(bank, consent, KARI))
            self.consent_id = consent.id

    def get(self, path: str, expected: int = 200, judged: bool = True, **headers: str | None) -> Any:
        """GET a path below `/v1` or a whole link, with the consent."""
        whole = path.removeprefix(self.town.origin)
        if not whole.startswith(f"/{self.bank_id}/"):
            whole = f"/{self.bank_id}/v1{path}"
        sent = {"Consent-ID": self.consent_id, **{k.replace("_", "-"): v for k, v in headers.items()}}
        response = self.tpp.call("GET", whole, judged=judged, headers=sent)
        assert response.status_code == expected, response.text
        return response

    def refused(self, path: str, expected: int, code: str, **headers: str | None) -> None:
        """The path is refused with that status and code."""
        response = self.get(path, expected, **headers)
        assert response.json["tppMessages"][0]["code"] == code, response.text


ALL = Access(kind=AccessKind.ALL_PSD2, owner_name=True)


@pytest.fixture
def street(tmp_path: Path) -> Iterator[TownHall]:
    """The street at work."""
    opened = open_street(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def reader(street: TownHall) -> Reader:
    """A TPP that may read all of Kari's accounts at the clean bank."""
    return Reader(street, "clean", ALL)
