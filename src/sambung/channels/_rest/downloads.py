"""Files that a provider names by an address."""

from collections.abc import Mapping

import httpx

from sambung.channels import Attachment, Fetched, OutAttachment, Refused, TryLater
from sambung.kit.net import Forbidden, Net, TooLarge

MB = 1024 * 1024


async def download(
    attachment: Attachment,
    net: Net,
    *,
    largest: int,
    url: str = "",
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """The bytes at `url` (or the attachment's own). Raises Refused, whose code is the HTTP status, and TryLater."""
    try:
        body, mime = await net.download(url or attachment.url, headers=headers, largest=largest)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status == 429 or status >= 500:
            raise TryLater(f"download: HTTP {status}", code=str(status)) from None
        raise Refused(
            "the file's address has expired, or is not for us",
            reason="media_invalid",
            code=str(status),
        ) from None
    except TooLarge:
        raise Refused(f"the file is over {largest:,} bytes", reason="media_invalid") from None
    except (Forbidden, ValueError, httpx.InvalidURL):
        raise Refused("not an address to fetch from", reason="media_invalid") from None
    except (OSError, httpx.RequestError) as error:
        raise TryLater(f"download: {type(error).__name__}") from None
    return Fetched(body, mime, attachment.name)


def within(url: str, *domains: str) -> bool:
    """Whether an https address is of one of these domains: whom our token may be shown to."""
    try:
        asked = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    host = asked.host.lower()
    return asked.scheme == "https" and any(
        host == domain or host.endswith(f".{domain}") for domain in domains
    )


def picture(file: OutAttachment, *, mimes: tuple[str, ...], largest: int) -> str:
    """The bare type of a picture to send. Raises Refused for one the provider would not take."""
    mime = file.mime.partition(";")[0].strip().lower().replace("image/jpg", "image/jpeg")
    if mime not in mimes:
        raise Refused(f"{file.name}: only {', '.join(mimes)} can be sent", reason="media_invalid")
    if not 0 < len(file.content) <= largest:
        raise Refused(
            f"{file.name} is {len(file.content):,} bytes; from 1 to {largest:,} can be sent",
            reason="media_invalid",
        )
    return mime
