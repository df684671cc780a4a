"""gunicorn inside this process: one listening socket, threads, and a word when the first answer is there."""

import contextlib
import copy
import ctypes
import gc
import json
import socket
import ssl
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from sandbox.control import streaming
from sandbox.kernel.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_BACKLOG = 256
_TRIES, _SECONDS_BETWEEN_TRIES = 400, 0.025
_OBJECTS_BETWEEN_COLLECTIONS = 10_000
#: Which of its settings glibc is told. Source: malloc.h, M_ARENA_MAX.
_M_ARENA_MAX = -8


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


@dataclass(frozen=True, slots=True)
class TlsPort:
    """A second socket, at which TLS is spoken: `context` is gunicorn's hook for the next connection."""

    listening: socket.socket
    certificate: str
    key: str
    context: Callable[[Any, Any], ssl.SSLContext]


class TwoPorts(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """A worker whose connections speak TLS or not by the port at which they came in.

    gunicorn has one configuration for all its sockets; a connection carries the one that it goes by.
    """

    tls: ClassVar[tuple[int, Any] | None] = None

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Let streams end, which would keep the worker otherwise."""
        streaming.ending.set()
        super().handle_exit(sig, frame)

    def enqueue_req(self, conn: Any) -> None:
        """Give the connection its configuration before a thread takes it up."""
        if self.tls is not None and conn.server[1] == self.tls[0]:
            conn.cfg = self.tls[1]
        super().enqueue_req(conn)


class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    """The whole sandbox under gunicorn. The app is made before the workers, who share its memory."""

    def __init__(
        self,
        app: "WSGIApplication",
        settings: Settings,
        listening: socket.socket,
        greeting: Greeting,
        begin: Callable[[], None],
        tls: TlsPort | None = None,
    ) -> None:
        """Serve `app`; `begin` is called in each worker once it has forked."""
        self._tls = tls
        self._app = app
        self._begin = begin
        self._settings = settings
        self._listening = listening
        self._greeting = greeting
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up."""
        chosen: dict[str, Any] = {
            "bind": [f"fd://{one.fileno()}" for one in self._sockets()],
            "workers": self._settings.workers,
            "worker_class": TwoPorts,
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

        if self._tls is not None:
            TwoPorts.tls = (self._tls.listening.getsockname()[1], _by_tls(self.cfg, self._tls))

    def _sockets(self) -> list[socket.socket]:
        return [self._listening, *([self._tls.listening] if self._tls else [])]

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
        _share_memory_among_threads()
        super().run()

    def _begin_work(self, worker: Any) -> None:
        """The first worker says so when the sandbox answers; a later one only replaces another."""
        self._begin()
        if worker.age == 1:
            thread = threading.Thread(target=_say_once_it_answers, args=(self._greeting,), daemon=True)
            thread.start()


def _share_memory_among_threads() -> None:
    """Have all threads take their memory from one place.

    glibc gives each thread a place of its own, so that none waits for another; what one frees there, the
    others do not get. Ours wait for one another anyway, for the interpreter. Other libraries of C have no
    such setting.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _by_tls(config: Any, tls: TlsPort) -> Any:
    """The same configuration for connections that speak TLS."""
    found = copy.copy(config)
    found.settings = {name: copy.copy(setting) for name, setting in config.settings.items()}
    found.set("certfile", tls.certificate)
    found.set("keyfile", tls.key)
    found.set("ssl_context", tls.context)
    return found


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
