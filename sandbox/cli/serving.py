"""gunicorn inside this process: one listening socket, threads, and a word when the first answer is there."""

import gc
import json
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from sandbox.kernel.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_BACKLOG = 256
_TRIES, _SECONDS_BETWEEN_TRIES = 400, 0.025
_OBJECTS_BETWEEN_COLLECTIONS = 10_000


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on; port 0 takes a free one. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(_BACKLOG)
    listening.set_inheritable(True)
    return listening


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is printed once the sandbox answers at `health`."""

    health: str
    text: str


class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    """The whole sandbox under gunicorn. The app is made before the workers, who share its memory."""

    def __init__(
        self,
        app: "WSGIApplication",
        settings: Settings,
        listening: socket.socket,
        greeting: Greeting,
        begin: Callable[[], None],
    ) -> None:
        """Serve `app`; `begin` is called in each worker once it has forked."""
        self._app = app
        self._begin = begin
        self._settings = settings
        self._listening = listening
        self._greeting = greeting
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up."""
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._listening.fileno()}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "backlog": _BACKLOG,
            "keepalive": 15,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "errorlog": "-",
            "control_socket_disable": True,
            "post_worker_init": self._begin_work,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """The app, made before."""
        return self._app

    def run(self) -> None:
        """Serve until a signal ends it, with SystemExit."""
        # What is here now stays: frozen, its pages are shared by the workers. To look for the little that is
        # garbage already would take a tenth of the start.
        gc.freeze()
        # A page of a statement makes more objects than the usual threshold of 700, none of them in a circle:
        # the collector looked through each page half-way and found nothing.
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        gc.enable()
        super().run()

    def _begin_work(self, worker: Any) -> None:
        """The first worker says so when the sandbox answers; a later one only replaces another."""
        self._begin()
        if worker.age == 1:
            thread = threading.Thread(target=_say_once_it_answers, args=(self._greeting,), daemon=True)
            thread.start()


def _say_once_it_answers(greeting: Greeting) -> None:
    pause = threading.Event()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(_TRIES):
        try:
            with direct.open(greeting.health, timeout=5) as answer:
                ready = json.load(answer)["status"] == "ok"
        except (OSError, ValueError):
            ready = False
        if ready:
            sys.stdout.write(greeting.text + "\n")
            sys.stdout.flush()
            return
        pause.wait(_SECONDS_BETWEEN_TRIES)
