"""The Node client, openid-client, as a process of its own: orders and answers are lines of JSON."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from tests.clients.order import REDIRECT, Got, Order

HERE = Path(__file__).parent / "node"


def run(order: Order, agree: Callable[[str | None], str | None]) -> Got:
    """Go the whole way. `agree` is the PSU: from a link to where it leads; for None, in the app."""
    process = subprocess.Popen(
        ["node", "client.mjs"],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _tell(process, _written(order))
        begun = _hear(process)
        _tell(process, {"callback": agree(begun.get("authorize"))})
        said = _hear(process)
    finally:
        process.kill()
        process.communicate(timeout=15)
    answer = said["resource"]
    return Got(
        said["tokens"],
        said.get("claims") or {},
        answer["status"],
        json.loads(answer["body"]),
        said.get("refreshed") or {},
    )


def _tell(process: Any, what: dict[str, Any]) -> None:
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _hear(process: Any) -> dict[str, Any]:
    line = process.stdout.readline()
    assert line, process.stderr.read()
    said = json.loads(line)
    assert "error" not in said, said
    return said


def _written(order: Order) -> dict[str, Any]:
    papers = order.papers
    private = order.key and order.key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    response = "code id_token" if order.hybrid else "jwt" if order.jarm else "code"
    return {
        "issuer": order.issuer,
        "client_id": order.client_id,
        "auth": {"method": order.method, "secret": order.secret},
        "key": order.key and {"pem": private.decode(), "alg": order.key.algorithm, "kid": order.key.kid},
        "tls": {
            "ca": Path(papers.root).read_text(),
            "cert": Path(papers.certificate).read_text(),
            "key": Path(papers.key).read_text(),
        },
        "metadata": {"id_token_signed_response_alg": "PS256", "authorization_signed_response_alg": "PS256"},
        "redirect_uri": REDIRECT,
        "scope": order.scope,
        "parameters": {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in order.sent.items()
        },
        "response": response,
        "par": order.par,
        "jar": order.jar,
        "dpop": order.dpop,
        "ciba": order.ciba or None,
        "resource": {"url": order.resource, "headers": order.headers},
        "refresh": True,
    }
