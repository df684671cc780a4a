"""The banks' signing keys: one of each kind in use, those before it published for a while longer.

They belong to the installation, not to a workspace: an issuer's keys are the same for every team, as its
URLs are. So the table has no workspace column, and a time of its own: the wall clock's.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.eidas.signatures import jws
from sandbox.kernel import jose
from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Document, Instant, Work

#: With what a bank signs: the first is a fraction of the second's cost, the second what older clients know.
ES256, PS256 = "ES256", "PS256"
_MAKING: Mapping[str, Callable[[], ECKey | RSAKey]] = {
    ES256: lambda: ECKey.generate_key("P-256"),
    PS256: lambda: RSAKey.generate_key(2048),
}
#: So long after its successor a key is still published: longer than anything lives that it has signed.
KEPT = timedelta(days=30)


class BankKey(Base):
    """A private key of one bank. The newest of its algorithm signs."""

    __tablename__ = "bank_key"

    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    algorithm: Mapped[str] = mapped_column(String(10), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kid: Mapped[str] = mapped_column(String(64))
    private: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key at hand, as a private JWK."""

    algorithm: str
    jwk: dict[str, Any]

    def sign(self, claims: dict[str, Any], *, typ: str | None = "JWT") -> str:
        """Write a token with it."""
        return jose.sign(self.jwk, self.algorithm, claims, typ=typ)

    def seal(self, protected: Mapping[str, Any], payload: bytes) -> str:
        """Write a detached JWS over the payload with it."""
        header = {"alg": self.algorithm, "kid": self.jwk["kid"], **protected}
        return jws.sign(self.jwk, header, payload)


def current(work: Work, bank_id: str, algorithm: str = ES256) -> SigningKey:
    """The key with which the bank signs now; the first time, it is made."""
    newest = _newest(work, bank_id, algorithm) or _make(work, bank_id, algorithm, 1)
    return SigningKey(algorithm, newest.private)


def newest(work: Work, bank_id: str, algorithm: str) -> SigningKey | None:
    """The key with which the bank signs now, for whoever only reads; None until somebody has needed one."""
    found = _newest(work, bank_id, algorithm)
    return None if found is None else SigningKey(algorithm, found.private)


def published(work: Work, bank_id: str) -> list[dict[str, Any]]:
    """The public keys of the bank, as the members of a JWK set: those in use, and those before them."""
    for algorithm in _MAKING:
        current(work, bank_id, algorithm)
    return known(work, bank_id)


def known(work: Work, bank_id: str) -> list[dict[str, Any]]:
    """The same, of the keys that there are: whoever only verifies makes none, and so writes nothing."""
    found = work.scalars(
        select(BankKey)
        .where(BankKey.bank_id == bank_id)
        .order_by(BankKey.algorithm, BankKey.generation.desc())
    ).all()
    shown, replaced_at = [], dict.fromkeys(_MAKING, wall_now())
    for key in found:
        if replaced_at[key.algorithm] + KEPT > wall_now():
            shown.append(_public(key))
        replaced_at[key.algorithm] = key.created_at
    return shown


def rotate(work: Work, bank_id: str) -> None:
    """Sign with new keys from here on. What the old ones have signed stays good for a while."""
    for algorithm in _MAKING:
        newest = _newest(work, bank_id, algorithm)
        _make(work, bank_id, algorithm, newest.generation + 1 if newest else 1)


def shared_secret(work: Work, bank_id: str, purpose: str) -> bytes:
    """A secret that every process of this installation finds in the same way, and nobody else."""
    private = current(work, bank_id).jwk["d"]
    return hmac.new(str(private).encode(), purpose.encode(), hashlib.sha256).digest()


def _newest(work: Work, bank_id: str, algorithm: str) -> BankKey | None:
    wanted = select(BankKey).where(BankKey.bank_id == bank_id, BankKey.algorithm == algorithm)
    return work.scalars(wanted.order_by(BankKey.generation.desc()).limit(1)).first()


def _make(work: Work, bank_id: str, algorithm: str, generation: int) -> BankKey:
    key = _MAKING[algorithm]()
    kid = key.thumbprint()
    private = {**key.as_dict(private=True), "kid": kid}
    work.write()
    # Two processes may need the first key at the same moment: whoever comes second takes the other's.
    work.put(
        "INSERT INTO bank_key (bank_id, algorithm, generation, kid, private, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (bank_id, algorithm, generation) DO NOTHING",
        (bank_id, algorithm, generation, kid, orjson.dumps(private).decode(), instant_text(wall_now())),
    )
    return work.get_one(BankKey, (bank_id, algorithm, generation))


def _public(key: BankKey) -> dict[str, Any]:
    return {**jose.public(key.private), "kid": key.kid, "use": "sig", "alg": key.algorithm}
