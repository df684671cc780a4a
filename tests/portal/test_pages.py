"""The portal's pages, without a screen: each form does what it says, and what cannot be is refused."""

import io
import re
import zipfile

import pytest
from werkzeug.test import Client


@pytest.fixture
def lived(sandbox):
    """The sandbox, in whose world one app has been given a consent, and has a payment under way."""
    pages = Pages(sandbox)
    pages.post("/start", interface="fjordbanken/berlin_group/1.3.11", tool="curl", workspace="test")
    return sandbox


class Pages:
    """A browser without its window."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.client = Client(sandbox.app)

    def get(self, path, **kwargs):
        return self.client.get(f"/_portal{path}", **kwargs)

    def post(self, path, **form):
        if not hasattr(self, "token"):
            self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)[1]
        return self.client.post(f"/_portal{path}", data={"csrf_token": self.token, **form})


@pytest.fixture
def pages(lived):
    return Pages(lived)


def test_a_key_is_shown_where_it_was_made_and_nowhere_else(lived, pages):
    place = pages.post("/w/test/apps", name="Budget Buddy").location

    shown = pages.client.get(place).text
    key = re.search(r"bk_test_\w+?_[\w-]+", shown)[0]
    assert pages.client.get("/fjordbanken/v1/accounts", headers={"X-API-Key": key}).status_code == 400
    assert key not in Client(lived.app).get(place).text


def test_a_new_key_makes_an_end_of_the_old_one(lived, pages):
    pages.post(f"/w/test/apps/{lived.app_id}/key")

    assert lived.call("GET", "/_sandbox/clock").status_code == 401


def test_an_address_that_no_customer_may_be_sent_to_is_refused_and_what_was_typed_stays(lived, pages):
    answer = pages.post(f"/w/test/apps/{lived.app_id}", redirect_uris="http://tpp.example/back")

    assert answer.status_code == 422
    assert "http://tpp.example/back</textarea>" in answer.text


def test_a_certificate_comes_as_one_file(lived, pages):
    answer = pages.post(f"/w/test/apps/{lived.app_id}/certificate", kind="qwac")

    names = set(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())
    assert {"qwac.pem", "qwac.key", "qwac.p12", "passphrase.txt", "root.pem"} <= names
    assert "good" in pages.get(f"/w/test/apps/{lived.app_id}").text


@pytest.mark.parametrize("form", [{"step": "14"}, {"step": "month"}, {"day": "2026-04-20"}])
def test_the_clock_is_turned_and_what_fell_due_has_happened(lived, pages, form):
    pages.post("/w/test/clock/advance", **form)

    assert lived.call("GET", "/_sandbox/clock").json["now"] > "2026-03-30"


@pytest.mark.parametrize(
    "form", [{"day": "2020-01-01"}, {"day": "soon"}, {"step": "99999"}, {"step": "²"}, {"step": "٣"}, {}]
)
def test_the_clock_goes_to_no_day_that_is_past_or_none(pages, form):
    answer = pages.post("/w/test/clock/advance", **form)

    assert answer.status_code == 422
    assert "Choose a day" in answer.text


@pytest.mark.parametrize("offset", ["²", "-1", "9" * 30, "many"])
def test_a_page_of_people_that_nobody_can_turn_to_is_the_first(pages, offset):
    shown = pages.get(f"/w/test/people?offset={offset}")

    assert shown.status_code == 200
    assert "offset=24" in shown.text


def test_one_is_logged_in_as_a_customer_without_typing(pages):
    path = pages.post("/w/test/people/no-0/log-in/fjordbanken").location

    entered = pages.client.get(path)

    assert "Åse Aasen" in pages.client.get(entered.location).text


def test_a_way_in_is_good_at_its_own_bank_alone(pages):
    path = pages.post("/w/test/people/no-0/log-in/fjordbanken").location

    assert pages.client.get(path.replace("/fjordbanken/", "/nordlys/")).status_code == 409


def test_what_somebody_owes_and_pays_goes_out(pages):
    shown = pages.get("/w/test/people/no-0").text

    owed = shown[shown.index('id="owes"') : shown.index("</section>", shown.index('id="owes"'))]

    assert "Direct debit" in owed
    assert 'class="amount in"' not in owed


@pytest.mark.parametrize(
    "path", ["/w/nobody/people", "/w/test/people/no-999999", "/w/test/apps/zzz", "/banks/zzz"]
)
def test_what_is_not_there_is_a_page_that_says_so(pages, path):
    answer = pages.get(path)

    assert answer.status_code == 404
    assert "Nothing is here" in answer.text


def test_a_form_from_elsewhere_does_nothing(lived, pages):
    answer = pages.client.post("/_portal/w/test/clock/advance", data={"step": "7"})

    assert answer.status_code == 400
    assert lived.call("GET", "/_sandbox/clock").json["now"].startswith("2026-03-16")


def test_a_page_that_rebinds_its_name_to_this_machine_sees_a_door(pages):
    answer = pages.get("/w/test/apps", headers={"Host": "evil.example"})

    assert answer.status_code == 403
    assert "Budget Buddy" not in answer.text


def test_a_browser_gets_a_page_at_the_root_and_curl_the_index(lived):
    client = Client(lived.app)

    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get("/", headers={"Accept": "*/*"}).json["banks"]


def test_a_workspace_is_made_and_thrown_away(pages):
    assert pages.post("/workspaces", name="team-north", seed="oslo").location.endswith("/w/team-north")
    assert "oslo" in pages.get("/w/team-north").text

    pages.post("/w/team-north/delete")

    assert pages.get("/w/team-north").status_code == 404


def test_what_a_workspace_has_called_goes_with_it(lived, pages):
    lived.call("GET", "/fjordbanken/v1/accounts")
    journal = lived.services.journal
    journal.settle()
    assert journal.recent("test")

    pages.post("/w/test/delete")

    assert journal.recent("test") == []


@pytest.mark.parametrize("name", ["test", "Team North", "x"])
def test_a_workspace_of_no_fit_name_is_not_made_and_what_was_typed_stays(pages, name):
    answer = pages.post("/workspaces", name=name)

    assert answer.status_code == 422
    assert f'value="{name}"' in answer.text


def accounts_of(lived):
    with lived.database.reading() as work:
        return work.rows("SELECT count(*) FROM account WHERE workspace_id = ?", ("test",))[0][0]


def test_a_snapshot_brings_back_the_world_as_it_was(lived, pages):
    before = accounts_of(lived)
    pages.post("/w/test/snapshots", name="before the demo")
    pages.post("/w/test/reset")
    assert (before > 0, accounts_of(lived)) == (True, 0)

    restore = re.search(r'action="/_portal(/w/test/snapshots/[^"]+/restore)"', pages.get("/w/test").text)[1]
    pages.post(restore)

    assert accounts_of(lived) == before
    assert "snapshot restore" in pages.get("/w/test/audit").text.lower()


def test_a_snapshot_is_nobody_s_to_enter_or_to_see_and_goes_with_its_workspace(lived, pages):
    pages.post("/w/test/snapshots", name="kept")
    [kept] = re.findall(r"/w/test/snapshots/([^/]+)/restore", pages.get("/w/test").text)

    assert pages.get(f"/w/{kept}").status_code == 404
    assert kept not in pages.get("/workspaces").text
    assert pages.post(f"/w/test/snapshots/{kept}x/restore").status_code == 404
    pages.post("/w/test/delete")
    with lived.database.reading() as work:
        assert not work.rows("SELECT id FROM workspace", ())


def test_a_workspace_has_so_many_snapshots_and_no_more(pages):
    answers = [pages.post("/w/test/snapshots").status_code for _ in range(6)]

    assert answers == [303] * 5 + [409]


def test_a_fork_has_a_name_of_its_own(pages):
    assert pages.post("/w/test/fork", name="copy").location.endswith("/w/copy")
    assert pages.post("/w/test/fork", name="copy").status_code == 422


def test_a_failure_is_switched_on_and_off(lived, pages):
    pages.post("/w/test/failures", failure="insufficient_funds", chance="50", bank="fjordbanken", count="3")
    page = pages.get("/w/test/failures").text
    assert "50 per cent" in page

    pages.post(re.search(r'action="/_portal(/w/test/failures/rules/[^"]+)"', page)[1])

    assert "No rule is at work" in pages.get("/w/test/failures").text


@pytest.mark.parametrize(
    "form",
    [
        {"failure": "nonsense"},
        {"failure": "insufficient_funds", "chance": "0"},
        {"failure": "insufficient_funds", "chance": "half"},
        {"failure": "insufficient_funds", "count": "-1"},
        {"failure": "insufficient_funds", "count": "²"},
        {"failure": "insufficient_funds", "seconds": "9" * 30},
        {"failure": "insufficient_funds", "operation": "everything"},
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_reason(pages, form):
    answer = pages.post("/w/test/failures", **form)

    assert answer.status_code == 422
    assert 'id="fault"' in answer.text
