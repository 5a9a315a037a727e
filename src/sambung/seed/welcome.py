"""What the demo says at its start: where to look, and who can sign in."""

from sambung.seed.business import PASSWORD, STAFF
from sambung.settings import Settings

OFFSET = 25
"""The demo's mail listener is this far above its HTTP port, where nobody chose another."""


def settings_for(settings: Settings) -> Settings:
    """As configured, with what the simulated world needs: mail comes in, and providers are on this machine."""
    mail_port = settings.mail_port or settings.port + OFFSET
    return settings.model_copy(update={"mail_port": mail_port, "allow_private_network": True})


def welcome(settings: Settings) -> str:
    """Some lines for the terminal."""
    url = settings.base_url
    people = "\n".join(f"    {address:<26} {role}" for address, _, role, _ in STAFF)
    return f"""
  Sambung is running a demo business, Toko Nusantara.

  Agents' desk      {url}/
  Be the customer   {url}/simulator/

  Sign in as (password {PASSWORD}):
{people}

  Press Ctrl+C to stop.
"""
