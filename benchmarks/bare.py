"""A bare Flask JSON view under the same server as the sandbox: what everything is measured against."""

import json
import socket
import sys

from flask import Flask, jsonify
from gunicorn.app.base import BaseApplication

app = Flask(__name__)


@app.get("/")
def hello():
    return jsonify(hello="world")


class Bare(BaseApplication):
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
    Bare(chosen).run()
