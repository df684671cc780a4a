"""The whole sandbox, served by a thread of this process at a free port of the loopback."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.app import create_app, open_services
from sandbox.kernel import passing
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.settings import Settings
from sandbox.testing.calling import Caller
from sandbox.testing.world import World
from sandbox.workspaces import apps, lifecycle
from sandbox.workspaces import workspace as workspaces

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

#: A Monday morning on which every bank is open.
MOMENT = datetime(2026, 3, 16, 9, tzinfo=UTC)
#: What the journal of all tests may hold; it lies in memory.
_JOURNAL_MEGABYTES = 64


class Server:
    """Serves from `start` to `close`, or as a context. `banks` is a folder of more banks' files.

    `origin` is where it is reached, `folder` where it keeps its data; `wsgi` is the application itself, for
    a client without a socket.
    """

    def __init__(self, folder: Path | None = None, banks: Path | None = None) -> None:
        """Keep data below `folder`, or in memory and no longer than this server.

        The port is taken at once, so that links are right from the start.
        """
        self._passing = ExitStack()
        self.folder = folder or self._passing.enter_context(passing.folder(passing.memory()))
        self._listening = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
        self.origin = f"http://127.0.0.1:{self._listening.server_port}"
        settings = Settings(
            data_dir=self.folder,
            public_origin=self.origin,
            port=self._listening.server_port,
            banks_dir=str(banks or ""),
            journal_megabytes=_JOURNAL_MEGABYTES,
            secret_key="of no worth outside of this test",
        )
        self._services = open_services(settings)
        self.wsgi: WSGIApplication = create_app(self._services)
        self._listening.app = self.wsgi
        self._thread = threading.Thread(target=self._listening.serve_forever, name="bryggen", daemon=True)

    def start(self) -> None:
        """Begin to answer, and to deliver events."""
        self._services.courier.start()
        self._thread.start()

    def close(self) -> None:
        """Stop, and let go of port, files and threads."""
        if self._thread.is_alive():
            self._listening.shutdown()
            self._thread.join()
        self._listening.server_close()
        self._services.courier.close()
        self._services.journal.close()
        self._services.database.close()
        self._passing.close()

    def __enter__(self) -> "Server":
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    @contextmanager
    def world(self, seed: str = "bergen", at: datetime | None = MOMENT) -> "Iterator[World]":
        """A fresh world, thrown away afterwards. `at` is where its clock stands still; None: it runs."""
        with self._services.database.writing() as work:
            made = workspaces.create(work, seed, clock=_clock(at))
            app, key = apps.create(work, made, "app under test")
            workspace, app_id = made.id, app.id
        try:
            with Caller(self.origin, {"X-API-Key": key}) as caller:
                yield World(caller, workspace, app_id, key)
        finally:
            with self._services.database.writing() as work:
                lifecycle.remove(work, workspaces.get(work, workspace))


def _clock(at: datetime | None) -> Clock:
    return Clock() if at is None else Clock(ClockMode.FROZEN, 0.0, at)


class _Quiet(WSGIRequestHandler):
    """Says nothing: the test's own output is what counts."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the calls in the journal alone."""


def _not_yet(*_: object) -> list[bytes]:
    """What stands at the port until the sandbox is there; nothing is served meanwhile."""
    raise RuntimeError("the server has not been started")
