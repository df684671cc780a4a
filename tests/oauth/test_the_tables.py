"""The tables of checks, and the page that says which test proves each row."""

import ast
import re
from pathlib import Path

import pytest

from sandbox.bank.profile import SecurityProfile
from sandbox.oauth import checks
from sandbox.oauth.profiles import RULES
from sandbox.oauth.registration_checks import REGISTRATION
from sandbox.oauth.tables import Cell, Row, Table

HERE = Path(__file__).parent
PAGES = {
    name: (HERE.parents[1] / "docs" / "security" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("oauth", "directory")
}
OF_OAUTH = [one for one in vars(checks).values() if isinstance(one, Table)]
TABLES = [*OF_OAUTH, REGISTRATION]


@pytest.mark.parametrize(("page", "tables"), [("oauth", OF_OAUTH), ("directory", [REGISTRATION])])
def test_every_row_is_on_its_page_with_a_test(page, tables):
    rows = {row.check.__name__ for table in tables for row in table.rows}
    listed = dict(re.findall(r"^\| .* \| `(\w+)` \| `(test_\w+)` \|$", PAGES[page], re.MULTILINE))

    assert rows - set(listed) == set()


@pytest.mark.parametrize(("page", "rooms"), [("oauth", ["oauth"]), ("directory", ["."])])
def test_every_test_on_the_page_is_there(page, rooms):
    named = set(re.findall(r"(?:`|::)(test_\w+)`", PAGES[page]))
    there = {
        node.name
        for room in rooms
        for path in (HERE.parent / room).rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert named - there == set()


def test_every_row_says_which_must_it_keeps():
    for table in TABLES:
        for row in table.rows:
            assert re.match(r"(RFC \d|FAPI|OpenID|NextGen|UK DCR|JARM|The bank)", row.check.__doc__ or ""), (
                row.check
            )


def test_a_row_has_a_cell_for_every_profile():
    with pytest.raises(ValueError, match="argument"):
        Row(print, Cell.YES)
    assert set(RULES) == set(SecurityProfile)


def test_no_fapi_profile_takes_a_secret_or_an_algorithm_that_fapi_forbids():
    for profile, rules in RULES.items():
        if profile not in (SecurityProfile.SIMPLE, SecurityProfile.PSD2_OAUTH):
            assert not any("secret" in method for method in rules.auth_methods)
            assert {"RS256", "none"}.isdisjoint(rules.algorithms)
