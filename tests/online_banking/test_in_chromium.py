"""The pages in a real browser: the way back to the TPP, nothing inaccessible, and how each page looks."""

from datetime import date
from pathlib import Path

import pytest

from sandbox.bank import payments
from sandbox.bank.consents import Access, AccessKind
from sandbox.bank.profile import ScaApproach, Service
from tests.online_banking.conftest import HERE, KARI, RENT, an_instruction, serve

_SHOTS = Path(__file__).parents[2] / "screenshots" / "online_banking"
_WIDTHS = (390, 1280)
_EVERYTHING = Access(AccessKind.ALL_PSD2)
pytestmark = pytest.mark.browser


@pytest.fixture
def tpp():
    """A TPP's own site, which only has to be there."""

    def answer(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<!doctype html><title>TPP</title>back"]

    with serve(answer) as origin:
        yield origin


@pytest.fixture
def origin(town):
    with serve(town.app) as opened:
        yield opened


class Camera:
    """Looks at each page at both widths, and has axe look too."""

    def __init__(self, page, bank_id):
        self.page, self.bank_id = page, bank_id

    def look(self, name):
        from axe_playwright_python.sync_playwright import Axe

        _SHOTS.mkdir(parents=True, exist_ok=True)
        for width in _WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            self.page.screenshot(path=_SHOTS / f"{self.bank_id}-{name}-{width}.png", full_page=True)
        found = Axe().run(self.page).response["violations"]
        serious = [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ]
        assert not serious, (name, serious)


@pytest.fixture
def look(chromium, request):
    context = chromium.new_context(java_script_enabled=True, locale="nb-NO")
    page = context.new_page()
    page.set_default_timeout(8000)
    yield lambda bank_id: Camera(page, bank_id)
    context.close()


def press(page, selector):
    """Click on what leads to another page, and wait until that page is there: a click alone does not."""
    with page.expect_navigation():
        page.click(selector)


def log_in(page, link, camera=None, login="kari", password="secret-no-1"):
    page.goto(link)
    if camera:
        camera.look("1-identify")
    page.fill("#login", login)
    press(page, "#continue")
    if camera:
        camera.look("2-password")
    page.fill("#password", password)
    press(page, "#continue")


@pytest.mark.parametrize(
    "bank_id", ["fjordbanken", "nordlys", "lindbanken", "saimaa", "hansekontor", "vesterhav", "kronekort"]
)
def test_a_psu_says_yes_and_comes_back_to_the_tpp(town, origin, tpp, look, bank_id):
    path, authorisation_id = town.asks(
        bank_id, approach=town.profiles[bank_id].sca.approaches[0], ok=f"{tpp}/ok?state=1", nok=f"{tpp}/nok"
    )
    camera = look(bank_id)
    page = camera.page

    log_in(page, origin + path, camera)
    camera.look("3-accounts")
    press(page, "#continue")
    if page.locator("#methods").count():
        camera.look("4-method")
        press(page, "#continue")
    camera.look("5-code")
    page.fill("#code", page.inner_text("#code-for-testing"))
    press(page, "#give-access")

    page.wait_for_url(f"{tpp}/ok?state=1**")
    assert town.status(authorisation_id, bank_id) in {("finalised", "valid"), ("unconfirmed", "received")}


def test_a_psu_declines_and_comes_back_to_the_tpp(town, origin, tpp, look):
    path, authorisation_id = town.asks(ok=f"{tpp}/ok", nok=f"{tpp}/nok")
    page = look("fjordbanken").page
    log_in(page, origin + path)

    press(page, "#decline")

    page.wait_for_url(f"{tpp}/nok")
    assert town.status(authorisation_id) == ("failed", "rejected")


def test_the_pages_beside_the_way_look_well_too(town, origin, look):
    path, _ = town.asks(access=_EVERYTHING)
    camera = look("fjordbanken")
    page = camera.page
    page.goto(origin + path)
    page.fill("#login", "nobody")
    press(page, "#continue")
    camera.look("6-unknown-psu")
    log_in(page, origin + path, password="wrong")
    camera.look("7-wrong-password")
    page.fill("#password", "secret-no-1")
    press(page, "#continue")
    camera.look("8-accounts-named")
    press(page, "#decline")
    camera.look("9-done-no")
    page.goto(f"{origin}/fjordbanken/online-banking/authorisations/x")
    camera.look("10-unknown-link")
    page.context.clear_cookies()
    page.goto(origin + path)
    camera.look("11-used-link")


@pytest.mark.parametrize("bank_id", ["saimaa", "nordlys"])
def test_the_bank_app_and_the_consents_look_well(town, origin, look, bank_id):
    approaches = town.profiles[bank_id].sca.approaches
    approach = ScaApproach.DECOUPLED if ScaApproach.DECOUPLED in approaches else approaches[0]
    camera = look(bank_id)
    page = camera.page
    home = f"{origin}/{bank_id}/online-banking"
    page.goto(f"{home}/app?w=test&lang=en")
    camera.look("12-app-sign-in")
    page.fill("#login", "kari")
    page.fill("#password", "secret-no-1")
    press(page, "#continue")
    camera.look("13-app-nothing")
    if approach != ScaApproach.DECOUPLED:
        return
    _, authorisation_id = town.asks(bank_id, approach=approach, psu="kari")
    press(page, "#reload")
    camera.look("14-app-waiting")
    press(page, f"#approve-{authorisation_id}")
    camera.look("15-app-approved")
    press(page, "#tab-consents")
    camera.look("16-consents")
    press(page, "button[id^=revoke-]")
    camera.look("17-consents-revoked")


def test_the_way_works_without_javascript(town, origin, tpp, chromium):
    path, _ = town.asks(access=_EVERYTHING, ok=f"{tpp}/ok")
    page = chromium.new_context(java_script_enabled=False).new_page()
    log_in(page, origin + path)
    press(page, "#continue")
    if page.locator("#methods").count():
        press(page, "#continue")
    page.fill("#code", page.locator("#code-for-testing").inner_text())
    press(page, "#give-access")

    page.wait_for_url(f"{tpp}/ok**")
    page.context.close()


def go_through(camera, town, link, authorisation_id, bank_id, name, account=None):
    """The way from the landing page to the yes, each page looked at."""
    page = camera.page
    log_in(page, link, login="kari")
    camera.look(f"{name}-accounts")
    if account:
        page.check(f"#account-{account}")
    press(page, "#continue")
    if page.locator("#methods").count():
        press(page, "#continue")
    camera.look(f"{name}-code")
    page.fill("#code", town.code(authorisation_id, bank_id))
    press(page, "#give-access")


@pytest.mark.parametrize(("bank_id", "reference"), [("fjordbanken", "12345678903"), ("saimaa", "1234561")])
def test_a_psu_pays_in_a_browser_and_comes_back_to_the_tpp(town, origin, tpp, look, bank_id, reference):
    with town.bank(bank_id) as bank:
        asked = an_instruction(bank, remittance="Husleie mars", reference=reference)
    link, authorisation_id, payment_id = town.pays(bank_id, asked, ok=f"{tpp}/ok", nok=f"{tpp}/nok")
    camera = look(bank_id)
    camera.page.goto(origin + link)
    camera.look("20-pay-identify")

    go_through(camera, town, origin + link, authorisation_id, bank_id, "21-pay", f"{bank_id}-2")

    camera.page.wait_for_url(f"{tpp}/ok")
    with town.bank(bank_id) as bank:
        assert payments.of_subject(bank, payment_id).debtor_account_id == f"{bank_id}-2"


def test_every_page_of_a_payment_looks_well(town, origin, look):
    camera = look("fjordbanken")
    page = camera.page
    with town.bank() as bank:
        many = [an_instruction(bank, 10_000 + n, f"Leverandør {n + 1} AS") for n in range(5)]
        dear = an_instruction(bank, 10_000_000, "Et svært langt navn på en mottaker som ingen ende tar AS")
    iban = town.shares_a_company()

    link, authorisation_id, bulk_id = town.pays("fjordbanken", *many, debtor=iban, service=Service.BULK)
    page.goto(origin + link)
    page.click("summary")
    camera.look("22-bulk-identify")
    go_through(camera, town, origin + link, authorisation_id, "fjordbanken", "22-bulk")
    camera.look("22-bulk-signed")
    link, _, _ = town.signs(bulk_id, ok="https://tpp.example/ok")
    log_in(page, origin + link)
    camera.look("22-bulk-signed-already")

    link, authorisation_id, order_id = town.pays(service=Service.PERIODIC, schedule=RENT)
    page.goto(origin + link)
    camera.look("23-standing-order-identify")
    go_through(camera, town, origin + link, authorisation_id, "fjordbanken", "23-standing-order")
    camera.look("23-standing-order-done")

    link, _, _ = town.pays("fjordbanken", dear, requested_on=date(2026, 4, 1))
    log_in(page, origin + link)
    camera.look("24-too-little")
    page.check("#account-fjordbanken-1")
    press(page, "#continue")
    if page.locator("#methods").count():
        press(page, "#continue")
    press(page, "#decline")
    camera.look("24-declined")

    link, authorisation_id, _ = town.signs(order_id, cancelling=True)
    page.goto(origin + link)
    camera.look("25-cancel-identify")
    go_through(camera, town, origin + link, authorisation_id, "fjordbanken", "25-cancel")
    camera.look("25-cancel-done")


def test_payments_in_the_online_bank_look_well(town, origin, look):
    camera = look("fjordbanken")
    page = camera.page
    iban = town.shares_a_company()
    with town.bank() as bank:
        many = [an_instruction(bank, 10_000 + n, f"Leverandør {n + 1} AS") for n in range(5)]
    for debtor, order in (
        (iban, {"requested_on": date(2026, 3, 20)}),
        (f"{HERE}1", {"requested_on": date(2026, 4, 1)}),
        (f"{HERE}1", {"service": Service.PERIODIC, "schedule": RENT}),
        (f"{HERE}1", {}),
    ):
        _, authorisation_id, payment_id = town.pays(debtor=debtor, **order)
        town.has_agreed(KARI, authorisation_id)
    for creditors, wish in (((), {}), (many, {"debtor": iban, "service": Service.BULK})):
        town.pays("fjordbanken", *creditors, approach=ScaApproach.DECOUPLED, psu="kari", **wish)
    page.goto(f"{origin}/fjordbanken/online-banking/payments?w=test")
    camera.look("26-payments-sign-in")
    page.fill("#login", "kari")
    page.fill("#password", "secret-no-1")
    press(page, "#continue")
    camera.look("26-payments")
    press(page, f"#cancel-{payment_id}")
    camera.look("26-payments-cancelled")
    press(page, "#tab-app")
    camera.look("27-app-payments")
    press(page, "button[id^=approve-]")
    camera.look("27-app-paid")
