"""How a bank deals with the programs of TPPs: what its authorization server offers, what it wants signed."""

from dataclasses import dataclass
from enum import StrEnum


class SecurityProfile(StrEnum):
    """The rules under which an authorization server deals with a client.

    Source: RFC 6749; NextGenPSD2 IG 1.3.8, section 13; FAPI 1.0 Advanced; FAPI 2.0 Security Profile and
    Message Signing; FAPI-CIBA.
    """

    SIMPLE = "simple"
    PSD2_OAUTH = "psd2-oauth"
    FAPI1_ADVANCED = "fapi1-advanced"
    FAPI2_SECURITY = "fapi2-security"
    FAPI2_MESSAGE_SIGNING = "fapi2-message-signing"
    CIBA = "ciba"


class Oauth2(StrEnum):
    """Where OAuth 2 stands in the bank's own flows. Source: NextGenPSD2 IG 1.3.8, section 13.

    NONE: beside them, for who likes it. PRESTEP: the token comes before any call. INTEGRATED: the PSU's yes
    is the authorization.
    """

    NONE = "none"
    PRESTEP = "prestep"
    INTEGRATED = "integrated"


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """What the bank's authorization server offers. No profile: the bank has none.

    `dpop_nonce`: it hands out nonces and wants them back (RFC 9449 8). `rich_requests`: the types of
    authorization_details that it takes (RFC 9396). `poll_seconds`: how long a client
    waits before it asks again whether the PSU has answered in the app (CIBA 7.3).
    """

    profiles: tuple[SecurityProfile, ...] = tuple(SecurityProfile)[:-1]
    oauth2: Oauth2 = Oauth2.NONE
    access_token_seconds: int = 3600
    refresh_token_days: int = 180
    dpop_nonce: bool = False
    rich_requests: bool = False
    poll_seconds: int = 5


class SignatureForm(StrEnum):
    """How a bank lets a TPP sign what it sends.

    CAVAGE: `Digest`, `Signature` and `TPP-Signature-Certificate` (NextGenPSD2 IG 1.3, section 12), and
    `x-jws-signature` where 1.3.16 has that instead; JWS: the latter alone; RFC9421: HTTP message signatures.
    """

    NONE = "none"
    CAVAGE = "cavage"
    JWS = "jws"
    RFC9421 = "rfc9421"


#: The algorithms of a JWS that may be relied on. Source: RFC 7518, section 3.1.
JWS_ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


@dataclass(frozen=True, slots=True)
class Signing:
    """Whether and how this bank wants its TPPs' calls signed.

    `required`: a call without a signature is refused where production would. `certificate_mandated`: a JWS
    brings the certificate itself, its thumbprint is not enough. `algorithms` are those of a JWS.
    """

    form: SignatureForm = SignatureForm.NONE
    required: bool = True
    certificate_mandated: bool = False
    algorithms: tuple[str, ...] = JWS_ALGORITHMS
