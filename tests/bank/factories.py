"""Customers and accounts written straight into the books, and the neighbours who know about them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sandbox.bank import accounts, authorisations, consents
from sandbox.bank.accounts import Account, Holder
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Customer
from sandbox.bank.profile import (
    ConsentRules,
    Customers,
    Interface,
    Profile,
    Sca,
    ScaApproach,
    ScaMethod,
    StatementRules,
)
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.workspaces import workspace as workspaces

NOON = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
STILL = Clock(ClockMode.FROZEN, 0.0, NOON)
SMS = ScaMethod("sms", "SMS_OTP", "SMS")
APP = ScaMethod("app", "PUSH_OTP", "App")
EVERY_APPROACH = (ScaApproach.REDIRECT, ScaApproach.EMBEDDED, ScaApproach.DECOUPLED)
PROFILE = Profile(
    id="provebanken", name="Prøvebanken", country="NO", currency="NOK", bic="PROVNO20", bank_code="9996",
    zone="Europe/Oslo", languages=("nb",), description="", customers=Customers(0, 9),
    sca=Sca(EVERY_APPROACH, (SMS, APP)), consents=ConsentRules(),
    statements=StatementRules(("closingBooked",), ("booked",)),
    interfaces=(Interface("berlin_group", "1.3.11"),),
)  # fmt: skip
KARI, OLA = "no-1", "no-2"
KARIS_IBAN, OLAS_IBAN = "NO9386011117947", "NO8330001234567"
#: Whom the world outside knows by the account.
OUTSIDE = {"DE75512108001245126199": "Nordlicht Versand GmbH"}


class Neighbours:
    """Kari and Ola, who have always lived here."""

    def by_username(self, bank, username):
        return {"kari": KARI, "ola": OLA}.get(username)

    def by_national_id(self, bank, national_id):
        return None

    def first(self, bank):
        return KARI

    def password(self, bank, person_id):
        return f"secret-{person_id}"

    def named_outside(self, bank, iban):
        return OUTSIDE.get(iban)

    def move_in(self, bank, person_id):
        """They are in already."""

    def arrange(self, bank, person_id):
        """They have arranged nothing."""


def settle_in(work, profile=PROFILE, methods=("sms",)):
    """The world `test`, with Kari (a current and a savings account) and Ola (one) in it."""
    workspaces.create(work, "bergen", name="test", clock=STILL)
    for person_id, username in ((KARI, "kari"), (OLA, "ola")):
        work.add(
            Customer(
                workspace_id="test", bank_id=profile.id, person_id=person_id, username=username,
                national_id=None, name=username, born_on=None, language="nb", standing="active",
                sca_method_ids=list(methods), details={},
            )
        )  # fmt: skip
    work.flush()
    add_account(work, "kari-1", KARI, "current", KARIS_IBAN, bank_id=profile.id)
    add_account(work, "kari-2", KARI, "savings", "NO2160001234568", bank_id=profile.id)
    add_account(work, "ola-1", OLA, "current", OLAS_IBAN, bank_id=profile.id)


def change_account(bank, account_id, **changes):
    """The bank changes an account, at once for everybody who has it in hand."""
    setting = ", ".join(f"{column} = ?" for column in changes)
    changed = bank.work.put(
        f"UPDATE account SET {setting} WHERE workspace_id = ? AND id = ?",
        (*changes.values(), bank.workspace_id, account_id),
    )
    assert changed == 1


def add_account(work, account_id, owner, kind, iban=None, *, bank_id=PROFILE.id, position=0, **other):
    """One more account, which its owner sees at that place among those of the same position."""
    fields = {
        "status": "enabled", "currency": "NOK", "bban": None, "masked_pan": None, "name": account_id,
        "product": "x", "owner_name": owner, "usage": "PRIV", "parent_id": None,
        "settlement_account_id": None, "credit_limit_minor": 0, "opened_on": date(2020, 1, 1),
        "closed_on": None,
    }  # fmt: skip
    work.add(
        Account(workspace_id="test", id=account_id, bank_id=bank_id, kind=kind, iban=iban, **fields | other)
    )
    work.flush()
    work.add(
        Holder(
            workspace_id="test", bank_id=bank_id, person_id=owner, account_id=account_id, role="owner",
            position=position,
        )
    )  # fmt: skip
    work.flush()


def a_bank(work, profile=PROFILE, **later):
    """The bank, as long after noon as `later` says."""
    clock = Clock(ClockMode.FROZEN, 0.0, NOON + timedelta(**later))
    return Bank(profile, work, "test", "bergen", clock, Neighbours())


def with_rules(*, sca=None, rules=None, statements=None):
    """The bank's profile with other choices."""
    return replace(
        PROFILE,
        sca=replace(PROFILE.sca, **(sca or {})),
        consents=replace(PROFILE.consents, **(rules or {})),
        statements=replace(PROFILE.statements, **(statements or {})),
    )


def an_order(access=None, *, recurring=True, valid_until=date(9999, 12, 31), frequency=4):
    access = access or consents.Access(consents.AccessKind.ALL_PSD2)
    return consents.ConsentOrder(access, recurring, valid_until, frequency)


def dedicated(*ibans):
    named = tuple(accounts.AccountRef(iban=iban) for iban in ibans)
    return consents.Access(consents.AccessKind.DEDICATED, accounts=named, balances=named)


def a_started(bank, order=None, approach=ScaApproach.REDIRECT, app_id="app-1"):
    consent = consents.create(bank, app_id, order or an_order())
    wish = authorisations.Wish(approach, "https://tpp.example/ok?state=1", "https://tpp.example/no")
    return consent, authorisations.start(bank, authorisations.ConsentSubject(consent), wish)


def a_valid_consent(bank, order=None, app_id="app-1", person_id=KARI):
    consent, started = a_started(bank, order, app_id=app_id)
    authorisations.approve(bank, started.authorisation, person_id, None)
    return consent
