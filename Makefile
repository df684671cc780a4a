# Everything that one types. A machine needs Python 3.11 or later and make; all else comes into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
NODE := tests/clients/node/node_modules/.package-lock.json

.PHONY: help serve test check bench teams newcomer clean revision lock
.DEFAULT_GOAL := help

help:  ## What there is to type
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: $(STAMP)  ## Serve the sandbox at http://localhost:8080; with TLS: make serve ARGS=--tls
	$(BIN)/bryggen serve $(ARGS)

test: $(STAMP) $(NODE)  ## Run every test that this machine can run
	$(BIN)/pytest -n auto $(ARGS)

check: $(STAMP)  ## Format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## What a request costs beside a bare Flask view
	$(BIN)/python benchmarks/run.py

teams: $(STAMP)  ## Fifty teams at once for five minutes: nobody sees another's, nothing fails
	$(BIN)/python benchmarks/teams.py $(ARGS)

newcomer: $(STAMP)  ## A newcomer's first minutes, from a clean clone, with a stopwatch
	$(BIN)/python benchmarks/newcomer.py $(ARGS)

clean:  ## Remove what was made here; the data folder stays
	rm -rf .venv build dist *.egg-info tests/clients/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

revision: $(STAMP)  ## A new migration from the models: make revision MESSAGE="say what"
	$(BIN)/python -m sandbox.migrations.revision "$(MESSAGE)"

lock: $(STAMP)  ## Write down the versions that are installed
	{ sed -n '/^#/p' constraints.txt; $(BIN)/pip freeze --all --exclude-editable --exclude bryggen --exclude pip; } > constraints.new
	mv constraints.new constraints.txt

# The independent client in Node; its tests are left out where there is no Node.
$(NODE): tests/clients/node/package-lock.json
	@if command -v npm >/dev/null; then cd tests/clients/node && npm ci --silent --no-audit --no-fund; \
	else echo "npm is not here: the Node client is left out of the tests"; fi

$(STAMP): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Bryggen needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "The venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,postgres]'
	@touch $(STAMP)
