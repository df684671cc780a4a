"""How a view of this standard answers: the envelope of data, links and what is said of the data."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Subject, Wish
from sandbox.bank.profile import ScaApproach
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.standards.uk_open_banking import headers


def app_id(here: Context) -> str:
    """The app that calls; every call through this door has been admitted."""
    if here.caller is None:
        raise RuntimeError("a view of a standard was reached without the guard")
    return here.caller.app_id


def ask_psu(here: Context, response: Response, subject: Subject) -> None:
    """Have an authorisation wait for the PSU, for whoever does not come by the authorization server.

    The answer names it by headers of the sandbox's own. One that waits already is shown by a new link.
    """
    if not subject.is_open(here.bank):
        return
    begun = authorisations.every(here.bank, app_id(here), subject)
    waiting = next((one for one in begun if not authorisations.is_finished(one)), None)
    if waiting is None:
        approaches = here.bank.profile.sca.approaches
        approach = ScaApproach.REDIRECT if ScaApproach.REDIRECT in approaches else approaches[0]
        started = authorisations.start(here.bank, subject, Wish(approach=approach))
    else:
        started = authorisations.link_again(here.bank, waiting)
    response.headers[headers.AUTHORISATION] = started.authorisation.id
    response.headers[headers.PSU_LINK] = f"{here.base_url}/online-banking/authorisations/{started.link_token}"


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
