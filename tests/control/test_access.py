"""The tester's own door where strangers reach it: the admin key, an app's rights, and how often."""

from contextlib import contextmanager

import pytest

from sandbox.workspaces import apps, audit, limits, members
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.members import Role
from tests.conftest import open_sandbox
from tests.control.test_control import said

KEY = "the key of a whole installation"
ADMIN = {"X-Admin-Key": KEY}


@contextmanager
def opened(url, folder, **more):
    found = open_sandbox(url, folder, **{"admin_key": KEY, "public": True, **more})
    yield found
    found.close()


@pytest.fixture
def public(make_database_url, tmp_path):
    """The whole app, open to strangers; the app of the world `test` is a member's."""
    with opened(make_database_url("sqlite"), tmp_path) as found:
        yield found


def owner_s_key(public):
    with public.database.writing() as work:
        return apps.create(work, workspaces.get(work, "test"), "owner's", Role.OWNER)[1]


def acts(public):
    with public.database.reading() as work:
        return [(one.workspace_id, one.actor_kind, one.act) for one in audit.whole(work)]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/workspaces"), ("GET", "/workspaces"), ("POST", "/hackathon")],
)
def test_a_stranger_makes_and_lists_nothing(public, method, path):
    answer = public.client.open(
        f"/_sandbox{path}", method=method, json={"teams": 1} if "hack" in path else None
    )

    assert said(answer) == (401, "key_needed")


def test_the_admin_key_makes_lists_and_deletes(public):
    made = public.client.post("/_sandbox/workspaces", json={"name": "north"}, headers=ADMIN)

    assert made.status_code == 201
    listed = public.client.get("/_sandbox/workspaces", headers=ADMIN).json["workspaces"]
    assert [one["id"] for one in listed] == ["north", "test"]
    assert public.client.delete("/_sandbox/workspaces/north", headers=ADMIN).status_code == 204
    assert said(public.client.delete("/_sandbox/workspaces/north", headers=ADMIN)) == (
        404,
        "workspace_unknown",
    )
    assert acts(public) == [
        ("north", "admin", "workspace.delete"),
        ("north", "admin", "workspace.create"),
    ]


def test_wrong_admin_keys_are_counted_although_they_are_refused(public):
    wrong = [
        said(public.client.get("/_sandbox/workspaces", headers={"X-Admin-Key": f"wrong {number}"}))
        for number in range(limits.ADMITTING.most)
    ]

    assert set(wrong) == {(401, "admin_key_unknown")}
    late = public.client.get("/_sandbox/workspaces", headers=ADMIN)
    assert said(late) == (429, "too_often")
    assert 0 < int(late.headers["Retry-After"]) <= 600


def test_the_right_admin_key_is_not_counted(public):
    for _ in range(limits.ADMITTING.most + 1):
        assert public.client.get("/_sandbox/workspaces", headers=ADMIN).status_code == 200


def test_a_member_s_app_does_not_do_what_owners_do(public):
    with public.database.writing() as work:
        kari = members.add(work, workspaces.get(work, "test"), "Kari").id
    for method, path, body in (
        ("DELETE", "/workspaces/test", None),
        ("POST", "/workspaces/test/reset", None),
        ("PUT", "/workspaces/test", {"strictness": "enforce"}),
        ("POST", "/workspaces/test/invitations", {}),
        ("GET", "/workspaces/test/invitations", None),
        ("DELETE", "/workspaces/test/invitations/x", None),
        ("POST", "/members", {"name": "Ola"}),
        ("PUT", f"/members/{kari}", {"role": "owner"}),
        ("DELETE", f"/members/{kari}", None),
    ):
        answer = public.call(method, f"/_sandbox{path}", json=body)
        assert said(answer) == (403, "owners_only"), path

    assert public.call("POST", "/_sandbox/workspaces/test/fork").status_code == 201


def test_an_app_passes_on_its_own_rights_and_no_more(public):
    owner_s = owner_s_key(public)
    made = public.call("POST", "/_sandbox/apps", json={"name": "child"}).json
    grand = public.call("POST", "/_sandbox/apps", json={"name": "x"}, headers={"X-API-Key": owner_s}).json

    assert public.call("POST", f"/_sandbox/apps/{made['id']}/key").status_code == 200
    assert said(public.call("POST", f"/_sandbox/apps/{grand['id']}/key")) == (403, "owners_only")
    for key, status in ((made["key"], 401), (grand["key"], 200)):
        answer = public.call("POST", "/_sandbox/workspaces/test/reset", headers={"X-API-Key": key})
        assert answer.status_code == status


def test_an_invitation_is_made_shown_once_and_withdrawn(public):
    headers = {"X-API-Key": owner_s_key(public)}
    path = "/_sandbox/workspaces/test/invitations"

    made = public.call("POST", path, json={"role": "owner", "uses_max": None}, headers=headers)

    assert made.status_code == 201
    assert made.json["link"] == f"{public.origin}/_portal/join/{made.json['code']}"
    listed = public.call("GET", path, headers=headers).json["invitations"]
    kept = {name: value for name, value in made.json.items() if name not in {"code", "link"}}
    assert listed == [kept]
    assert public.call("DELETE", f"{path}/{made.json['id']}", headers=headers).status_code == 204
    assert said(public.call("DELETE", f"{path}/{made.json['id']}", headers=headers)) == (
        404,
        "invitation_unknown",
    )
    assert public.client.post(path, headers=ADMIN).json["role"] == "member"


