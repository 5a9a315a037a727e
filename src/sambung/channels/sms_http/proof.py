"""Whether a request comes from the gateway: it signed the body, or it knows the secret."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from sambung.channels import Request
from sambung.channels.sms_http.config import HttpSmsConfig
from sambung.channels.sms_http.mapping import Verify
from sambung.kit.signatures import hexadecimal, same, signed_by

_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def proven(request: Request, config: HttpSmsConfig) -> bool:
    """By signature, by a header, or by the end of the hook's address (`…/hooks/ID/SECRET`, `?token=SECRET`)."""
    way = config.map.verify
    given = request.headers.get(way.header.lower(), "")
    match way.kind:
        case "hmac":
            return _signed(request, given, config, way)
        case "header":
            return _known([given.removeprefix(way.prefix)], config)
        case "token":
            return _known(_tokens(request), config)
    return bool(given and _signed(request, given, config, way)) or _known(_tokens(request), config)


def _signed(request: Request, given: str, config: HttpSmsConfig, way: Verify) -> bool:
    """Case and prefix of a hexadecimal digest are nobody's proof; a GET has no body to sign."""
    if not request.body:
        return False
    bare = given.removeprefix(way.prefix)
    if way.encoding == "hex":
        return signed_by(
            config.secrets, request.body, bare.lower(), written=hexadecimal, hash=_HASHES[way.hash]
        )
    return signed_by(
        config.secrets,
        request.body,
        bare,
        written=lambda digest: b64encode(digest).decode(),
        hash=_HASHES[way.hash],
    )


def _tokens(request: Request) -> Iterator[str]:
    yield request.query.get("token", "")
    try:
        path = urlsplit(request.url).path
    except ValueError:
        return
    yield unquote(path.rpartition("/")[2])


def _known(given: Iterable[str], config: HttpSmsConfig) -> bool:
    return any(same(one, secret) for one in given if one for secret in config.secrets)
