"""Message signing: the detached JWS in `x-jws-signature`, over the bytes of a body, in both directions.

The trust anchor is the sandbox's directory. It knows a TPP's keys by the key set of its software, and by its
seals, each under its thumbprint; those of a bank are where its authorization server publishes them.
Source: Read/Write Data API Profile 3.1.11 and 4.0, Message Signing; RFC 7515, appendix F.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Response, request

from sandbox.bank.profile import Profile
from sandbox.bank.profile_security import SignatureForm
from sandbox.credentials import clients
from sandbox.delivery import fetching
from sandbox.eidas import bank_keys, certificates
from sandbox.eidas.bank_keys import SigningKey
from sandbox.eidas.certificates import CertificateKind, CertificateRefused
from sandbox.eidas.signatures import SignatureMissing, SignatureRefused, jws
from sandbox.gateway import context, guard, ladder
from sandbox.gateway.checks import Check
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import RequestRefused
from sandbox.kernel import jose
from sandbox.kernel.clock import moments
from sandbox.standards.uk_open_banking import switches
from sandbox.standards.uk_open_banking.answers import app_id
from sandbox.standards.uk_open_banking.errors import Fault
from sandbox.standards.uk_open_banking.versions import Version, called
from sandbox.workspaces import software

HEADER = "x-jws-signature"
ALGORITHM = "PS256"
_OWN = "http://openbanking.org.uk/"
ISSUED_AT, ISSUER, ANCHOR = f"{_OWN}iat", f"{_OWN}iss", f"{_OWN}tan"
_CRITICAL = (ISSUED_AT, ISSUER, ANCHOR)
_MANDATORY = ("alg", "kid", *_CRITICAL, "crit")
_OPTIONAL = ("typ", "cty")
_UNENCODED = "b64"
#: What is signed: whatever is below these, in both directions. Published files, x-jws-signature; and the
#: page of callback URLs, which those have no more.
_SIGNED = frozenset({"pisp", "event-subscriptions", "callback-urls"})
_WRITING = frozenset({"POST", "PUT", "PATCH"})
_JSON = ("json", "application/json")


class SignatureUnexpected(RequestRefused):
    """The call carries a signature, and there is nothing in it to sign, or the bank takes none."""

    text = "A signature is not expected here."


class SignatureClaimMissing(RequestRefused):
    """The header of the signature does not say all that it must."""

    text = "The header of the signature lacks a mandatory claim."


class SignatureClaimInvalid(RequestRefused):
    """The header of the signature says something that is not so here."""

    text = "A claim in the header of the signature has a value that is not valid."


_PAGE = "Read/Write Data API Profile, Message Signing"
_IS_SIGNED = Check("the call is signed where the standard has it, and nowhere else", _PAGE)
_READ = Check("the signature is a detached JWS", f"{_PAGE}; RFC 7515, appendix F")
_CLAIMS = Check("its header has the claims that are specified", f"{_PAGE}, verifying, step 2")
_KEY = Check("its key is one that the trust anchor has of the app", f"{_PAGE}, verifying, step 2")
_FITS = Check("the signature fits the body", f"{_PAGE}, verifying, step 3")


def takes(method: str, path: str) -> bool:
    """Whether a call of that method at that path is signed."""
    return method in _WRITING and answers(path)


def answers(path: str) -> bool:
    """Whether the answers at that path are signed, if they have a body."""
    _, _, below = path.partition("/open-banking/")
    return _SIGNED.intersection(below.split("/")[1:2]) != set()


def inspect() -> None:
    """Look at the signature of the call; what is wrong is held against the caller by their rung.

    Raises SignatureMissing, SignatureUnexpected, SignatureClaimMissing, SignatureClaimInvalid, others of
    SignatureRefused, CertificateRefused.
    """
    profile, version = context.profile(), called()
    if ladder.is_open() or version is None or not _signs(profile):
        return
    sent = request.headers.get(HEADER)
    context.reached(_IS_SIGNED)
    try:
        if not takes(request.method, request.path):
            if sent is not None:
                raise SignatureUnexpected(Fault(SignatureUnexpected.text, HEADER, "U020"))
        elif sent is not None:
            _check(sent, version, context.current())
        elif profile.sca.signing.required:
            # Read/Write 4.0, Message Signing: what should be signed and is not must be rejected with 400.
            raise SignatureMissing(f"{SignatureMissing.text} {HEADER} is expected.")
    except (RequestRefused, SignatureRefused, CertificateRefused) as refusal:
        ladder.hold(refusal)


def seal(response: Response) -> Response:
    """Sign the body of an answer with the bank's key, where the standard has it; an error's body too."""
    profile, version = context.profile(), called()
    if version is None or not answers(request.path) or not _signs(profile):
        return response
    body = response.get_data()
    if body:
        response.headers[HEADER] = _key(profile).seal(
            _header(profile, version, response.mimetype or ""), body
        )
    return response


def parameters(method: str, path: str, profile: Profile) -> list[dict[str, Any]]:
    """The header of a signature, as the bank's OpenAPI document has it at that operation."""
    if not takes(method.upper(), path) or not _signs(profile):
        return []
    said = "A detached JWS over the body. Demanded of apps on the rung `enforce`."
    schema = {"type": "string"}
    return [{"name": HEADER, "in": "header", "required": False, "description": said, "schema": schema}]


