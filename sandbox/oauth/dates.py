"""Dates that a client has set in what it signs: `exp`, `nbf`, `iat`, against both clocks. Decision 7."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.kernel.clock import moments
from sandbox.oauth.errors import OauthRefused

#: FAPI 2.0 SP 5.3.2.1, item 13: up to 10 seconds ahead shall be accepted, more than 60 shall not.
AHEAD_SECONDS_MAX = 60


def seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate; None where there is none, or it is no number."""
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def check(
    claims: Mapping[str, Any], now: datetime, refusal: type[OauthRefused], *, exp: bool = False
) -> None:
    """Refuse what is over, or begins in the future, by the world's clock and the wall's alike.

    `exp`: it must be there.
    """
    for name in ("exp", "nbf", "iat"):
        if name in claims and seconds(claims, name) is None:
            raise refusal(f"{name} must be a number of seconds.")
    if exp and "exp" not in claims:
        raise refusal("exp is missing.")
    if not any(_is_now(claims, at.timestamp()) for at in moments(now)):
        raise refusal("It has expired, or is dated in the future.")


def _is_now(claims: Mapping[str, Any], at: float) -> bool:
    until = seconds(claims, "exp")
    begins = [found for name in ("nbf", "iat") if (found := seconds(claims, name)) is not None]
    return (until is None or at < until) and all(one <= at + AHEAD_SECONDS_MAX for one in begins)
