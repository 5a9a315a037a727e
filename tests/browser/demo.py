"""A running `sambung demo` to play against, started as anybody starts it: by its command."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "sambung-demo"
PATIENCE = 60.0
"""Seconds in which a demo has to be there: the first start seeds two weeks of traffic."""
MAIL_OFFSET = 25
"""The demo listens for mail this far above its HTTP port."""


class Demo:
    """One process on a port of its own; killed and started again it goes on with the same data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        self.data.mkdir(parents=True, exist_ok=True)
        log = self.data / "demo.log"
        command = [str(Path(sys.executable).with_name("sambung")), "demo"]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={k: v for k, v in os.environ.items() if not k.startswith("SAMBUNG_")},
            )
        ends = time.monotonic() + PATIENCE
        while not self._answers():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > ends:
                said = log.read_text(errors="replace")[-4000:]
                raise AssertionError(f"the demo {'ended' if ended else 'does not answer'}:\n{said}")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut does: nothing is said or saved any more."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """As Ctrl+C does. Raises AssertionError when it takes too long."""
        self.http.close()
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the demo did not stop within 15 s") from None

    def api(self, email: str) -> httpx.Client:
        """The product's API as one of its people."""
        answer = self.http.post("/api/v1/session", json={"email": email, "password": PASSWORD})
        answer.raise_for_status()
        return httpx.Client(
            base_url=f"{self.url}/api/v1/",
            headers={"Authorization": f"Bearer {answer.json()['token']}"},
            timeout=30,
        )

    def town(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The simulator's own API: what happens in town while nobody looks at the page."""
        answer = self.http.request(method, f"/simulator/api/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def person(self, name: str, *, phone: str = "", email: str = "") -> str:
        """Somebody new in town; their id."""
        made = self.town("POST", "people", {"name": name, "phone": phone, "email": email})
        return str(made["id"])

    def whatsapp(self, person: str, text: str) -> None:
        """They write to the shop."""
        self.town("POST", f"people/{person}/chats", {"text": text})

    def mail(self, person: str, subject: str, text: str) -> None:
        """They write a mail to the shop."""
        self.town("POST", f"people/{person}/mails", {"subject": subject, "text": text})

    def _answers(self) -> bool:
        try:
            return self.http.get("/readyz").is_success
        except httpx.TransportError:
            return False


def _free_port() -> int:
    """A free port whose mail neighbour is free as well."""
    for _ in range(100):
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + MAIL_OFFSET))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no free port")
