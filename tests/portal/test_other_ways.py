"""The portal without script, without a mouse, at twice the size, and without motion."""

import pytest

from tests.portal.newcomer import command_at, run
from tests.portal.test_first_minutes import origin
from tests.portal.test_gallery import LOOKS, lived

__all__ = ["lived", "origin"]
pytestmark = pytest.mark.browser
#: What a window of 1280 pixels shows at 200 per cent, and at 400 (WCAG 2.2, 1.4.4 and 1.4.10).
ENLARGED = (640, 320)


@pytest.fixture
def plain(chromium):
    """A page of a browser that runs no script."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(8000)
    yield page
    context.close()


def test_without_script_one_reads_and_pays_and_turns_the_clock(origin, plain):
    plain.goto(origin)
    plain.get_by_label("Fjordbanken").check()
    plain.get_by_role("button", name="Give me a key").click()
    assert run(command_at(plain, "Read the accounts"))["accounts"]
    run(command_at(plain, "Make a payment"))

    plain.get_by_role("link", name="load it again").click()
    plain.get_by_role("button", name="Say yes as").first.click()

    assert plain.get_by_text("booked on both sides").is_visible()
    plain.set_viewport_size({"width": 390, "height": 844})
    assert plain.get_by_role("link", name="Clock").is_visible()
    plain.get_by_role("link", name="Clock").click()
    before = plain.inner_text("#now")
    plain.get_by_role("button", name="by a week").click()
    assert plain.inner_text("#now") != before
    plain.get_by_role("link", name="Calls").click()
    assert plain.locator("tbody tr").count() >= 2


def test_with_the_keyboard_alone_one_comes_to_a_first_call(origin, page):
    page.goto(origin)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "interface"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_selector("text=You have a key")
    _tab_to(page, "data-copy", "command-accounts")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")

    assert outline == "solid"
    assert run(page.evaluate("navigator.clipboard.readText()"))["accounts"]


def test_the_menu_of_a_small_screen_opens_and_closes_by_the_keyboard(lived, page):
    _, where, _ = lived
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{where}/_portal/w/test")
    _tab_to(page, "id", "menu-button")

    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Clock", exact=True).is_visible()
    page.keyboard.press("Escape")

    assert not page.get_by_role("link", name="Clock", exact=True).is_visible()
    assert page.evaluate("document.activeElement.id") == "menu-button"


def _tab_to(page, attribute, value):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(name) => document.activeElement.getAttribute(name)", attribute) == value:
            return
    raise AssertionError(f"the keyboard does not come to {attribute}={value}")


@pytest.mark.parametrize("width", ENLARGED)
def test_enlarged_no_page_is_wider_than_the_window(lived, page, width):
    _, where, seen = lived
    page.set_viewport_size({"width": width, "height": 422})
    wide = {}

    for name, path in LOOKS.items():
        page.goto(f"{where}/_portal{path.format(**seen)}")
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wide[name] = over

    assert wide == {}


def test_nothing_moves_for_whoever_wants_it_so(origin, page):
    page.emulate_media(reduced_motion="reduce")
    page.goto(origin)
    page.get_by_role("button", name="Give me a key").click()
    page.wait_for_selector(".dot")

    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().length") > 0
