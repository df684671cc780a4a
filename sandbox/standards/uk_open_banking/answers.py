"""How a view of this standard answers: the envelope of data, links and what is said of the data."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from sandbox.gateway import context
from sandbox.gateway.context import Context


def app_id(here: Context) -> str:
    """The app that calls; every call through this door has been admitted."""
    if here.caller is None:
        raise RuntimeError("a view of a standard was reached without the guard")
    return here.caller.app_id


def here_url() -> str:
    """The absolute URL of the resource that was called, without its query."""
    return context.current().base_url + request.path


def say(
    data: Mapping[str, Any],
    *,
    status: int = 200,
    links: Mapping[str, str] | None = None,
    meta: Mapping[str, Any] | None = None,
    risk: Mapping[str, Any] | None = None,
) -> Response:
    """An answer with its data. Without `links` and `meta` it is one page, at the URL that was called."""
    body: dict[str, Any] = {"Data": data}
    if risk is not None:
        body["Risk"] = risk
    body["Links"] = links or {"Self": here_url()}
    body["Meta"] = {"TotalPages": 1} if meta is None else meta
    return Response(orjson.dumps(body), status, mimetype="application/json")
