"""Every standard has a word for every reason and every state of the bank: nobody is left speechless."""

import importlib
import pkgutil
from enum import Enum

import pytest

import sandbox
from sandbox.kernel.errors import Refusal, leaves
from sandbox.standards.contract import Standard
from sandbox.standards.registry import STANDARDS

#: Doors that standards know nothing of, and that answer their own refusals.
OTHER_DOORS = ("sandbox.control", "sandbox.online_banking", "sandbox.portal", "sandbox.oauth", "sandbox.cli")
#: States that stay inside the bank: how somebody tried, and the rest that no TPP is told.
STAY_INSIDE = {"Insight", "Role", "Standing", "Outcome", "Counting", "MultiCurrency", "SubjectKind"}


@pytest.fixture(autouse=True, scope="module")
def _everything_is_imported():
    for module in pkgutil.walk_packages(sandbox.__path__, "sandbox."):
        if not module.name.startswith("sandbox.migrations.") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def can_arrive(refusal: type[Refusal], standard: Standard) -> bool:
    """Whether that refusal may reach a door of the standard."""
    room = refusal.__module__
    foreign = room.startswith("sandbox.standards.") and not room.startswith(
        f"sandbox.standards.{standard.id}"
    )
    return room.startswith("sandbox.") and not room.startswith(OTHER_DOORS) and not foreign


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_every_refusal_has_a_word(standard):
    missing = {one for one in leaves() if can_arrive(one, standard)} - set(standard.refusals)

    assert not missing


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_no_word_is_for_a_refusal_that_is_none(standard):
    assert set(standard.refusals) <= leaves()


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_every_state_has_a_word(standard):
    for states, words in standard.states.items():
        assert set(words) == set(states), states
        assert all(words.values())


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_every_kind_of_state_of_the_bank_is_spoken_of(standard):
    spoken = {one.__name__ for one in standard.states}
    kinds = {
        value.__name__
        for room in ("accounts", "authorisations", "consents", "payments")
        for value in vars(importlib.import_module(f"sandbox.bank.{room}")).values()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__.startswith("sandbox.bank")
    }

    silent = {one.__name__ for one in standard.silent_on}
    assert kinds - STAY_INSIDE <= spoken | silent
    assert not spoken & silent, "what is spoken of is no secret"
