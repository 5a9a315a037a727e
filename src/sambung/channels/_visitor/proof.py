"""Who may show the chat, and what proves that a visitor is a customer of the business."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
from pydantic import SecretStr

from sambung.channels import Malformed, Rejected
from sambung.channels._visitor.values import LONGEST_ID, is_number, plain
from sambung.kit import clock

LONGEST_PROOF = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=1)


class Proving(Protocol):
    """Settings of a connection whose visitors may sign in. No secret: nobody can."""

    @property
    def identity_secret(self) -> SecretStr | None: ...
    @property
    def identity_secret_previous(self) -> SecretStr | None: ...
    @property
    def require_identity(self) -> bool: ...


def prove(frame: Mapping[str, Any], config: Proving, site: str) -> bool:
    """Whether the frame proves a sign-in, or only claims one. Raises Rejected for a wrong proof."""
    keys = _keys(config)
    if frame.get("jwt"):
        _check_token(plain(frame["jwt"]), keys, site)
        return True
    given, external = plain(frame.get("hash")), plain(frame.get("external_id"))
    if not frame.get("hash"):
        if config.require_identity:
            raise Rejected("sign-in required")
        return False
    if not _is_id(frame.get("external_id")):
        raise Rejected("no id to prove")
    right = [hmac.new(key, external.encode(), hashlib.sha256).hexdigest() for key in keys]
    if not any(hmac.compare_digest(one.encode(), given.lower().encode()) for one in right):
        raise Rejected("wrong hash")
    return True


def prove_token(token: str, config: Proving, site: str) -> None:
    """Raises Rejected unless the token proves a sign-in at this site."""
    _check_token(token, _keys(config), site)


def _keys(config: Proving) -> list[bytes]:
    secrets = config.identity_secret, config.identity_secret_previous
    return [found.encode() for one in secrets if one and (found := one.get_secret_value())]


def _check_token(token: str, keys: list[bytes], site: str) -> None:
    """HS256 and nothing else (RFC 8725 §3.1), for this site, living at most an hour."""
    for key in keys:
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                audience=site,
                options={
                    "require": ["exp", "aud", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as bad:
            raise Rejected("bad token") from bad
        now, ends, starts = clock.now().timestamp(), claims["exp"], claims.get("nbf", 0)
        if not is_number(ends) or not is_number(starts) or not _is_id(claims["sub"]):
            raise Rejected("bad token")
        if ends <= now:
            raise Rejected("token expired")
        if ends > now + (LONGEST_PROOF + CLOCK_SKEW).total_seconds():
            raise Rejected("token lives longer than an hour")
        if starts > now + CLOCK_SKEW.total_seconds():
            raise Rejected("token not valid yet")
        return
    raise Rejected("wrong signature")


def _is_id(value: Any) -> bool:
    """Taken whole or not at all: a shortened id would be somebody else's."""
    return bool(value) and plain(value) == value and len(value) <= LONGEST_ID


def claims_of(token: str) -> Mapping[str, Any]:
    """The claims of a token that `verify` has checked."""
    try:
        found = jwt.decode(token, options={"verify_signature": False, "verify_aud": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as bad:
        raise Malformed("bad token") from bad
    return dict(found)


def may_embed(origin: str, url: str, allowed: list[str]) -> bool:
    """Our own frame (same origin as the socket), or a site on the list."""
    origin = origin.lower().rstrip("/")
    if not origin or origin == "null":
        return False
    return origin == _origin_of(url) or any(
        origin == one or ("//*." in one and _below(origin, one)) for one in allowed
    )


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return "none"
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}"


def _below(origin: str, pattern: str) -> bool:
    scheme, _, suffix = pattern.partition("*")
    middle = origin.removeprefix(scheme).removesuffix(suffix)
    return (
        f"{scheme}{middle}{suffix}" == origin and re.fullmatch(r"[a-z0-9.-]+", middle) is not None
    )
