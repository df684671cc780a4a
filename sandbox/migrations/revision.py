"""Writing the next revision: what the models say now beside the tables of the newest revision."""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from sandbox.kernel.db import Database
from sandbox.migrations import walk


def write(message: str) -> str:
    """Write `versions/<number>_<message>.py` and answer its path."""
    folder = Path(__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as place:
        database = Database(f"sqlite:///{place}/bryggen.sqlite3")
        with database.engine.execution_options(bryggen_write=True).begin() as connection:
            if number > 1:
                walk(connection)
            config.attributes["connection"] = connection
            script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()
    if not isinstance(script, Script):
        raise RuntimeError("one revision was asked for, and not one was written")
    _tidy(Path(script.path))
    return script.path


def _tidy(path: Path) -> None:
    """Leave out what Alembic says of itself, and write as the house does."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "###" not in line), encoding="utf-8")
    for ruff in (("format",), ("check", "--fix")):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, "--quiet", path], check=True)


if __name__ == "__main__":
    if not "".join(sys.argv[1:]).strip():
        sys.exit('Say what the revision does: make revision MESSAGE="keep the payer\'s address"')
    sys.stdout.write(write(" ".join(sys.argv[1:])) + "\n")