def issuer_of(profile: Profile) -> str:
    """What the directory calls a bank: `{org-id}`."""
    return profile.id


def anchor() -> str:
    """The DNS name of the trust anchor: the sandbox's own."""
    return urlsplit(context.visit().services.origin).hostname or ""


def _signs(profile: Profile) -> bool:
    return profile.sca.signing.form is SignatureForm.JWS


def _critical(profile: Profile, version: Version) -> tuple[str, ...]:
    """Up to 3.1.3 the payload is signed as it is, which `b64` says; from 3.1.4 on there must be no `b64`."""
    return (_UNENCODED, *_CRITICAL) if switches.of(profile, version).unencoded_payload else _CRITICAL


def _header(profile: Profile, version: Version, mimetype: str) -> dict[str, Any]:
    here = context.known()
    now = context.visit().at if here is None else here.bank.now
    critical = _critical(profile, version)
    return {
        "typ": "JOSE",
        "cty": mimetype,
        **({_UNENCODED: False} if _UNENCODED in critical else {}),
        ISSUED_AT: int(now.timestamp()),
        ISSUER: issuer_of(profile),
        ANCHOR: anchor(),
        "crit": list(critical),
    }


def _key(profile: Profile) -> SigningKey:
    """The bank's key for answers. The first answer of all makes it, whatever became of the call."""
    database = context.visit().services.database
    with database.reading() as work:
        found = bank_keys.newest(work, profile.id, ALGORITHM)
    if found is not None:
        return found
    with database.writing() as work:
        return bank_keys.current(work, profile.id, ALGORITHM)


def _check(sent: str, version: Version, here: Context) -> None:
    context.reached(_READ)
    found = jws.read(sent)
    critical = _critical(here.bank.profile, version)
    context.reached(_CLAIMS)
    _require_claims(found.protected, critical)
    _require_values(found.protected, critical, here)
    context.reached(_KEY)
    key = _key_of(str(found.protected["kid"]), here)
    understood = frozenset(critical) - {_UNENCODED}
    context.reached(_FITS)
    context.visit().signature_base = jws.verify(
        found, request.get_data(), key, algorithms=(ALGORITHM,), understood=understood
    )


def _require_claims(said: Mapping[str, Any], critical: tuple[str, ...]) -> None:
    """Verifying, step 2: all claims that are mandatory, and none but those that are specified."""
    mandatory = (*_MANDATORY, *(one for one in critical if one == _UNENCODED))
    for name in mandatory:
        if name not in said:
            raise SignatureClaimMissing(Fault(f"{name} is missing.", name, "U017"))
    for name in said:
        if name not in (*mandatory, *_OPTIONAL):
            raise _invalid(str(name)[:100], "It is not one of the claims that are specified.")


