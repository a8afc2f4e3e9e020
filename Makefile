# The two commands of the README, and what CI runs. Each does its own set-up: Python 3.11+ and a package index are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test quick check lint types audit bench fuzz prove picture clean

demo: $(INSTALLED)
	$(BIN)/mlsec-scan --demo --fail-on never --allow-unknown

# Idle workers take over what is left of others: a long test at the end keeps nobody waiting.
PYTEST := $(BIN)/python -m pytest -q -n auto --dist worksteal

test: $(INSTALLED)
	$(PYTEST)

# What a change normally breaks. Scans over sockets by the hundred, databases, a browser and long proofs are left out.
quick: $(INSTALLED)
	$(PYTEST) -m 'not slow'

check: lint types audit

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

audit: $(INSTALLED)
	$(BIN)/python -m tests.audit

# Five minutes for each target, in the night: `make fuzz SECONDS=60` is shorter.
fuzz: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
	$(BIN)/python -m tests.fuzz.nightly --seconds $(or $(SECONDS),300)

# What was not seen may only become unknown: views are drawn for eight hours, or `make prove SECONDS=600`.
prove: $(INSTALLED)
	$(BIN)/python -m tests.soundness.night --seconds $(or $(SECONDS),28800)

bench: $(INSTALLED)
	$(BIN)/python -m tests.bench.report

picture: $(INSTALLED)
	$(BIN)/python -m tests.report.picture

$(INSTALLED): pyproject.toml tests/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mlsec-scan needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint tests/constraints.txt --editable '.[dev]'
	touch $(INSTALLED)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz
