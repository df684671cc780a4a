"""Signing: how a receiver knows that a notification comes from here and is whole.

Neither lean push 1.0.0 nor the 1.3.11 file says how a push is signed, so this is an addition: three headers.
Source: Standard Webhooks 1.0.0, "Webhook headers (sending metadata to consumers)" and "Signature scheme".
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime

from sandbox.workspaces.signing import key_of


def headers(secret: str, message_id: str, sent_at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers. `message_id` is the same at every attempt; `sent_at` is the machine's time.

    A receiver holds the time against its own clock, so that an old message cannot be played again. Its
    clock knows nothing of the world's, which may be a year ahead.
    """
    seconds = str(int(sent_at.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }
