"""Where the rooms are tied together: which doors are open at the start."""

import subprocess
import sys
from dataclasses import replace

import pytest

from sandbox import app
from sandbox.standards.registry import STANDARDS

#: What a start must not read: the views of dialects and of pages, and the libraries that only they use.
_LATE = (
    *("sandbox.portal", "sandbox.online_banking", "sandbox.oauth.app", "lxml", "markdown_it"),
    *(f"sandbox.standards.{one}.app" for one in STANDARDS),
)


def test_a_start_does_not_read_what_only_the_doors_need_that_nobody_has_come_to():
    asked = f"import sys, sandbox.app; print([one for one in {_LATE} if one in sys.modules])"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("workers", "strict", "are_open"), [(1, False, {False}), (2, False, {True}), (1, True, {True})]
)
def test_every_door_is_open_before_several_workers_fork_and_in_strict_mode(
    sandbox, workers, strict, are_open
):
    settings = replace(sandbox.services.settings, workers=workers, check_answers=strict)

    doors = app.create_app(replace(sandbox.services, settings=settings))

    late = (*doors._standards.values(), doors._online_banking, doors._oauth, doors._portal)
    assert {door._door is not None for door in late} == are_open
