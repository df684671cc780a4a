"""A bank's file that is wrong says so with file, line, field and what may stand there, all at once."""

from pathlib import Path

import pytest

from sandbox.bank import profiles
from sandbox.bank.profiles import ProfileInvalid
from sandbox.kernel import places
from sandbox.standards.registry import STANDARDS

SWITCHES = {one.id: one.switches for one in STANDARDS.values()}
RIGHT = (places.mock_banks() / "fjordbanken.yaml").read_text(encoding="utf-8")


SCA, INFORMATION = "apiSecurity", "accountInformationService"

#: What stands in the right file; what stands there instead; the field that is named; some of what is said.
WRONG = [
    ("country: NO", "country: XX", "country", "DE, DK, FI, GB, NO, SE"),
    ("bic: FJRDNO20", "bic: FJRDSE20", "bic", "the bank is in NO"),
    ("bic: FJRDNO20", "bic: FJRDNO22", "bic", "whose last is 0"),
    ('bankCode: "9914"', "bankCode: 9914", "bankCode", "put it in quotes"),
    ("zone: Europe/Oslo", "zone: Europe/Bergen", "zone", "IANA"),
    ("[redirect, decoupled]", "[oauth]", f"{SCA}.scaApproaches", "embedded"),
    ("codeLength: 6", "codeLength: 60", f"{SCA}.codeLength", "from 4 to 8"),
    ("codeLength: 6", "codeLenght: 6", f"{SCA}.codeLenght", "known are: scaApproaches"),
    ("newestFirst: true", "newestFirst: yes", f"{INFORMATION}.newestFirst", "true or false"),
    (": byEndpointCall", ": daily", f"{INFORMATION}.countingOfAisRequests", "none, timeslot, byEndpointCall"),
    ('card: "{merchant}, {town}"', 'card: "{shop}"', "text.card", "{merchant}"),
    ('primary: "#0b4f6c"', 'primary: "#fafafa"', "look.primary", "contrast"),
    ("last: 9999", "last: -1", "customers.last", "from 0"),
    ("{first: 0, last: 9999}", "{first: 9, last: 1}", "customers.last", "less than 'first'"),
    ("standard: berlin_group", "standard: klingon", "interfaces[0].standard", "takes one of: berlin_group"),
]


@pytest.mark.parametrize(("right", "wrong", "field", "said"), WRONG, ids=[one[1] for one in WRONG])
def test_a_wrong_value_is_named_with_its_line_and_what_may_stand_there(
    tmp_path: Path, right: str, wrong: str, field: str, said: str
):
    text = RIGHT.replace(right, wrong)
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")

    (fault,) = profiles.check(path, SWITCHES)

    line = text[: text.index(wrong)].count("\n") + 1
    assert fault.startswith(f"{path}, line {line}, {field}: ")
    assert said in fault


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(
        RIGHT.replace("codeLength: 6", "codeLength: x").replace("name: Fjordbanken\n", "")
    )
    (tmp_path / "b.yaml").write_text(RIGHT.replace("pageSize: 100", "pageSize: 0"))

    with pytest.raises(ProfileInvalid) as refused:
        profiles.load(tmp_path, SWITCHES)

    assert [fault.split(", ")[2].split(":")[0] for fault in refused.value.faults] == [
        "name",
        "apiSecurity.codeLength",
        "accountInformationService.pageSize",
    ]


def test_an_unknown_switch_is_answered_with_the_switches_that_the_standard_has(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(RIGHT + "    switches:\n      colour: red\n")

    (fault,) = profiles.check(path, SWITCHES)

    assert f"line {len(RIGHT.splitlines()) + 2}, interfaces[0].switches.colour: is not a switch" in fault
    assert "links" in fault


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(RIGHT + "name: Another\n")

    (fault,) = profiles.check(path, SWITCHES)

    assert f"line {len(RIGHT.splitlines()) + 1}: the key 'name' stands here a second time" in fault


def test_two_files_cannot_be_the_same_bank(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(RIGHT)
    (tmp_path / "b.yaml").write_text(RIGHT)

    with pytest.raises(ProfileInvalid, match="'fjordbanken' is the bank of"):
        profiles.load(tmp_path, SWITCHES)


def test_a_folder_without_banks_is_refused(tmp_path: Path):
    with pytest.raises(ProfileInvalid, match="no bank here"):
        profiles.load(tmp_path, SWITCHES)


def test_a_right_file_has_no_fault(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(RIGHT)

    assert profiles.check(path, SWITCHES) == []
