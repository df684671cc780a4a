"""What may stand in a bank's file about its security.

Source: openFinance data dictionary 2.3.1, `parametersAPISecurity`, for every name that it has.
"""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from sandbox.bank.profile import AuthorizationServer, Oauth2, Sca, ScaApproach, ScaMethod, SecurityProfile
from sandbox.bank.profile_fields import Strict, flag, one_of, some_of, whole, words
from sandbox.bank.profile_security import JWS_ALGORITHMS, SignatureForm, Signing

#: Source: NextGenPSD2 1.3.11, authenticationType.
AUTHENTICATION_TYPES = ("SMS_OTP", "CHIP_OTP", "PHOTO_OTP", "PUSH_OTP", "SMTP_OTP")


class ScaMethodSchema(Strict):
    """One way to receive a one-time code."""

    makes = ScaMethod
    id = fields.String(required=True, validate=Length(1, 35))
    authenticationType = fields.String(required=True, attribute="type", validate=one_of(AUTHENTICATION_TYPES))
    name = fields.String(required=True, validate=Length(1, 70))
    explanation = fields.String()


class AuthorizationServerSchema(Strict):
    """What the bank's authorization server offers. Source: parametersAPISecurity, oauth2PrestepRequired."""

    makes = AuthorizationServer
    securityProfiles = fields.List(
        fields.String(), attribute="profiles", validate=some_of(tuple(SecurityProfile))
    )
    oauth2 = fields.String(validate=one_of(tuple(Oauth2)))
    accessTokenSeconds = whole("access_token_seconds", 60, 86400)
    refreshTokenDays = whole("refresh_token_days", 0, 730)
    dpopNonceRequired = flag("dpop_nonce")
    richAuthorizationRequests = flag("rich_requests")
    backchannelPollSeconds = whole("poll_seconds", 1, 60)

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> AuthorizationServer:
        """Profiles and the flow as enums."""
        if "profiles" in found:
            found["profiles"] = tuple(SecurityProfile(one) for one in found["profiles"])
        if "oauth2" in found:
            found["oauth2"] = Oauth2(found["oauth2"])
        return AuthorizationServer(**found)


class ApiSecuritySchema(Strict):
    """How the bank authenticates. Source: parametersAPISecurity."""

    makes = Sca
    scaApproaches = words(tuple(ScaApproach), attribute="approaches")
    scaMethods = fields.List(fields.Nested(ScaMethodSchema), required=True, attribute="methods")
    implicitAuthorisationSupported = flag("implicit_start")
    confirmationRequired = flag("confirmation_code")
    passwordAttempts = whole("password_attempts", 1, 10)
    codeAttempts = whole("code_attempts", 1, 10)
    codeLength = whole("code_length", 4, 8)
    authorisationLifetimeSeconds = whole("lifetime_seconds", 60, 86400)
    authorizationServer = fields.Nested(AuthorizationServerSchema, attribute="authorization_server")
    signatures = fields.String(validate=one_of(tuple(SignatureForm)))
    messageSigningRequired = flag("signing_required")
    messageSigningCertificateMandated = flag("signing_certificate_mandated")
    supportedMessageSignatureAlgorithms = words(
        JWS_ALGORITHMS, attribute="signing_algorithms", required=False
    )

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Sca:
        """Approaches as enums; the implicit start as its opposite; what is said of signing together."""
        prefix = "signing_"
        signing = {one.removeprefix(prefix): found.pop(one) for one in tuple(found) if one.startswith(prefix)}
        if "algorithms" in signing:
            signing["algorithms"] = tuple(signing["algorithms"])
        found["signing"] = Signing(SignatureForm(found.pop("signatures", SignatureForm.NONE)), **signing)
        found["approaches"] = tuple(ScaApproach(one) for one in found["approaches"])
        found["methods"] = tuple(found["methods"])
        found["explicit_start"] = not found.pop("implicit_start", True)
        return Sca(**found)
