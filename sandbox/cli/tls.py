"""The TLS port: its certificate in the data folder, and a handshake that leaves the judging to the banks."""

import base64
import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from sandbox.credentials import clients
from sandbox.eidas import doorplate, roots
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Database

#: The world's clock may be elsewhere than the machine's: dates are the guard's. X509_V_FLAG_NO_CHECK_TIME.
_NO_CHECK_TIME = 0x200000
#: Weak keys come in, for the guard refuses them in the bank's words; what protects the line is not weak.
_SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=1"
_PEM = "-----BEGIN"
#: What was being written down when we last looked, or by a machine whose clock goes a little behind.
_OVERLAP = timedelta(minutes=10)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the TLS port's papers lie."""

    certificate: Path
    key: Path
    root: Path


def prepare(database: Database, folder: Path, hosts: Sequence[str]) -> Files:
    """Write a fresh certificate for these hosts, and the root that users trust, which stays the same."""
    files = Files(folder / "server.pem", folder / "server.key", folder / "root.pem")
    folder.mkdir(parents=True, exist_ok=True)
    with database.writing() as work:
        made = doorplate.make(work, hosts)
    files.key.touch(mode=0o600, exist_ok=True)
    for path, text in ((files.certificate, made.certificate), (files.key, made.key), (files.root, made.root)):
        path.write_text(text, encoding="ascii")
    return files


class Handshake:
    """The TLS context of one process. Authorities and clients that are new are let in without a restart."""

    def __init__(self, database: Database, files: Files) -> None:
        """Speak TLS with these papers; whom to let in is read for each connection."""
        self._database = database
        self._made = _context(files)
        self._known: set[str] = set()
        self._read_at = roots.NOT_BEFORE
        self._learning = Lock()

    def context(self, _config: object, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """The context for the next connection, as gunicorn asks for it."""
        now = wall_now()
        found = self._anchors(self._read_at - _OVERLAP)
        with self._learning:
            self._read_at = now
            for one in found:
                if one not in self._known:
                    _trust(self._made, one)
                    self._known.add(one)
        return self._made

    def _anchors(self, since: datetime) -> list[str]:
        """As base64, with the lines of PEM around it or without."""
        with self._database.reading() as work:
            return [*doorplate.anchors(work, since), *clients.own_certificates(work)]


def _context(files: Files) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # FAPI 2.0 SP 5.2.1; RFC 9325 3.1.1 and 4.2: TLS 1.2 at least, forward secrecy, authenticated encryption.
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(_SUITES)
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    made.load_cert_chain(files.certificate, files.key)
    # RFC 8705 2: who wants to be known by a certificate shows one; everybody else comes in without.
    made.verify_mode = ssl.CERT_OPTIONAL
    made.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME) | ssl.VERIFY_X509_PARTIAL_CHAIN
    return made


def _trust(context: ssl.SSLContext, certificate: str) -> None:
    pem = certificate.startswith(_PEM)
    try:
        der = ssl.PEM_cert_to_DER_cert(certificate) if pem else base64.b64decode(certificate, validate=True)
        context.load_verify_locations(cadata=der)
    except (ValueError, ssl.SSLError) as error:
        _log.warning("a client's certificate cannot be let in: %s", error)
