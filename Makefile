# TEMIS. `make` alone lists what there is. Needs Python 3.11 or later with venv, GNU make and the package
# registries; what else is needed is installed here or named in one line.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.done
PYTHON ?= $(shell command -v python3.11 || command -v python3)
SERVE ?= 1

MESSAGES := $(shell find temis -path '*/locale/*' -name '*.po' 2>/dev/null)
FRONTEND := $(shell find frontend -path '*/node_modules' -prune -o -type f -print 2>/dev/null)

.PHONY: help install demo test bench messages frontend lint format shots lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(STAMPS)/project $(STAMPS)/messages frontend ## everything TEMIS needs to run, into .venv

demo: install ## load the demo province and serve it on http://127.0.0.1:8000 (SERVE=0: only load)
	scripts/system_packages.sh run
	$(BIN)/temis demo $(if $(filter 0,$(SERVE)),--no-serve)

test: install ## all checks and tests, exactly as CI runs them
	scripts/system_packages.sh test
	scripts/check.sh
	scripts/test.sh

lint: install ## the checks without the tests
	scripts/check.sh

format: $(STAMPS)/python ## lay out Python files
	$(BIN)/ruff check --fix --exit-zero -q .
	$(BIN)/ruff format .

bench: install ## imports, pages, reports of a province, then of the country in three sizes (SIZES="10000 …", KEEP=1)
	$(BIN)/python -m benchmarks $(if $(SIZES),--sizes $(SIZES)) $(if $(KEEP),--keep)

messages: $(STAMPS)/project ## extract texts for translation, then compile them
	scripts/system_packages.sh gettext
	$(BIN)/python scripts/messages.py extract
	$(BIN)/python scripts/messages.py compile

frontend: $(STAMPS)/frontend ## build styles and scripts into temis/core/static/dist

shots: install ## take the pictures of the guides anew
	scripts/system_packages.sh test
	$(BIN)/python scripts/screenshots.py

lock: $(STAMPS)/python ## renew the lock files after a change of requirements*.in
	scripts/lock.sh

clean: ## remove what can be made again; the data in .temis stays
	rm -rf $(VENV) build dist temis.egg-info frontend/node_modules temis/core/static/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find temis tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find temis -path '*/locale/*' -name '*.mo' -delete

$(STAMPS)/python: requirements-dev.txt
	@"$(PYTHON)" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "TEMIS needs Python 3.11 or later with venv: apt-get install python3 python3-venv" >&2; exit 1; }
	test -x $(BIN)/pip || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/project: $(STAMPS)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/messages: $(STAMPS)/python scripts/messages.py $(MESSAGES)
	$(BIN)/python scripts/messages.py compile
	@touch $@

$(STAMPS)/node_modules: $(STAMPS)/python $(wildcard frontend/package-lock.json)
	scripts/npm.sh ci --ignore-scripts
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/node_modules $(FRONTEND)
	scripts/npm.sh run build
	@touch $@
