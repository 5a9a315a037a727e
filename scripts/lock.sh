#!/bin/sh
# Compiles the three locks, with the hashes of every platform's files and without naming any index.
# Extra arguments go to the compiler: `scripts/lock.sh --upgrade`.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-annotate \
        --custom-compile-command "make lock" "$@"
}

compile pyproject.toml --group build --output-file requirements.lock "$@"
compile pyproject.toml --group build --group dev --output-file requirements-dev.lock "$@"
compile --group node --output-file requirements-node.lock "$@"
