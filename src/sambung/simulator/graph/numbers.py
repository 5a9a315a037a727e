"""Business numbers on WhatsApp, as their owner set them up with Meta."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, its secrets, and the hook its messages are posted to.

    phone    digits with country code, no '+'
    webhook  URL in the product; "" = not set up yet (see POST subscribed_apps)
    """

    phone_number_id: str
    waba_id: str
    phone: str
    name: str
    access_token: str
    app_secret: str
    verify_token: str
    webhook: str = ""
