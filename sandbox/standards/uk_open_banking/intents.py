"""How an authorization request names the consent that the PSU is asked for: by openbanking_intent_id.

Source: Read/Write Data API Profile 4.0, Identifying the consent to be authorised; OB Security Profile.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sandbox.bank import consents, funds, mandates, payment_consents
from sandbox.bank.authorisations import (
    AnySubject,
    ConsentSubject,
    FundsConsentSubject,
    MandateSubject,
    PaymentConsentSubject,
)
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.mandates import MandateUnknown
from sandbox.bank.payment_consents import PaymentConsentUnknown
from sandbox.gateway.intents import Intent, IntentUnknown, Named
from sandbox.workspaces.organisations import PspRole

ACCOUNTS, PAYMENTS, FUNDS = "accounts", "payments", "fundsconfirmations"
CLAIM = "openbanking_intent_id"
#: Where the claim may be asked for. It is the same in both, or one of them is missing.
_PLACES = ("id_token", "userinfo")


class ClaimIntents:
    """The way of this standard."""

    scopes: Sequence[str] = (ACCOUNTS, PAYMENTS, FUNDS)
    roles: Mapping[str, PspRole] = {  # nobody changes it
        ACCOUNTS: PspRole.ACCOUNT_INFORMATION,
        PAYMENTS: PspRole.PAYMENT_INITIATION,
        FUNDS: PspRole.CARD_ISSUING,
    }
    claims: Sequence[str] = (CLAIM,)
    #: Account and Transaction API Profile, Changes to an Intent's Authorized State: only if it expires.
    refresh_claim: str | None = "http://openbanking.org.uk/refresh_token_expires_at"
    detail_types: Sequence[str] = ()

    def knows(self, word: str) -> bool:
        """The scope names a service alone."""
        return word in self.scopes

    def find(self, bank: Bank, app_id: str, named: Named) -> Intent | None:
        """The consent that the claim names. Raises IntentUnknown, also for another TPP's."""
        found = {value for place in _PLACES if (value := _value(named.claims.get(place))) is not None}
        if not found:
            return None
        if len(found) > 1:
            raise IntentUnknown("The PSU is asked for one consent at a time.")
        [consent_id] = found
        try:
            UUID(consent_id)
        except ValueError as error:
            raise IntentUnknown(detail=repr(consent_id)) from error
        for scope, find in _FINDING:
            subject = find(bank, app_id, consent_id)
            if subject is not None:
                if scope not in named.scope:
                    raise IntentUnknown(f"This consent needs the scope '{scope}'.")
                return Intent(subject, {CLAIM: consent_id})
        raise IntentUnknown(detail=repr(consent_id))


def _to_read(bank: Bank, app_id: str, consent_id: str) -> AnySubject | None:
    try:
        consent = consents.get(bank, app_id, consent_id)
    except ConsentUnknown:
        return None
    return None if consent.terms is None else ConsentSubject(consent)


def _to_pay(bank: Bank, app_id: str, consent_id: str) -> AnySubject | None:
    try:
        return PaymentConsentSubject(payment_consents.get(bank, app_id, consent_id))
    except PaymentConsentUnknown:
        return None


def _to_confirm(bank: Bank, app_id: str, consent_id: str) -> AnySubject | None:
    try:
        consent = funds.get(bank, app_id, consent_id)
    except ConsentUnknown:
        return None
    return None if consent.terms is None else FundsConsentSubject(consent)


def _to_pay_again(bank: Bank, app_id: str, consent_id: str) -> AnySubject | None:
    try:
        return MandateSubject(mandates.get(bank, app_id, consent_id))
    except MandateUnknown:
        return None


#: Which consent each service may be about: the ids are all of one form, and no two are alike.
_FINDING: Sequence[tuple[str, Callable[[Bank, str, str], AnySubject | None]]] = (
    (ACCOUNTS, _to_read),
    (PAYMENTS, _to_pay),
    (PAYMENTS, _to_pay_again),
    (FUNDS, _to_confirm),
)


def _value(place: Any) -> str | None:
    """The value that one place asks for. Source: OpenID Connect Core 1.0, 5.5.1."""
    asked = place.get(CLAIM) if isinstance(place, Mapping) else None
    value = asked.get("value") if isinstance(asked, Mapping) else None
    return None if value is None else str(value)
