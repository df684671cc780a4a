"""Signatures on the calls of a TPP: which form a bank takes where, and what each has to cover.

What is wrong is held against the caller by their rung; on the lowest one nobody looks.
Source: NextGenPSD2 IG 1.3, section 12; psd2-api 1.3.16, Verification of Party (VOP) API.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import request

from sandbox.bank.profile import Profile
from sandbox.bank.profile_security import SignatureForm
from sandbox.eidas.certificates import CertificateRefused
from sandbox.eidas.signatures import (
    DigestMissing,
    Message,
    SignatureCoverageWrong,
    SignatureMalformed,
    SignatureMissing,
    SignatureRefused,
    SignatureStale,
    cavage,
    digests,
    messages,
)
from sandbox.gateway import context, ladder
from sandbox.gateway.checks import Check
from sandbox.kernel.clock import instant_text, moments
from sandbox.standards.berlin_group import jades, offers, seals

#: IG 1.3, 12.2: what is signed always, and what if and only if the call carries it.
_ALWAYS = ("digest", "x-request-id")
_IF_SENT = ("psu-id", "psu-corporate-id", "tpp-redirect-uri")
#: How old a signature may be that says when it was made, and how far ahead a client's clock may go.
_AGE_MAX, _AHEAD_MAX = timedelta(minutes=5), timedelta(minutes=1)

_IG = "NextGenPSD2 IG 1.3, section 12"
_SIGNED = Check("the call is signed as the bank wants it", _IG)
_READ = Check("the signature can be read, and says how it was made", f"{_IG}.2")
_SEAL = Check("it comes with a good seal of the app's own organisation, and names its key", f"{_IG}.2")
_COVERS = Check("it covers what has to be signed, and nothing else", f"{_IG}.2")
_DIGEST = Check("the digest is that of the body", f"{_IG}.1")
_FRESH = Check(
    "the signature is fresh", "docs/decisions/0007; RFC 9421, section 3.2; ETSI TS 119 182-1, 5.1.11"
)
_FITS = Check("the signature fits the call", "draft-cavage-http-signatures 2.5; RFC 9421, 3.2; RFC 7515, 5.2")
#: The headers of each form; by the first one we see that a call is signed.
_HEADERS: Mapping[SignatureForm, tuple[str, ...]] = {
    SignatureForm.NONE: (),
    SignatureForm.CAVAGE: ("Signature", "Digest", "TPP-Signature-Certificate"),
    SignatureForm.JWS: ("x-jws-signature", "Digest"),
    SignatureForm.RFC9421: ("Signature-Input", "Signature", "Content-Digest", "TPP-Signature-Certificate"),
}


def inspect(path: str, profile: Profile) -> None:
    """Look at the signature of a call at that path, where this bank takes one.

    Raises SignatureRefused, CertificateRefused, as the caller's rung has it.
    """
    form = _form_at(path, profile)
    if form is SignatureForm.NONE or ladder.is_open():
        return
    header, *_ = _HEADERS[form]
    context.reached(_SIGNED)
    if header not in request.headers:
        if profile.sca.signing.required:
            ladder.hold(SignatureMissing(f"{SignatureMissing.text} This bank takes {header}."))
        return
    try:
        _CHECKS[form](_message())
    except (SignatureRefused, CertificateRefused) as refusal:
        ladder.hold(refusal)


def parameters(path: str, profile: Profile) -> list[dict[str, Any]]:
    """The headers of a signature at that path, as the bank's OpenAPI document has them."""
    return [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in _HEADERS[_form_at(path, profile)]
    ]


def _form_at(path: str, profile: Profile) -> SignatureForm:
    """The form that this bank takes at that path.

    psd2-api 1.3.16: verification of payee has x-jws-signature, and no other operation has it.
    """
    form = profile.sca.signing.form
    of_payees = offers.is_of_payees(path)
    if form is SignatureForm.CAVAGE and of_payees:
        return SignatureForm.JWS
    return SignatureForm.NONE if form is SignatureForm.JWS and not of_payees else form


def _check_cavage(message: Message) -> None:
    context.reached(_READ)
    signature = cavage.read(message.headers["signature"])
    if signature.algorithm is None:
        # IG 1.3, 12.2: the signature must say its algorithm.
        raise SignatureMalformed(detail="Signature lacks algorithm")
    context.reached(_SEAL)
    seal = seals.shown(message.headers.get("tpp-signature-certificate"))
    seals.require_key_id(seal, signature.key_id)
    context.reached(_COVERS)
    _require_coverage(signature.covered, _to_be_signed(message.headers))
    _check_digest(message)
    context.reached(_FITS)
    context.visit().signature_base = cavage.verify(signature, message, seal.public_key)


