"""Proofs of possession: a token that only the holder of a key can use. Source: RFC 9449."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sandbox.credentials import seen
from sandbox.eidas import bank_keys
from sandbox.gateway import context
from sandbox.kernel import jose
from sandbox.kernel.clock import moments, wall_now
from sandbox.kernel.db import Work
from sandbox.kernel.ids import same

#: How old a proof may be, and how far ahead a clock may go. FAPI 2.0 SP 5.3.2.1: dates up to 10 s in the
#: future are accepted, such more than 60 s ahead refused; between them we are patient.
AGE_SECONDS_MAX, AHEAD_SECONDS_MAX = 120, 60
_NONCE_SECONDS = 300


class ProofWrong(ValueError):
    """The proof is none. The message says why."""


class NonceMissing(ProofWrong):
    """The proof does not carry a nonce that the bank has given out lately; `fresh` is one."""

    fresh = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What a proof is made for: a method, the public address, and the token with its key, if there is one."""

    method: str
    url: str
    token: str | None = None
    key: str | None = None


def accept(proof: str, call: Call, workspace_id: str, now: datetime) -> str:
    """Take a proof at the bank that is called; the thumbprint of the key that the caller holds.

    What has been seen stays seen, whatever becomes of the call. Raises ProofWrong, NonceMissing.
    """
    database, profile = context.visit().services.database, context.profile()
    thumbprint, jti = _verified(proof, call, now)
    try:
        with database.writing() as work:
            if profile.sca.authorization_server.dpop_nonce:
                _check_nonce(work, profile.id, proof)
            _check_replay(work, workspace_id, thumbprint, jti, now)
    except NonceMissing as error:
        with database.writing() as work:
            error.fresh = _nonce(work, profile.id)
        raise
    return thumbprint


def _verified(proof: str, call: Call, now: datetime) -> tuple[str, str]:
    """The thumbprint of the key, and the `jti` with it, of a proof that fits the call. Raises ProofWrong."""
    try:
        header = jose.peek(proof).header
        key = header.get("jwk")
        # RFC 9449 4.3, check 7: the jwk must not contain a private key.
        if not isinstance(key, dict) or jose.is_private(key):
            raise ProofWrong("The header jwk must be a public key.")
        # RFC 9449 4.3, checks 4 to 6: typ is dpop+jwt, the algorithm asymmetric, the signature by that key.
        if header.get("typ") != "dpop+jwt":
            raise ProofWrong("The header typ must be dpop+jwt.")
        claims = jose.read(proof, [key], jose.FAPI_ALGORITHMS).claims
        thumbprint = jose.thumbprint(key)
    except jose.Unreadable as error:
        raise ProofWrong(f"The proof cannot be verified: {error}.") from error
    # RFC 9449 4.3, checks 8 and 9: htm is the method, htu the address without query and fragment.
    if claims.get("htm") != call.method:
        raise ProofWrong(f"htm must be {call.method}.")
    if not isinstance(claims.get("htu"), str) or _place(claims["htu"]) != _place(call.url):
        raise ProofWrong(f"htu must be {call.url}.")
    # RFC 9449 4.3, check 11: the proof was made just now.
    if not _is_fresh(claims.get("iat"), now):
        raise ProofWrong("iat is not a moment ago.")
    # RFC 9449 4.3, check 12: with an access token goes its hash.
    if call.token is not None and claims.get("ath") != jose.digest(call.token.encode()):
        raise ProofWrong("ath must be the hash of the access token.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise ProofWrong("jti is missing.")
    if call.key is not None and thumbprint != call.key:
        raise ProofWrong("The proof is made with another key than that of the token.")
    return thumbprint, jti


def _check_nonce(work: Work, bank_id: str, proof: str) -> None:
    """Refuse a proof without a nonce of ours, in a bank that wants one. Raises NonceMissing. RFC 9449 8."""
    given = jose.peek(proof).claims.get("nonce")
    if not isinstance(given, str) or not _is_ours(work, bank_id, given):
        raise NonceMissing("The proof must carry the nonce of the header DPoP-Nonce.")


def _check_replay(work: Work, workspace_id: str, thumbprint: str, jti: str, now: datetime) -> None:
    """Refuse a proof that has been here. Raises ProofWrong. Source: RFC 9449 11.1."""
    until = max(moments(now)) + timedelta(seconds=AGE_SECONDS_MAX + AHEAD_SECONDS_MAX)
    if not seen.is_new(work, workspace_id, f"dpop {thumbprint} {jti}", until, now):
        raise ProofWrong("This proof has been used before.")


def _nonce(work: Work, bank_id: str) -> str:
    """A nonce to hand out. Nobody keeps it: it carries its time, and a code that only we can make."""
    return _nonce_at(work, bank_id, int(wall_now().timestamp()))


def _nonce_at(work: Work, bank_id: str, seconds: int) -> str:
    secret = bank_keys.shared_secret(work, bank_id, "dpop nonce")
    code = hmac.new(secret, str(seconds).encode(), hashlib.sha256).digest()[:16]
    return f"{seconds}.{jose.encoded(code)}"


def _is_ours(work: Work, bank_id: str, given: str) -> bool:
    seconds = given.partition(".")[0]
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 12:
        return False
    age = wall_now().timestamp() - int(seconds)
    return 0 <= age <= _NONCE_SECONDS and same(_nonce_at(work, bank_id, int(seconds)), given)


def _is_fresh(iat: object, now: datetime) -> bool:
    if isinstance(iat, bool) or not isinstance(iat, int | float):
        return False
    return any(-AGE_SECONDS_MAX <= iat - at.timestamp() <= AHEAD_SECONDS_MAX for at in moments(now))


def _place(url: str) -> tuple[object, ...]:
    """An address without query and fragment, in the one form that all its spellings have (RFC 9449 4.3)."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ()
    return parts.scheme, parts.hostname, port, parts.path
