# Every target works on a fresh checkout. PORT and SAMBUNG_DATA are honoured by `run`.
PYTHON ?= python3

.PHONY: run test check lock bench format clean

run:
	@$(PYTHON) scripts/setup.py run
	@exec .venv/bin/sambung demo

# What CI runs.
test:
	@$(PYTHON) scripts/setup.py test
	@.venv/bin/python scripts/verify.py test

# The fast part of it: lint, contracts, types, unit tests on SQLite.
check:
	@$(PYTHON) scripts/setup.py check
	@.venv/bin/python scripts/verify.py check

format:
	@.venv/bin/ruff check --fix --quiet; .venv/bin/ruff format

lock:
	@$(PYTHON) scripts/setup.py check
	@scripts/lock.sh

bench:
	@$(PYTHON) scripts/setup.py run
	@.venv/bin/sambung bench

# Keeps ./data, which is somebody's conversations.
clean:
	rm -rf .venv dist build src/sambung/_web web/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
