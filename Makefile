# make gate: judge every construction. make test: the whole test suite. make lint: ruff and mypy.
# Each creates .venv when it is missing and installs the exact versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)

.PHONY: gate test lint

gate: .venv/installed
	$(BIN)/proofcheck gate -j $(JOBS) constructions

test: .venv/installed
	$(BIN)/python -m pytest -n auto

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "proofcheck needs Python 3.11 or newer, found " + sys.version.split()[0] + ": say make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch .venv/installed
