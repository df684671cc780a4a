"""How an authorization request to a bank of this standard names what the PSU is asked for: in its scope.

Source: NextGenPSD2 IG 1.3.8, section 13.1: `AIS:<consentId>`, `PIS:<paymentId>`, `PIIS:<consentId>`; the
words alone for the token of a pre-step.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sandbox.bank import authorisations, consents, funds, payments
from sandbox.bank.authorisations import (
    AnySubject,
    CancellationSubject,
    ConsentSubject,
    FundsConsentSubject,
    PaymentSubject,
)
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.payments import PaymentUnknown
from sandbox.gateway.intents import Intent, IntentUnknown, Named
from sandbox.workspaces.organisations import PspRole

AIS, PIS, PIIS = "AIS", "PIS", "PIIS"
ROLES: Mapping[str, PspRole] = {
    AIS: PspRole.ACCOUNT_INFORMATION,
    PIS: PspRole.PAYMENT_INITIATION,
    PIIS: PspRole.CARD_ISSUING,
}
_NAMING = re.compile(rf"({AIS}|{PIS}|{PIIS}):([0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})")


class ScopeIntents:
    """The way of this standard."""

    scopes: Sequence[str] = (AIS, PIS, PIIS)
    roles: Mapping[str, PspRole] = ROLES
    claims: Sequence[str] = ()
    refresh_claim: str | None = None
    detail_types: Sequence[str] = ()

    def knows(self, word: str) -> bool:
        """A word, or a word that names something."""
        return word in self.scopes or _NAMING.fullmatch(word) is not None

    def find(self, bank: Bank, app_id: str, named: Named) -> Intent | None:
        """The one consent or payment that the scope names. Raises IntentUnknown."""
        found = [match.groups() for word in named.scope if (match := _NAMING.fullmatch(word))]
        if not found:
            return None
        if len(found) > 1:
            raise IntentUnknown("The PSU is asked for one thing at a time.")
        [(word, resource_id)] = found
        try:
            return Intent(_FINDING[word](bank, app_id, resource_id))
        except (ConsentUnknown, PaymentUnknown) as error:
            raise IntentUnknown(detail=f"{word}:{resource_id}") from error


def _consent(bank: Bank, app_id: str, consent_id: str) -> AnySubject:
    return ConsentSubject(consents.get(bank, app_id, consent_id))


def _funds_consent(bank: Bank, app_id: str, consent_id: str) -> AnySubject:
    return FundsConsentSubject(funds.get(bank, app_id, consent_id))


def _payment(bank: Bank, app_id: str, payment_id: str) -> AnySubject:
    """The payment; its cancellation, where the TPP has asked for that one. Both go by the payment's id."""
    payment = payments.get(bank, app_id, payment_id)
    cancellation = CancellationSubject(payment)
    begun = authorisations.every(bank, app_id, cancellation)
    waits = any(not authorisations.is_finished(one) for one in begun)
    return cancellation if waits else PaymentSubject(payment)


_FINDING: Mapping[str, Callable[[Bank, str, str], AnySubject]] = {
    AIS: _consent,
    PIS: _payment,
    PIIS: _funds_consent,
}
