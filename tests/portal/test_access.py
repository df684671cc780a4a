"""A sandbox that strangers reach: a door, members by code, roles, and nothing of another team's."""

import re

import pytest
import time_machine
from werkzeug.test import Client

from sandbox.bank import events
from sandbox.kernel.clock import wall_now
from sandbox.workspaces import apps, audit, invitations, limits, members, passes
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.invitations import Terms
from sandbox.workspaces.members import Role
from tests.conftest import STILL, open_sandbox
from tests.online_banking.conftest import serve

KEY = "the key of a whole installation"


@pytest.fixture
def public(make_database_url, tmp_path):
    """The whole app, open to strangers, with the worlds `test` and `other`."""
    opened = open_sandbox(make_database_url("sqlite"), tmp_path, public=True, admin_key=KEY)
    with opened.database.writing() as work:
        workspaces.create(work, "bergen", name="other", clock=STILL)
    yield opened
    opened.close()


class Browser:
    """A browser without a screen, which sends back the token of the form that it was shown."""

    def __init__(self, sandbox, address="203.0.113.7"):
        self.client = Client(sandbox.app)
        self.from_ = {"REMOTE_ADDR": address}

    def get(self, path):
        return self.client.get(f"/_portal{path}", environ_overrides=self.from_)

    def token(self):
        shown = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/join/x").text)
        return shown.group(1)

    def post(self, path, token=None, headers=None, **form):
        form["csrf_token"] = self.token() if token is None else token
        return self.client.post(f"/_portal{path}", data=form, headers=headers, environ_overrides=self.from_)


def invite(public, world="test", role=Role.MEMBER, uses=None):
    with public.database.writing() as work:
        return invitations.create(work, workspaces.get(work, world), Terms(role, uses))[1]


def joined(public, name="Kari", world="test", role=Role.MEMBER):
    browser = Browser(public)
    answer = browser.post("/join", code=invite(public, world, role), name=name)
    assert answer.status_code == 303, answer.text
    return browser


def admin(public):
    browser = Browser(public)
    assert browser.post("/admin", key=KEY).status_code == 303
    return browser


def deeds(public, world="test"):
    with public.database.reading() as work:
        return [(one.actor_name, one.act) for one in audit.of_world(work, workspaces.get(work, world))]


def test_a_stranger_sees_a_door_wherever_they_knock(public):
    stranger = Browser(public)
    paths = {str(rule) for rule in _portal(public).url_map.iter_rules() if "GET" in rule.methods}
    paths = {re.sub("<[^>]+>", "test", one) for one in paths if not one.startswith("/static")}

    for path in paths:
        answer = stranger.get(path)
        assert (answer.status_code, "Come in" in answer.text) == (200 if "/join/" in path else 403, True), (
            path
        )
    root = stranger.client.get("/", headers={"Accept": "text/html"})
    assert "Come in" in root.text


def test_a_stranger_s_forms_do_nothing(public):
    stranger = Browser(public)
    rules = [one for one in _portal(public).url_map.iter_rules() if "POST" in one.methods]
    opened = {"door.join", "door.admit"}

    for rule in rules:
        path = re.sub("<[^>]+>", "test", str(rule))
        answer = stranger.post(path)
        assert answer.status_code == (422 if rule.endpoint in opened else 403), path
    assert deeds(public) == []


def _portal(public):
    return public.app._portal.opened()


def test_with_a_code_one_is_in_one_s_team_and_in_no_other(public):
    kari = Browser(public)
    code = invite(public)

    answer = kari.post("/join", code=code.upper().replace("-", " "), name=" Kari  Nordmann ")

    assert (answer.status_code, answer.location) == (303, "/_portal/")
    assert "Kari Nordmann" in kari.get("/w/test/members").text
    assert kari.get("/w/other/members").status_code == 404
    assert ("Kari Nordmann", "member.join") in deeds(public)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_cookie_goes_over_tls_alone_where_there_is_tls(make_database_url, tmp_path):
    origin = "https://bank.example/prefix"
    opened = open_sandbox(
        make_database_url("sqlite"), tmp_path, public=True, admin_key=KEY, public_origin=origin
    )

    cookie = Client(opened.app).get("/_portal/join/x").headers["Set-Cookie"]

    assert "Secure" in cookie
    assert "Path=/prefix/" in cookie
    opened.close()


def test_a_link_lets_nobody_in_by_itself(public):
    code = invite(public, uses=1)

    seen = Browser(public).get(f"/join/{code}")

    assert f'value="{code}"' in seen.text
    assert "test-" not in seen.headers.get("Location", "")
    assert Browser(public).post("/join", code=code, name="Kari").status_code == 303
    assert Browser(public).post("/join", code=code, name="Ola").status_code == 422


