"""A newcomer's first minutes, from a clean clone, with a stopwatch: `make newcomer`.

What is committed here is cloned into a folder of its own; `make serve` installs and serves it there, in an
environment that knows nothing of this one. Once it answers, a browser follows the start page and nothing
else: a click for the key, the commands by their buttons into a shell, a click for the customer's yes.

    python benchmarks/newcomer.py --bank "Kelp Bank"

It needs git, a network for what is installed, and chromium. Exit 1: an aim was missed.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.portal import newcomer  # noqa: E402  # the steps are those of the test

_INSTALLING_SECONDS_MAX = 900
#: All that a shell of somebody who has just come has.
_KEPT = ("HOME", "LANG", "PATH", "TMPDIR", "USER", "http_proxy", "https_proxy", "no_proxy", "PIP_INDEX_URL")


def main() -> int:
    """Clone, serve, follow, and say how long each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bank", choices=list(newcomer.BANKS), action="append", help="which bank is tried")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bryggen-newcomer-") as folder:
        clone = Path(folder) / "bryggen"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
        cloned = time.monotonic()
        with served(clone) as origin:
            answered = time.monotonic()
            print(f"git clone                        {cloned - began:6.1f} s")
            print(f"make serve, until it answers     {answered - cloned:6.1f} s")
            missed = [follow(origin, bank) for bank in asked.bank or newcomer.BANKS]
    return 1 if any(missed) else 0


@contextmanager
def served(clone: Path) -> Iterator[str]:
    """`make serve` in that clone, on a free port; where it answers."""
    port = _free_port()
    log = clone.parent / "serve.log"
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with log.open("wb") as out:
        serving = subprocess.Popen(
            ["make", "serve", f"ARGS=--port {port}"],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        origin = f"http://localhost:{port}"
        _wait(serving, origin, log)
        yield origin
    finally:
        # make, the shell below it, and what serves are one group of this session's own.
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait(timeout=30)


def follow(origin: str, bank: str) -> bool:
    """Follow the start page with a fresh browser; whether an aim was missed."""
    from playwright.sync_api import sync_playwright

    path = next(found for name in ("chromium", "chromium-browser") if (found := shutil.which(name)))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        read, paid = newcomer.follow(context.new_page(), origin, bank)
        browser.close()
    print(f"{bank + ': first accounts':<32} {read:6.1f} s of {newcomer.SECONDS_TO_READ}")
    print(f"{bank + ': first payment, booked':<32} {paid:6.1f} s of {newcomer.SECONDS_TO_PAY}")
    return read >= newcomer.SECONDS_TO_READ or paid >= newcomer.SECONDS_TO_PAY


def _wait(serving: subprocess.Popen[bytes], origin: str, log: Path) -> None:
    deadline = time.monotonic() + _INSTALLING_SECONDS_MAX
    while time.monotonic() < deadline:
        if serving.poll() is not None:
            break
        try:
            urllib.request.urlopen(origin, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"It does not answer at {origin}:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
