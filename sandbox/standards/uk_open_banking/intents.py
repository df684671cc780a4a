"""How an authorization request names the consent that the PSU is asked for: by openbanking_intent_id.

Source: Read/Write Data API Profile 4.0, Identifying the consent to be authorised; OB Security Profile.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sandbox.bank import consents
from sandbox.bank.authorisations import ConsentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentUnknown
from sandbox.gateway.intents import Intent, IntentUnknown, Named

ACCOUNTS = "accounts"
CLAIM = "openbanking_intent_id"
#: Where the claim may be asked for. It is the same in both, or one of them is missing.
_PLACES = ("id_token", "userinfo")


class ClaimIntents:
    """The way of this standard."""

    scopes: Sequence[str] = (ACCOUNTS,)
    claims: Sequence[str] = (CLAIM,)
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
            consent = consents.get(bank, app_id, consent_id)
        except (ValueError, ConsentUnknown) as error:
            raise IntentUnknown(detail=repr(consent_id)) from error
        if ACCOUNTS not in named.scope or consent.terms is None:
            raise IntentUnknown(f"A consent to read accounts needs the scope '{ACCOUNTS}'.")
        return Intent(ConsentSubject(consent), {CLAIM: consent_id})


def _value(place: Any) -> str | None:
    """The value that one place asks for. Source: OpenID Connect Core 1.0, 5.5.1."""
    asked = place.get(CLAIM) if isinstance(place, Mapping) else None
    value = asked.get("value") if isinstance(asked, Mapping) else None
    return None if value is None else str(value)
