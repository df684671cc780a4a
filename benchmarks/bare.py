"""Bare Flask views under the same server as the sandbox: what everything is measured against.

Without arguments a JSON view. With a folder (and the URL of a database, else it is SQLite in that folder) a
view that inserts the rows of one payment in one transaction at each POST.
"""

import json
import socket
import sys
from pathlib import Path

from flask import Flask, jsonify
from gunicorn.app.base import BaseApplication

app = Flask(__name__)


@app.get("/")
def hello():
    return jsonify(hello="world")


def with_rows_of_a_payment(folder: str, database_url: str | None = None) -> None:
    """Let POST / do nothing but insert."""
    from payments import Bare, Town

    from sandbox import app as composition
    from sandbox.kernel.settings import Settings

    settings = Settings(data_dir=Path(folder), database_url=database_url or "", journal=False)
    bare = Bare(Town(composition.open_services(settings)))

    @app.post("/")
    def insert():
        bare.insert()
        return "", 204


class Served(BaseApplication):
    """gunicorn with one worker of threads, as `bryggen serve` runs it."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        def ready(_: object) -> None:
            sys.stdout.write(json.dumps({"base_url": f"http://127.0.0.1:{self.port}/"}) + "\n")
            sys.stdout.flush()

        for name, value in {
            "bind": f"127.0.0.1:{self.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "post_worker_init": ready,
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return app


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    if sys.argv[1:]:
        with_rows_of_a_payment(*sys.argv[1:])
    Served(chosen).run()
