"""The Graph API's way of saying no."""

from typing import Any

from sambung.kit import ids

TITLES = {
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    100: "Invalid parameter",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131031: "Business account has been locked",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "User's marketing messages are stopped",
    131051: "Message type unknown",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Recipient kind is not supported for this message",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Template hydrated text too long",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
    132018: "Invalid template parameter",
    133010: "Account not registered",
    190: "Invalid OAuth access token - Cannot parse access token",
    2200: "Callback verification failed",
    2500: "Unknown path components",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
}
STATUSES = {
    10: 403,
    190: 401,
    131005: 403,
    131031: 403,
    131016: 500,
    131057: 500,
    131000: 500,
    368: 403,
    130429: 429,
    80007: 429,
    4: 429,
}
"""HTTP status of an error code; 400 for all others."""


class GraphError(Exception):
    """The request is refused with this code; `details` is what a developer reads."""

    def __init__(self, code: int, details: str = "", *, subcode: int = 0) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
        self.subcode = subcode

    @property
    def status(self) -> int:
        """The HTTP status it goes with."""
        return STATUSES.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """The answer."""
        title = TITLES.get(self.code, "Unknown error")
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {title}",
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "A" + ids.secret(16),
        }
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error}

    def in_status(self) -> dict[str, Any]:
        """The same as it stands in a `failed` status."""
        title = TITLES.get(self.code, "Unknown error")
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details or title},
            "href": "/documentation/business-messaging/whatsapp/support/error-codes",
        }
