"""The first calls at every interface of every bank: what the page says works, and what it draws is right."""

import html
import json
import re
import shlex
from datetime import date

import pytest
from werkzeug.test import Client

from sandbox.gateway.calls import Call, as_curl, as_python
from sandbox.portal import plots
from tests.portal.test_pages import Pages


@pytest.fixture
def pages(sandbox):
    return Pages(sandbox)


def commands_of(page):
    """The commands of a page by their names."""
    found = re.findall(r'<code id="command-([^"]+)">(.*?)</code>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def run(sandbox, command):
    """Do what curl would do."""
    words = iter(shlex.split(command.replace("\\\n", " "))[2:])
    method, url, body, headers = "GET", "", None, {}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            url = word
    path = url.removeprefix(sandbox.origin)
    return Client(sandbox.app).open(path, method=method, headers=headers, data=body)


def every_offer(sandbox):
    profiles = sandbox.services.profiles.values()
    return [(bank, f"{bank.id}/{one.standard}/{one.version}") for bank in profiles for one in bank.interfaces]


def test_at_every_interface_of_every_bank_the_first_commands_work(sandbox, pages):
    for bank, offer in every_offer(sandbox):
        place = pages.post("/start", interface=offer, tool="curl", workspace="test").location

        commands = commands_of(pages.client.get(place).text)

        assert run(sandbox, commands["accounts"]).status_code == 200, offer
        if not bank.payments.schemes:
            assert "payment" not in commands
            continue
        assert run(sandbox, commands["transactions"]).status_code == 200, offer
        assert run(sandbox, commands["payment"]).status_code == 201, offer
        _say_yes_and_follow(sandbox, pages, place, offer)


def _say_yes_and_follow(sandbox, pages, place, offer):
    """The click, the submission where the standard has one, and time where the scheme takes it."""
    for _ in range(5):
        part = pages.client.get(place.replace("?", "/progress?")).text
        if "booked on both sides" in part:
            return
        button = re.search(r'<form method="post" action="/_portal([^"]+)"', part)
        if button:
            pages.post(html.unescape(button[1]))
        else:
            assert run(sandbox, commands_of(part)["submit-1"]).status_code == 201, offer
    raise AssertionError(offer)


@pytest.mark.parametrize(
    "form", [{"interface": ""}, {"interface": "nobank/berlin_group/1.3.11"}, {"interface": "fjordbanken"}]
)
def test_what_is_no_bank_is_asked_for_again(pages, form):
    answer = pages.post("/start", tool="curl", workspace="test", **form)

    assert answer.status_code == 422
    assert "Pick a bank first" in answer.text


def test_a_browser_that_has_no_key_is_told_so_and_makes_one(sandbox, pages):
    offer = "fjordbanken/berlin_group/1.3.11"
    place = pages.post("/start", interface=offer, tool="curl", workspace="test").location
    other = Pages(sandbox)

    assert "YOUR-APP-KEY" in other.client.get(place).text

    other.post(place.removeprefix("/_portal").replace("?", "/key?"))
    assert run(sandbox, commands_of(other.client.get(place).text)["accounts"]).status_code == 200


def test_the_commands_are_a_test_too_and_in_a_tool_that_nobody_knows_they_are_curl(pages):
    place = pages.post("/start", interface="fjordbanken/berlin_group/1.3.11", tool="pytest", workspace="test")

    as_tests = commands_of(pages.client.get(place.location).text)
    as_perl = commands_of(pages.client.get(place.location.replace("tool=pytest", "tool=perl")).text)

    compile(as_tests["accounts"], "example", "exec")
    assert "def test_get_fjordbanken_v1_accounts():" in as_tests["accounts"]
    assert as_perl["accounts"].startswith("curl -sS")


def test_a_call_is_written_so_that_no_shell_reads_it_otherwise():
    call = Call("POST", "http://bank.test/v1?a=1&b=2", {"X-Name": "O'Hara $HOME"}, {"text": "it's `me`"})

    words = shlex.split(as_curl(call).replace("\\\n", " "))

    assert "http://bank.test/v1?a=1&b=2" in words
    assert "X-Name: O'Hara $HOME" in words
    assert json.loads(words[words.index("-d") + 1]) == {"text": "it's `me`"}
    compile(as_python(call), "example", "exec")


def test_a_balance_is_drawn_from_day_to_day_with_round_numbers_at_its_side():
    drawn = plots.line([(date(2026, 1, 1), 0.0), (date(2026, 1, 31), 950.0), (date(2026, 3, 1), -200.0)])

    assert drawn is not None
    assert [one.text for one in drawn.rows] == ["\u2212500", "0", "500", "1k"]
    assert [one.text for one in drawn.columns] == ["Feb", "Mar"]
    assert drawn.path.count("H") == drawn.path.count("V") == 2
    assert plots.line([(date(2026, 1, 1), 5.0)]) is None


def test_bars_stand_on_one_another_and_nothing_is_drawn_of_nothing():
    drawn = plots.bars(["Jan", "Feb"], {"food": [100, 50], "home": [300, 0]})

    assert drawn is not None
    lower, upper = (one for one in drawn.blocks if one.x == drawn.blocks[0].x)
    assert upper.y + upper.height == pytest.approx(lower.y)
    assert len(drawn.blocks) == 3
    assert plots.bars(["Jan"], {"food": [0]}) is None
