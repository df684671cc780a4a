"""Client metadata: what a client says of itself as it is registered.

Source: RFC 7591 2, and those who add to it: OpenID Connect Registration 2; RFC 8705 2.1.2 and 3.4; RFC 9101
10.5; RFC 9126 6; RFC 9449 5.2; JARM 3; OpenID CIBA 4; UK Open Banking DCR 3.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from sandbox.bank.profile import Oauth2, SecurityProfile
from sandbox.bank.profile_security import AuthorizationServer
from sandbox.credentials.clients import AuthMethod
from sandbox.gateway.reading import messages
from sandbox.oauth import errors, token

#: RFC 8705 2.1.2: one of these says how the certificate of `tls_client_auth` is recognised.
CERTIFICATE_NAMES = (
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_email",
)
#: With which algorithm the client signs: what it registers is what we take from it.
SIGNED_BY_THE_CLIENT = (
    "token_endpoint_auth_signing_alg",
    "request_object_signing_alg",
    "backchannel_authentication_request_signing_alg",
)
#: With which algorithm we are to sign for it.
SIGNED_FOR_THE_CLIENT = (
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
)
#: What only we say of a client. RFC 7592 2.2: a client that sends them back is refused.
OURS = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)
_SECRETS = (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)
_CODE, _HYBRID = "code", "code id_token"


def _text(longest: int = 256) -> fields.String:
    return fields.String(validate=Length(1, longest))


def _page() -> fields.Url:
    return fields.Url(schemes={"http", "https"}, validate=Length(max=2000))


def _flag() -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False})


def _some(longest: int = 256) -> fields.List[Any]:
    return fields.List(_text(longest), validate=Length(max=50))


class _Members(Schema):
    """The members that we understand. RFC 7591 2: those that we do not are ignored."""

    class Meta:
        """What is unknown is left out."""

        unknown = EXCLUDE

    redirect_uris = _some(2000)
    token_endpoint_auth_method = fields.String(validate=OneOf([one.value for one in AuthMethod]))
    grant_types = _some()
    response_types = _some()
    scope = _text(1000)
    client_name = _text()
    client_uri = _page()
    logo_uri = _page()
    tos_uri = _page()
    policy_uri = _page()
    contacts = _some()
    jwks = fields.Dict()
    jwks_uri = _text(2000)
    software_id = _text()
    software_version = fields.Raw()
    software_statement = _text(60_000)
    application_type = fields.String(validate=OneOf(["web", "native", "mobile"]))
    subject_type = fields.String(validate=OneOf(["pairwise", "public"]))
    tls_client_auth_subject_dn = _text(1000)
    tls_client_auth_san_dns = _text()
    tls_client_auth_san_uri = _text(2000)
    tls_client_auth_san_email = _text()
    tls_client_certificate_bound_access_tokens = _flag()
    dpop_bound_access_tokens = _flag()
    require_pushed_authorization_requests = _flag()
    require_signed_request_object = _flag()
    token_endpoint_auth_signing_alg = _text()
    request_object_signing_alg = _text()
    id_token_signed_response_alg = _text()
    userinfo_signed_response_alg = _text()
    authorization_signed_response_alg = _text()
    introspection_signed_response_alg = _text()
    backchannel_token_delivery_mode = _text()
    backchannel_client_notification_endpoint = _text(2000)
    backchannel_authentication_request_signing_alg = _text()
    backchannel_user_code_parameter = _flag()
    backchannel_user_code_parameter_supported = _flag()
    # A member of the sandbox's own: which column of its tables shall hold, where the others leave a choice.
    security_profile = fields.String(validate=OneOf([one.value for one in SecurityProfile]))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a client has said, with the defaults of RFC 7591 2. `signed`: in the United Kingdom's form."""

    told: Mapping[str, Any]
    signed: bool = False

    def says(self, name: str) -> bool:
        """Whether a member is there and is no `false`."""
        return bool(self.told.get(name))

    @property
    def auth_method(self) -> AuthMethod:
        """How the client will prove who it is. RFC 7591 2: by a secret in the header, if it says nothing."""
        return AuthMethod(self.told.get("token_endpoint_auth_method", AuthMethod.SECRET_BASIC))

    @property
    def grant_types(self) -> Sequence[str]:
        """The grants that it will use."""
        return list(self.told.get("grant_types", ["authorization_code"]))

    @property
    def response_types(self) -> Sequence[str]:
        """What it will have answered. DCR 3.3: in the United Kingdom `code id_token`, if it says nothing."""
        default = [_HYBRID if self.signed else _CODE] if "authorization_code" in self.grant_types else []
        return [" ".join(sorted(one.split())) for one in self.told.get("response_types", default)]

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where its PSUs will be sent back to."""
        return tuple(self.told.get("redirect_uris", ()))

    @property
    def scope(self) -> list[str]:
        """The words of the scope that it may ask for; none where it leaves that to the bank."""
        return list(dict.fromkeys(str(self.told.get("scope", "")).split()))


def read(said: Mapping[str, Any], *, signed: bool = False) -> Metadata:
    """Read what a client says. RFC 7592 2.2: null is as good as nothing.

    Raises InvalidRedirectUri, InvalidClientMetadata.
    """
    try:
        told = _MEMBERS.load({name: value for name, value in said.items() if value is not None})
    except ValidationError as error:
        wrong = messages(error.messages)[0]
        if str(wrong.path).startswith("redirect_uris"):
            raise errors.InvalidRedirectUri(str(wrong)) from error
        raise errors.InvalidClientMetadata(str(wrong)) from error
    return Metadata(told, signed)


def profile_of(said: Metadata, server: AuthorizationServer) -> SecurityProfile:
    """Under which of the bank's profiles a client belongs that registers so. Raises InvalidClientMetadata."""
    wished = said.told.get("security_profile")
    if wished is not None:
        fitting = [SecurityProfile(wished)]
    else:
        fitting = [one for one, is_meant in _MEANT if is_meant(said, server)]
    offered = [one for one in fitting if one in server.profiles]
    if not offered:
        raise errors.InvalidClientMetadata(f"This bank offers the profiles: {', '.join(server.profiles)}.")
    return offered[0]


def _is_strong(said: Metadata) -> bool:
    return said.auth_method not in _SECRETS


def _is_pushed(said: Metadata) -> bool:
    return said.says("require_pushed_authorization_requests") or said.says("dpop_bound_access_tokens")


def _is_signed(said: Metadata) -> bool:
    return said.says("require_signed_request_object") or said.says("authorization_signed_response_alg")


def _is_of_fapi1(said: Metadata) -> bool:
    bound = said.says("tls_client_certificate_bound_access_tokens")
    return said.signed or bound or _HYBRID in said.response_types or _is_signed(said)


#: What a client means by what it registers, the strictest first. Secrets are for no FAPI profile.
_MEANT = (
    (SecurityProfile.CIBA, lambda said, _: token.BACKCHANNEL in said.grant_types),
    (
        SecurityProfile.FAPI2_MESSAGE_SIGNING,
        lambda said, _: _is_strong(said) and _is_pushed(said) and _is_signed(said),
    ),
    (SecurityProfile.FAPI2_SECURITY, lambda said, _: _is_strong(said) and _is_pushed(said)),
    (SecurityProfile.FAPI1_ADVANCED, lambda said, _: _is_strong(said) and _is_of_fapi1(said)),
    (SecurityProfile.PSD2_OAUTH, lambda _, server: server.oauth2 is not Oauth2.NONE),
    (SecurityProfile.SIMPLE, lambda *_: True),
)
_MEMBERS = _Members()
