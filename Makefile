# `make demo` and `make test` set up everything they need; they want Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Modules whose types are all right and stay so; the rest pass numpy arrays and click options around in ways that mypy can't follow yet.
TYPED := funnel_xl/errors.py $(addprefix funnel_xl/sales/,answers.py column.py currency.py deals.py fields.py finding.py grid.py header.py \
	placement.py probability.py share.py tier.py workdays.py) funnel_xl/sheets/describe.py \
	$(addprefix funnel_xl/build/,demo.py demo_team.py pages.py) $(wildcard benchmarks/*.py)

.PHONY: demo test test-office test-com bench-com lint workbook pictures bench proof docs clean

demo: $(INSTALLED)      ## invented deals of a medical-device team, and their review pack
	@$(BIN)/funnel-xl demo demo

test: $(TEST_INSTALLED)     ## all that needs Python only
	$(BIN)/python -m pytest -q -m "not office and not com and not proof"

test-office: $(TEST_INSTALLED)      ## what needs LibreOffice and poppler-utils
	$(BIN)/python -m pytest -q -m office

test-com: $(TEST_INSTALLED)     ## the functions through xlwings' COM server under Wine, which is set up on first use (root)
	$(BIN)/python -m pytest -q -m com

bench-com: $(TEST_INSTALLED)    ## what the functions cost there, against functions that do nothing
	$(BIN)/python benchmarks/functions.py

lint: $(TEST_INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/mypy --ignore-missing-imports --follow-imports=silent $(TYPED)

docs: $(INSTALLED)      ## the pages of docs/ that are made from the program's own data
	$(BIN)/python -m funnel_xl.build.pages

workbook: $(TEST_INSTALLED)     ## workbook/Funnel.xlsm and Funnel.xlam, from text
	@$(BIN)/python -m funnel_xl.build workbook

pictures: $(TEST_INSTALLED)     ## the demo's pack as PNG in docs/, drawn by LibreOffice
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.build.pictures

bench: $(TEST_INSTALLED)    ## every promise of speed against its floor, in one run
	@for name in help check review report place; do echo "== benchmarks/$$name.py"; $(BIN)/python benchmarks/$$name.py || failed=1; done; exit $${failed:-0}

proof: $(TEST_INSTALLED)    ## everything at full size; takes an hour, and writes its results into docs/
	$(BIN)/python -m pytest -q -m proof
	@for script in $(wildcard tests/proof/[a-z]*.py); do $(BIN)/python -m tests.proof.$$(basename $$script .py) || exit 1; done

clean:
	rm -rf $(VENV) demo build dist *.egg-info

# A virtual environment whose Python has gone (an upgrade of the system) is made anew.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "error: there is no $(PYTHON). Install Python 3.11 or newer, or say which to use: make PYTHON=/path/to/python3.12"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $$($(PYTHON) --version) is too old; funnel-xl needs 3.11 or newer. If a newer one is installed: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $$($(PYTHON) --version) lacks its venv module. On Debian and Ubuntu: sudo apt install python3-venv"; exit 2; }
	@echo "Making the environment in $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	@$(PIP) --editable .
	@touch $@

$(TEST_INSTALLED): pyproject.toml | $(BIN)/python
	@$(PIP) --editable ".[test]"
	@touch $@ $(INSTALLED)
