# `make` shows what there is. Everything happens in this directory: .venv/, node_modules/ and var/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
ASSETS := platform/clais/web/static/vendor/manifest.json
# The headless shell draws no window around a page, which takes the whole browser a fifth of the time of a browser test.
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium-headless-shell /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))
JOBS ?= 2

export CHROMIUM
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PIP_NO_INPUT := 1
# Where bytecode is not written, each process that a test starts compiles the house, and each worker the tests as well.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo dev test changed chaos check bench bench-large docs release clean environment tools chromium
.PHONY: postgresql pango check-style check-types check-layers check-rows check-migrations check-texts check-templates check-documents

help: ## Show this list
	@echo "CLAIS"
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: environment ## Fill a federation of examples and serve it on 127.0.0.1:$PORT (8000); Ctrl-C stops everything
	@exec $(BIN)/clais demo $(DEMO)

dev: tools ## The same, for whoever writes the house: what is saved is on the next page
	@exec $(BIN)/clais demo --reload $(DEMO)

ifeq ($(TESTS),)
test: tools chromium postgresql pango ## Run every check and every test; TESTS=tests/tenants/people runs those tests alone
	@status=0
	$(MAKE) check || status=1
	[ $$status = 0 ] || echo "make check found faults: see above."
	$(BIN)/python -m pytest -n $(JOBS) --times tests $(PYTEST) || status=1
	exit $$status
else
test: tools chromium postgresql pango
	@exec $(BIN)/python -m pytest -q $(TESTS) $(PYTEST)
endif

changed: tools ## Style, tests and layers of what differs from the main branch (BASE=…), in seconds
	@exec $(BIN)/python -m config.checks.changed $(PYTEST)

chaos: tools ## Kill processes of a house at work for ten minutes (CHAOS_SECONDS=…): nothing is lost, nothing doubled
	@CHAOS_SECONDS=$${CHAOS_SECONDS:-600} $(BIN)/python -m pytest -q -s tests/chaos $(PYTEST)

# Types take as long as all the others together. What each one says stays in one piece.
check: tools ## Style, types, layers, row security, migrations, French, templates, documents
	@$(MAKE) --keep-going --jobs=$(JOBS) --output-sync=target check-types check-style check-layers check-rows check-migrations check-texts check-templates check-documents

check-style:
	@echo "— style"
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .

check-types:
	@echo "— types"
	$(BIN)/mypy platform/clais tenants support_center config tests

check-layers:
	@echo "— layers"
	$(BIN)/lint-imports --no-logo

check-rows:
	@echo "— row security"
	$(BIN)/python -m config.checks.row_security
	$(BIN)/python -m config.checks.picture

check-migrations:
	@echo "— migrations"
	$(BIN)/python -m config.checks.migrations

check-texts:
	@echo "— French"
	$(BIN)/python -m config.checks.translations

check-documents:
	@echo "— documents"
	$(BIN)/python -m config.documents --check

check-templates:
	@echo "— templates"
	$(BIN)/python -m config.checks.templates

bench: environment ## Measure speed against a bare view; writes var/benchmarks.json
	@$(BIN)/python -m config.benchmarks $(BENCH)

bench-large: environment ## The same with 10 000 tenants and a million people (BENCH="--tenants 1000 --people 20000")
	@$(BIN)/python -m config.benchmarks --large $(BENCH)

docs: environment ## Draw anew what docs/ has from the code
	@$(BIN)/python -m config.documents
	@$(BIN)/python -m config.checks.picture --write

release: tools ## Put the migrations on record as released, with a small database as they make it
	@$(BIN)/python -m config.release

clean: ## Remove what was installed and made, but the data in var/
	@rm -rf .venv node_modules platform/clais/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What a run needs. Each step leaves a stamp, so that the second time takes no time.

environment: $(STAMPS)/runtime $(STAMPS)/clais $(ASSETS)
tools: $(STAMPS)/development $(STAMPS)/clais $(ASSETS)

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
	    echo "CLAIS needs Python 3.11 or later; $$($(PYTHON) --version 2>&1) is here. Try: make PYTHON=python3.12 …" >&2; exit 1; }
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	        apt-get update --quiet && apt-get install --yes --quiet python3-venv
	    else
	        echo "Python has no venv here. On Debian: sudo apt-get install python3-venv" >&2; exit 1
	    fi
	fi
	rm -rf .venv
	$(PYTHON) -m venv .venv

$(STAMPS)/runtime: requirements/runtime.txt | $(BIN)/pip
	@[ -e $(STAMPS)/development ] && [ $(STAMPS)/development -nt $< ] || {
	    echo "Python packages…"
	    $(BIN)/pip install -qq --require-hashes --only-binary :all: -r $<; }
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/development: requirements/development.txt | $(BIN)/pip
	@echo "Python packages, with those of tests…"
	$(BIN)/pip install -qq --require-hashes --only-binary :all: -r $<
	mkdir -p $(STAMPS) && touch $@

# The house itself, in place: no copy, hence nothing to install again when a file changes.
$(STAMPS)/clais: pyproject.toml requirements/hatch_dependencies.py | $(BIN)/pip
	@$(BIN)/pip install -qq --no-deps --no-build-isolation --no-index -e .
	touch $@

$(STAMPS)/clais: | $(if $(filter test check release tools,$(MAKECMDGOALS)),$(STAMPS)/development,$(STAMPS)/runtime)

node_modules/.package-lock.json: package-lock.json package.json
	@command -v npm >/dev/null || { echo "npm is missing. On Debian: sudo apt-get install npm" >&2; exit 1; }
	echo "Front-end files…"
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# What names a class or an icon: only the rules and drawings that pages have are served.
PAGES := $(shell find platform tenants support_center -name '*.html' -o -name '*.py' -o -path '*/static/js/*.js')

$(ASSETS): node_modules/.package-lock.json $(PAGES) | $(STAMPS)/clais
	@$(BIN)/python -m clais.web.assets
	touch $@

chromium:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    echo "Chromium…"
	    apt-get update --quiet
	    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends chromium-headless-shell
	else
	    echo "The tests need Chromium. On Debian: sudo apt-get install chromium-headless-shell" >&2; exit 1
	fi
endif

# What draws the text of a PDF; without it the tests of what is printed fail.
pango:
ifeq ($(and $(wildcard /usr/lib/*/libpangoft2-1.0.so.0),$(wildcard /usr/lib/*/libharfbuzz-subset.so.0)),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    echo "Pango…"
	    apt-get update --quiet
	    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
	else
	    echo "The tests need Pango. On Debian: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" >&2; exit 1
	fi
endif

# A server of another version than the embedded one, and a pooler, as others run them; without them some tests are skipped.
postgresql:
ifeq ($(and $(wildcard /usr/lib/postgresql/*/bin/postgres),$(wildcard /usr/sbin/pgbouncer)),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    echo "PostgreSQL and PgBouncer…"
	    apt-get update --quiet
	    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends postgresql pgbouncer
	fi
endif
