"""A beginning: a workspace, an app in it, and a consent that a believable PSU has said yes to."""

from dataclasses import dataclass

from flask import current_app

from sandbox.bank import accounts, authorisations, consents, payment_consents
from sandbox.bank.accounts import AccountKind, AccountRow
from sandbox.bank.authorisations import (
    AnySubject,
    Authorisation,
    ConsentSubject,
    PaymentConsentSubject,
    PaymentSubject,
    ScaStatus,
    Wish,
)
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import PaymentConsentUnknown
from sandbox.bank.payments import Payment
from sandbox.bank.profile import Interface, Profile
from sandbox.gateway.samples import Samples
from sandbox.kernel.errors import Refusal
from sandbox.population import directory
from sandbox.population.people import Person
from sandbox.portal import access, page
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Workspace

_APP = "first app"


class NobodyThere(Refusal):
    """The bank has nobody who could say yes on the first page."""

    text = "This bank has no customer who could say yes here. Pick another one."


@dataclass(frozen=True, slots=True)
class Made:
    """A new app with its key, and the consent that it may use at once."""

    app_id: str
    key: str
    consent_id: str


def world(workspace_id: str | None) -> Workspace:
    """The workspace of that name, or a new one. Raises WorkspaceUnknown."""
    if workspace_id:
        return access.world(workspace_id, writing=True)
    return access.new_world()


def make(where: Workspace, profile: Profile, interface: Interface) -> Made:
    """Register an app, and have somebody at the bank say yes to all that it could ask. Raises NobodyThere."""
    bank = page.bank_in(where, profile)
    app, key = apps.create(bank.work, where, _APP, access.allow_app(where))
    access.note(where.id, "app.create", f"{_APP}, with a consent")
    psu = _customers(bank)[0]
    bank.people.move_in(bank, psu.id)
    order = samples_of(interface.standard).order(bank, accounts.of_customer(bank, psu.id), interface.version)
    consent = consents.create(bank, app.id, order)
    agree(bank, ConsentSubject(consent), psu.id)
    return Made(app.id, key, consent.id)


def samples_of(standard: str) -> Samples:
    """The first calls of a standard."""
    found: Samples = current_app.config["SAMPLES"][standard]
    return found


def agree(bank: Bank, subject: AnySubject, person_id: str) -> None:
    """The PSU's whole yes, with the confirmation that the TPP would bring back where the bank wants one.

    An authorisation that waits already is the one that is answered.
    """
    waiting = [
        one
        for one in authorisations.every(bank, subject.app_id, subject)
        if not authorisations.is_finished(one)
    ]
    asked = waiting[0] if waiting else authorisations.start(bank, subject, Wish()).authorisation
    authorisations.approve(bank, asked, person_id)
    if asked.status == ScaStatus.UNCONFIRMED:
        authorisations.confirm_with_code(bank, asked, authorisations.confirmation_code(bank, asked))


def asked_for(bank: Bank, payment: Payment) -> AnySubject:
    """What the PSU says yes to where that payment shall be made."""
    try:
        return PaymentConsentSubject(payment_consents.of_payment(bank, payment.id))
    except PaymentConsentUnknown:
        return PaymentSubject(payment)


def waiting(bank: Bank, payment: Payment) -> Authorisation | None:
    """The authorisation of the payment that waits for the PSU, if one has been started."""
    found = authorisations.every(bank, payment.app_id, asked_for(bank, payment))
    return next((one for one in found if not authorisations.is_finished(one)), None)


def purse(bank: Bank, person_id: str) -> AccountRow | None:
    """The account from which somebody would pay in the bank's own currency."""
    for one in accounts.of_customer(bank, person_id):
        if (one.kind, one.currency) == (AccountKind.CURRENT, bank.profile.currency) and one.iban:
            return one
    return None


def creditor(bank: Bank, debtor_id: str) -> tuple[Bank, Person, AccountRow] | None:
    """Somebody else to pay: at another bank of the country where there is one, moved in for this."""
    near = [one for one in bank.neighbours.values() if one.country == bank.profile.country]
    for profile in sorted(near, key=lambda one: one.id == bank.id):
        there = bank.neighbour(profile.id)
        for person in _customers(there)[1:] if profile.payments.schemes else ():
            if person.id != debtor_id:
                there.people.move_in(there, person.id)
                account = purse(there, person.id)
                if account is not None:
                    return there, person, account
    return None


def _customers(bank: Bank) -> list[Person]:
    """Grown people who bank there and can log in. Raises NobodyThere."""
    found = [one.person for one in directory.cast(bank.seed, bank.neighbours, bank.id)]
    if not found:
        raise NobodyThere
    return found
