"""A TPP with a seal, who signs its calls in each of the forms that banks take."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from cryptography.hazmat.primitives.serialization import Encoding
from werkzeug.test import TestResponse

from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Issuance, KeyAlgorithm, Order, SpecialOrder
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Strictness
from tests.conftest import STILL
from tests.eidas import signing
from tests.standards.berlin_group.town import TownHall, Tpp

#: What is signed where it is sent, in the order in which this TPP does it.
_IF_SENT = ("PSU-ID", "PSU-Corporate-ID", "TPP-Redirect-URI")
NOW = int(STILL.now().timestamp())


@dataclass
class Call:
    """A call before it is signed."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def lines(self, *more: str) -> dict[str, str]:
        """Of these and the usual headers those that are there."""
        names = ("Digest", "X-Request-ID", *_IF_SENT, *more)
        return {name.lower(): self.headers[name] for name in names if name in self.headers}


@dataclass
class Signatory:
    """An app with a seal, and a website certificate for the connection."""

    town: TownHall
    tpp: Tpp
    seal: Issuance
    qwac: Issuance
    jose: str = "ES256"
    named: str = "ecdsa-sha256"

    @property
    def key_id(self) -> str:
        return f"SN={self.seal.issued.serial},CA={self.seal.certificate.issuer.rfc4514_string()}"

    def climbs(self, rung: Strictness) -> "Signatory":
        with self.town.services.database.writing() as work:
            apps.get(work, "test", app_id(self.tpp)).strictness = rung.value
        return self

    def draft(self, method: str, path: str, body: Any = None, **headers: str) -> Call:
        """A call with its digest, and no signature."""
        octets = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        kept = {name.replace("_", "-"): value for name, value in headers.items()}
        digest = {"Digest": signing.digest(octets)}
        content = {"Content-Type": "application/json"} if octets else {}
        return Call(method, path, octets, {"X-Request-ID": str(uuid.uuid4()), **digest, **content, **kept})

    def cavage(self, call: Call, **changes: str) -> Call:
        """The call, signed as IG 1.3, section 12, says. `changes` are other lines to sign."""
        lines = {**call.lines(), **changes}
        made = signing.cavage(self.seal.key, self.key_id, lines, self.named)
        return self._with(call, {"Signature": made, "TPP-Signature-Certificate": in_header(self.seal)})

    def jades(self, call: Call, **said: Any) -> Call:
        """The call, signed by x-jws-signature, with the certificate in it."""
        chain = [base64.b64encode(self.seal.certificate.public_bytes(Encoding.DER)).decode()]
        kept = {"x5c": chain, "sigT": STILL.now().isoformat().replace("+00:00", "Z"), **said}
        made = signing.jades(self.seal.key, call.lines(), self.jose, **kept)
        return self._with(call, {"x-jws-signature": made})

    def message(self, call: Call, created: int = NOW, more: str = "") -> Call:
        """The call, signed as RFC 9421 has it."""
        headers = {name: value for name, value in call.headers.items() if name != "Digest"}
        if call.body:
            headers["Content-Digest"] = signing.content_digest(call.body)
        sent = replace(call, headers=headers)
        lines = {"@method": call.method, "@target-uri": self.town.origin + call.path}
        parameters = f';created={created};keyid="{self.key_id}"{more}'
        made = signing.message(self.seal.key, lines | sent.lines("Content-Digest"), parameters, self.jose)
        return self._with(sent, {**made, "TPP-Signature-Certificate": in_header(self.seal)})

    def send(self, call: Call, **kwargs: Any) -> TestResponse:
        """Send it, over a connection that shows the website certificate."""
        shown = self.qwac.certificate.public_bytes(Encoding.DER)
        headers = {"Client-Cert": f":{base64.b64encode(shown).decode()}:", **call.headers}
        from_proxy = {"environ_overrides": {"REMOTE_ADDR": "127.0.0.1"}}
        return self.tpp.call(call.method, call.path, data=call.body, headers=headers, **from_proxy, **kwargs)

    def faults(self) -> list[Mapping[str, str]]:
        """What the journal says of the latest call: what was let pass, or what was refused."""
        journal = self.town.services.journal
        journal.close()
        note = journal.recent("test", 1)[0]
        refused = [{"reason": note.refusal, "detail": note.detail}] if note.refusal else []
        return [*(note.faults or []), *refused]

    def _with(self, call: Call, headers: Mapping[str, str]) -> Call:
        return replace(call, headers={**call.headers, **headers})


def a_signatory(
    town: TownHall, algorithm: KeyAlgorithm = KeyAlgorithm.P_256, special: SpecialOrder | None = None
) -> Signatory:
    """A new app with its two certificates; `special` is what is wrong with the seal."""
    tpp = town.tpp("Budget Buddy")
    with town.services.database.writing() as work:
        holder = holders.of(work, apps.get(work, "test", app_id(tpp)))
        world = workspaces.get(work, "test")

        def issued(kind: CertificateKind, fault: SpecialOrder | None = None) -> Issuance:
            order = Order(kind, "https://sandbox.example", algorithm, fault, domains=("tpp.example",))
            found = certificates.issue(work, world, holder, order)
            # Read before the unit of work ends with what it has read.
            work.expunge(found.issued)
            return found

        seal, qwac = issued(CertificateKind.QSEAL, special), issued(CertificateKind.QWAC)
    if algorithm is KeyAlgorithm.P_256:
        return Signatory(town, tpp, seal, qwac)
    return Signatory(town, tpp, seal, qwac, "PS256", "rsa-sha256")


def app_id(tpp: Tpp) -> str:
    """The id in the app's key."""
    return tpp.key.split("_")[2]


def in_header(issuance: Issuance) -> str:
    """The certificate as TPP-Signature-Certificate has it."""
    return base64.b64encode(issuance.certificate.public_bytes(Encoding.DER)).decode()
