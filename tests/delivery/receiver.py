"""A TPP's own server, real, on this machine: it keeps what it is sent and answers as it is told."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Message:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Receiver:
    """`answers` are the statuses of the next calls; 200 after those. `headers` go with each."""

    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thank you"
    wait: threading.Event | None = None
    got: list[Message] = field(default_factory=list)

    def __post_init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._lock = threading.Lock()
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self):
        return self._server.server_port

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}/hook?tpp=1"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def take(self, message):
        with self._lock:
            self.got.append(message)
            status = self.answers.pop(0) if self.answers else 200
        if self.wait is not None:
            self.wait.wait(10)
        return status

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = receiver.take(Message(self.path, dict(self.headers), body))
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_):
                """Silence."""

        return Handler
