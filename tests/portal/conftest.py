"""The portal behind a real socket, and a camera that looks at each page at both widths and in both lights."""

from pathlib import Path

import pytest

from tests.online_banking.conftest import serve

_SHOTS = Path(__file__).parents[2] / "screenshots" / "portal"
WIDTHS = (390, 1280)
_JUDGED = {("light", WIDTHS[0]), ("dark", WIDTHS[1])}


@pytest.fixture
def served(sandbox):
    with serve(sandbox.app) as origin:
        yield origin


class Camera:
    """Looks at a page at both widths, by day and by night, and has axe look too."""

    def __init__(self, page):
        self.page = page

    def look(self, name):
        """Axe looks at the narrow page by day and at the wide one by night: each width, and each light."""
        from axe_playwright_python.sync_playwright import Axe

        _SHOTS.mkdir(parents=True, exist_ok=True)
        for light in ("light", "dark"):
            self.page.emulate_media(color_scheme=light)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 844})
                wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, (name, width, f"{wide} pixels too wide")
                self.page.screenshot(path=_SHOTS / f"{name}-{light}-{width}.png", full_page=True)
                if (light, width) in _JUDGED:
                    found = Axe().run(self.page).response["violations"]
                    wrong = [(one["id"], one["nodes"][0]["html"]) for one in found]
                    assert not wrong, (name, light, width, wrong)


@pytest.fixture
def page(chromium):
    """A page of the browser, which complains of scripts and styles that the policy stops."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(8000)
    said = []
    opened.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert not [one for one in said if "status of 4" not in one], said


@pytest.fixture
def camera(page):
    return Camera(page)
