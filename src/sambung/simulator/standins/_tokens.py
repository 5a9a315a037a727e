"""Access tokens that die, and the refresh tokens that new ones are got with."""

import hashlib
import hmac
import re
from datetime import timedelta

from sambung.kit import clock

ACCESS, REFRESH = "a", "r"
_SHAPE = re.compile(r"[ar]([0-9]{1,9})\.([0-9]{1,12})\.[0-9a-f]{32}")


class Tokens:
    """An app's tokens for one account. The first two do not die: they stand for the business's own consent.

    lives  an access token
    once   whether a refresh token is good for one renewal only
    """

    def __init__(self, access: str, refresh: str, *, lives: timedelta, once: bool) -> None:
        self.lives = lives
        self.renewals = 0
        self._first = {ACCESS: access, REFRESH: refresh}
        self._once = once

    def good(self, access: str) -> bool:
        """Whether an access token is one of ours, and alive."""
        return self._of(ACCESS, access) is not None

    def renew(self, refresh: str) -> tuple[str, str] | None:
        """A new access token and a new refresh token; None for one that is used up, or not ours."""
        number = self._of(REFRESH, refresh)
        if number is None or (self._once and 0 < number < self.renewals):
            return None
        self.renewals += 1
        dies = int((clock.now() + self.lives).timestamp())
        return self._written(ACCESS, self.renewals, dies), self._written(REFRESH, self.renewals, 0)

    def _of(self, kind: str, token: str) -> int | None:
        """Of which renewal it is, 0 = the first; None when it is none, or dead."""
        if hmac.compare_digest(token.encode(), self._first[kind].encode()):
            return 0
        parts = _SHAPE.fullmatch(token)
        if parts is None:
            return None
        number, dies = int(parts[1]), int(parts[2])
        genuine = hmac.compare_digest(token, self._written(kind, number, dies))
        return number if genuine and (not dies or dies > clock.now().timestamp()) else None

    def _written(self, kind: str, number: int, dies: int) -> str:
        said = f"{kind}{number}.{dies}"
        digest = hmac.digest(self._first[kind].encode(), said.encode(), hashlib.sha256)
        return f"{said}.{digest.hex()[:32]}"
