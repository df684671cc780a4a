"""Registering: a client that wants to be known to a bank, and the checks on it, one function each.

The table `registration_checks.REGISTRATION` says which check holds under which profile.
Source: RFC 7591, RFC 7592; UK Open Banking Dynamic Client Registration 3.3 for the signed form.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.clients import AuthMethod, Client
from sandbox.delivery import fetching
from sandbox.eidas import bank_keys, statements
from sandbox.eidas.statements import Statement
from sandbox.gateway.intents import Intents
from sandbox.kernel import jose
from sandbox.kernel.errors import Refusal
from sandbox.oauth import dates, metadata, pinging, token
from sandbox.oauth.asking import OFFLINE, OPENID
from sandbox.oauth.errors import InvalidClientMetadata, InvalidRedirectUri, InvalidSoftwareStatement
from sandbox.oauth.metadata import Metadata
from sandbox.oauth.profiles import RULES, Rules
from sandbox.workspaces import key_sets, software
from sandbox.workspaces.software import Software, is_loopback

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
#: How far away the end of a signed registration may be; so long its jti is remembered.
_LIFE_MAX = timedelta(days=1)
#: DCR 3.3: the claims of a signed registration, and the members that are 1..1 in it.
_CLAIMS = ("iss", "iat", "exp", "aud", "jti")
_REQUIRED = (
    *("token_endpoint_auth_method", "grant_types", "scope", "software_statement", "application_type"),
    *("id_token_signed_response_alg", "request_object_signing_alg"),
)
#: RFC 7591 2.1: which response type belongs to which grant.
_GRANTS_OF = {"code": "authorization_code", "code id_token": "authorization_code"}
#: Whose requests are signed, whatever they prove themselves by: see `asking.is_signed` in the table.
_SIGNING = (
    SecurityProfile.FAPI1_ADVANCED,
    SecurityProfile.FAPI2_MESSAGE_SIGNING,
    SecurityProfile.CIBA,
)
_NOTIFIED_AT = "backchannel_client_notification_endpoint"
_KEYS_IN_HEADER = {"jwk", "jku", "x5c", "x5u"}


@dataclass(slots=True)
class Registration:
    """A client on its way down the table.

    `said` is all that was sent, `metadata` what we understand of it. `jws` is the signed form, whose claims
    are trusted from the first row of the table on; `keys` are the software's. `before` is the client that
    registers anew. `noted` notes a `jti`, and says whether it came for the first time.
    """

    bank: Bank
    issuer: str
    software: Software
    intents: Intents
    profile: SecurityProfile
    said: Mapping[str, Any]
    metadata: Metadata
    jwks: Mapping[str, Any] | None
    jwks_uri: str | None
    statement: Statement | None = None
    jws: str | None = None
    keys: Sequence[Mapping[str, Any]] = ()
    before: Client | None = None
    private: bool = False
    header: Mapping[str, Any] = field(default_factory=dict)
    noted: Callable[[str, float], bool] = lambda _, __: False

    @property
    def rules(self) -> Rules:
        """What the client's profile takes."""
        return RULES[self.profile]

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """DCR 3.3: where the client leaves them out, all of the statement's, or of the directory's."""
        if self.metadata.redirect_uris:
            return self.metadata.redirect_uris
        return self.statement.redirect_uris if self.statement else tuple(self.software.redirect_uris)

    @property
    def scope(self) -> list[str]:
        """RFC 7591 2: where the client leaves it out, the bank's own choice: all that its roles allow."""
        return self.metadata.scope or [OPENID, OFFLINE, *filter(self.may_have, self.intents.scopes)]

    def may_have(self, word: str) -> bool:
        """Whether the software has the role that a service takes."""
        role = self.intents.roles.get(word)
        return role is None or role in self.software.roles


def is_signed_by_the_software(found: Registration) -> None:
    """UK DCR 3.3, Of JWS & JWKS: the request is a JWS by a key of the software; FAPI 2.0 SP 5.4.1 for alg."""
    if found.jws is None:
        return
    try:
        found.header = jose.read(found.jws, found.keys, jose.FAPI_ALGORITHMS).header
    except jose.Unreadable as error:
        raise InvalidClientMetadata(
            "The request is not signed by a key of the software, with PS256, ES256 or EdDSA.",
            detail=str(error),
        ) from error


