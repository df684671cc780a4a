"""The house itself: the wheel, the layers, the list of packages, the table of settings."""

import configparser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import venv
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

from sandbox.kernel.settings import Settings

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def setup_cfg() -> configparser.ConfigParser:
    found = configparser.ConfigParser()
    found.read(ROOT / "setup.cfg", encoding="utf-8")
    return found


def test_every_room_is_named_in_setup_cfg():
    rooms = {
        ".".join(one.parent.relative_to(ROOT).parts)
        for one in (ROOT / "sandbox").rglob("*.py")
        if "__pycache__" not in one.parts
    }
    listed = set(setup_cfg()["options"]["packages"].split())

    assert listed == rooms | {"sandbox.docs", "sandbox.fixtures", "sandbox.mock_banks"}


def test_rooms_import_downwards_only():
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_what_is_imported_is_declared():
    """What the package imports stands in install_requires, or in an extra that it survives without."""
    names = {
        "flask_smorest": "flask-smorest",
        "http_message_signatures": "http-message-signatures",
        "http_sf": "http-sf",
        "jsonschema_rs": "jsonschema-rs",
        "markdown_it": "markdown-it-py",
        "psycopg": "",
        "stdnum": "python-stdnum",
        "yaml": "pyyaml",
    }
    found = _imported(ROOT / "sandbox", but="nothing")
    foreign = {names.get(one, one) for one in found - set(sys.stdlib_module_names) - {"sandbox"}} - {""}
    options = setup_cfg()
    declared = _names(options["options"]["install_requires"])

    implied = {"werkzeug", "jinja2", "markupsafe"}  # Flask's own parts come with Flask
    # What only the room `testing` imports is its own extra.
    testing = _names(options["options.extras_require"]["testing"])
    assert foreign - implied <= declared | testing, foreign - declared
    assert not _imported(ROOT / "sandbox", but="testing") & testing


def _names(requirements):
    return {re.split(r"[<>=\[]", one)[0] for one in requirements.split("\n") if one}


def _imported(folder, but):
    texts = [one.read_text(encoding="utf-8") for one in folder.rglob("*.py") if but not in one.parts]
    return {name for text in texts for name in re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE)}


def test_the_documented_settings_are_the_settings():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(BRYGGEN_\w+)` \| (.*?) \|", page, re.MULTILINE))

    def written(default: object) -> str:
        text = str(default).lower() if isinstance(default, bool) else str(default)
        return f"`{text}`" if text else "(empty)"

    assert documented == {f"BRYGGEN_{one.name.upper()}": written(one.default) for one in fields(Settings)}


def test_links_between_documents_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert lost == []


def shipped(tree: Path) -> set[str]:
    """Every file of the package and of its data, as its name in the wheel."""
    found = {one.relative_to(tree).as_posix() for one in (tree / "sandbox").rglob("*") if one.is_file()}
    for room in ("docs", "fixtures", "mock_banks"):
        files = [one for end in ("md", "yaml") for one in (tree / room).rglob(f"*.{end}")]
        found |= {f"sandbox/{one.relative_to(tree).as_posix()}" for one in files}
    return found


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment far from the tree, with nothing of ours but the wheel; its `bin`.

    The dependencies are those of this environment: what is proven is our wheel, not the network.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    for one in ("sandbox", "docs", "fixtures", "mock_banks"):
        shutil.copytree(ROOT / one, folder / "tree" / one, ignore=shutil.ignore_patterns("__pycache__"))
    for one in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / one, folder / "tree")
    build = [
        BIN / "python",
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder / "dist",
        folder / "tree",
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    venv.create(folder / "venv", with_pip=True)
    bin_ = folder / "venv" / "bin"
    site = next((folder / "venv" / "lib").glob("python3*/site-packages"))
    here = next((BIN.parent / "lib").glob("python3*/site-packages"))
    (wheel,) = (folder / "dist").glob("*.whl")
    assert shipped(folder / "tree") <= set(zipfile.ZipFile(wheel).namelist())
    subprocess.run([bin_ / "pip", "install", "-q", "--no-deps", wheel], check=True)
    (site / "zz_dependencies.pth").write_text(f"{here}\n")
    return bin_


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_wheel_installed_elsewhere_serves_its_banks(elsewhere: Path, tmp_path: Path):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "BRYGGEN"))
    }
    where = [elsewhere / "python", "-c", "import sandbox; print(sandbox.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert str(elsewhere.parent) in found.stdout

    server = subprocess.Popen(
        [elsewhere / "bryggen", "serve", "--ephemeral", "--port", "0", "--json"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        ready = json.loads(server.stdout.readline())
        with urllib.request.urlopen(f"{ready['base_url'].rstrip('/')}/_sandbox/health", timeout=10) as answer:
            assert answer.status == 200
        for name in ("README", "architecture", "security/oauth"):
            page = f"{ready['base_url'].rstrip('/')}/_portal/docs/{name}"
            with urllib.request.urlopen(page, timeout=10) as answer:
                assert answer.status == 200
        assert {bank["id"] for bank in ready["banks"]} == {
            "elbufer",
            "fjordbanken",
            "hansekontor",
            "kelpbank",
            "kronekort",
            "lindbanken",
            "magpie",
            "nordlys",
            "puddleworth",
            "saimaa",
            "tuuli",
            "vesterhav",
        }
        assert {bank for person in ready["people"] for bank in person["banks"]} == {
            bank["id"] for bank in ready["banks"]
        }
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=15)
        server.stdout.close()  # type: ignore[union-attr]


def test_every_key_of_a_bank_and_every_switch_is_documented():
    from sandbox.bank import profile_fields
    from sandbox.standards.registry import STANDARDS

    page = (ROOT / "docs" / "adding-a-bank.md").read_text(encoding="utf-8")
    strict = profile_fields.Strict.__subclasses__()
    parts = [one for one in strict if one.__module__.startswith("sandbox.bank.profile_")]
    keys = {key for part in parts for key in profile_fields.known(part())}
    assert {key for key in keys if not re.search(rf"\W{key}\W", page)} == set()

    for standard in STANDARDS.values():
        page = (ROOT / "docs" / "standards" / f"{standard.id}.md").read_text(encoding="utf-8")
        documented = set(re.findall(r"^\| `(\w+)` \|", page.partition("## Switches")[2], re.MULTILINE))
        assert documented == set(profile_fields.known(standard.switches()))
