"""The headers of this standard: what a TPP must and may send, and what every answer carries back.

Source: NextGenPSD2 IG 1.3, sections 4.8, 5.3 and 6.3; psd2-api 1.3.11, components/parameters.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.bank.profile import ScaApproach
from sandbox.gateway.validation import A_UUID, SCHEMES_REFUSED, check_ip_address, is_uuid
from sandbox.kernel import ids
from sandbox.standards.berlin_group.errors import PROBLEM, FormatError, FormatsInvalid, Message

_URI_MAX = 2000
JSON = "application/json"


class Switch(fields.String):
    """`true` or `false`, as a header says it."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(validate=OneOf(["true", "false"]), **kwargs)  # type: ignore[arg-type]


def check_address(text: str) -> None:
    """Refuse what cannot be the address of a page or an app to which a PSU is sent."""
    parts = urlsplit(text)
    in_the_web = parts.scheme in {"http", "https"}
    if not parts.scheme or parts.scheme.lower() in SCHEMES_REFUSED or (in_the_web and not parts.hostname):
        raise ValidationError("An absolute URI is expected, such as https://tpp.example/back.")


class CallHeaders(Schema):
    """What every call carries: its id."""

    class Meta:
        """Whatever else a client or a proxy sends is not ours to judge."""

        unknown = EXCLUDE

    request_id = fields.String(
        required=True,
        data_key="X-Request-ID",
        validate=A_UUID,
        metadata={"description": "ID of the call, unique to it, made by the TPP.", "format": "uuid"},
    )


class CommonHeaders(CallHeaders):
    """What most calls carry: their id, and what the TPP tells of a PSU who is present."""

    psu_ip_address = fields.String(
        data_key="PSU-IP-Address",
        validate=check_ip_address,
        metadata={
            "description": "Sent if and only if the PSU asked for this call. Calls without it are counted.",
            "format": "ipv4",
        },
    )
    psu_ip_port = fields.String(data_key="PSU-IP-Port")
    psu_accept = fields.String(data_key="PSU-Accept")
    psu_accept_charset = fields.String(data_key="PSU-Accept-Charset")
    psu_accept_encoding = fields.String(data_key="PSU-Accept-Encoding")
    psu_accept_language = fields.String(data_key="PSU-Accept-Language")
    psu_user_agent = fields.String(data_key="PSU-User-Agent")
    psu_http_method = fields.String(
        data_key="PSU-Http-Method", validate=OneOf(["GET", "POST", "PUT", "PATCH", "DELETE"])
    )
    psu_device_id = fields.String(
        data_key="PSU-Device-ID",
        validate=A_UUID,
        metadata={"format": "uuid"},
    )
    psu_geo_location = fields.String(
        data_key="PSU-Geo-Location",
        validate=Regexp(
            r"^GEO:-?[0-9]{1,2}\.[0-9]{6};-?[0-9]{1,3}\.[0-9]{6}$",
            error="A place such as GEO:60.391263;5.322054 is expected.",
        ),
    )


class PsuHeaders(CommonHeaders):
    """The headers of a call that may name the PSU."""

    psu_id = fields.String(
        data_key="PSU-ID",
        validate=Length(max=80),
        metadata={"description": "The PSU's user name or national id at this bank."},
    )
    psu_id_type = fields.String(data_key="PSU-ID-Type")
    psu_corporate_id = fields.String(data_key="PSU-Corporate-ID")
    psu_corporate_id_type = fields.String(data_key="PSU-Corporate-ID-Type")


class StartHeaders(PsuHeaders):
    """The headers of a call that may start an authorisation."""

    redirect_preferred = Switch(
        data_key="TPP-Redirect-Preferred",
        metadata={"description": "true: rather redirect; false: rather not."},
    )
    decoupled_preferred = Switch(
        data_key="TPP-Decoupled-Preferred",
        metadata={"description": "true: rather decoupled; false: rather not."},
    )
    redirect_uri = fields.String(
        data_key="TPP-Redirect-URI",
        validate=[Length(max=_URI_MAX), check_address],
        metadata={"description": "Where the PSU returns to. Mandatory in the redirect approach."},
    )
    nok_redirect_uri = fields.String(
        data_key="TPP-Nok-Redirect-URI",
        validate=[Length(max=_URI_MAX), check_address],
        metadata={"description": "Where the PSU returns to after a no; TPP-Redirect-URI when absent."},
    )
    notification_uri = fields.String(
        data_key="TPP-Notification-URI",
        metadata={"description": "Where the TPP wants to be told of changes, if the bank does that."},
    )
    notification_content = fields.String(
        data_key="TPP-Notification-Content-Preferred",
        metadata={"description": "Of which: status=X1,…,Xn, of SCA, PROCESS and LAST."},
    )


