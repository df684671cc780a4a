"""Each page of the portal at both widths, by day and by night, with axe; and that none is left out."""

import pytest
from werkzeug.exceptions import NotFound

from sandbox.workspaces import limits
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.members import Role
from tests.conftest import STILL, open_sandbox
from tests.delivery.receiver import Receiver
from tests.online_banking.conftest import serve
from tests.portal import city
from tests.portal.test_access import KEY, Browser, _portal, admin, invite, joined, origin, public

__all__ = ["origin", "public"]

#: What the user of the machine looks at. In braces stands what has come about in the city.
LOOKS = {
    "start": "/",
    "banks": "/banks",
    "bank": "/banks/fjordbanken",
    "bank-quirks": "/banks/vesterhav",
    "bank-british": "/banks/kelpbank",
    "workspaces": "/workspaces",
    "workspace": "/w/test",
    "people": "/w/test/people",
    "people-more": "/w/test/people{later}",
    "people-nobody": "/w/test/people?name=zzzz",
    "person": "/w/test/people/no-0",
    "person-german": "/w/test/people/de-2?bank=hansekontor",
    "apps": "/w/test/apps",
    "app": "/w/test/apps/{app}",
    "clock": "/w/test/clock",
    "failures": "/w/test/failures",
    "events": "/w/test/events",
    "event": "/w/test/events/{event}",
    "calls": "/w/test/calls",
    "calls-none": "/w/test/calls?bank=vesterhav",
    "call": "/w/test/calls/{call}",
    "call-refused": "/w/test/calls/{refused}",
    "call-failed": "/w/test/calls/{failed}",
    "call-signed": "/w/test/calls/{signed}",
    "first": "{first}",
    "members": "/w/test/members",
    "audit": "/w/test/audit",
    "hackathon": "/hackathon",
    "quiet-workspace": "/w/quiet",
    "quiet-apps": "/w/quiet/apps",
    "quiet-clock": "/w/quiet/clock",
    "quiet-failures": "/w/quiet/failures",
    "quiet-events": "/w/quiet/events",
    "quiet-calls": "/w/quiet/calls",
    "quiet-members": "/w/quiet/members",
    "quiet-audit": "/w/quiet/audit",
    "docs": "/docs/",
    "docs-search": "/docs/?q=consent+expired",
    "docs-search-nothing": "/docs/?q=zebra-unicorn",
    "docs-readme": "/docs/README",
    "docs-tables": "/docs/adding-a-bank",
    "docs-failures": "/docs/failures",
    "references": "/reference/",
    "reference": "/reference/fjordbanken/berlin_group/1.3.11",
    "reference-nothing": "/reference/fjordbanken/berlin_group/1.3.11?q=zebra",
    "reference-control": "/reference/control",
    "operation": "/reference/fjordbanken/berlin_group/1.3.11/post-v1-payments-paymentProduct",
    "operation-british": "/reference/kelpbank/uk_open_banking/4.0/"
    "get-open-banking-v4-0-aisp-accounts-AccountId-balances",
    "operation-control": "/reference/control/post-calls-trace-replay",
    "problem-404": "/nowhere",
}

#: What others look at where strangers may come in: who, and at what.
PUBLIC_LOOKS = {
    "door": (None, "/"),
    "door-link": (None, "/join/test-k7mq-4xpd"),
    "public-start": ("member", "/"),
    "public-workspace": ("member", "/w/test"),
    "public-members": ("member", "/w/test/members"),
    "public-members-owner": ("owner", "/w/test/members"),
    "public-audit": ("owner", "/w/test/audit"),
    "public-hackathon": ("admin", "/hackathon"),
    "problem-403": ("member", "/hackathon"),
    "problem-404-foreign": ("member", "/w/other"),
}

