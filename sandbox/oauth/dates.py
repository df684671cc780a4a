"""Dates that a client has set in what it signs: `exp`, `nbf`, `iat`, against both clocks. Decision 7."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.kernel.clock import moments
from sandbox.oauth.errors import OauthRefused

#: FAPI 2.0 SP 5.3.2.1, item 13: up to 10 seconds ahead shall be accepted, more than 60 shall not.
AHEAD_SECONDS_MAX = 60
#: The end of the year 9999. JSON may hold any number, and a `datetime` holds none that is later.
_LATEST = 253_402_300_799


def seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate; None where there is none, or it is no number, or of a year that no clock will show."""
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _LATEST:
        return None
    return float(value)


def check(
    claims: Mapping[str, Any], now: datetime, refusal: type[OauthRefused], *, exp: timedelta | None = None
) -> None:
    """Refuse what is over, or begins in the future, by the world's clock and the wall's alike.

    `exp`: it must be there, and no further away than that.
    """
    for name in ("exp", "nbf", "iat"):
        if name in claims and seconds(claims, name) is None:
            raise refusal(f"{name} must be a number of seconds.")
    if exp is not None:
        until = seconds(claims, "exp")
        if until is None:
            raise refusal("exp is missing.")
        if until > (max(moments(now)) + exp).timestamp():
            raise refusal("exp is unreasonably far away.")
    if not any(_is_now(claims, at.timestamp()) for at in moments(now)):
        raise refusal("It has expired, or is dated in the future.")


def _is_now(claims: Mapping[str, Any], at: float) -> bool:
    until = seconds(claims, "exp")
    begins = [found for name in ("nbf", "iat") if (found := seconds(claims, name)) is not None]
    return (until is None or at < until) and all(one <= at + AHEAD_SECONDS_MAX for one in begins)
