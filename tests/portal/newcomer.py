"""A newcomer, who does what the start page says and nothing else, while a stopwatch runs."""

import json
import subprocess
import time

SECONDS_TO_READ, SECONDS_TO_PAY = 60, 180
#: Where the accounts stand in the answers of the banks that are tried.
BANKS = {
    "Fjordbanken": lambda answer: answer["accounts"],
    "Kelp Bank": lambda answer: answer["Data"]["Account"],
}


def run(command):
    """Run what the page says in a shell, and read what comes back."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30, check=True)
    return json.loads(done.stdout)


def step(page, heading):
    """The step of the page under that heading."""
    return page.locator("li", has=page.get_by_role("heading", name=heading))


def command_at(page, heading):
    """The first command under that heading of the page."""
    return step(page, heading).locator("pre").first.inner_text()


def copied_at(page, heading):
    """The same, as it comes by the button that copies it."""
    step(page, heading).get_by_role("button", name="Copy").first.click()
    return page.evaluate("navigator.clipboard.readText()")


def follow(page, origin, bank):
    """From the start page to money on both statements; how many seconds each of the two aims has taken."""
    began = time.monotonic()
    page.goto(origin)
    page.get_by_label(bank).first.check()
    page.get_by_role("button", name="Give me a key").click()
    page.wait_for_selector("text=You have a key")
    assert BANKS[bank](run(copied_at(page, "Read the accounts")))
    read = time.monotonic() - began

    assert run(copied_at(page, "See what was bought"))
    assert run(copied_at(page, "Make a payment"))
    page.get_by_role("button", name="Say yes as").first.click()
    page.wait_for_selector("#command-submit-1, .done")
    if page.locator("#command-submit-1").count():
        assert run(page.inner_text("#command-submit-1"))
    page.wait_for_selector("text=booked on both sides")
    assert "12.50" in page.inner_text("#statement-debtor-1")
    assert "12.50" in page.inner_text("#statement-creditor-2")
    return read, time.monotonic() - began
