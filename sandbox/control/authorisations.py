"""The PSU's yes and no without a browser, and the code that a phone would show."""

from collections.abc import Mapping
from typing import Any

from sandbox.bank import accounts as bank_accounts
from sandbox.bank import authorisations
from sandbox.bank.accounts import AccountUnknown
from sandbox.bank.authorisations import (
    Authorisation,
    SubjectKind,
    Wish,
)
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentUnknown
from sandbox.bank.customers import identify
from sandbox.bank.funds import FundsConsent
from sandbox.bank.mandates import PaymentMandate
from sandbox.bank.payment_consents import PaymentConsent
from sandbox.control import door
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import ApprovalOrder, AuthorisationState, Nothing, OneTimeCode

blueprint = Blueprint("authorisations", __name__, description="What waits for a PSU's yes.")

#: What an authorisation is shown to be about: a cancellation is about the payment.
_ABOUT = {
    SubjectKind.CONSENT: "consent",
    SubjectKind.PAYMENT: "payment",
    SubjectKind.CANCELLATION: "payment",
    SubjectKind.FUNDS_CONSENT: "consent",
    SubjectKind.BASKET: "basket",
    SubjectKind.SESSION: "session",
    SubjectKind.MANDATE: "consent",
    SubjectKind.PAYMENT_CONSENT: "consent",
}
#: What the PSU is asked for, by where it is kept.
_ASKED: Mapping[type, SubjectKind] = {
    Consent: SubjectKind.CONSENT,
    FundsConsent: SubjectKind.FUNDS_CONSENT,
    PaymentConsent: SubjectKind.PAYMENT_CONSENT,
    PaymentMandate: SubjectKind.MANDATE,
}


@blueprint.get("/authorisations/<authorisation_id>")
@blueprint.response(200, AuthorisationState)
def one(authorisation_id: str) -> dict[str, Any]:
    """Say where an authorisation stands."""
    return _state(*_found(authorisation_id))


@blueprint.post("/authorisations/<authorisation_id>/approve")
@blueprint.arguments(ApprovalOrder)
@blueprint.response(200, AuthorisationState)
def approve(order: dict[str, Any], authorisation_id: str) -> dict[str, Any]:
    """Say yes as that PSU, with all steps at once: the person, the password, the code, the accounts."""
    bank, authorisation = _found(authorisation_id, writing=True)
    customer = identify(bank, order["psu"])
    picked = order.get("accounts")
    ids = None if picked is None else _ids(bank, customer.person_id, picked)
    authorisations.approve(bank, authorisation, customer.person_id, ids)
    return _state(bank, authorisation)


@blueprint.post("/authorisations/<authorisation_id>/decline")
@blueprint.arguments(Nothing, required=False)
@blueprint.response(200, AuthorisationState)
def decline(_: dict[str, Any], authorisation_id: str) -> dict[str, Any]:
    """Say no as the PSU."""
    bank, authorisation = _found(authorisation_id, writing=True)
    authorisations.decline(bank, authorisation)
    return _state(bank, authorisation)


@blueprint.get("/authorisations/<authorisation_id>/code")
@blueprint.response(200, OneTimeCode)
def code(authorisation_id: str) -> dict[str, str]:
    """Show the one-time code that was sent last; there is no phone to look at."""
    bank, authorisation = _found(authorisation_id)
    if authorisation.method_id is None:
        raise authorisations.StepOutOfOrder("No code has been sent yet.")
    return {"code": authorisations.code_for_testing(bank, authorisation)}


@blueprint.post("/consents/<consent_id>/authorisations")
@blueprint.arguments(Nothing, required=False)
@blueprint.response(201, AuthorisationState)
def ask(_: dict[str, Any], consent_id: str) -> dict[str, Any]:
    """Have the PSU asked for a consent: for the first time, or again where the consent allows that."""
    world = door.own_world(writing=True)
    work, key = door.work(), (world.id, consent_id)
    found = (
        work.get(Consent, key)
        or work.get(FundsConsent, key)
        or work.get(PaymentConsent, key)
        or work.get(PaymentMandate, key)
    )
    if found is None:
        raise ConsentUnknown(detail=consent_id)
    bank = door.bank_in(world, door.profile_of(found.bank_id))
    subject = authorisations.find(bank, _ASKED[type(found)], consent_id)
    return _state(bank, authorisations.start(bank, subject, Wish()).authorisation)


def _found(authorisation_id: str, *, writing: bool = False) -> tuple[Bank, Authorisation]:
    """The authorisation of that id in the key's world, and its bank."""
    world = door.own_world(writing=writing)
    found = authorisations.of_world(door.work(), world.id, authorisation_id)
    bank = door.bank_in(world, door.profile_of(found.bank_id))
    return bank, authorisations.of_id(bank, authorisation_id)


def _ids(bank: Bank, person_id: str, picked: list[str]) -> list[str]:
    """The picked accounts by id, whichever number they were named by."""
    names: dict[str, str] = {}
    for account in bank_accounts.of_customer(bank, person_id):
        names |= {name: account.id for name in (account.id, account.iban, account.bban) if name}
    for one in picked:
        if one not in names:
            raise AccountUnknown(f"The PSU has no account '{one}' at this bank.", detail=one)
    return [names[one] for one in picked]


def _state(bank: Bank, authorisation: Authorisation) -> dict[str, Any]:
    subject = authorisations.subject_of(bank, authorisation)
    about = _ABOUT[subject.kind]
    return {
        "id": authorisation.id,
        "bank": bank.id,
        "status": authorisations.current_status(bank, authorisation).value,
        "about": subject.kind.value,
        f"{about}_id": subject.id,
        f"{about}_status": subject.status(bank),
        "return_to": authorisations.return_address(bank, authorisation),
    }
