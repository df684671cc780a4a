"""Proving who the client is: what it brings along, and the checks on it, one function each.

The table `checks.CLIENT` says which check holds under which profile.
Source: RFC 6749 2.3, RFC 7523, RFC 8705 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.clients import AuthMethod, Client
from sandbox.kernel import jose
from sandbox.oauth import certificates, dates, errors
from sandbox.oauth.profiles import RULES, algorithms_of

_ASSERTION_LIFE_MAX = timedelta(days=1)


@dataclass(slots=True)
class Proving:
    """A client on its way down the table. `methods` are those that the request uses: it must be one.

    `claims` of an assertion are trusted once its signature is. `is_new` notes a `jti`, and says whether;
    `is_trusted` says whether a certificate is of an authority that the bank trusts.
    """

    bank: Bank
    issuer: str
    endpoint: str
    client: Client
    methods: Sequence[AuthMethod]
    secret: str = ""
    assertion: str = ""
    certificate: bytes | None = None
    keys: Sequence[Mapping[str, Any]] = ()
    is_trusted: Callable[[bytes], bool] = lambda _: False
    is_new: Callable[[str, Any], bool] = lambda _, __: False
    claims: Mapping[str, Any] = field(default_factory=dict)

    def by(self, *methods: AuthMethod) -> bool:
        """Whether the client proves itself by one of those."""
        return self.methods[0] in methods


def by_one_method(proving: Proving) -> None:
    """RFC 6749 2.3: a client must not use more than one method. FAPI 2.0 SP 5.3.2.1, item 3: nor none."""
    if len(proving.methods) != 1:
        raise errors.InvalidClient("The client must prove who it is, by one method.")


def by_a_method_of_the_profile(proving: Proving) -> None:
    """FAPI 2.0 SP 5.3.2.1, item 6; FAPI 1.0 Advanced 5.2.2, item 14: no secrets under a FAPI profile."""
    if proving.methods[0] not in RULES[SecurityProfile(proving.client.profile)].auth_methods:
        raise errors.InvalidClient("The client's security profile does not allow this method.")


def by_its_own_method(proving: Proving) -> None:
    """RFC 7591 2, token_endpoint_auth_method: the method is the one with which the client was registered."""
    if proving.methods[0] not in proving.client.auth_methods:
        raise errors.InvalidClient("The client is registered with another method.")


def secret_is_right(proving: Proving) -> None:
    """RFC 6749 2.3.1. The comparison takes the same time for any wrong secret."""
    if proving.by(AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST) and not proving.client.has_secret(
        proving.secret
    ):
        raise errors.InvalidClient


def certificate_is_the_clients(proving: Proving) -> None:
    """RFC 8705 2.1 and 2.2: the subject is the registered one, or the certificate one of the client's."""
    if proving.by(AuthMethod.TLS):
        shown = proving.certificate
        right = certificates.is_of_subject(shown, proving.client.terms.tls) and proving.is_trusted(
            shown or b""
        )
    elif proving.by(AuthMethod.SELF_SIGNED_TLS):
        right = certificates.is_of_keys(proving.certificate, proving.keys)
    else:
        return
    if not right:
        raise errors.InvalidClient("The client certificate is not the client's.")


def assertion_is_signed_by_the_client(proving: Proving) -> None:
    """RFC 7523 3, item 9; FAPI 2.0 SP 5.4.1 for the algorithms."""
    if not proving.by(AuthMethod.PRIVATE_KEY_JWT):
        return
    algorithms = algorithms_of(proving.client, "token_endpoint_auth_signing_alg")
    try:
        proving.claims = jose.read(proving.assertion, proving.keys, algorithms).claims
    except jose.Unreadable as error:
        raise errors.InvalidClient("The client assertion cannot be verified.", detail=str(error)) from error


def assertion_is_about_the_client(proving: Proving) -> None:
    """RFC 7523 3, items 1 and 2: iss and sub are the client."""
    if not proving.by(AuthMethod.PRIVATE_KEY_JWT):
        return
    if any(proving.claims.get(name) != proving.client.client_id for name in ("iss", "sub")):
        raise errors.InvalidClient("iss and sub must both be the client_id.")


def assertion_is_for_us(proving: Proving) -> None:
    """RFC 7523 3, item 3: aud names the authorization server, by its issuer or its token endpoint."""
    if not proving.by(AuthMethod.PRIVATE_KEY_JWT):
        return
    aud = proving.claims.get("aud")
    ours = {proving.issuer, f"{proving.issuer}/oauth/token", proving.endpoint}
    named = aud if isinstance(aud, list) else [aud]
    if not any(isinstance(one, str) and one in ours for one in named):
        raise errors.InvalidClient(f"aud must be {proving.issuer}.")


def assertion_is_for_the_issuer_alone(proving: Proving) -> None:
    """FAPI 2.0 SP 5.3.2.1, item 8: only the issuer identifier, as a string, is accepted in aud."""
    if proving.by(AuthMethod.PRIVATE_KEY_JWT) and proving.claims.get("aud") != proving.issuer:
        raise errors.InvalidClient(f"aud must be the string {proving.issuer}, and nothing else.")


def assertion_is_fresh(proving: Proving) -> None:
    """RFC 7523 3, items 4 to 6; FAPI 2.0 SP 5.3.2.1, item 13."""
    if not proving.by(AuthMethod.PRIVATE_KEY_JWT):
        return
    dates.check(proving.claims, proving.bank.now, errors.InvalidClient, exp=_ASSERTION_LIFE_MAX)


def assertion_is_new(proving: Proving) -> None:
    """RFC 7523 3, item 7; OpenID Connect Core 9: jti is required, and good once."""
    if not proving.by(AuthMethod.PRIVATE_KEY_JWT):
        return
    jti = proving.claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise errors.InvalidClient("jti is missing.")
    if not proving.is_new(
        f"assertion {proving.client.client_id} {jti}", dates.seconds(proving.claims, "exp")
    ):
        raise errors.InvalidClient("This client assertion has been used before.")
