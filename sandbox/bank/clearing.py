"""Clearing: money that leaves one bank arrives at another, or leaves the mock banks for the world outside."""

from dataclasses import dataclass, replace
from datetime import datetime

from sandbox.bank import accounts, ledger
from sandbox.bank.accounts import AccountRef, AccountRow, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Booking, world_id
from sandbox.bank.profile import Scheme
from sandbox.bank.reasons import Reason
from sandbox.kernel import bankdays, iban, rates
from sandbox.kernel.bankdays import Passage
from sandbox.kernel.clock import instant_text
from sandbox.kernel.countries import country
from sandbox.kernel.money import Money

#: Bank transaction codes of ISO 20022 by scheme: how the debtor sees it, and how the creditor does.
CODES = {
    Scheme.SEPA: ("PMNT-ICDT-ESCT", "PMNT-RCDT-ESCT"),
    Scheme.SEPA_INSTANT: ("PMNT-IRCT-ESCT", "PMNT-RRCT-ESCT"),
    Scheme.TARGET2: ("PMNT-ICDT-XBCT", "PMNT-RCDT-XBCT"),
    Scheme.CROSS_BORDER: ("PMNT-ICDT-XBCT", "PMNT-RCDT-XBCT"),
    Scheme.DOMESTIC: ("PMNT-ICDT-DMCT", "PMNT-RCDT-DMCT"),
    Scheme.DOMESTIC_INSTANT: ("PMNT-IRCT-DMCT", "PMNT-RRCT-DMCT"),
    Scheme.HIGH_VALUE: ("PMNT-ICDT-SDVA", "PMNT-RCDT-SDVA"),
    Scheme.GIRO: ("PMNT-ICDT-VCOM", "PMNT-RCDT-VCOM"),
}
RETURN_CODES = ("PMNT-ICDT-RRTN", "PMNT-RCDT-RRTN")


@dataclass(frozen=True, slots=True)
class Remittance:
    """What travels with the money: the parties, and what the debtor tells the creditor."""

    debtor_name: str
    debtor_iban: str | None
    debtor_bic: str
    text: str | None = None
    reference: str | None = None
    reference_type: str | None = None
    end_to_end_id: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """Money on its way to a creditor: `entry_id` names it on their statement, `sent_as` on the debtor's."""

    entry_id: str
    sent_as: str
    scheme: Scheme
    money: Money
    creditor: AccountRef
    remittance: Remittance


@dataclass(frozen=True, slots=True)
class Home:
    """Where a creditor's account is kept among the mock banks: `account` is None where there is none."""

    bank: Bank
    account: AccountRow | None


def passage(bank: Bank, scheme: Scheme, currency: str, ready_at: datetime) -> Passage:
    """When a payment that is ready at that moment leaves here, and when it is at the creditor's bank."""
    return bankdays.passage(bank.profile.country, scheme, currency, ready_at)


def cut_off(bank: Bank, scheme: Scheme, currency: str, moment: datetime) -> datetime | None:
    """Until when a payment goes with the bank day at hand; None where the scheme never closes."""
    return bankdays.cut_off(bank.profile.country, scheme, currency, moment)


def is_instant(bank: Bank, scheme: Scheme) -> bool:
    """Whether the scheme carries a payment within seconds, at any hour."""
    return country(bank.profile.country).schemes[scheme].instant


def iban_of(bank: Bank, reference: AccountRef) -> str | None:
    """The IBAN that a reference means, also by the number that people write in the bank's country."""
    if reference.iban:
        return reference.iban.replace(" ", "").upper()
    if not reference.bban:
        return None
    here = bank.profile.country
    codes = (one.bank_code for one in bank.neighbours.values() if one.country == here)
    return iban.from_domestic(here, reference.bban, codes)


def home(bank: Bank, reference: AccountRef) -> Home | None:
    """Where an account is kept, its owner moved in; None for the world outside."""
    number = iban_of(bank, reference)
    there = bank.people.keeper(bank, number) if number else None
    if there is None:
        return None
    return Home(there, accounts.by_number(there, replace(reference, iban=number, bban=None)))


def refusal_of(there: Home | None) -> Reason | None:
    """Why the creditor's bank would send the money back; None where it takes it. The world takes it all."""
    if there is None:
        return None
    if there.account is None:
        return Reason.CREDITOR_ACCOUNT_INVALID
    match AccountStatus(there.account.status):
        case AccountStatus.CLOSED:
            return Reason.CLOSED
        case AccountStatus.BLOCKED:
            return Reason.BLOCKED
        case _:
            return None


def deliver(bank: Bank, parcel: Parcel) -> Reason | None:
    """Credit the creditor, if they bank at a mock bank; why not, where their bank does not take it."""
    there = home(bank, parcel.creditor)
    reason = refusal_of(there)
    if reason is None and there is not None and there.account is not None:
        ledger.book(there.bank, [_credit(there.bank, there.account, parcel)])
    return reason


def take_back(bank: Bank, parcel: Parcel, entry_id: str) -> None:
    """Debit the creditor again what they were credited, where a payment that has arrived is recalled."""
    there = home(bank, parcel.creditor)
    if there is None or there.account is None:
        return
    credited = ledger.line(there.bank, there.account.id, parcel.entry_id)
    if credited is None:
        return  # it was still on its way
    back = _credit(there.bank, there.account, parcel)._replace(
        entry_id=entry_id,
        transfer_id=f"x{parcel.sent_as}",
        amount_minor=-credited.amount_minor,
        kind="return",
        code=RETURN_CODES[0],
    )
    ledger.book(there.bank, [back])


def _credit(bank: Bank, account: AccountRow, parcel: Parcel) -> Booking:
    """The line on the creditor's statement."""
    money = rates.exchanged(parcel.money, account.currency, bank.today)
    told, today = parcel.remittance, bank.today.isoformat()
    return Booking(
        account_id=account.id,
        contra_id=world_id(bank.id, account.currency),
        entry_id=parcel.entry_id,
        transfer_id=f"c{parcel.sent_as}",
        at=instant_text(bank.now),
        booked_on=today,
        value_on=today,
        amount_minor=max(money.minor, 1),
        currency=account.currency,
        kind="payment",
        code=CODES[parcel.scheme][1],
        proprietary_code=parcel.scheme.value.upper(),
        party_name=told.debtor_name,
        party_account=told.debtor_iban,
        party_bic=told.debtor_bic,
        remittance=told.text,
        reference=told.reference,
        reference_type=told.reference_type,
        end_to_end_id=told.end_to_end_id,
    )