@pytest.mark.parametrize(
    ("code", "name", "why"),
    [
        ("test-0000-0000", "Kari", "No team has that code"),
        ("", "Kari", "No team has that code"),
        ("<script>", "Kari", "No team has that code"),
        ("test-0000-0000", "  ", "Say who you are"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(public, code, name, why):
    answer = Browser(public).post("/join", code=code, name=name)

    assert answer.status_code == 422
    assert why in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")


def test_a_code_and_a_pass_run_out(public):
    code = invite(public)
    kari = joined(public)

    with time_machine.travel(wall_now() + invitations.LASTS):
        assert "used up or has run out" in Browser(public).post("/join", code=code, name="Ola").text
    with time_machine.travel(wall_now() + passes.LASTS):
        assert kari.get("/w/test/members").status_code == 403


def test_wrong_tries_are_counted_and_right_ones_are_not(public):
    code = invite(public)
    for number in range(limits.JOINING.most + 1):
        assert Browser(public).post("/join", code=code, name=f"K{number}").status_code == 303
    wrong = [Browser(public).post("/admin", key="wrong").status_code for _ in range(limits.ADMITTING.most)]

    assert set(wrong) == {422}
    late = Browser(public).post("/admin", key=KEY)
    assert (late.status_code, "Try again in 10 minutes" in late.text) == (429, True)
    assert Browser(public, "203.0.113.8").post("/admin", key=KEY).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_form_without_its_token_or_from_elsewhere_does_nothing(public, token):
    owner = joined(public, role=Role.OWNER)
    headers = {} if token is not None else {"Origin": "https://evil.example"}

    answer = owner.post("/w/test/members/invite", token, headers, uses="1", days="7")

    assert answer.status_code == (400 if token is not None else 403)
    assert owner.post("/join", "another's", code=invite(public), name="x").status_code == 400


def test_whoever_comes_in_gets_another_token(public):
    """A cookie that somebody else has planted in the browser must not know the forms of a member."""
    kari = Browser(public)
    planted = kari.token()

    assert kari.post("/join", code=invite(public), name="Kari", token=planted).status_code == 303

    assert kari.post("/w/test/clock/mode", mode="frozen", token=planted).status_code == 400
    assert kari.post("/w/test/clock/mode", mode="frozen").status_code == 303


def test_a_clock_is_turned_no_further_at_once_than_other_teams_can_wait(public):
    kari = joined(public)

    far = kari.post("/w/test/clock/advance", day="2090-01-01")

    assert far.status_code == 422
    assert "It goes 400 days" in far.text
    assert kari.post("/w/test/clock/advance", step="90").status_code == 303


@pytest.mark.parametrize("uses", ["²", "٣", "0", "9" * 30])
def test_an_invitation_lets_in_a_number_of_people(public, uses):
    owner = joined(public, role=Role.OWNER)

    assert owner.post("/w/test/members/invite", uses=uses, days="7").status_code == 422


def test_every_form_of_the_portal_carries_the_token(sandbox):
    paths = (
        "/",
        "/w/test/members",
        "/w/test/apps",
        "/w/test/clock",
        "/hackathon",
        f"/w/test/apps/{sandbox.app_id}",
    )

    for path in paths:
        text = sandbox.client.get(f"/_portal{path}").text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert all('name="csrf_token"' in one for one in forms), path


ACTS = (
    ("member.invite", "/w/test/members/invite", {"uses": "1", "days": "7"}),
    ("member.withdraw", "/w/test/members/invitations/{invitation}/withdraw", {}),
    ("member.change", "/w/test/members/{ola}/role", {"role": "owner"}),
    ("member.remove", "/w/test/members/{ola}/remove", {}),
    ("app.create", "/w/test/apps", {"name": "Budget"}),
    ("clock.run", "/w/test/clock/mode", {"mode": "running"}),
    ("snapshot.take", "/w/test/snapshots", {"name": "now"}),
    ("workspace.fork", "/w/test/fork", {}),
    ("workspace.strictness", "/w/test/strictness", {"strictness": "warn"}),
    ("workspace.reset", "/w/test/reset", {}),
    ("workspace.delete", "/w/test/delete", {}),
)
USE = {"app.create", "clock.run", "snapshot.take", "workspace.fork"}


@pytest.mark.parametrize("role", ["owner", "member", "other", "admin"])
def test_who_may_do_what(public, role):
    browser = {
        "owner": lambda: joined(public, role=Role.OWNER),
        "member": lambda: joined(public),
        "other": lambda: joined(public, world="other", role=Role.OWNER),
        "admin": lambda: admin(public),
    }[role]()
    with public.database.writing() as work:
        members.add(work, workspaces.get(work, "test"), "Per", Role.OWNER)

    for act, path, form in ACTS:
        with public.database.writing() as work:
            world = workspaces.get(work, "test")
            ola, invitation = members.add(work, world, "Ola").id, invitations.create(work, world)[0].id
        before = _count(public, act)
        answer = browser.post(path.format(ola=ola, invitation=invitation), **form)

        may = role in {"owner", "admin"} or (role == "member" and act in USE)
        refused = 403 if role == "member" else 404
        assert answer.status_code in ({200, 303} if may else {refused}), (act, answer.text)
        assert _count(public, act) == before + may, act


def _count(public, act):
    with public.database.reading() as work:
        return sum((one.workspace_id, one.act) == ("test", act) for one in audit.whole(work, 1000))


def test_only_the_admin_sees_the_hackathon(public):
    for browser, status in ((admin(public), 200), (joined(public, role=Role.OWNER), 403)):
        assert browser.get("/hackathon").status_code == status
        assert ('href="/_portal/hackathon"' in browser.get("/").text) is (status == 200)
    assert joined(public).post("/hackathon", teams="2").status_code == 403


def test_a_removed_member_is_outside_at_once_and_whoever_leaves_too(public):
    kari, ola = joined(public, role=Role.OWNER), joined(public, "Ola")
    with public.database.reading() as work:
        [gone] = [one.id for one in members.every(work, "test") if one.name == "Ola"]

    kari.post(f"/w/test/members/{gone}/remove")

    assert ola.get("/w/test/members").status_code == 403
    assert (
        "the last owner"
        in kari.post(f"/w/test/members/{_id(public, 'Kari')}/role", role="member").text.lower()
    )
    taken = kari.client.get_cookie("bryggen_8080").value
    assert kari.post("/leave").status_code == 303
    kari.client.set_cookie("bryggen_8080", taken)
    assert kari.get("/w/test/members").status_code == 403


def _id(public, name):
    with public.database.reading() as work:
        return next(one.id for one in members.every(work, "test") if one.name == name)


def test_a_member_s_new_workspace_is_their_own_and_counts_as_the_team_s(public):
    kari = joined(public)
    before = len(_worlds(public))

    for _ in range(public.services.settings.team_workspaces_max - 1):
        kari.post("/start", interface="fjordbanken/berlin_group/1.3.11", workspace="", tool="curl")
    last = kari.post("/start", interface="fjordbanken/berlin_group/1.3.11", workspace="", tool="curl")

    assert len(_worlds(public)) == before + public.services.settings.team_workspaces_max - 1
    assert "no room for another workspace" in last.text
    made = next(one for one in _worlds(public) if one.startswith("team-"))
    assert kari.get(f"/w/{made}/members").status_code == 200
    with public.database.reading() as work:
        assert workspaces.get(work, made).team == "test"
        assert [Role(one.role) for one in members.every(work, made)] == [Role.OWNER]


def _worlds(public):
    with public.database.reading() as work:
        return [one.id for one in workspaces.every(work)]


def test_nothing_of_another_team_is_reached_by_any_page_or_call(public):
    """Team A has the ids, codes, events and addresses of team B, and asks for them everywhere."""
    b = joined(public, "Bea", "other", Role.OWNER)
    started = b.post("/start", interface="fjordbanken/berlin_group/1.3.11", workspace="other", tool="curl")
    place = started.location.removeprefix("/_portal").partition("?")[0]
    *_, app_id, consent_id = place.split("/")
    with public.database.reading() as work:
        event = next(iter(events.newest(work, "other", events.Wanted(), 1)[0])).event.id
        person = work.rows("SELECT person_id FROM customer WHERE workspace_id = ?", ("other",))[0][0]
        member = members.every(work, "other")[0].id
        first = audit.of_world(work, workspaces.get(work, "other"))[0].id
    a = joined(public, "Ada", "test", Role.OWNER)
    ids = {
        "workspace_id": "other",
        "app_id": app_id,
        "consent_id": consent_id,
        "event_id": event,
        "person_id": person,
        "bank_id": "fjordbanken",
        "member_id": member,
        "delivery_id": event,
        "invitation_id": event,
    }

    for rule in _portal(public).url_map.iter_rules():
        if "<workspace_id>" not in str(rule):
            continue
        for world, expected in (("other", {404}), ("test", {400, 404, 409})):
            path = _filled(str(rule), {**ids, "workspace_id": world})
            foreign = world == "other" or any(
                one in str(rule) for one in ("app_id", "event_id", "member_id", "invitation_id")
            )
            if not foreign:
                continue
            answer = a.post(path) if "POST" in rule.methods else a.get(path)
            assert answer.status_code in expected, (path, answer.status_code)
            assert "Bea" not in answer.text
    listing = a.get(f"/w/test/audit?before={first}").text + a.get(f"/w/test/events?before={event}").text
    assert "Bea" not in listing + a.get("/").text
    assert consent_id not in listing
    for path in (
        "/workspaces/other",
        "/workspaces/other/invitations",
        f"/apps/{app_id}",
        f"/events/{event}",
        f"/apps/{app_id}/software",
    ):
        assert public.call("GET", f"/_sandbox{path}").status_code == 404, path
    for path in ("/apps", "/members", "/events", "/payments", "/agenda", f"/events?before={event}"):
        answer = public.call("GET", f"/_sandbox{path}")
        assert "other" not in answer.text.replace("another", ""), path
        assert app_id not in answer.text


def _filled(rule, ids):
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda one: ids.get(one[1], ids["event_id"]), rule)


def test_a_key_that_a_member_makes_does_not_do_what_owners_do(public):
    kari = joined(public)
    made = kari.post("/w/test/apps", name="Budget")
    key = re.search(r"bk_test_\w+[\w-]*", kari.get(made.location.removeprefix("/_portal")).text).group()

    answer = public.client.delete("/_sandbox/workspaces/test", headers={"X-API-Key": key})

    assert answer.status_code == 403
    owner_s = _owner_s_app(public)
    assert kari.post(f"/w/test/apps/{owner_s}/key").status_code == 403


def _owner_s_app(public):
    with public.database.writing() as work:
        return apps.create(work, workspaces.get(work, "test"), "owner's", Role.OWNER)[0].id


def test_every_page_keeps_strangers_scripts_and_frames_out(public):
    for answer in (
        Browser(public).get("/"),
        joined(public).get("/w/test/members"),
        admin(public).get("/hackathon"),
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src)|\son\w+=|\sstyle=", answer.text)


def test_teams_are_made_and_the_board_says_how_far_they_are(public):
    organiser = admin(public)
    made = organiser.post("/hackathon", teams="2", prefix="hack").text
    codes = re.findall(r'strip-code">([^<]+)<', made)

    assert [one.rpartition("-")[0].rpartition("-")[0] for one in codes] == ["hack-01", "hack-02"]
    team = Browser(public, "203.0.113.9")
    assert team.post("/join", code=codes[0], name="Kari").location == "/_portal/"
    team.post("/start", interface="fjordbanken/berlin_group/1.3.11", workspace="hack-01", tool="curl")
    row = re.search(r"<tr><td[^>]*><a[^>]*>hack-01</a>.*?</tr>", organiser.get("/hackathon").text).group()
    assert row.count("tag on") == 1, row
    for wrong in ({"teams": "0"}, {"teams": "201"}, {"teams": "x"}, {"teams": "2", "prefix": "Ø"}):
        assert organiser.post("/hackathon", **wrong).status_code == 422
    assert organiser.post("/hackathon", teams="200").status_code == 200
    assert (
        "no room"
        in organiser.post("/hackathon", teams="200").text + organiser.post("/hackathon", teams="200").text
    )


@pytest.fixture
def origin(public):
    """The public sandbox behind a socket."""
    with serve(public.app) as opened:
        yield opened


@pytest.mark.browser
def test_an_organiser_makes_teams_and_a_team_comes_in(origin, page, camera):
    page.goto(f"{origin}/_portal/")
    page.get_by_text("I run this sandbox").click()
    page.get_by_label("Admin key").fill(KEY)
    page.get_by_role("button", name="Come in as admin").click()
    page.get_by_label("Teams").fill("3")
    page.get_by_role("button", name="Make the teams").click()
    code = page.locator(".strip-code").first.inner_text()
    camera.look("codes")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    page.emulate_media(media="screen")
    page.goto(f"{origin}/_portal/hackathon")
    page.set_viewport_size({"width": 1280, "height": 844})
    page.get_by_role("button", name="Leave").click()
    page.goto(f"{origin}/_portal/join/{code}")
    page.get_by_label("Your name").fill("Kari Nordmann")
    page.get_by_role("button", name="Join the team").click()
    page.goto(f"{origin}/_portal/w/team-01/members")
    page.get_by_role("button", name="Make a link").click()
    assert page.locator("#invitation-code").inner_text().startswith("team-01-")
    camera.look("members-invited")
