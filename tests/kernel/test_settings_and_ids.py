"""Settings are read once and strictly; derived ids are the same everywhere."""

from pathlib import Path
from uuid import RFC_4122, UUID

import pytest

from sandbox.kernel import ids
from sandbox.kernel.settings import SettingInvalid, from_environment


def test_settings_are_read_by_their_own_type():
    settings = from_environment({"BRYGGEN_PORT": "9090", "BRYGGEN_JOURNAL": "off", "BRYGGEN_DATA_DIR": "/x"})

    assert (settings.port, settings.journal, settings.data_dir) == (9090, False, Path("/x"))


@pytest.mark.parametrize(("name", "value"), [("PORT", "80x"), ("JOURNAL", "maybe")])
def test_a_wrong_setting_names_its_variable(name, value):
    with pytest.raises(SettingInvalid, match=f"BRYGGEN_{name}"):
        from_environment({f"BRYGGEN_{name}": value})


def test_derived_ids_are_the_same_on_any_machine():
    assert ids.derived("bergen", "account", 1) == ids.derived("bergen", "account", 1)
    assert ids.derived("bergen", "a", "b") != ids.derived("bergen", "ab")
    assert ids.stream("bergen", 1).random() == ids.stream("bergen", 1).random()
    assert ids.derived_uuid("bergen", 1)[14] == "8"


def test_secrets_are_compared_whole():
    assert ids.same("abc", "abc")
    assert not ids.same("abc", "abd")


def test_ordered_ids_sort_as_they_were_made():
    made = [ids.new_ordered_uuid() for _ in range(2000)]

    assert made == sorted(made)
    assert {UUID(one).version for one in made} == {7}
    assert {UUID(one).variant for one in made} == {RFC_4122}
