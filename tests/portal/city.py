"""A world in which something of every sort has happened, for whoever looks at the pages that show it."""

import html
import re
import uuid
from types import SimpleNamespace

from sandbox.workspaces.workspace import Strictness
from tests.conftest import STILL
from tests.portal.test_beginnings import commands_of, run
from tests.portal.test_pages import Pages
from tests.standards.berlin_group.sealed import a_signatory
from tests.standards.berlin_group.town import Tpp, a_consent

OFFER = "fjordbanken/berlin_group/1.3.11"
_BACK = "https://tpp.example/back"


def settle(sandbox, receiver):
    """Have everything happen in the world `test`, leave the world `quiet` alone, and say what to look at."""
    sandbox.new_workspace("quiet")
    pages = Pages(sandbox)
    sandbox.call("POST", "/_sandbox/webhooks", json={"uri": receiver.uri})
    receiver.answers[:] = [503]
    seen = {"app": sandbox.app_id, "first": _pays(sandbox, pages)}
    sandbox.call("POST", "/_sandbox/events/deliver")
    pages.post(f"/w/test/apps/{sandbox.app_id}/certificate", kind="qwac")
    for name in ("before the demo", "with three consents", "Friday"):
        pages.post("/w/test/snapshots", name=name)
    pages.post("/w/test/failures", failure="insufficient_funds", chance="50", bank="fjordbanken", count="3")
    pages.post("/w/test/members/invite", uses="3", days="7")
    seen |= _calls(sandbox)
    listed = pages.get("/w/test/events").text
    seen["event"] = re.search(r'/w/test/events/([^"]+)"', listed)[1]
    seen["later"] = html.unescape(
        re.search(r'id="later" href="[^"?]*([^"]+)"', pages.get("/w/test/people").text)[1]
    )
    return seen


def _pays(sandbox, pages):
    """The first page, on which a payment has gone all its way and another waits for the customer."""
    place = pages.post("/start", interface=OFFER, tool="curl", workspace="test").location
    pays(sandbox, pages, place)
    command = commands_of(pages.client.get(place).text)["payment"]
    run(sandbox, re.sub(r"X-Request-ID: [\w-]+", f"X-Request-ID: {uuid.uuid4()}", command))
    return place.removeprefix("/_portal")


def pays(sandbox, pages, place):
    """Run the payment of a first page, and click until it is booked."""
    run(sandbox, commands_of(pages.get(place.removeprefix("/_portal")).text)["payment"])
    for _ in range(5):
        part = pages.get(place.removeprefix("/_portal").replace("?", "/progress?")).text
        button = re.search(r'<form method="post" action="/_portal([^"]+)"', part)
        if button is None:
            break
        pages.post(html.unescape(button[1]))


def _calls(sandbox):
    """The traces of calls: one that made something, one refused, one made to fail, one signed wrongly."""
    sent = {"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": _BACK}
    body = a_consent() | {"access": {"allPsd2": "allAccounts"}}
    made = sandbox.call("POST", "/fjordbanken/v1/consents", json=body, headers=sent)
    refused = sandbox.call("GET", "/hansekontor/v1/accounts", headers={"Consent-ID": str(uuid.uuid4())})
    failed = sandbox.call(
        *("POST", "/fjordbanken/v1/consents"),
        json=body,
        headers={**sent, "X-Bryggen-Failure": "service_unavailable"},
    )
    calls = {"call": made, "refused": refused, "failed": failed, "signed": _signed(sandbox)}
    return {name: answer.headers["X-Bryggen-Trace"] for name, answer in calls.items()}


def _signed(sandbox):
    """The answer to a call whose signature was made for another address."""
    town = SimpleNamespace(
        services=sandbox.services,
        origin=sandbox.origin,
        client=sandbox.client,
        tpp=lambda name: Tpp(town, sandbox.new_app(name), name),
    )
    sealed = a_signatory(town).climbs(Strictness.WARN)
    draft = sealed.draft("POST", "/nordlys/v1/consents", a_consent(), TPP_Redirect_URI=_BACK)
    signed = sealed.message(draft, int(STILL.now().timestamp()))
    signed.path += "?elsewhere=1"
    return sealed.tpp.call(signed.method, signed.path, judged=False, data=signed.body, headers=signed.headers)
