"""The pages of the sample apps at both widths, by day and by night, with axe, filled by banks that answer."""

import threading
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from tests.portal.conftest import camera, page

__all__ = ["camera", "page"]
pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[2] / "examples"
PEOPLE = {"fjordbanken": "no-0", "hansekontor": "de-0", "kelpbank": "gb-0"}


@pytest.fixture
def listen(monkeypatch):
    """Serve an app at an address of its own."""
    for name in ("budget", "checkout"):
        monkeypatch.syspath_prepend(str(EXAMPLES / name))
    opened = []

    def at(app):
        opened.append(make_server("127.0.0.1", 0, app, threaded=True))
        threading.Thread(target=opened[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{opened[-1].server_port}"

    yield at
    for one in opened:
        one.shutdown()
        one.server_close()


def comes_back(page, origin, button, yes):
    """Press the button, say yes at the bank behind the page, and come back to the app."""
    page.click(button)
    page.wait_for_url("**/online-banking/**")
    back = urlsplit(yes(page.url))
    page.goto(f"{origin}{back.path}?{back.query}")


def test_the_budget_looks_well_empty_and_with_three_banks(
    bryggen, listen, page, camera, tmp_path, monkeypatch
):
    from budget import app as pages
    from budget.settings import Settings

    def today():
        return bryggen.now.date()

    monkeypatch.setattr(pages, "_today", today)
    client_id = f"{bryggen.workspace}.{bryggen.app_id}"
    settings = Settings(bryggen.origin, client_id, bryggen.app_key, "for tests", tmp_path / "b.sqlite3")
    origin = listen(pages.create_app(settings))
    page.goto(origin)
    camera.look("budget-empty")

    for bank_id, psu in PEOPLE.items():
        yes = bryggen.person(psu)
        comes_back(page, origin, f"#connect-{bank_id}", lambda link, yes=yes: bryggen.say_yes(link, yes))

    assert page.locator("#accounts li").count() > len(PEOPLE)
    assert date.fromisoformat(f"{page.locator('.months a').first.inner_text()}-01")
    camera.look("budget")


def test_the_checkout_looks_well_from_the_shelf_to_the_order(bryggen, listen, page, camera, tmp_path):
    from checkout import create_app
    from checkout.settings import Settings

    settings = Settings(
        origin=bryggen.origin,
        app_key=bryggen.app_key,
        webhook_secret=bryggen.signing_secret,
        session_key="for tests",
        account=bryggen.person("no-1").account("nordlys").iban,
        name="Nordpaa AS",
        database=tmp_path / "c.sqlite3",
    )
    origin = listen(create_app(settings))
    page.goto(origin)
    camera.look("checkout-shelf")
    page.get_by_role("button", name="Into the cart").first.click()
    camera.look("checkout-cart")

    psu = bryggen.person("no-0")
    account = psu.account("fjordbanken")
    comes_back(page, origin, "#pay-fjordbanken", lambda link: bryggen.say_yes(link, psu, [account.id]))

    assert page.inner_text("#state") == "on its way"
    camera.look("checkout-order")
