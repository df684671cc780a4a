"""Two teams of a public sandbox: each form and page, asked with the other's ids, answers as for nothing."""

import re

import pytest

from sandbox.bank import events
from sandbox.kernel.settings import PrivateNotifications
from sandbox.workspaces import audit, members, snapshots
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.members import Role
from tests.conftest import STILL, open_sandbox
from tests.delivery.receiver import Receiver
from tests.portal.city import OFFER, pays
from tests.portal.test_access import KEY, Browser, _portal, invite, joined

#: What a form must carry to come as far as what it is about.
FORMS = {
    "apps.change": {"redirect_uris": "https://evil.example/back"},
    "apps.certify": {"kind": "qwac"},
    "apps.create": {"name": "Snoop"},
    "calls.replay": {"app_key": "{key}"},
    "clock.advance": {"step": "7"},
    "clock.put": {"mode": "frozen"},
    "failures.add": {"failure": "insufficient_funds"},
    "members.change": {"role": "owner"},
    "members.invite": {"uses": "1", "days": "7"},
    "workspaces.strictness": {"strictness": "warn"},
}
#: Of one bank in one population: the same people live in both worlds.
SHARED = {"person_id", "bank_id"}
#: Of the right form, and of nothing that ever was.
NEVER = {
    "workspace_id": "nobody",
    "app_id": "zzzzzzzz",
    "consent_id": "00000000-0000-4000-8000-000000000000",
    "payment_id": "00000000-0000-4000-8000-000000000001",
    "event_id": "00000000-0000-7000-8000-000000000002",
    "delivery_id": "00000000-0000-7000-8000-000000000003",
    "trace": "0000000000000a",
    "rule_id": "zzzzzzzz",
    "snapshot_id": "zzzzzzzz",
    "invitation_id": "zzzzzzzz",
    "member_id": "zzzzzzzz",
}


class Team:
    """A browser in a world of its own, and the ids of everything that has come about there."""

    def __init__(self, sandbox, name, world, uri):
        self.sandbox, self.name, self.world = sandbox, name, world
        self.browser = joined(sandbox, name, world, Role.OWNER)
        started = self.browser.post("/start", interface=OFFER, workspace=world, tool="curl").location
        page = self.browser.get(started.removeprefix("/_portal")).text
        self.key = re.search(r'id="app-key">([^<]+)', page)[1]
        sandbox.client.post("/_sandbox/webhooks", json={"uri": uri}, headers={"X-API-Key": self.key})
        pays(sandbox, self.browser, started)
        self.browser.post(f"/w/{world}/snapshots", name=f"of {name}")
        self.browser.post(f"/w/{world}/failures", failure="insufficient_funds", count="1")
        self.code = invite(sandbox, world)
        *_, app_id, consent_id = started.partition("?")[0].split("/")
        self.ids = {"workspace_id": world, "app_id": app_id, "consent_id": consent_id} | self._found()
        self.ids |= {"person_id": "no-0", "bank_id": "fjordbanken"}

    def _found(self):
        journal = self.sandbox.services.journal
        journal.settle()
        with self.sandbox.database.reading() as work:
            world = workspaces.get(work, self.world)
            told = next(
                one for one in events.newest(work, self.world, events.Wanted(), 9)[0] if one.deliveries
            )
            rules = work.rows("SELECT id FROM failure_rule WHERE workspace_id = ?", (self.world,))
            invitations = work.rows("SELECT id FROM invitation WHERE workspace_id = ?", (self.world,))
            payments = work.rows("SELECT id FROM payment WHERE workspace_id = ?", (self.world,))
            return {
                "event_id": told.event.id,
                "delivery_id": told.deliveries[0].id,
                "trace": journal.recent(self.world, 1)[0].trace,
                "rule_id": rules[0][0],
                "snapshot_id": snapshots.every(work, world)[0].id,
                "invitation_id": invitations[0][0],
                "member_id": members.every(work, self.world)[0].id,
                "payment_id": payments[0][0],
            }

    def asks(self, rule, ids):
        """The answer to the page or the form at that address, without what it was asked with."""
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda one: ids[one[1]], str(rule))
        form = {name: value.format(key=self.key) for name, value in FORMS.get(rule.endpoint, {}).items()}
        answer = self.browser.post(path, **form) if "POST" in rule.methods else self.browser.get(path)
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
        for one in sorted(ids.values(), key=len, reverse=True):
            text = text.replace(one, "…")
        return answer.status_code, text

    def state(self):
        """All that the world is, as far as others could have changed it."""
        self.sandbox.services.journal.settle()
        with self.sandbox.database.reading() as work:
            world = workspaces.get(work, self.world)
            tables = (
                "app",
                "consent",
                "payment",
                "delivery",
                "failure_rule",
                "invitation",
                "member",
                "customer",
            )
            return {
                "deeds": [(one.act, one.about) for one in audit.of_world(work, world, 100)],
                "now": world.clock.now(),
                "strictness": world.strictness,
                "calls": len(self.sandbox.services.journal.recent(self.world, 500)),
                **{
                    one: work.rows(f"SELECT count(*) FROM {one} WHERE workspace_id = ?", (self.world,))[0][0]
                    for one in tables
                },
            }


