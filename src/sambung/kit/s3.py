"""Requests to a bucket that speaks S3, signed as AWS asks (Signature Version 4, one chunk).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit


class BadBucket(ValueError):
    """The setting is not of the form `s3://KEY:SECRET@bucket/prefix?endpoint=https://…&region=…`."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """endpoint: scheme and host; the bucket is named in the path, which every S3 server understands."""

    endpoint: str
    region: str
    name: str
    prefix: str
    access_key: str
    secret_key: str

    def signed(
        self, method: str, key: str, data: bytes, now: datetime
    ) -> tuple[str, dict[str, str]]:
        """The URL and headers of a request for an object, good for some minutes around `now`."""
        path = quote(f"/{self.name}/{self.prefix}{key}", safe="/-_.~")
        digest = hashlib.sha256(data).hexdigest()
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "host": urlsplit(self.endpoint).netloc,
            "x-amz-content-sha256": digest,
            "x-amz-date": stamp,
        }
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"{method}\n{path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        signature = hmac.new(self._key(stamp[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},"
            f"SignedHeaders={names},Signature={signature}"
        )
        return self.endpoint + path, headers

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


def bucket_of(url: str) -> Bucket:
    """Read the setting; key and secret percent-encoded. Raises BadBucket."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.hostname or not parts.username or not parts.password:
        raise BadBucket("s3://KEY:SECRET@bucket/prefix?endpoint=https://…&region=…")
    region = asked.get("region", "us-east-1")
    prefix = unquote(parts.path).strip("/")
    return Bucket(
        endpoint=asked.get("endpoint", f"https://s3.{region}.amazonaws.com").rstrip("/"),
        region=region,
        name=parts.hostname,
        prefix=f"{prefix}/" if prefix else "",
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
    )
