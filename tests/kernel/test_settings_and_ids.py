"""Settings are read once and strictly; derived ids are the same everywhere."""

from pathlib import Path
from uuid import RFC_4122, UUID

import pytest

from sandbox.kernel import ids
from sandbox.kernel.settings import SettingInvalid, from_environment


def test_settings_are_read_by_their_own_type():
    settings = from_environment({"BRYGGEN_PORT": "9090", "BRYGGEN_JOURNAL": "off", "BRYGGEN_DATA_DIR": "/x"})

    assert (settings.port, settings.journal, settings.data_dir) == (9090, False, Path("/x"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80x"),
        ("JOURNAL", "maybe"),
        ("PRIVATE_NOTIFICATIONS", "yes"),
        ("TRUSTED_PROXIES", "everybody"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_a_wrong_setting_names_its_variable(name, value):
    with pytest.raises(SettingInvalid, match=f"BRYGGEN_{name}"):
        from_environment({f"BRYGGEN_{name}": value})


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("::1", True),
        ("::2", False),
        ("", False),
        ("proxy", False),
    ],
)
def test_proxies_are_known_by_their_networks(address, trusted):
    settings = from_environment({"BRYGGEN_TRUSTED_PROXIES": "10.0.0.0/8, ::1,"})

    assert settings.trusted_proxies.hold(address) is trusted


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


@pytest.mark.parametrize(
    ("variables", "allowed"),
    [
        ({}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "::1", "PUBLIC_ORIGIN": "http://[::1]:8080"}, True),
        ({"PUBLIC_ORIGIN": "https://sandbox.example"}, False),
        ({"PUBLIC": "true"}, False),
        ({"HOST": "0.0.0.0", "PRIVATE_NOTIFICATIONS": "allow"}, True),
        ({"PRIVATE_NOTIFICATIONS": "refuse"}, False),
    ],
)
def test_private_networks_are_called_only_where_the_user_is_the_one_who_asks(variables, allowed):
    settings = from_environment({f"BRYGGEN_{name}": value for name, value in variables.items()})

    assert settings.allows_private_notifications is allowed