def _require_values(said: Mapping[str, Any], critical: tuple[str, ...], here: Context) -> None:
    """Verifying, step 2: each claim but the key's id, in the order in which the standard has them."""
    if said["alg"] != ALGORITHM:
        raise _invalid("alg", f"It must be {ALGORITHM}.")
    if said.get("typ", "JOSE") != "JOSE":
        raise _invalid("typ", "If it is there, it must be JOSE.")
    if "cty" in said and said["cty"] not in _content_types():
        raise _invalid("cty", "It must be the media type of the body.")
    if _UNENCODED in critical and said[_UNENCODED] is not False:
        raise _invalid(_UNENCODED, "It must be false.")
    if not _is_past(said[ISSUED_AT], here):
        raise _invalid(ISSUED_AT, "It must be a number of seconds, in the past.")
    issuer = _issuer(here)
    if said[ISSUER] != issuer:
        raise _invalid(ISSUER, f"It must be {issuer}.")
    if said[ANCHOR] != anchor():
        raise _invalid(ANCHOR, f"The trust anchor here is {anchor()}.")
    named = said["crit"]
    if not isinstance(named, list) or sorted(map(str, named)) != sorted(critical):
        raise _invalid("crit", f"It must hold {', '.join(critical)}, and nothing else.")


def _content_types() -> tuple[str, ...]:
    return _JSON if request.mimetype in ("", "application/json") else (request.mimetype,)


def _is_past(issued: object, here: Context) -> bool:
    if not isinstance(issued, int | float) or isinstance(issued, bool):
        return False
    # Decision 7: what a client dates is right by the world's clock, or by the wall's.
    return any(0 <= issued <= now.timestamp() for now in moments(here.bank.now))


def _issuer(here: Context) -> str:
    """What the directory calls the TPP: `{org-id}/{software-statement-id}`."""
    found = software.of_app(here.bank.work, here.bank.workspace_id, app_id(here))
    return f"{found.organisation_id}/{found.id}"


def _key_of(kid: str, here: Context) -> rsa.RSAPublicKey:
    """The key of that id, of those of the TPP: in a key set at hand, of a seal, or at an address of its own.

    A seal that is not good is refused for its own reason: a CertificateRefused. Raises SignatureClaimInvalid.
    """
    work, own = here.bank.work, (here.bank.workspace_id, app_id(here))
    sets = _key_sets(here)
    for jwks, _ in sets:
        found = jose.rsa_key((jwks or {}).get("keys", []), ALGORITHM, kid)
        if found is not None:
            return found
    sealed = certificates.of_thumbprint(work, *own, kid)
    if sealed is not None:
        return _of_seal(sealed, here)
    for uri in filter(None, (uri for _, uri in sets)):
        found = jose.rsa_key(_at(uri, kid, here), ALGORITHM, kid)
        if found is not None:
            return found
    raise _invalid("kid", f"The directory has no key of that id for {ALGORITHM}.")


def _key_sets(here: Context) -> Sequence[tuple[Mapping[str, Any] | None, str | None]]:
    """The key sets of the TPP, or where they are: that of its software, and those it has registered here."""
    work, workspace_id, app = here.bank.work, here.bank.workspace_id, app_id(here)
    known = software.of_app(work, workspace_id, app)
    registered = clients.of_app(work, workspace_id, app, here.bank.id)
    return [(known.jwks, known.jwks_uri), *((one.terms.jwks, one.terms.jwks_uri) for one in registered)]


def _of_seal(sealed: bytes, here: Context) -> rsa.RSAPublicKey:
    """Raises CertificateRefused, SignatureClaimInvalid."""
    verified = certificates.verify(here.bank.work, sealed, here.bank.now, kind=CertificateKind.QSEAL)
    if here.caller is not None:
        guard.require_own(verified, here.caller)
    if not isinstance(verified.public_key, rsa.RSAPublicKey):
        raise _invalid("kid", f"The key of that certificate is not one for {ALGORITHM}.")
    return verified.public_key


def _at(uri: str, kid: str, here: Context) -> fetching.Keys:
    """The keys at an address. Raises SignatureClaimInvalid where there are none to be had."""
    services = context.visit().services
    private = services.settings.allows_private_notifications
    try:
        return fetching.keys_at(here.bank.work, services.origin, uri, kid, private=private)
    except (fetching.KeysUnreachable, software.SoftwareUnknown) as refusal:
        raise _invalid("kid", refusal.text) from refusal


def _invalid(claim: str, text: str) -> SignatureClaimInvalid:
    # The code sets, U016: the name of the claim is in the path of the error.
    return SignatureClaimInvalid(Fault(text, claim, "U016"))
