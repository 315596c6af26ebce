"""Signatures of messages, as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, several while a secret changes.

Headers: `webhook-id` (the same at every attempt), `webhook-timestamp` (seconds; of this attempt), `webhook-signature`
(`v1,<base64>`, one for each secret in force, with spaces between). https://www.standardwebhooks.com
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
"""A message whose time is further off than this is refused: it may be a copy of an old one."""


class NotGenuineError(ValueError):
    """A message that did not come from who has the secret, or not now."""


def new_secret() -> str:
    """A fresh secret as it is shown: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a shown secret. Raises ValueError when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a secret of a webhook") from error


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def headers(secrets_in_force: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with each secret in force."""
    signed = (signature(secret, message_id, timestamp, body) for secret in secrets_in_force)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signed)}


def verify(secret: str, given: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of a genuine message. Raises `NotGenuineError`. `given`: the headers by lower-case name; `now`: Unix seconds."""
    message_id, sent = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not (sent.isascii() and sent.isdigit()):
        raise NotGenuineError("without id or time")
    if abs(now - int(sent)) > TOLERANCE_SECONDS:
        raise NotGenuineError("too old, or from the future")
    wanted = signature(secret, message_id, int(sent), body)
    if not any(hmac.compare_digest(wanted, each) for each in given.get("webhook-signature", "").split(" ")):
        raise NotGenuineError("the signature is of another secret or another message")
    return message_id