def _check_jws(message: Message) -> None:
    context.reached(_READ)
    signed = jades.read(message.headers["x-jws-signature"], context.profile().sca.signing)
    _require_fresh(signed.made_at, None)
    context.reached(_SEAL)
    seal = seals.shown(signed.certificate) if signed.certificate else seals.by_thumbprint(signed.thumbprint)
    seals.require_thumbprint(seal, signed.thumbprint)
    context.reached(_COVERS)
    missing = set(_ALWAYS).difference(signed.covered)
    if missing:
        raise SignatureCoverageWrong(detail=f"sigD leaves out {', '.join(sorted(missing))}")
    _check_digest(message)
    context.reached(_FITS)
    context.visit().signature_base = jades.verify(signed, message, seal.public_key)


def _check_rfc9421(message: Message) -> None:
    context.reached(_READ)
    signature = messages.read(message)
    if signature.created is None:
        raise SignatureMalformed(detail="Signature-Input lacks created")
    _require_fresh(signature.created, signature.expires)
    context.reached(_SEAL)
    seal = seals.shown(message.headers.get("tpp-signature-certificate"))
    seals.require_key_id(seal, signature.key_id)
    context.reached(_DIGEST)
    headers = [name for name in _to_be_signed(message.headers) if name != "digest"]
    digest = message.headers.get("content-digest")
    if message.body and digest is None:
        raise DigestMissing(detail="Content-Digest")
    if digest is not None:
        headers.append("content-digest")
        digests.check_content(digest, message.body)
    context.reached(_FITS)
    required = ["@method", "@target-uri", *headers]
    context.visit().signature_base = messages.verify(signature, message, seal.public_key, required=required)


_CHECKS: Mapping[SignatureForm, Callable[[Message], None]] = {
    SignatureForm.CAVAGE: _check_cavage,
    SignatureForm.JWS: _check_jws,
    SignatureForm.RFC9421: _check_rfc9421,
}


def _to_be_signed(headers: Mapping[str, str]) -> tuple[str, ...]:
    return (*_ALWAYS, *(name for name in _IF_SENT if name in headers))


def _require_coverage(covered: Collection[str], wanted: Collection[str]) -> None:
    """IG 1.3, 12.2: the headers that are sent, each of them, and no other element must be in the list."""
    missing, other = set(wanted).difference(covered), set(covered).difference(wanted)
    if missing or other:
        said = [f"{', '.join(sorted(missing))} must be signed"] if missing else []
        said += [f"{', '.join(sorted(other))} must not"] if other else []
        raise SignatureCoverageWrong(detail=f"{'; '.join(said)}. To be signed: {' '.join(wanted)}")


def _check_digest(message: Message) -> None:
    """IG 1.3, 12.1: a call that is signed must carry the digest of its body, of an empty one too."""
    context.reached(_DIGEST)
    said = message.headers.get("digest")
    if said is None:
        raise DigestMissing(detail=f"expected for {len(message.body)} bytes: {digests.digest(message.body)}")
    digests.check(said, message.body)


def _require_fresh(made_at: datetime, ends_at: datetime | None) -> None:
    """Decision 7: what a client dates is right by the world's clock, or by the wall's."""
    context.reached(_FRESH)
    for now in moments(context.current().bank.now):
        if now - _AGE_MAX <= made_at <= now + _AHEAD_MAX and (ends_at is None or now <= ends_at):
            return
    until = f", runs out {instant_text(ends_at)}" if ends_at else ""
    raise SignatureStale(
        detail=f"made {instant_text(made_at)}{until}; it is {instant_text(context.current().bank.now)}"
    )


def _message() -> Message:
    """The call as it was signed: at the public address, whatever name the machine has."""
    headers = {name.lower(): value for name, value in request.headers}
    url = context.visit().services.origin + _target()
    # The whole body, of a form too: IG 1.3, 12.1, has the digest over all parts and what is between them.
    return Message(request.method, url, headers, request.get_data())


def _target() -> str:
    """Path and query as the request line had them: no character is written in another way."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if raw is None:
        path = quote(request.root_path + request.path)
        return f"{path}?{request.query_string.decode('latin-1')}" if request.query_string else path
    return str(raw) if raw.startswith("/") else f"/{raw.partition('://')[2].partition('/')[2]}"
