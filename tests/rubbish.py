"""What strangers write: text and JSON that is nearly right, or not at all, for the tests that fuzz."""

import base64
import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

#: Few examples each, for every run; a long one is `--hypothesis-profile` with more.
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: The same at a door, where each example is several calls.
FUZZ_DOOR = settings(FUZZ, max_examples=20)
#: What a header may hold as WSGI has it: each character a byte of the wire.
WIRE = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
_PIECES = [
    *('keyId="SN=1,CA=CN=x",', 'algorithm="rsa-sha256",', 'headers="digest x-request-id",'),
    *('signature="aGk="', "eyJhbGciOiJFUzI1NiJ9", "eyJhbGciOiJub25lIn0"),
    *("SHA-256=", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha-256=:aGk=:", "sig1=:aGk=:"),
    *('sig1=("@method" "@target-uri");created=1;keyid="SN=1"', '"@query-param";name="x"', ";req", ";bs"),
    *("..", ".", "aGk", "e30", ":", "=", ",", ";", "%00", "\t"),
    *("keyId=", '"', "headers=", "(created)", "created=1", " ", '("@method");keyid="k"'),
    *("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "MIIB", "Bearer ", "DPoP ", "Basic "),
    *("at_test_x", "bk_test_x_y", "bk__", "at__", "http://[", "https://a:b/", "PSDNO-FSA-1"),
]  # fmt: skip
LIKELY = st.lists(st.sampled_from(_PIECES) | WIRE, max_size=6).map("".join)
#: An integer that is too large for a float.
HUGE = 10**309
#: Numbers where the readers of JSON part company: too large for a float, or none at all.
NUMBERS = st.sampled_from([0, -1, 1 << 31, 1 << 63, HUGE, 1e300, float("inf"), float("nan"), True])
SCALARS = st.none() | NUMBERS | st.integers() | st.text(max_size=20) | st.just("\x00") | st.just("\ud800")
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3),
    max_leaves=6,
)


def members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these members, each with any value; a sort of text that is nearly right among them."""
    return st.dictionaries(st.sampled_from(names), JSON | LIKELY, max_size=4)


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def encoded(value: Any) -> str:
    """JSON in base64url, also of what no reader should have to take."""
    return base64url(json.dumps(value).encode())


#: Tokens of three parts whose signature is of nobody.
TOKENS = LIKELY | st.builds(lambda *parts: ".".join(map(encoded, parts)), JSON, JSON, JSON)
#: One that leads its reader down and down.
DEEP = f"{base64url(b'[' * 5000)}.{base64url(b'[' * 5000)}.aGk"


def mutated(octets: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with some changed, cut off, doubled or put in."""

    def change(at: int, value: int, kind: str) -> bytes:
        at %= len(octets)
        match kind:
            case "flip":
                return octets[:at] + bytes([octets[at] ^ (value or 1)]) + octets[at + 1 :]
            case "cut":
                return octets[:at]
            case "double":
                return octets[:at] + octets[at:] * 2
            case _:
                return octets[:at] + bytes([value]) + octets[at:]

    kinds = st.sampled_from(["flip", "flip", "flip", "cut", "double", "put"])
    return st.builds(change, st.integers(0, 1 << 20), st.integers(0, 255), kinds)
