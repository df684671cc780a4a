"""What the bank tells us by itself, and how we know that it was the bank.

Source: Standard Webhooks 1.0.0. The libraries at standardwebhooks.com do the same.
"""

import base64
import hmac
import time
from collections.abc import Mapping

_SECONDS_OLD_MAX = 300


class Forged(Exception):
    """It is not from the bank, not whole, or old."""


def verify(headers: Mapping[str, str], body: bytes, secret: str) -> str:
    """See that a message is the bank's; its id, which is the same when it comes again. Raises Forged."""
    try:
        message_id, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
        age, told = abs(time.time() - int(sent_at)), headers["webhook-signature"].split()
    except (KeyError, ValueError) as error:
        raise Forged("a header is missing or malformed") from error
    if age > _SECONDS_OLD_MAX:
        raise Forged("too old, or from the future")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in told):
        raise Forged("the signature is not right")
    return message_id
