"""A sandbox that serves TLS in a process of its own, and TPPs that have papers and are registered there."""

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.credentials import clients
from sandbox.credentials.clients import AuthMethod, Terms
from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Order
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Database
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.clients.order import REDIRECT, Papers
from tests.clients.psu import Psu
from tests.conftest import start_server
from tests.oauth.test_certificates import self_signed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The Node client needs Node, and what `make test` has installed for it. In CI it is never left out."""
    if os.environ.get("BRYGGEN_CI") or (shutil.which("node") and (HERE / "node" / "node_modules").is_dir()):
        return
    for item in items:
        if "node" in item.name and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="Node is not here: the Node client is left out"))


@dataclass
class Served:
    """What `bryggen serve --tls --json` says when it is ready, and the folder in which it lives."""

    said: dict[str, Any]
    folder: Path

    @property
    def root(self) -> str:
        return str(self.said["root_certificate"])

    def issuer(self, bank_id: str) -> str:
        return f"{self.said['base_url']}/{bank_id}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call as the app does, with its key."""
        known = {"X-API-Key": self.said["app_key"], "X-Request-ID": str(uuid.uuid4())}
        known |= {"PSU-IP-Address": "192.0.2.17", **headers}
        url = self.said["base_url"] + path
        answer = requests.request(method, url, json=body, headers=known, verify=self.root, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def psu(self, person_id: str) -> Psu:
        """Somebody with a browser."""
        found = self.call("GET", f"/_sandbox/people/{person_id}")
        return Psu(found["username"], found["password"], self.root)

    def papers(self) -> Papers:
        """A fresh certificate for the app, as files."""
        with self._database().writing() as work:
            world = workspaces.get(work, self.said["workspace"])
            holder = holders.of(work, apps.get(work, world.id, self.said["app_id"]))
            order = Order(CertificateKind.QWAC, self.said["base_url"])
            made = certificates.bundle(certificates.issue(work, world, holder, order), "secret")
        at = self.folder / uuid.uuid4().hex
        at.mkdir()
        (at / "chain.pem").write_text(made.chain)
        (at / "key.pem").write_text(made.key)
        return Papers(str(at / "chain.pem"), str(at / "key.pem"), self.root)

    def own_papers(self) -> Papers:
        """A certificate that nobody but the client has signed."""
        at = self.folder / uuid.uuid4().hex
        at.mkdir()
        private = ec.generate_private_key(ec.SECP256R1())
        certificate = self_signed(private).public_bytes(serialization.Encoding.PEM)
        key = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (at / "chain.pem").write_bytes(certificate)
        (at / "key.pem").write_bytes(key)
        return Papers(str(at / "chain.pem"), str(at / "key.pem"), self.root)

    def register(
        self, bank_id: str, profile: str, method: str, keys: list[dict[str, Any]], **terms: Any
    ) -> str:
        """Register the app at a bank; its client_id."""
        jwks = {"keys": keys} if keys else None
        made = Terms(profile, AuthMethod(method), (REDIRECT,), jwks, **terms)
        with self._database().writing() as work:
            app = apps.get(work, self.said["workspace"], self.said["app_id"])
            return clients.register(work, app, bank_id, made, wall_now())[0].client_id

    def _database(self) -> Database:
        [path] = self.folder.glob("bryggen-*/bryggen.sqlite3")
        return Database(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    process = start_server(folder, subprocess.DEVNULL, words=["--tls", "--tls-port", "0"])
    yield Served(json.loads(process.stdout.readline()), folder)
    process.terminate()
    process.communicate(timeout=15)


@pytest.fixture(params=["node", "python"])
def go(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """One independent client after the other."""
    from tests.clients import by_node, by_python

    return {"node": by_node.run, "python": by_python.run}[request.param]
