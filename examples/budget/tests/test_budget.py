"""The app against banks that answer: consents by redirect in two standards, and what becomes of the money."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from budget import app as pages
from budget import categories, create_app
from budget.model import Entry
from budget.settings import BANKS, Settings

PEOPLE = {"fjordbanken": "no-0", "hansekontor": "de-0", "kelpbank": "gb-0"}


class User:
    """Somebody with a browser, in front of the app."""

    def __init__(self, app, bryggen):
        self.browser, self.bryggen = app.test_client(), bryggen

    def page(self, path="/"):
        return self.browser.get(path).text

    def press(self, path):
        token = re.search(r'name="form_token" value="([^"]+)"', self.page())[1]
        return self.browser.post(path, data={"form_token": token})

    def goes_to(self, bank_id, *, says_yes=True):
        """To the bank by the app's link; the address at which they come back to the app."""
        link = self.press(f"/connect/{bank_id}").location
        psu = self.bryggen.person(PEOPLE[bank_id])
        there = self.bryggen.say_yes if says_yes else self.bryggen.say_no
        return there(link, psu)

    def comes_back(self, address):
        parts = urlsplit(address)
        assert (parts.hostname, parts.path) == ("localhost", "/back")
        return self.browser.get(f"/back?{parts.query}", follow_redirects=True).text


@pytest.fixture
def app(bryggen, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "_today", lambda: bryggen.now.date())
    client_id = f"{bryggen.workspace}.{bryggen.app_id}"
    settings = Settings(bryggen.origin, client_id, bryggen.app_key, "for tests", tmp_path / "budget.sqlite3")
    return create_app(settings)


@pytest.fixture
def user(app, bryggen):
    return User(app, bryggen)


def test_three_banks_in_two_standards_are_on_one_page(user):
    for bank_id in BANKS:
        shown = user.comes_back(user.goes_to(bank_id))
        assert f"{BANKS[bank_id].name} is connected." in shown

    page = user.page()

    assert {BANKS[one].standard for one in PEOPLE} == {"berlin_group", "uk_open_banking"}
    for currency in ("NOK", "EUR", "GBP"):
        assert f'id="spending-{currency}"' in page
    assert "Groceries" in page
    assert not re.search(r'id="connect-', page)


@pytest.mark.parametrize("bank_id", BANKS)
def test_a_user_may_say_no(user, bank_id):
    shown = user.comes_back(user.goes_to(bank_id, says_yes=False))

    assert "You have not given access." in shown
    assert f'id="connect-{bank_id}"' in shown


def test_a_link_back_is_good_once_and_for_one_browser(user, app, bryggen):
    address = user.goes_to("fjordbanken")

    assert "not yours" in User(app, bryggen).comes_back(address)
    assert "is connected" in user.comes_back(address)
    assert "not yours" in user.comes_back(address)


@pytest.mark.parametrize("bank_id", BANKS)
def test_when_access_has_ended_the_user_is_told_and_connects_again(user, bryggen, bank_id):
    user.comes_back(user.goes_to(bank_id))

    bryggen.advance(days=800)
    user.press("/refresh")

    assert "Access has ended" in user.page()
    assert "is connected" in user.comes_back(user.goes_to(bank_id))


@pytest.mark.parametrize("bank_id", BANKS)
def test_who_disconnects_is_forgotten_here_and_at_the_bank(user, bryggen, bank_id):
    user.comes_back(user.goes_to(bank_id))
    [number] = re.findall(r"/disconnect/(\d+)", user.page())

    user.press(f"/disconnect/{number}")

    assert "Connect your first bank" in user.page()
    assert bryggen.events(kind="consent_status")[0]["what"]["status"] == "terminated_by_tpp"


def test_nobody_sees_or_ends_what_is_anothers(user, app, bryggen):
    user.comes_back(user.goes_to("fjordbanken"))
    [number] = re.findall(r"/disconnect/(\d+)", user.page())
    stranger = User(app, bryggen)

    stranger.press(f"/disconnect/{number}")

    assert "Connect your first bank" in stranger.page()
    assert "Fjordbanken" in user.page()
    assert "/disconnect/" in user.page()


def test_a_form_of_another_site_is_refused(user):
    assert user.browser.post("/connect/fjordbanken", data={"form_token": "guessed"}).status_code == 400
    assert user.press("/connect/nobody").status_code == 404


def test_a_bank_that_cannot_be_reached_is_no_error_of_the_app(user, app):
    settings, store = app.extensions["budget"]
    gone = Settings("http://127.0.0.1:9", settings.client_id, settings.app_key, "", settings.database)
    app.extensions["budget"] = (gone, store)

    assert user.press("/connect/fjordbanken").status_code == 303
    assert "cannot be reached" in user.page()


@pytest.mark.parametrize(
    ("mcc", "text", "category"),
    [
        ("5411", "", "Groceries"),
        ("5814", "", "Eating out"),
        ("5541", "", "Getting around"),
        ("9999", "", "Shopping"),
        (None, "Husleie mars", "Home"),
        (None, "Something", "Other"),
    ],
)
def test_what_was_bought_says_what_it_was_for(mcc, text, category):
    entry = Entry("1", date(2026, 3, 16), Decimal("-1"), "NOK", text, mcc)

    assert categories.of(entry) == category
