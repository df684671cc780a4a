"""A standard is a folder: without it and the banks that speak nothing else, the rest is as it was."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bank import profiles
from sandbox.kernel import places
from sandbox.standards.registry import STANDARDS

ROOT = Path(__file__).parents[3]
SERVE = """
import json, pkgutil, sys, importlib
from pathlib import Path
from werkzeug.test import Client
import sandbox
from sandbox import app
from sandbox.kernel.settings import Settings

for module in pkgutil.walk_packages(sandbox.__path__, "sandbox."):
    if not module.name.startswith("sandbox.migrations.") and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
folder = Path(sys.argv[1])
services = app.open_services(Settings(data_dir=folder, database_url=f"sqlite:///{folder}/x.sqlite3"))
client = Client(app.create_app(services))
json.dump({bank: client.get(f"/{bank}/openapi.json").status_code for bank in services.profiles}, sys.stdout)
services.journal.close()
services.database.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("gone", STANDARDS)
def test_without_its_folder_every_other_bank_is_served(gone: str, tmp_path: Path):
    loaded = profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
    left = {bank.id for bank in loaded.values() if {one.standard for one in bank.interfaces} != {gone}}
    tree = tmp_path / "tree"
    for one in ("sandbox", "fixtures", "mock_banks"):
        shutil.copytree(ROOT / one, tree / one, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(tree / "sandbox" / "standards" / gone)
    for bank in loaded.keys() - left:
        (tree / "mock_banks" / f"{bank}.yaml").unlink()

    environment = {key: value for key, value in os.environ.items() if not key.startswith("BRYGGEN")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVE, str(tmp_path)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )

    if not left:
        pytest.skip("no bank speaks anything else")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == dict.fromkeys(left, 200)
