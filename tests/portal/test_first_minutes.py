"""A newcomer follows the start page and nothing else: accounts within a minute, a payment within three."""

import json
import subprocess
import sys

import pytest

from tests.conftest import start_server
from tests.portal import newcomer
from tests.portal.newcomer import command_at, run

pytestmark = pytest.mark.browser


@pytest.fixture
def origin(tmp_path):
    """Where `bryggen serve` says that it serves."""
    process = start_server(tmp_path, stderr=subprocess.DEVNULL)
    yield json.loads(process.stdout.readline())["base_url"]
    process.terminate()
    process.communicate(timeout=15)


@pytest.mark.parametrize("bank", newcomer.BANKS)
def test_following_the_start_page_alone_one_reads_accounts_and_pays(origin, page, bank):
    read, paid = newcomer.follow(page, origin, bank)

    assert read < newcomer.SECONDS_TO_READ
    assert paid < newcomer.SECONDS_TO_PAY


def test_the_yes_is_also_a_command_and_the_copy_button_copies(origin, page):
    page.goto(origin)
    page.get_by_label("Vesterhav").first.check()
    page.get_by_role("button", name="Give me a key").click()
    run(command_at(page, "Make a payment"))

    page.wait_for_selector("#command-approve-1")
    page.get_by_role("button", name="Copy").last.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.inner_text("#command-approve-1")
    run(copied)

    page.wait_for_selector("text=booked on both sides")


def test_the_first_page_looks_well_at_each_step(origin, page, camera):
    page.goto(origin)
    page.get_by_role("button", name="Give me a key").click()
    page.wait_for_selector("text=You have a key")
    camera.look("first")
    run(command_at(page, "Make a payment"))
    page.wait_for_selector("#approve-1")
    camera.look("first-asks")
    page.click("#approve-1")
    page.wait_for_selector("text=booked on both sides")
    camera.look("first-booked")


def test_the_clock_is_turned_a_long_way_while_a_bar_says_how_far(origin, page):
    page.goto(f"{origin}/_portal/w/demo/clock")
    before = page.inner_text("#now")

    page.click("#step-90")
    page.wait_for_selector("progress:visible")
    page.wait_for_function("before => document.getElementById('now').innerText !== before", arg=before)

    assert page.locator("#fault").count() == 0


def test_one_click_leads_to_the_bank_s_own_pages_signed_in(origin, page):
    page.goto(f"{origin}/_portal/w/demo/people/no-0?bank=nordlys")

    page.click("#log-in")
    page.wait_for_url("**/nordlys/online-banking/app")

    assert "Åse Aasen" in page.inner_text("body")


def test_the_commands_in_python_run_as_they_stand(origin, page):
    page.goto(origin)
    page.get_by_label("Tuulipankki").first.check()
    page.get_by_label("Python with httpx").check()
    page.get_by_role("button", name="Give me a key").click()

    for heading, member in (("Read the accounts", "accounts"), ("Make a payment", "paymentId")):
        program = [sys.executable, "-c", command_at(page, heading)]
        done = subprocess.run(program, capture_output=True, text=True, timeout=30, check=True)
        status, _, body = done.stdout.partition(" ")
        assert status in {"200", "201"}
        assert json.loads(body)[member]