def brings_no_key(found: Registration) -> None:
    """UK DCR 3.3, Of JWS & JWKS: neither a key nor the address of one may stand in the JOSE header."""
    if not _KEYS_IN_HEADER.isdisjoint(found.header):
        raise InvalidClientMetadata("The JOSE header must not bring a key: kid names one of the key store.")


def says_all_of_itself(found: Registration) -> None:
    """UK DCR 3.3, OBClientRegistrationRequest1: what is 1..1 is there."""
    if found.jws is None:
        return
    missing = [one for one in (*_CLAIMS, *_REQUIRED) if found.said.get(one) is None]
    by_key = found.metadata.auth_method is AuthMethod.PRIVATE_KEY_JWT
    if by_key and found.said.get("token_endpoint_auth_signing_alg") is None:
        missing.append("token_endpoint_auth_signing_alg")
    if missing:
        raise InvalidClientMetadata(f"Missing: {', '.join(missing)}.")


def is_from_the_software(found: Registration) -> None:
    """UK DCR 3.3, iss: for statements of the directory it is the software_id."""
    if found.jws is not None and found.said.get("iss") != found.software.id:
        raise InvalidClientMetadata(f"iss must be the software_id, {found.software.id}.")


def is_for_this_bank(found: Registration) -> None:
    """UK DCR 3.3, aud: the id of the bank in the directory; its issuer is understood, too."""
    # A list, for a claim may be anything and need not be hashable.
    ours = [statements.bank_organisation_id(found.bank.id), found.issuer]
    if found.jws is not None and found.said.get("aud") not in ours:
        raise InvalidClientMetadata("aud must be the bank's id in the directory: /_sandbox/directory/banks.")


def is_fresh(found: Registration) -> None:
    """UK DCR 3.3, exp: a request whose time is over must be rejected."""
    if found.jws is not None:
        dates.check(found.said, found.bank.now, InvalidClientMetadata, exp=_LIFE_MAX)


def is_new(found: Registration) -> None:
    """UK DCR 3.3, jti: a UUID of version 4; RFC 7519 4.1.7: it is good once."""
    if found.jws is None:
        return
    jti, until = found.said["jti"], dates.seconds(found.said, "exp") or 0.0
    if not isinstance(jti, str) or not _UUID4.fullmatch(jti):
        raise InvalidClientMetadata("jti must be a UUID of version 4.")
    if not found.noted(f"registration {found.software.workspace_id} {found.software.id} {jti}", until):
        raise InvalidClientMetadata("This request has been used before.")


def statement_is_the_clients(found: Registration) -> None:
    """RFC 7591 3.2.2, invalid_software_statement: it is about whoever registers."""
    if found.statement is not None and found.statement.software_id != found.software.id:
        raise InvalidSoftwareStatement("The software statement is about another app.")


def software_id_is_that_of_the_statement(found: Registration) -> None:
    """UK DCR 3.3, software_id: it is that of the statement, which has precedence by RFC 7591 2.3."""
    named = found.metadata.told.get("software_id", found.software.id)
    if found.statement is not None and named != found.statement.software_id:
        raise InvalidClientMetadata("software_id is not that of the software statement.")


def is_of_the_client_that_was(found: Registration) -> None:
    """RFC 7592 2.2: client_id is the client's own, client_secret its present one, ours is not sent."""
    before = found.before
    if before is None:
        return
    # DCR 3.3 leaves client_id out where it is signed; RFC 7592 does not.
    named = found.said.get("client_id", before.client_id if found.jws else None)
    if named != before.client_id:
        raise InvalidClientMetadata(f"client_id must be {before.client_id}.")
    if ours := [one for one in metadata.OURS if one in found.said]:
        raise InvalidClientMetadata(f"Leave out what only the bank says: {', '.join(ours)}.")
    secret = found.said.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and before.has_secret(secret)):
        raise InvalidClientMetadata("client_secret is not the client's; a client cannot choose one.")


def proves_itself_as_its_profile_does(found: Registration) -> None:
    """FAPI 2.0 SP 5.3.2.1-6; FAPI 1.0 Advanced 5.2.2-14: mutual TLS or private_key_jwt, and no secrets."""
    if found.metadata.auth_method not in found.rules.auth_methods:
        raise InvalidClientMetadata(
            f"token_endpoint_auth_method is one of: {', '.join(found.rules.auth_methods)}."
        )


