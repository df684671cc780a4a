"""Secrets out of what is written down: whoever reads the journal must not be able to do what it shows.

A secret is taken out before the call is queued, and a mark stands where it was: `<redacted:name>`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_plus

#: A mark, and in its group which secret stood there.
MARK = re.compile(r"<redacted:([a-z0-9_]+)>")
#: Members of JSON and fields of forms that hold a secret, in small letters.
_NAMES = (
    *("password", "encryptedpassword", "additionalpassword", "additionalencryptedpassword"),
    *("scaauthenticationdata", "confirmationcode", "otp", "pin", "passphrase", "private_key"),
    *("access_token", "refresh_token", "id_token", "id_token_hint", "login_hint_token"),
    *("client_notification_token", "registration_access_token", "client_secret", "client_assertion"),
    *("assertion", "auth_req_id", "code_verifier", "user_code", "request_uri", "csrf_token"),
)
#: In a form or a query these words are secrets as well; in JSON they are words of errors and the like.
_FIELDS = frozenset((*_NAMES, "code", "state", "token", "secret", "response", "nonce", "login", "key"))
#: What none of those names is without: to look for that is cheap.
_HINTS = (
    *(
        b"password",
        b"cationdata",
        b"tioncode",
        b"_token",
        b"_secret",
        b"assertion",
        b"auth_req",
        b"_verifier",
    ),
    *(b"request_uri", b"user_code", b'"otp"', b'"pin"', b"passphrase", b"private_key"),
)
_MEMBER = re.compile(
    rb'("(' + "|".join(_NAMES).encode() + rb')"\s*:\s*)'
    rb'("(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|\{[^}]*\}?|[^\s,}\]]+)',
    re.IGNORECASE,
)
#: A key that somebody sent by mistake: the private members of a JWK. Source: RFC 7518 6.2.2, 6.3.2, 6.4.1.
_PRIVATE = re.compile(rb'("(?:d|p|q|dp|dq|qi|k)"\s*:\s*)"[\w-]{20,}"?')
_PRIVATE_HINTS = (b'"d"', b'"k"')
_ESCAPED_NAME = re.compile(rb'"[^"]*\\u[^"]*"\s*:')
_LINK = re.compile(rb"(online-banking/authorisations/|oauth/continue/)[^\"'\s/?&<>]+")
_OURS = re.compile(rb"\b(bk|at|rt|ac|ru|oc|ar|rg|whsec)_[A-Za-z0-9+/=_-]{20,}")
_JWS = re.compile(rb"\b(eyJ[\w-]+\.[\w-]*\.)[\w-]+")
#: Headers that hold a secret, and how the mark calls it; others are known by a word in their names.
_HEADERS = {
    "x-api-key": "app_key",
    "cookie": "cookie",
    "set-cookie": "cookie",
    "dpop": "dpop_proof",
    "location": "",
}
_WORDS = ("authorization", "token", "secret", "password", "apikey", "api-key", "cookie", "credential")
_SCHEMES = {"bearer": "access_token", "dpop": "access_token", "basic": "basic_credentials"}


def mark(name: str) -> str:
    """What stands where a secret was."""
    return f"<redacted:{re.sub('[^a-z0-9]+', '_', name.lower()).strip('_') or 'secret'}>"


def header(name: str, value: str) -> str:
    """A header's value without its secrets."""
    instead = _instead_of(name)
    if instead is None:
        return text(value) if "eyJ" in value or "_" in value else value
    if name.lower() == "authorization":
        scheme, space, rest = value.partition(" ")
        known = _SCHEMES.get(scheme.lower(), "authorization")
        known = "app_key" if rest.startswith("bk_") else known
        return f"{scheme}{space}{mark(known)}" if space else mark(known)
    if name.lower() == "location":
        return location(value)
    return instead


@lru_cache(maxsize=1024)
def _instead_of(name: str) -> str | None:
    """The mark for what is in a header of that name; None where it is no secret."""
    small = name.lower()
    if small in _HEADERS:
        return mark(_HEADERS[small])
    return mark(small) if any(word in small for word in _WORDS) and small != "www-authenticate" else None


def location(value: str) -> str:
    """An address, whose path, query or fragment may open something."""
    before, hash_sign, fragment = value.partition("#")
    path, question, query = before.partition("?")
    path = _LINK.sub(rb"\1<redacted:link>", path.encode()).decode()
    kept = f"{path}{question}{fields(query)}"
    return f"{kept}{hash_sign}{fields(fragment)}"


def fields(sent: str) -> str:
    """A query or a form, `name=value&…`, in the order in which it came."""
    return "&".join(_field(one) for one in sent.split("&")) if sent else ""


def _field(one: str) -> str:
    name, equals, value = one.partition("=")
    plain = unquote_plus(name).lower()
    if value and plain in _FIELDS:
        return f"{name}{equals}{mark(plain)}"
    return f"{name}{equals}{text(value)}" if "_" in value or "eyJ" in value else one


def names_only(sent: str) -> str:
    """A form of the PSU's pages: which fields it has, and nothing of what is in them."""
    return "&".join(
        f"{one.partition('=')[0]}={mark(one.partition('=')[0])}" for one in sent.split("&") if one
    )


def body(sent: bytes) -> bytes:
    """JSON, XML or text without its secrets; whole or its beginning."""
    if b"\\u" in sent and _ESCAPED_NAME.search(sent):
        return b"<redacted:body>"
    lowered = sent.lower()
    if any(hint in lowered for hint in _HINTS):
        sent = _MEMBER.sub(_member, sent)
    if any(hint in sent for hint in _PRIVATE_HINTS):
        sent = _PRIVATE.sub(rb'\1"<redacted:private_key>"', sent)
    return free(sent)


def _member(found: re.Match[bytes]) -> bytes:
    return found[1] + b'"' + mark(found[2].decode()).encode() + b'"'


def links(sent: bytes) -> bytes:
    """Without what leads a PSU, and nobody else, to a page: all that an answer to a read may hold."""
    return _LINK.sub(rb"\1<redacted:link>", sent) if b"/authorisations/" in sent else sent


def free(sent: bytes) -> bytes:
    """Without links, what looks like a secret that we have given out, and the ends of signed words."""
    kept = _LINK.sub(rb"\1<redacted:link>", sent)
    kept = _OURS.sub(lambda found: mark(_KINDS[found[1]]).encode(), kept)
    return _JWS.sub(rb"\1<redacted:signature>", kept)


_KINDS = {
    b"bk": "app_key",
    b"at": "access_token",
    b"rt": "refresh_token",
    b"ac": "code",
    b"ru": "request_uri",
    b"oc": "link",
    b"ar": "auth_req_id",
    b"rg": "registration_access_token",
    b"whsec": "signing_secret",
}


def text(said: str) -> str:
    """The same of a text."""
    return free(said.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def marks_in(said: str) -> Iterator[str]:
    """Which secrets stood in it, each once."""
    return iter(dict.fromkeys(MARK.findall(said)))
