"""The headers of this standard: what a TPP may send, and what every answer carries back.

Source: Read/Write Data API Profile 4.0, Request Headers and Response Headers; FAPI 1.0 part 1, 6.2.1.
"""

import re

from flask import Response, g, request
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, Regexp
from werkzeug.http import parse_options_header

from sandbox.gateway.validation import A_UUID, check_ip_address
from sandbox.kernel import ids

JSON = "application/json"
#: The sandbox's own: which consent a call is about, where no access token says it.
CONSENT = "x-bryggen-consent-id"
#: The sandbox's own: which authorisation waits for the PSU's yes to a new consent, and the PSU's link to it.
AUTHORISATION, PSU_LINK = "x-bryggen-authorisation-id", "x-bryggen-psu-link"
INTERACTION = "x-fapi-interaction-id"
FINANCIAL_ID = "x-fapi-financial-id"
_DAYS, _MONTHS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_HTTP_DATE = rf"^({_DAYS}), \d{{2}} ({_MONTHS}) \d{{4}} \d{{2}}:\d{{2}}:\d{{2}} (GMT|UTC)$"
_PLAYABLE = re.compile(r"[\x21-\x7e]{1,128}")


class CallHeaders(Schema):
    """What every call may carry."""

    class Meta:
        """Whatever else a client or a proxy sends is not ours to judge."""

        unknown = EXCLUDE

    request_id = fields.String(
        data_key=INTERACTION,
        validate=A_UUID,
        metadata={"description": "The id of the interaction; it is played back.", "format": "uuid"},
    )
    auth_date = fields.String(
        data_key="x-fapi-auth-date",
        validate=Regexp(_HTTP_DATE, error="A date as RFC 7231 has it is expected."),
        metadata={"description": "When the PSU last logged in with the TPP."},
    )
    customer_ip_address = fields.String(
        data_key="x-fapi-customer-ip-address",
        validate=check_ip_address,
        metadata={"description": "Where the PSU is; sent if the PSU is there."},
    )
    customer_user_agent = fields.String(
        data_key="x-customer-user-agent", metadata={"description": "What the PSU uses."}
    )


class ReadHeaders(CallHeaders):
    """What a call carries that reads what a PSU has consented to."""

    consent_id = fields.String(
        data_key=CONSENT,
        metadata={"description": "Sandbox only: the consent, where no access token is bound to one."},
    )


class RepeatableHeaders(CallHeaders):
    """What a call carries that makes something, and that may be repeated."""

    # Read/Write 4.0, Idempotency: of more than 40 characters it must be refused.
    idempotency_key = fields.String(
        data_key="x-idempotency-key",
        required=True,
        validate=Length(1, 40),
        metadata={"description": "The same key with the same body makes nothing twice, for 24 hours."},
    )


def interaction_id() -> str:
    """The id of this interaction: the TPP's, or a new one."""
    if "uk_interaction_id" not in g:
        sent = request.headers.get(INTERACTION, "")
        # Read/Write 4.0: if provided, the ASPSP must play it back. What is no header value is not.
        g.uk_interaction_id = sent if _PLAYABLE.fullmatch(sent) else ids.new_uuid()
    return str(g.uk_interaction_id)


def complete(response: Response) -> Response:
    """Play the interaction id back."""
    response.headers[INTERACTION] = interaction_id()
    return response


def accepts(*offered: str) -> str | None:
    """The first of these media types that the TPP takes; the first one where it has no wish, None if none."""
    if request.accept_charsets and request.accept_charsets.quality("utf-8") <= 0:
        return None
    if not request.accept_mimetypes:
        return offered[0]
    taken = [_plain(said) for said, quality in request.accept_mimetypes if quality > 0]
    for one in offered:
        family = f"{one.partition('/')[0]}/*"
        if any(said in (one, family, "*/*") for said in taken):
            return one
    return None


def _plain(said: str) -> str:
    """A media type without its parameters; nothing where it asks for another alphabet than ours."""
    mimetype, options = parse_options_header(said)
    return mimetype if options.get("charset", "utf-8").lower() in ("utf-8", "utf8") else ""
