"""The page that maps each MUST of signatures to its check and its test is held to both."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security" / "signatures.md").read_text(encoding="utf-8")
#: Where the page's short names of modules are.
MODULES = {
    **{
        name: ROOT / "sandbox" / "eidas" / "signatures" / f"{name}.py"
        for name in ("algorithms", "cavage", "digests", "jws", "messages")
    },
    **{
        name: ROOT / "sandbox" / "standards" / "berlin_group" / f"{name}.py"
        for name in ("jades", "seals", "signatures")
    },
    "signing": ROOT / "sandbox" / "standards" / "uk_open_banking" / "signing.py",
    "guard": ROOT / "sandbox" / "gateway" / "guard.py",
    "certificates": ROOT / "sandbox" / "eidas" / "certificates" / "verifying.py",
}
#: Whose refusals are those of signatures.
REFUSING = [name for name in MODULES if name not in ("guard", "certificates")]


def functions(name: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def refuses(function: ast.FunctionDef) -> bool:
    """Whether it raises a refusal by its name, or makes one."""
    return any(
        re.match(r"(Signature|Digest|Certificate)[A-Z]|_invalid\(|_unfit\(", ast.unparse(one.exc))
        for one in ast.walk(function)
        if isinstance(one, ast.Raise) and one.exc is not None
    )


def checks() -> set[tuple[str, str]]:
    """The checks that the tables name, as module and function."""
    column = "\n".join(re.findall(r"^\|.*?\|(.*)\|.*\|$", PAGE, re.MULTILINE))
    return {(one, other) for one, other in re.findall(r"`(\w+)\.(\w+)`", column) if one in MODULES}


def test_every_check_on_the_page_is_there():
    assert {one for one in checks() if one[1] not in functions(one[0])} == set()


def test_every_function_that_refuses_a_signature_is_on_the_page():
    refusing = {
        (module, name) for module in REFUSING for name, one in functions(module).items() if refuses(one)
    }

    assert refusing - checks() == set()


def test_every_test_on_the_page_is_there():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert named - there == set()