#: What is loaded into a page that is looked at, and is none by itself.
PARTS = {"first.progress", "static"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The sandbox of somebody who has tried everything once, its origin, and what there is to look at."""
    folder, receiver = tmp_path_factory.mktemp("city"), Receiver()
    opened = open_sandbox(f"sqlite:///{folder / 'city.sqlite3'}", folder)
    seen = city.settle(opened, receiver)
    opened.services.journal.settle()
    with serve(opened.app) as origin:
        yield opened, origin, seen
    receiver.close()
    opened.services.journal.close()
    opened.database.close()


@pytest.fixture(scope="module")
def visited(tmp_path_factory):
    """A sandbox that strangers reach, its origin, and the browsers of those who are in."""
    folder = tmp_path_factory.mktemp("visited")
    url = f"sqlite:///{folder / 'visited.sqlite3'}"
    opened = open_sandbox(url, folder, public=True, admin_key=KEY)
    with opened.database.writing() as work:
        workspaces.create(work, "bergen", name="other", clock=STILL)
    known = {"owner": joined(opened, "Kari Nordmann", role=Role.OWNER), "member": joined(opened, "Ola Ås")}
    known["admin"] = admin(opened)
    known["admin"].post("/hackathon", teams="3")
    known["owner"].post("/start", interface=city.OFFER, workspace="test", tool="curl")
    known["owner"].post("/w/test/members/invite", uses="", days="30")
    with serve(opened.app) as origin:
        yield opened, origin, known
    opened.services.journal.close()
    opened.database.close()


def enters(page, origin, browser):
    """Have the page's browser show the pass of a browser that is in already."""
    cookie = browser.client.get_cookie("bryggen_8080")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": origin}])


@pytest.mark.browser
@pytest.mark.parametrize("name", LOOKS)
def test_a_page_looks_well_and_is_open_to_everybody(lived, page, camera, name):
    _, origin, seen = lived

    page.goto(f"{origin}/_portal{LOOKS[name].format(**seen)}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    camera.look(name)


@pytest.mark.browser
@pytest.mark.parametrize("name", PUBLIC_LOOKS)
def test_a_page_that_others_see_looks_well(visited, page, camera, name):
    _, origin, known = visited
    who, path = PUBLIC_LOOKS[name]
    if who is not None:
        enters(page, origin, known[who])

    page.goto(f"{origin}/_portal{path}")

    assert (page.locator("#leave").count() == 1) == (who is not None)
    camera.look(name)


def test_no_page_is_left_out(lived):
    sandbox, _, seen = lived
    served = _portal(sandbox).url_map
    paths = [one.format(**seen) for one in LOOKS.values()] + [path for _, path in PUBLIC_LOOKS.values()]
    looked_at = {endpoint for one in paths if (endpoint := _endpoint(served, one))}

    with_a_page = {one.endpoint for one in served.iter_rules() if "GET" in one.methods}

    assert with_a_page - PARTS == looked_at


def _endpoint(served, path):
    try:
        return served.bind("localhost").match(path.partition("?")[0])[0]
    except NotFound:
        return None


#: What a form says no to: where it is sent, with what, and the status of the page that says so.
REFUSED = {
    "problem-400": ("/w/test/clock/mode", {"csrf_token": "another browser's"}, 400),
    "problem-404-bank": ("/w/test/people/no-0/log-in/kelpbank", {}, 404),
    "refused-start": ("/start", {"interface": "nobank"}, 422),
    "refused-workspace": ("/workspaces", {"name": "Team North"}, 422),
    "refused-fork": ("/w/test/fork", {"name": "quiet"}, 422),
    "refused-app": ("/w/test/apps/{app}", {"redirect_uris": "http://tpp.example/back"}, 422),
    "refused-clock": ("/w/test/clock/advance", {"day": "2020-01-01"}, 422),
    "refused-failure": ("/w/test/failures", {"failure": "timeout", "chance": "half"}, 422),
    "refused-invitation": ("/w/test/members/invite", {"uses": "0", "days": "7"}, 422),
    "refused-hackathon": ("/hackathon", {"teams": "0"}, 422),
    "problem-409": ("/w/test/calls/{call}/replay", {"app_key": "wrong"}, 409),
}

_SEND = """([action, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  const token = document.querySelector("[name=csrf_token]");
  for (const [name, value] of Object.entries({ csrf_token: token.value, ...fields }))
    form.append(Object.assign(document.createElement("input"), { name, value, type: "hidden" }));
  document.body.append(form);
  form.submit();
}"""


def sends(page, path, fields):
    """Send a form as the page would, and say what status comes back."""
    with page.expect_navigation() as gone:
        page.evaluate(_SEND, [path, fields])
    return gone.value.status


@pytest.mark.browser
@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_says_no_looks_well_and_says_why(lived, page, camera, name):
    _, origin, seen = lived
    path, fields, status = REFUSED[name]
    page.goto(f"{origin}/_portal/w/test")

    assert sends(page, f"/_portal{path.format(**seen)}", fields) == status

    assert page.locator("#fault, #title + .lead").first.inner_text()
    camera.look(name)


@pytest.mark.browser
def test_a_door_says_why_it_stays_closed(public, origin, page, camera):
    page.goto(f"{origin}/_portal/")
    page.get_by_label("Code").fill("team-01-aaaa-aaaa")
    page.get_by_label("Your name").fill("Kari")
    page.get_by_role("button", name="Join the team").click()
    assert "No team has that code" in page.inner_text("#fault")
    camera.look("door-wrong-code")

    for _ in range(limits.JOINING.most):
        Browser(public, "127.0.0.1").post("/join", code="test-0000-0000", name="Nobody")

    page.get_by_role("button", name="Join the team").click()
    assert page.get_by_label("Your name").input_value() == "Kari"
    assert "Try again in" in page.inner_text("#fault")
    camera.look("problem-429")


@pytest.mark.browser
def test_who_joins_begins_at_the_start_of_that_world(public, origin, page, camera):
    code = invite(public)

    page.goto(f"{origin}/_portal/join/{code}")
    page.get_by_label("Your name").fill("Per")
    page.get_by_role("button", name="Join the team").click()

    assert "You are in test now, Per" in page.inner_text("#said")
    assert page.locator("#workspace").input_value() == "test"
    camera.look("public-joined")
    page.get_by_role("button", name="Give me a key").click()
    assert page.inner_text("#title").startswith("You have a key")