class ConsentHeaders(StartHeaders):
    """The headers of the call that creates a consent."""

    explicit_preferred = Switch(
        data_key="TPP-Explicit-Authorisation-Preferred",
        metadata={"description": "true: the TPP starts the authorisation by a call of its own."},
    )
    brand_logging_information = fields.String(data_key="TPP-Brand-Logging-Information")


class InitiationHeaders(ConsentHeaders):
    """The headers of a call at which the PSU is always present: a payment, or a signing basket."""

    psu_ip_address = fields.String(
        required=True,
        data_key="PSU-IP-Address",
        validate=check_ip_address,
        metadata={"description": "Where the PSU is. Mandatory here.", "format": "ipv4"},
    )
    consent_id = fields.String(
        data_key="Consent-ID",
        metadata={
            "description": "Of a session that also reads accounts. It is not needed here, nor looked at."
        },
    )


class PaymentHeaders(InitiationHeaders):
    """The headers of the call that initiates a payment."""

    rejection_preferred = Switch(
        data_key="TPP-Rejection-NoFunds-Preferred",
        metadata={"description": "true: rather refuse the payment at once than wait for funds."},
    )
    vop_requested = Switch(
        data_key="Client-VOP-Requested",
        metadata={
            "description": "false: do not verify the creditor; the client has, or the payer waives it."
        },
    )
    vop_request_id = fields.String(
        data_key="Client-VOP-Request-ID",
        validate=A_UUID,
        metadata={
            "description": "X-Request-ID of the verification that the client has shown to the payer.",
            "format": "uuid",
        },
    )


class VopHeaders(CallHeaders):
    """The headers of a call about payees: no PSU needs to be there."""

    accept_language = fields.String(data_key="Accept-Language")
    contract_id = fields.String(data_key="API-Contract-ID")


class VopBulkHeaders(VopHeaders):
    """The headers of the call that asks about many."""

    asynchronous_preferred = Switch(
        data_key="Client-Asynchronous-Process-Preferred",
        metadata={"description": "true: do not wait for the answers, they are read later."},
    )


class CancellationHeaders(StartHeaders):
    """The headers of the call that cancels a payment."""

    explicit_preferred = Switch(
        data_key="TPP-Explicit-Authorisation-Preferred",
        metadata={"description": "A cancellation is always started by a call of its own."},
    )


def approach_for(approaches: tuple[ScaApproach, ...], wishes: Mapping[str, str]) -> ScaApproach:
    """The approach that a bank with these takes, given the TPP's wishes: they bind nobody.

    Source: NextGenPSD2 IG 1.3, section 6.3.1, TPP-Redirect-Preferred and TPP-Decoupled-Preferred.
    """
    for name, approach in (
        ("decoupled_preferred", ScaApproach.DECOUPLED),
        ("redirect_preferred", ScaApproach.REDIRECT),
    ):
        if wishes.get(name) == "true" and approach in approaches:
            return approach
    unwanted = set()
    if wishes.get("redirect_preferred") == "false":
        unwanted.add(ScaApproach.REDIRECT)
    if wishes.get("decoupled_preferred") == "false":
        unwanted.add(ScaApproach.DECOUPLED)
    return next((one for one in approaches if one not in unwanted), approaches[0])


def require_redirect_uri(wishes: Mapping[str, str]) -> str:
    """The address to return to. Raises FormatError where there is none, for the redirect needs one."""
    if "redirect_uri" not in wishes:
        raise FormatError(Message("The redirect approach needs the PSU's way back.", "TPP-Redirect-URI"))
    return wishes["redirect_uri"]


def chosen(*offered: str) -> str:
    """The media type of the answer: the one of these that the TPP likes best, the first where it has no wish.

    Whoever takes RFC 7807 alone means JSON too. Raises FormatsInvalid.
    """
    accepted = request.accept_mimetypes
    if not accepted:
        return offered[0]
    best = accepted.best_match(offered)
    if best is not None:
        return best
    if JSON in offered and accepted.quality(PROBLEM) > 0:
        return JSON
    raise FormatsInvalid(Message(f"The answer is {' or '.join(offered)}.", "Accept"))


def complete(response: Response) -> Response:
    """Carry back the id of the call, or a fresh one where the TPP sent none that is a UUID."""
    given = request.headers.get("X-Request-ID", "")
    response.headers["X-Request-ID"] = given if is_uuid(given) else ids.new_uuid()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