def grants_are_offered(found: Registration) -> None:
    """RFC 7591 2, grant_types: the bank gives tokens by them to clients of that profile."""
    in_the_app = found.profile is SecurityProfile.CIBA
    # CIBA 4: a client that asks in the bank's app sends no browser here, and another one never asks there.
    foreign = "authorization_code" if in_the_app else token.BACKCHANNEL
    offered = [one for one in token.GRANTS if one != foreign]
    if not found.metadata.grant_types or not set(found.metadata.grant_types) <= set(offered):
        raise InvalidClientMetadata(f"grant_types under {found.profile} are: {', '.join(offered)}.")


def answers_are_offered(found: Registration) -> None:
    """RFC 7591 2, response_types; FAPI 2.0 SP 5.3.2.2-1: `code` alone; FAPI 1.0 Adv. 5.2.2-2: hybrid."""
    offered = found.rules.response_types
    if not set(found.metadata.response_types) <= set(offered):
        raise InvalidClientMetadata(
            f"response_types under {found.profile} are: {', '.join(offered) or 'none'}."
        )


def grants_and_answers_agree(found: Registration) -> None:
    """RFC 7591 2.1: no response type without the grant that it leads to, and no grant without one."""
    by_code = "authorization_code" in found.metadata.grant_types
    wanted = {_GRANTS_OF[one] for one in found.metadata.response_types}
    if by_code != bool(wanted):
        raise InvalidClientMetadata("response_types and the grant authorization_code go together.")


def redirect_uris_are_given(found: Registration) -> None:
    """RFC 7591 2, redirect_uris: whoever sends browsers must register where they come back to."""
    if "authorization_code" in found.metadata.grant_types and not found.redirect_uris:
        raise InvalidRedirectUri("redirect_uris are missing, here and in the directory.")


def redirect_uris_are_fit(found: Registration) -> None:
    """RFC 6749 3.1.2; FAPI 2.0 SP 5.3.2.2-8: absolute, no fragment, https or the PSU's own machine."""
    try:
        software.check_redirect_uris(found.redirect_uris)
    except software.RedirectUriUnfit as refusal:
        raise InvalidRedirectUri(refusal.text, detail=refusal.detail) from refusal


def redirect_uris_are_of_the_statement(found: Registration) -> None:
    """UK DCR 3.3, redirect_uris; RFC 7591 2.3: all of them stand in the software statement."""
    if found.statement is None:
        return
    if strange := set(found.redirect_uris) - set(found.statement.redirect_uris):
        raise InvalidRedirectUri(f"{min(strange)[:200]} does not stand in the software statement.")


def redirect_uris_are_of_the_web(found: Registration) -> None:
    """UK DCR 3.3, redirect_uris: https, and no host that is localhost."""
    if found.jws is None:
        return
    for uri in found.redirect_uris:
        parts = urlsplit(uri)
        if parts.scheme != "https" or parts.hostname == "localhost":
            raise InvalidRedirectUri(f"{uri[:200]} is not https, or of localhost.")


def keys_are_given_once(found: Registration) -> None:
    """RFC 7591 2, jwks: it must not come together with jwks_uri."""
    if {"jwks", "jwks_uri"} <= set(found.metadata.told):
        raise InvalidClientMetadata("Give jwks or jwks_uri, not both.")


def keys_are_fit(found: Registration) -> None:
    """FAPI 2.0 SP 5.4.1 to 5.4.3: public keys of a fit kind and length with a kid, or an https address."""
    if found.statement is not None:
        return
    try:
        if found.jwks is not None:
            key_sets.check(found.jwks)
        elif "jwks_uri" in found.metadata.told:
            fetching.check_address(found.metadata.told["jwks_uri"], private=found.private)
    except Refusal as refusal:
        raise InvalidClientMetadata(refusal.text, detail=refusal.detail) from refusal


