"""Security profiles: what the authorization server takes from a client, and gives, under each."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.clients import AuthMethod, Client
from sandbox.kernel import jose

#: FAPI 2.0 SP 5.3.2.1, item 11: a code lives for 60 seconds at most. We give no other client more.
CODE_SECONDS = 60
#: FAPI 2.0 SP 5.3.2.2, item 12: a request_uri lives for less than 600 seconds.
PUSHED_SECONDS = 300

_SECRETS = (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)
#: FAPI 2.0 SP 5.3.2.1, item 6; FAPI 1.0 Advanced 5.2.2, item 14: mutual TLS or private_key_jwt, no secrets.
_STRONG = (AuthMethod.PRIVATE_KEY_JWT, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one profile takes. `response_modes`: the first is the one for a client without a wish."""

    auth_methods: tuple[AuthMethod, ...]
    algorithms: tuple[str, ...] = jose.FAPI_ALGORITHMS
    response_types: tuple[str, ...] = ("code",)
    response_modes: tuple[str, ...] = ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")


def algorithms_of(client: Client, member: str) -> tuple[str, ...]:
    """With what a client may sign: what it has registered in that member, else what its profile takes.

    Source: OpenID Connect Registration 2, request_object_signing_alg and token_endpoint_auth_signing_alg.
    """
    registered = client.terms.details.get(member)
    return (registered,) if registered else RULES[SecurityProfile(client.profile)].algorithms


RULES: Mapping[SecurityProfile, Rules] = {
    SecurityProfile.SIMPLE: Rules((*_SECRETS, *_STRONG), jose.ALGORITHMS),
    SecurityProfile.PSD2_OAUTH: Rules((*_SECRETS, *_STRONG), jose.ALGORITHMS),
    # FAPI 1.0 Advanced 5.2.2, item 2: `code id_token`, or `code` with response_mode=jwt.
    SecurityProfile.FAPI1_ADVANCED: Rules(
        _STRONG,
        response_types=("code id_token", "code"),
        response_modes=("fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"),
    ),
    SecurityProfile.FAPI2_SECURITY: Rules(_STRONG),
    # FAPI 2.0 MS 5.4.1, item 1: JARM is required.
    SecurityProfile.FAPI2_MESSAGE_SIGNING: Rules(
        _STRONG, response_modes=("jwt", "query.jwt", "form_post.jwt")
    ),
    SecurityProfile.CIBA: Rules(_STRONG, response_types=()),
}
