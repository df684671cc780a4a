"""ID tokens: who the PSU is to this client, how they proved it, and what they said yes to.

Source: OpenID Connect Core 2 and 3.3.2.11; FAPI 1.0 Advanced 5.2.2.1 for the token as a detached signature.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.bank import Bank
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.eidas import bank_keys
from sandbox.kernel import jose
from sandbox.kernel.ids import derived_uuid
from sandbox.oauth import door
from sandbox.oauth.answering import ALGORITHM

#: With strong customer authentication, and with the password alone: how PSD2's profiles of OpenID name them.
SCA, CA = "urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"
_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Detached:
    """What an ID token signs that travels beside it."""

    code: str
    state: str | None


def of_sca(bank: Bank, authorisation: Authorisation) -> dict[str, Any]:
    """What an ID token says of the PSU's yes: how strong it was, and when it was given."""
    strong = authorisation.status == ScaStatus.FINALISED
    return {"acr": SCA if strong else CA, "auth_time": int(bank.now.timestamp())}


def subject(bank: Bank, authorization: OauthAuthorization) -> str:
    """A number for the PSU that says nothing else, and is another one for each app."""
    return derived_uuid(bank.seed, "sub", bank.id, authorization.app_id, authorization.person_id)


def write(
    bank: Bank,
    authorization: OauthAuthorization,
    nonce: str | None,
    detached: Detached | None = None,
    access_token: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> str:
    """A signed ID token; `more` is what a standard has it say besides."""
    claims: dict[str, Any] = {
        "iss": door.issuer(),
        "sub": subject(bank, authorization),
        "aud": authorization.client_id,
        "iat": int(bank.now.timestamp()),
        "exp": int((bank.now + _LIFE).timestamp()),
        **authorization.claims,
        **(more or {}),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if detached is not None:
        # FAPI 1.0 Advanced 5.2.2.1: c_hash and s_hash, so that code and state cannot be changed on the way.
        claims["c_hash"] = _half(detached.code)
        if detached.state is not None:
            claims["s_hash"] = _half(detached.state)
    if access_token is not None:
        claims["at_hash"] = _half(access_token)
    return bank_keys.current(bank.work, bank.id, ALGORITHM).sign(claims)


def _half(text: str) -> str:
    """The left half of the hash of a text, SHA-256 as in PS256. Source: OpenID Connect Core 3.3.2.11."""
    left = hashlib.sha256(text.encode()).digest()[:16]
    return jose.encoded(left)
