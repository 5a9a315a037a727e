"""A shop's own website, on an origin of its own, with the chat on its pages."""

import hashlib
import hmac
import html
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.browser.demo import Demo

SECRET = "what only the shop and the chat know"


class Site:
    """Serves pages that carry the snippet; reachable as 127.0.0.1, and as localhost: another origin."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(demo.url))
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def chat(self, name: str, **config: Any) -> str:
        """A web chat of this site; its key."""
        given = {"site_origins": [f"http://127.0.0.1:{self.port}"], "identity_secret": SECRET}
        with self._demo.api("admin@sambung.test") as admin:
            wanted = {"channel": "webchat", "name": name, "config": given | config}
            answer = admin.post("connections", json=wanted)
            answer.raise_for_status()
            return str(answer.json()["id"])

    def page(
        self,
        key: str,
        *,
        lang: str = "en",
        host: str = "127.0.0.1",
        identity: Mapping[str, str] | None = None,
    ) -> str:
        """The address of a page in a language, on which somebody may be signed in."""
        query = {"key": key, "lang": lang}
        if identity:
            query["identity"] = json.dumps(identity)
        return f"http://{host}:{self.port}/?{urlencode(query)}"


def proof(customer: str) -> str:
    """What the shop's server signs a customer's id with."""
    return hmac.new(SECRET.encode(), customer.encode(), hashlib.sha256).hexdigest()


def _handler(product: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: found[0] for name, found in parse_qs(urlsplit(self.path).query).items()}
            body = _page(product, asked).encode() if "key" in asked else b""
            self.send_response(200 if body else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler


def _page(product: str, asked: Mapping[str, str]) -> str:
    calls = json.dumps([["identify", json.loads(asked["identity"])]] if "identity" in asked else [])
    return f"""<!doctype html>
<html lang="{html.escape(asked["lang"])}"><head><title>Shop</title></head>
<body><main><h1>Shop</h1></main>
<script>window.Sambung = {calls}</script>
<script src="{product}/widget/{html.escape(asked["key"])}.js" async></script>
</body></html>"""
