"""What shows that a post comes from the system: a signature in a header of its choice, or a token."""

import base64
import hashlib

from sambung.channels import Rejected, Request
from sambung.channels._posted import secrets
from sambung.channels.webhook.config import WebhookConfig
from sambung.kit.signatures import same, signed_by


def check(request: Request, config: WebhookConfig) -> None:
    """Raises Rejected."""
    if config.proof == "standard":
        secrets.check(request, config)
        return
    given = request.headers.get(config.proof_header.lower(), "").strip()
    if config.proof == "token":
        shown = given.removeprefix("Bearer ").strip()
        fine = any(same(shown, secret) for secret in config.secrets)
    elif config.proof == "hmac_sha256_base64":
        plain = given.removeprefix("sha256=")
        fine = signed_by(config.secrets, request.body, plain, written=_base64)
    else:
        hash = hashlib.sha1 if config.proof == "hmac_sha1" else hashlib.sha256
        plain = given.rpartition("=")[2].lower()
        fine = signed_by(config.secrets, request.body, plain, hash=hash)
    if not fine:
        raise Rejected("the signature or token is missing or wrong")


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
