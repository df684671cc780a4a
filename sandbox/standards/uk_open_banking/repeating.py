"""Calls that a TPP may repeat: what a POST has made, the same POST makes no second time.

Source: Read/Write Data API Profile 4.0, Idempotency.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import request

from sandbox.bank import idempotency
from sandbox.bank.idempotency import Call
from sandbox.gateway.context import Context
from sandbox.kernel import ids
from sandbox.standards.uk_open_banking.answers import app_id


def once(here: Context, headers: Mapping[str, str], body: Any, make: Callable[[], str]) -> tuple[str, bool]:
    """The id of what this call makes, or made within the last day; whether it is new. Raises KeyReused."""
    said = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    call = Call(app_id(here), request.path, headers["idempotency_key"], ids.hashed(said.decode()))
    before = idempotency.made_before(here.bank, call)
    if before is not None:
        return before, False
    made = make()
    idempotency.remember(here.bank, call, made)
    return made, True