@pytest.mark.parametrize(
    "wrong", [{"role": "king"}, {"uses_max": 0}, {"lasts_seconds": 5}, {"uses_max": "many"}, {"x": 1}]
)
def test_an_order_for_an_invitation_is_read_strictly(public, wrong):
    answer = public.client.post("/_sandbox/workspaces/test/invitations", json=wrong, headers=ADMIN)

    assert said(answer) == (400, "request_malformed")


def test_a_key_invites_into_its_own_world_only(public):
    public.new_workspace("other")

    answer = public.call("POST", "/_sandbox/workspaces/other/invitations")

    assert said(answer) == (404, "workspace_unknown")


def test_the_worlds_of_a_hackathon_are_made_at_once(public):
    made = public.client.post("/_sandbox/hackathon", json={"teams": 3, "prefix": "h"}, headers=ADMIN)

    assert [one["workspace"] for one in made.json["teams"]] == ["h-01", "h-02", "h-03"]
    assert all(one["code"].startswith(one["workspace"]) for one in made.json["teams"])
    assert said(public.call("POST", "/_sandbox/hackathon", json={"teams": 1})) == (401, "key_needed")
    for wrong in ({"teams": 0}, {"teams": 201}, {"teams": 2, "prefix": "Ø"}):
        answer = public.client.post("/_sandbox/hackathon", json=wrong, headers=ADMIN)
        assert said(answer) == (400, "request_malformed")


def test_a_member_s_role_is_changed_and_the_last_owner_stays(public):
    headers = {"X-API-Key": owner_s_key(public)}
    kari = public.call(
        "POST", "/_sandbox/members", json={"name": "Kari", "role": "owner"}, headers=headers
    ).json
    ola = public.call("POST", "/_sandbox/members", json={"name": "Ola"}, headers=headers).json

    def become(member, role):
        return public.call("PUT", f"/_sandbox/members/{member['id']}", json={"role": role}, headers=headers)

    assert said(become(kari, "member")) == (409, "last_owner")
    assert become(ola, "owner").json["role"] == "owner"
    assert become(kari, "member").json["role"] == "member"
    assert said(become({"id": "nobody"}, "owner")) == (404, "member_unknown")
    assert acts(public)[0] == ("test", "app", "member.change")


def test_quotas_are_told_with_the_numbers(make_database_url, tmp_path):
    few = {"workspaces_max": 3, "team_workspaces_max": 2, "workspace_apps_max": 1}
    with opened(make_database_url("sqlite"), tmp_path, **few) as public:
        full = public.call("POST", "/_sandbox/apps", json={"name": "another"})
        assert said(full) == (409, "apps_full")
        assert "1 of 1" in full.json["error"]["text"]
        assert public.call("POST", "/_sandbox/workspaces/test/fork").status_code == 201
        assert said(public.call("POST", "/_sandbox/workspaces")) == (409, "team_full")
        assert public.client.post("/_sandbox/workspaces", headers=ADMIN).status_code == 201
        assert said(public.client.post("/_sandbox/workspaces", headers=ADMIN)) == (409, "workspaces_full")
        answer = public.client.post("/_sandbox/hackathon", json={"teams": 1}, headers=ADMIN)
        assert said(answer) == (409, "workspaces_full")


def test_a_team_turns_its_clock_no_further_at_once_than_others_can_wait(public):
    path = "/_sandbox/clock"
    too_far = public.call("POST", f"{path}/advance", json={"years": 2})
    assert said(too_far) == (409, "step_too_long")
    assert said(public.call("PUT", path, json={"at": "2090-01-01T00:00:00Z"})) == (409, "step_too_long")
    assert public.call("GET", path).json["now"] < "2026-03-17"

    for _ in range(2):
        assert public.call("POST", f"{path}/advance", json={"years": 1}).status_code == 200


def test_whoever_makes_too_much_waits(public):
    answers = [
        public.call("POST", "/_sandbox/workspaces/test/invitations", headers={"X-API-Key": key})
        for key in [owner_s_key(public)] * (limits.INVITATIONS.most + 1)
    ]

    assert {one.status_code for one in answers[:-1]} == {201}
    assert said(answers[-1]) == (429, "too_often")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "203.0.113.7"},
    ],
)
def test_a_page_of_somebody_else_makes_nothing_on_this_machine(sandbox, headers):
    assert said(sandbox.client.post("/_sandbox/workspaces", headers=headers)) == (401, "key_needed")
    assert sandbox.client.post("/_sandbox/workspaces").status_code == 201


@pytest.mark.parametrize(
    ("sent", "remote", "counted"),
    [
        ("", "203.0.113.7", "203.0.113.7"),
        ("198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        ("nonsense", "10.0.0.1", "nonsense"),
        ("", "2001:db8::1:2:3:4", "2001:db8::/64"),
        ("", "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_visitor_is_counted_by_what_our_own_proxies_say(make_database_url, tmp_path, sent, remote, counted):
    with opened(make_database_url("sqlite"), tmp_path, trusted_proxies="10.0.0.0/8") as public:
        headers = {"X-Admin-Key": "wrong", **({"X-Forwarded-For": sent} if sent else {})}
        public.client.get("/_sandbox/workspaces", headers=headers, environ_overrides={"REMOTE_ADDR": remote})

        with public.database.reading() as work:
            assert work.rows("SELECT who FROM tally", ()) == [(counted,)]
