"""How a view of consents and authorisations answers, and who it answers."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from sandbox.bank.profile import ScaApproach
from sandbox.gateway.context import Context
from sandbox.standards.berlin_group import mapping


def app_id(here: Context) -> str:
    """The app that calls; every call through this door has been admitted."""
    if here.caller is None:
        raise RuntimeError("a view of a standard was reached without the guard")
    return here.caller.app_id


def say(
    body: Mapping[str, Any],
    status: int = 200,
    *,
    approach: ScaApproach | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A JSON answer, with the header ASPSP-SCA-Approach once the approach is fixed."""
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    response.headers.update(headers or {})
    if approach is not None:
        response.headers["ASPSP-SCA-Approach"] = mapping.SCA_APPROACH[approach]
    return response