@pytest.fixture
def public(make_database_url, tmp_path):
    """A sandbox open to strangers, with the worlds `test` and `other`, which may call the test's receiver."""
    opened = open_sandbox(
        *(make_database_url("sqlite"), tmp_path),
        public=True,
        admin_key=KEY,
        private_notifications=PrivateNotifications.ALLOW,
    )
    with opened.database.writing() as work:
        workspaces.create(work, "bergen", name="other", clock=STILL)
    yield opened
    opened.services.journal.close()
    opened.database.close()


@pytest.fixture
def teams(public):
    """Ada's team, and Bea's, of whom Ada knows every id there is."""
    receiver = Receiver()
    yield Team(public, "Ada", "test", receiver.uri), Team(public, "Bea", "other", receiver.uri)
    receiver.close()


def test_what_is_another_team_s_is_answered_as_what_does_not_exist(public, teams):
    ada, bea = teams
    before, tried = bea.state(), 0
    rules = [one for one in _portal(public).url_map.iter_rules() if "<workspace_id>" in str(one)]

    ada.browser.get("/w/test")  # which shows what the last form has said
    for rule in rules:
        foreign = ada.asks(rule, bea.ids)
        assert foreign == ada.asks(rule, {**bea.ids, "workspace_id": NEVER["workspace_id"]}), rule
        assert foreign[0] == 404, rule
        for name in sorted(rule.arguments - SHARED - {"workspace_id"}):
            theirs = ada.asks(rule, {**ada.ids, name: bea.ids[name]})
            assert theirs == ada.asks(rule, {**ada.ids, name: NEVER[name]}), (rule, name)
            assert theirs[0] == 404, (rule, name)
            assert "Bea" not in theirs[1]
            tried += 1

    assert bea.state() == before
    assert tried > 25


def test_lists_that_begin_after_another_team_s_entries_show_none_of_them(teams):
    ada, bea = teams
    event, trace = bea.ids["event_id"], bea.ids["trace"]

    for path in (f"/w/test/events?before={event}", f"/w/test/calls?before={trace}", "/w/test/calls?part=1"):
        shown = ada.browser.get(path)
        assert shown.status_code == 200
        for name in ("app_id", "event_id", "payment_id", "consent_id"):
            assert bea.ids[name] not in shown.text, (path, name)
        assert f"/calls/{trace}" not in shown.text
    for path in ("/", "/workspaces", "/hackathon", "/w/test/audit", "/w/test/members"):
        text = ada.browser.get(path).text
        assert "Bea" not in text, path
        assert "/w/other" not in text, path


def test_a_key_of_one_team_replays_no_call_of_another_and_opens_none_of_its_streams(public, teams):
    ada, bea = teams
    own = f"/w/test/calls/{ada.ids['trace']}/replay"
    before = bea.state()

    with_their_key = ada.browser.post(own, app_key=bea.key)
    with_no_key = ada.browser.post(own, app_key="bk_other_zzzzzzzz_nothing")

    assert (with_their_key.status_code, with_no_key.status_code) == (409, 409)
    assert "other" not in with_their_key.text.replace("another", "")
    assert bea.state() == before
    # The pass of the portal is no key at the sandbox's own door.
    for path in ("/_sandbox/calls/stream", "/_sandbox/calls", f"/_sandbox/calls/{bea.ids['trace']}"):
        assert ada.browser.client.get(path).status_code == 401, path
    for path in (f"/calls/{bea.ids['trace']}", f"/events/{bea.ids['event_id']}"):
        answer = ada.browser.client.get(f"/_sandbox{path}", headers={"X-API-Key": ada.key})
        assert answer.status_code == 404, path


def test_a_code_lets_into_no_team_but_its_own(public, teams):
    _, bea = teams
    letters = bea.code.removeprefix("other")

    for code in (f"test{letters}", f"other-2{letters}", letters.strip("-"), f"{bea.code}x"):
        answer = Browser(public, "203.0.113.50").post("/join", code=code, name="Eve")
        assert answer.status_code == 422, code
        assert "other" not in answer.text.replace(code, "")


def test_a_session_counts_where_it_was_made_and_while_it_lasts(public, teams, make_database_url, tmp_path):
    ada, bea = teams
    stolen = Browser(public, "203.0.113.51")
    elsewhere = open_sandbox(make_database_url("sqlite"), tmp_path / "b", public=True, admin_key=KEY)
    theirs = joined(elsewhere, "Eve").client.get_cookie("bryggen_8080").value

    # Made by another installation, in which there is a workspace of the same name.
    stolen.client.set_cookie("bryggen_8080", theirs)
    assert (theirs != "", stolen.get("/w/test").status_code) == (True, 403)

    # Of Bea's browser, but for a form of Ada's: the token does not fit.
    answer = ada.browser.post("/w/test/reset", token=bea.browser.token())
    assert answer.status_code == 400

    bea.browser.post("/leave")
    assert bea.browser.get("/w/other").status_code == 403
    assert ada.browser.get("/w/test").status_code == 200
    elsewhere.services.journal.close()
    elsewhere.database.close()
