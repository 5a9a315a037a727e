"""Words to send."""

from sambung.channels import Refused


def fitting(text: str, longest: int) -> str:
    """The text, where it says something and is not too long (in characters). Raises Refused."""
    if not text.strip():
        raise Refused("the message is empty", reason="invalid")
    if len(text) > longest:
        raise Refused(
            f"the text has {len(text):,} characters; at most {longest:,} here", reason="invalid"
        )
    return text
