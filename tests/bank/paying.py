"""Three banks in one world, money on the accounts, and the short ways to a payment."""

from dataclasses import replace
from datetime import timedelta

from sandbox.bank import accounts, clearing, ledger, payments, timeline
from sandbox.bank.accounts import AccountRef, Holder
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Customer
from sandbox.bank.payments import Instruction, PaymentOrder
from sandbox.bank.profile import Customers, PaymentRules, Scheme, Service
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.money import Money
from tests.bank import factories as a

RULES = PaymentRules(
    schemes=(
        Scheme.DOMESTIC,
        Scheme.DOMESTIC_INSTANT,
        Scheme.SEPA,
        Scheme.TARGET2,
        Scheme.CROSS_BORDER,
    ),
    services=tuple(Service),
    debtor_account_optional=True,
)
HERE = replace(a.PROFILE, payments=RULES)
THERE = replace(HERE, id="annenbanken", name="Annen Bank", bic="ANNENO20", bank_code="9997")
ABROAD = replace(
    HERE,
    id="eurobank",
    name="Eurobank",
    country="DE",
    currency="EUR",
    bic="EUROXX20",
    bank_code="99000000",
    zone="Europe/Berlin",
    customers=Customers(0, 9),
    payments=replace(RULES, schemes=(Scheme.SEPA, Scheme.SEPA_INSTANT, Scheme.TARGET2)),
)
PROFILES = {one.id: one for one in (HERE, THERE, ABROAD)}
LIV, EVA = "no-3", "de-1"
KARIS, KARIS_SAVINGS, OLAS = a.KARIS_IBAN, "NO2160001234568", a.OLAS_IBAN
LIVS, LIVS_CLOSED, LIVS_BLOCKED, LIVS_LOAN = "NO10LIV1", "NO10LIV2", "NO10LIV3", "NO10LIV4"
EVAS, NOBODYS = "DE10EVA1", "NO10NOBODY"
KARIS_EURO, KARIS_MULTI = "NO99EUR", "NO99MULTI"
OUTSIDE = "NO83 3000 1234 568"
START_MINOR = 100_000
KEEPERS = {
    **dict.fromkeys((KARIS, KARIS_SAVINGS, KARIS_EURO, KARIS_MULTI, OLAS), HERE.id),
    **dict.fromkeys((LIVS, LIVS_CLOSED, LIVS_BLOCKED, LIVS_LOAN, NOBODYS), THERE.id),
    EVAS: ABROAD.id,
}


class Townsfolk(a.Neighbours):
    """Kari and Ola here, Liv at the other bank, Eva abroad: all of them have always lived there."""

    def keeper(self, bank, iban):
        bank_id = KEEPERS.get(iban)
        return replace(bank, profile=PROFILES[bank_id]) if bank_id else None

    def grow(self, bank):
        return 0


def bank_at(work, *, profile=HERE, at=a.NOON, **later):
    """A bank of the three, as long after noon as `later` says."""
    neighbours = PROFILES | {profile.id: profile}
    clock = Clock(ClockMode.FROZEN, 0.0, at + timedelta(**later))
    return Bank(profile, work, "test", "bergen", clock, Townsfolk(), neighbours)


def settle_in(work, profile=HERE):
    """The world `test`: an account with 1000.00 for everybody."""
    a.settle_in(work, profile)
    _customer(work, THERE, LIV, "liv")
    _customer(work, ABROAD, EVA, "eva")
    for account_id, iban, more in (
        ("liv-1", LIVS, {}),
        ("liv-2", LIVS_CLOSED, {"status": "closed", "closed_on": a.NOON.date()}),
        ("liv-3", LIVS_BLOCKED, {"status": "blocked"}),
    ):
        a.add_account(work, account_id, LIV, "current", iban, bank_id=THERE.id, **more)
    a.add_account(work, "eva-1", EVA, "current", EVAS, bank_id=ABROAD.id, currency="EUR")
    for bank, account_ids in (
        (bank_at(work, profile=profile), ("kari-1", "kari-2", "ola-1")),
        (bank_at(work, profile=THERE), ("liv-1", "liv-2", "liv-3")),
        (bank_at(work, profile=ABROAD), ("eva-1",)),
    ):
        for account_id in account_ids:
            open_book(bank, account_id)


def _customer(work, profile, person_id, username):
    work.add(
        Customer(
            workspace_id="test", bank_id=profile.id, person_id=person_id, username=username,
            national_id=None, name=username, born_on=None, language="nb", standing="active",
            sca_method_ids=["sms"], details={},
        )
    )  # fmt: skip
    work.flush()


def open_book(bank, account_id, minor=START_MINOR):
    """Money to begin with."""
    account = accounts.get(bank, account_id)
    ledger.open_book(
        *(bank, account_id, account.currency), opening_minor=minor, opened_at="2020-01-01T00:00:00.000000Z"
    )


def also_holds(work, account_id, person_id, role, bank_id=HERE.id):
    """One more person who may see the account."""
    work.add(
        Holder(
            workspace_id="test", bank_id=bank_id, person_id=person_id, account_id=account_id, role=role,
            position=9,
        )
    )  # fmt: skip
    work.flush()


def an_instruction(minor=10_000, to=LIVS, currency="NOK", **other):
    """One credit transfer to Liv, unless told otherwise."""
    creditor = to if isinstance(to, AccountRef) else AccountRef(iban=to)
    return Instruction(Money(minor, currency), "Liv", creditor, **other)


def an_order(*instructions, scheme=Scheme.DOMESTIC, service=Service.SINGLE, debtor=KARIS, **other):
    """An order from Kari's account; of one instruction unless there are more."""
    return PaymentOrder(
        *(service, scheme, scheme.value),
        instructions or (an_instruction(),),
        debtor=AccountRef(iban=debtor) if debtor else None,
        **other,
    )


def initiated(bank, *instructions, app_id="app-1", **other):
    """A payment that waits for its yes."""
    return payments.initiate(bank, app_id, an_order(*instructions, **other))


def paid(bank, *instructions, by=a.KARI, **other):
    """A payment with its yes."""
    payment = initiated(bank, *instructions, **other)
    payments.agree(bank, payment, by)
    return payment


def later(bank, *, at=None, **steps):
    """The same bank later on, everything done that has fallen due by then."""
    then = bank.at(at or bank.now + timedelta(**steps))
    timeline.catch_up(then)
    return then


def booked(bank, account_id):
    """What is booked on an account of any of the three."""
    return ledger.balance(bank, account_id)


def available(bank, account_id):
    """What may be spent from an account of this bank."""
    return accounts.available_minor(bank, accounts.get(bank, account_id))


def statuses(bank, payment):
    """Every status that the payment came to."""
    return [one.status for one in payments.history(bank, payment)]


def of_transfers(bank, payment):
    """The status and the reason of each of its transfers."""
    return [(one.status, one.reason) for one in payments.transfers(bank, payment)]


RETURNED = clearing.RETURN_CODES
