"""Runs a command against a PostgreSQL of its own: `with_postgres.py COMMAND …`.

The command finds it in SAMBUNG_TEST_DATABASE. It is fast rather than durable.
"""

import os
import signal
import subprocess
import sys

from sambung.bench.cluster import CannotStart, private_cluster
from setup import find_postgres

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main() -> None:
    # Whoever ends us politely lets us take the cluster down first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs = find_postgres()
    if programs is None:
        sys.exit(
            "PostgreSQL >= 15 is missing; `python3 scripts/setup.py test` says what to install"
        )
    try:
        with private_cluster(programs, FAST) as url:
            env = {**os.environ, "SAMBUNG_TEST_DATABASE": url}
            code = subprocess.run(sys.argv[1:], env=env, check=False).returncode
    except CannotStart as failure:
        sys.exit(str(failure))
    sys.exit(code)


if __name__ == "__main__":
    main()