def keys_are_there(found: Registration) -> None:
    """RFC 7591 2, private_key_jwt; RFC 9101 6.2: what a client signs is verified with a key that we know."""
    signs = found.metadata.auth_method is AuthMethod.PRIVATE_KEY_JWT or found.profile in _SIGNING
    if signs and found.jwks is None and found.jwks_uri is None:
        raise InvalidClientMetadata("This client will sign, and there are no keys, here or in the directory.")


def certificate_is_named(found: Registration) -> None:
    """RFC 8705 2.1.2: tls_client_auth has exactly one name; 2.2.2: one's own certificate is an x5c."""
    named = [one for one in metadata.CERTIFICATE_NAMES if one in found.metadata.told]
    by_name = found.metadata.auth_method is AuthMethod.TLS
    if len(named) != by_name:
        raise InvalidClientMetadata(
            f"tls_client_auth, and nothing else, takes one of: {', '.join(metadata.CERTIFICATE_NAMES)}."
        )
    if found.metadata.auth_method is AuthMethod.SELF_SIGNED_TLS:
        keys = (found.jwks or {}).get("keys", ())
        if not any(isinstance(one.get("x5c"), list) and one["x5c"] for one in keys):
            raise InvalidClientMetadata("A certificate of one's own stands in jwks, as x5c of its key.")


def signs_with_what_its_profile_takes(found: Registration) -> None:
    """FAPI 2.0 SP 5.4.1; FAPI 1.0 Advanced 8.6: PS256, ES256 or EdDSA, no RS256 and never none."""
    for name in metadata.SIGNED_BY_THE_CLIENT:
        if name in found.metadata.told and found.metadata.told[name] not in found.rules.algorithms:
            raise InvalidClientMetadata(f"{name} is one of: {', '.join(found.rules.algorithms)}.")


def has_signed_for_it_what_we_sign(found: Registration) -> None:
    """FAPI 2.0 SP 5.4.1; OpenID Registration 2, id_token_signed_response_alg: we sign with PS256."""
    for name in metadata.SIGNED_FOR_THE_CLIENT:
        if found.metadata.told.get(name, bank_keys.PS256) != bank_keys.PS256:
            raise InvalidClientMetadata(f"{name} is {bank_keys.PS256}.")


def scope_is_known(found: Registration) -> None:
    """RFC 7591 2, scope: a client is registered for what there is."""
    known = (OPENID, OFFLINE, *found.intents.scopes)
    if not set(found.scope) <= set(known):
        raise InvalidClientMetadata(f"scope is made of: {' '.join(known)}.")


def scope_is_within_the_roles(found: Registration) -> None:
    """UK DCR 3.3, scope: it is a subset of what the software's roles in the directory are for."""
    if strange := [word for word in found.scope if not found.may_have(word)]:
        raise InvalidClientMetadata(f"The software does not have the role for: {' '.join(strange)}.")


def tokens_can_be_bound(found: Registration) -> None:
    """FAPI 1.0 Advanced 5.2.2-5, -6: tokens are bound to certificates, and to nothing else."""
    if found.metadata.says("dpop_bound_access_tokens"):
        raise InvalidClientMetadata(f"Under {found.profile} tokens are bound to certificates, not by DPoP.")


def is_asked_in_the_app_by_poll_or_ping(found: Registration) -> None:
    """OpenID CIBA 4; FAPI-CIBA 5.2.2-3 to -5: backchannel_token_delivery_mode is there, and is never push."""
    mode = found.metadata.told.get("backchannel_token_delivery_mode")
    if mode not in ("poll", pinging.PING):
        raise InvalidClientMetadata("backchannel_token_delivery_mode is poll or ping.")
    # CIBA 4: ping needs an https address at which the client is told.
    if mode == pinging.PING and not _is_notified_at(str(found.metadata.told.get(_NOTIFIED_AT, ""))):
        raise InvalidClientMetadata(f"{_NOTIFIED_AT} must be an https address.")
    # CIBA 4; DCR 3.3: user codes are not asked for.
    if any(found.metadata.says(f"backchannel_user_code_parameter{one}") for one in ("", "_supported")):
        raise InvalidClientMetadata("This bank asks for no user codes.")


def _is_notified_at(uri: str) -> bool:
    """Whether a client can be told there: by https, or on the developer's own machine."""
    parts = urlsplit(uri) if uri else None
    return parts is not None and bool(parts.hostname) and (parts.scheme == "https" or is_loopback(uri))
