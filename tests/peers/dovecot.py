"""A real IMAP server: Dovecot with a configuration of its own, in a private folder, on loopback ports.

Any user name logs in with `PASSWORD` and has an empty mailbox of its own.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient
from tests.peers.certificates import make_certificate

PASSWORD = "rahasia-uji"

_MISSING = (
    "Dovecot is not installed. These tests read mail from a real IMAP server: "
    "install the package dovecot-imapd (Debian, Ubuntu: apt-get install dovecot-imapd)."
)
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
shutdown_clients = yes
mail_location = maildir:{folder}/mail/%u
mail_privileged_group =
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
{capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_WITHOUT_IDLE = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE"


@dataclass
class Dovecot:
    """A running server. `port` speaks plain and STARTTLS, `tls_port` TLS by `certificate`."""

    folder: Path
    port: int
    tls_port: int
    certificate: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run until it answers, at most ten seconds."""
        self._process = subprocess.Popen(
            [_program(), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"Dovecot did not start: {self._said()}") from None
                time.sleep(0.02)

    def stop(self) -> None:
        """End it and every session."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    @contextmanager
    def logged_in(self, user: str) -> Iterator[IMAPClient]:
        """A client of the test's own, to put mail in and to change things."""
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def put(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        """Let a mail arrive."""
        with self.logged_in(user) as client:
            client.append(folder, raw)

    def _said(self) -> str:
        files = (self.folder / "stderr", self.folder / "log")
        return "\n".join(file.read_text() for file in files if file.exists())


@contextmanager
def dovecot(*, idle: bool = True) -> Iterator[Dovecot]:
    """Start one, stop it at the end. Fails, naming the package, where Dovecot is missing."""
    _program()
    # Not pytest's folder: unix sockets want a short path, and another user must pass through.
    folder = Path(tempfile.mkdtemp(prefix="sambung-imap-"))
    folder.chmod(0o755)
    certificate, key = make_certificate(folder)
    mail = folder / "mail"
    mail.mkdir()
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    os.chown(mail, owner.pw_uid, owner.pw_gid)
    root = os.getuid() == 0
    port, tls_port = _free_ports(2)
    (folder / "dovecot.conf").write_text(
        _CONFIG.format(
            folder=folder,
            certificate=certificate,
            key=key,
            capability="" if idle else _WITHOUT_IDLE,
            password=PASSWORD,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=port,
            tls_port=tls_port,
            internal="dovecot" if root else owner.pw_name,
            internal_group="dovecot" if root else _group(owner.pw_gid),
            login="dovenull" if root else owner.pw_name,
        )
    )
    server = Dovecot(folder, port, tls_port, certificate)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _program() -> str:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise AssertionError(_MISSING)
    return found


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
