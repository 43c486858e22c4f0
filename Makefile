# On a fresh machine `make demo` and `make test` are the only commands needed.

PYTHON ?= python3
PORT ?= 8000
PHOTOS ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --disable-pip-version-check

stack = $(BIN)/python -m config.stack up --port $(PORT)
demo = $(stack) --demo $(if $(PHOTOS),--photos "$(PHOTOS)")

.DEFAULT_GOAL := help
.PHONY: help demo demo-once run install test test-all test-slow soak check bench calibration audit sbom licences clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/installed ## Start the site and run the whole loop on small photos (PHOTOS=folder for your own)
	$(demo)

demo-once: $(VENV)/installed ## The same, then stop; the exit code tells whether the loop worked
	$(demo) --once

run: $(VENV)/installed ## Start the site
	$(stack)

install: $(VENV)/installed ## Install what the site needs into .venv

# Tests start some fifty Python processes, each of which would compile everything anew where no bytecode is kept.
# Checkpoints wait until the disk has them for sure: files of tests lie in memory where there are 2 GB to spare.
in_memory = $(shell free=$$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1); \
  [ "$${free:-0}" -gt 2000000 ] && echo TMPDIR=/dev/shm)
pytest = env -u PYTHONDONTWRITEBYTECODE $(in_memory) $(BIN)/python -m pytest
# What is left to `make test-all` is named by marks; a file that is named to pytest runs whole.
everyday = everyday or not (alone or browser or long or server or slow or thorough)
cores = $(shell getconf _NPROCESSORS_ONLN)
test: $(VENV)/installed-dev chromium ## Run the tests of every day (test-all runs the others as well)
	$(pytest) -m "$(everyday)" -n $(cores) --maxprocesses=4 --dist worksteal

# What a camera sees of short photos depends on what else the machine does: such tests run by themselves, first.
test-all: $(VENV)/installed-dev chromium ## Run all tests but the slow ones: what CI runs
	$(pytest) -m alone
	$(pytest) -n auto --maxprocesses=4 --dist worksteal

soak: $(VENV)/installed-dev ## Kill every part of the site, a training and a worker in the middle of their work
	$(pytest) -m soak --timeout=900

test-slow: $(VENV)/installed-dev chromium ## Run the long calibrations and simulations
	$(BIN)/python -m pytest -m slow --timeout=3600

check: $(VENV)/installed-dev ## Lint, types, import rules, migrations, templates, JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy config pipeline study synthetic attacker stats manage.py
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@templates=$$(git ls-files '*.html'); if [ -n "$$templates" ]; then echo "djade --check"; $(BIN)/djade --check $$templates; fi
	@tests=$$(git ls-files 'tests/*/js/*.js' 'tests/*/js/*.mjs'); \
	if ! command -v node >/dev/null; then echo "NOTICE: no node here; the JavaScript unit tests were not run"; \
	elif [ -n "$$tests" ]; then node --test $$tests; fi

bench: $(VENV)/installed-dev ## Run every benchmark that needs no site (PHOTOS=folder for those that look at photos)
	@set -e; for script in benchmarks/[!_]*.py; do name=$$(basename "$$script" .py); \
	case "$$name" in crop_sizes|joints_shown) continue;; attacker|loop) photos='$(if $(PHOTOS),--photos "$(PHOTOS)")';; *) photos=;; esac; \
	echo "== $$name"; eval "$(BIN)/python -m benchmarks.$$name $$photos"; done

calibration: $(VENV)/installed ## Simulate how often the verdict is wrong, and write docs/method anew (half an hour)
	$(BIN)/python -m stats calibration --runs 2000 --out docs/method

# --- release: what is in .venv, looked at from outside, so that no tool changes what it looks at ---------------

RELEASE := build/release
TOOLS := build/release-tools

audit: $(VENV)/installed $(TOOLS)/installed ## Ask PyPI about known vulnerabilities of every installed package
	@mkdir -p $(RELEASE)
	$(BIN)/pip --disable-pip-version-check freeze --exclude-editable > $(RELEASE)/requirements.txt
	@# --strict: a package that the service does not know is a failure and not a remark
	$(TOOLS)/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement $(RELEASE)/requirements.txt \
	  || { echo "error: a package above has a known vulnerability, or the service did not answer for it" >&2; exit 1; }

sbom: $(VENV)/installed $(TOOLS)/installed ## Write the list of parts (CycloneDX) to build/release/sbom.cdx.json
	@mkdir -p $(RELEASE)
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --validate \
	  --output-file $(RELEASE)/sbom.cdx.json $(BIN)/python

licences: $(VENV)/installed ## List the licence of every installed package; fails on one that is unknown or not allowed
	$(BIN)/python .ci/licences.py

$(TOOLS)/installed: pyproject.toml | $(BIN)/python
	@$(PYTHON) -m venv $(TOOLS)
	@echo "Installing the tools of a release into $(TOOLS) (once) ..."
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["release"], sep="\n")' \
	  > $(TOOLS)/requirements.txt
	$(TOOLS)/bin/pip install --disable-pip-version-check --requirement $(TOOLS)/requirements.txt
	@touch $@

clean: ## Remove what was installed and built; var/ with its data stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- installation: a stamp per set of packages, so that a second run installs nothing ------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: Sweetspot needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "       Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing Sweetspot's packages into $(VENV) (once; torch is large) ..."
	$(INSTALL) --editable '.[attacker]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing the tools for tests and checks into $(VENV) (once) ..."
	$(INSTALL) --editable '.[attacker,dev]'
	@touch $@

.PHONY: chromium
chromium: $(VENV)/installed-dev
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
	  if command -v $$name >/dev/null; then exit 0; fi; done; \
	  $(BIN)/playwright install chromium \
	  || echo "NOTICE: no Chromium here and none could be fetched; browser tests will skip"
