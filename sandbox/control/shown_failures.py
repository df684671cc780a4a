"""How this door, and the command line, show failures and rules."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.bank import faults
from sandbox.bank.faults import Failure, Rule
from sandbox.kernel.clock import instant_text


def failure(one: Failure) -> dict[str, Any]:
    """A failure of the catalogue."""
    set_ = {name: value for name, value in asdict(one.effect).items() if value is not None}
    return {
        "name": one.name,
        "area": one.area.value,
        "life": one.life,
        "does": f"{faults.does(one.effect)}.",
        "effect": {"kind": type(one.effect).__name__.lower(), **set_},
        "magic": [{"kind": kind, "word": word} for kind, word in faults.selectors(one)],
        "calls": list(one.calls),
        "standards": list(one.standards),
    }


def rule(one: Rule, now: datetime) -> dict[str, Any]:
    """A rule, and whether it is over."""
    return {
        "id": one.id,
        "failure": one.failure,
        "bank": one.bank_id,
        "app": one.app_id,
        "operation": one.operation,
        "probability": one.probability,
        "seed": one.seed,
        "count": one.count,
        "until": None if one.until is None else instant_text(one.until),
        "created_at": instant_text(one.created_at),
        "met": one.met,
        "made": one.made,
        "over": one.is_over(now),
    }
