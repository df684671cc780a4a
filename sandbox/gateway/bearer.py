"""Access tokens of requests: what they are good for here and now, and whether whoever brings one may.

Source: RFC 6750; RFC 9449 7; RFC 8705 3; FAPI 2.0 Security Profile, section 5.3.4.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from sandbox.credentials import tokens
from sandbox.credentials.tokens import Use
from sandbox.gateway import context, dpop, passport
from sandbox.gateway.checks import Check
from sandbox.gateway.dpop import Call, NonceMissing, ProofWrong
from sandbox.kernel import jose
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import apps
from sandbox.workspaces.apps import Caller

_BEARER, _DPOP = "bearer", "dpop"
#: By what an app key is told from a token, where a bank takes it in the same header.
_APP_KEY = "bk_"


_KNOWN = Check("the access token is one of this bank", "RFC 6750, section 2.1")
_GOOD = Check("the access token has neither expired nor been revoked", "RFC 6750, section 3.1")
_BOUND = Check("the caller holds the certificate that the token is bound to", "RFC 8705, section 3")
_PROVEN = Check("the call is proven with the key of the token", "RFC 9449, section 7")


class TokenRefused(Refusal):
    """A token does not open this door. `error` is the word of RFC 6750 3.1 for it, if it has one."""

    error: str | None = "invalid_token"
    scheme = "Bearer"
    nonce: str | None = None


class TokenMissing(TokenRefused):
    """The call carries no access token, and needs one."""

    text = "An access token is needed here. The authorization server of this bank gives one."
    error = None


class TokenUnknown(TokenRefused):
    """The access token is none of this bank, or of another app."""

    text = "The access token is not known here."


class TokenExpired(TokenRefused):
    """The access token has run out; a refresh token, where there is one, gives another."""

    text = "The access token has expired."


class TokenRevoked(TokenRefused):
    """The access token, or what it hangs on, has been taken back."""

    text = "The access token has been revoked."


class TokenUnproven(TokenRefused):
    """The token is bound to a key or a certificate, and the call does not prove that the caller holds it."""

    text = "The access token is bound to a key, and the call does not prove that you hold it."


class TokenElsewhere(TokenRefused):
    """The token is good, but not for what this call is about."""

    text = "The access token is not for this service or resource."
    error = "insufficient_scope"


@dataclass(frozen=True, slots=True)
class _Given:
    """What stands in the header Authorization."""

    scheme: str
    token: str


def caller() -> tuple[Caller, Use] | None:
    """Who calls with an access token, and what it is good for; None without one. Raises a TokenRefused."""
    given = _given()
    if given is None:
        return None
    context.reached(_KNOWN)
    work = context.visit().unit_of_work()
    use = tokens.use(work, given.token)
    if use is None or use.bank_id != context.profile().id:
        raise TokenUnknown
    found = apps.caller_of(work, use.workspace_id, use.app_id)
    if found is None:
        raise TokenUnknown(detail=f"the app {use.app_id} is gone")
    here = context.visit()
    here.workspace_id, here.app_id = found.workspace_id, found.app_id
    _check(use, given, found.clock.now())
    return found, use


def given_key() -> str | None:
    """An app key in the header Authorization."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == _BEARER else None


def asking(refusal: TokenRefused) -> dict[str, str]:
    """The headers with which a token is asked for or refused. Source: RFC 6750 3; RFC 9449 7.1 and 9."""
    said = [f'realm="{context.profile().id}"']
    if refusal.error:
        said += [f'error="{refusal.error}"', f'error_description="{refusal.text}"']
    if refusal.scheme == "DPoP":
        said.append(f'algs="{" ".join(jose.FAPI_ALGORITHMS)}"')
    found = {"WWW-Authenticate": f"{refusal.scheme} {', '.join(said)}"}
    return found | ({"DPoP-Nonce": refusal.nonce} if refusal.nonce else {})


def _given() -> _Given | None:
    """The token of the request.

    FAPI 2.0 SP 5.3.4: only the header counts; a token in the query or in a form is never looked at.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    scheme, token = scheme.lower(), token.strip()
    if scheme not in (_BEARER, _DPOP) or (scheme == _BEARER and token.startswith(_APP_KEY)):
        return None
    return _Given(scheme, token)


def _check(use: Use, given: _Given, now: datetime) -> None:
    context.reached(_GOOD)
    if use.revoked:
        raise TokenRevoked
    if use.expires_at is not None and now >= use.expires_at:
        raise TokenExpired
    thumbprint = use.binding.get("x5t#S256")
    if thumbprint is not None:
        _check_certificate(thumbprint)
    key = use.binding.get("jkt")
    if key is not None:
        _check_key(use, given, key, now)
    elif given.scheme == _DPOP:
        raise TokenUnproven("The access token is bound to no DPoP key; send it as Bearer.")


def _check_certificate(thumbprint: str) -> None:
    """RFC 8705 3: a token that is bound to a certificate is good over a connection with that one alone."""
    context.reached(_BOUND)
    shown = passport.of(request.environ)
    if shown is None or jose.digest(shown.der) != thumbprint:
        raise TokenUnproven("The access token is bound to a client certificate, and the call shows another.")


def _check_key(use: Use, given: _Given, key: str, now: datetime) -> None:
    """See that the call is proven with the key of the token."""
    context.reached(_PROVEN)
    # RFC 9449 7.2: a token that is bound to a key must not be taken as a bearer token.
    proof = request.headers.get("DPoP")
    if given.scheme != _DPOP or proof is None:
        raise _unproven("The access token is bound to a DPoP key: send it as DPoP, with a proof.")
    address = f"{context.visit().services.origin}/{context.profile().id}{request.path}"
    try:
        dpop.accept(proof, Call(request.method, address, given.token, key), use.workspace_id, now)
    except NonceMissing as error:
        refusal = _unproven(str(error), "use_dpop_nonce")
        refusal.nonce = error.fresh
        raise refusal from error
    except ProofWrong as error:
        raise _unproven(str(error), "invalid_dpop_proof") from error


def _unproven(text: str, error: str = "invalid_token") -> TokenUnproven:
    refusal = TokenUnproven(text)
    refusal.scheme, refusal.error = "DPoP", error
    return refusal
