# What can be done here; `make help` prints it. ROUNDS_PORT, ROUNDS_DATA and ROUNDS_PUBLIC_URL move everything.
SHELL := /bin/bash -o pipefail
PYTHON ?= python3
BIN := .venv/bin
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml --omit-header --add-location=file --sort-by-file -c NOTE: -k Invalid -k Forbidden -k NotFound -k Conflict -k Gone -k Unavailable --ignore-dirs='.* _* node_modules vendor tests'

.DEFAULT_GOAL := help
.PHONY: help install demo test test-deps check bench words constraints

help: ## Show this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

install: .venv/installed ## Make .venv with everything pinned in constraints.txt
.venv/installed: constraints.txt pyproject.toml $(wildcard rounds/media/sfu/loop/*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "rounds needs Python 3.11 or newer: make install PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Install your system's venv package (on Debian: apt install python3-venv) and try again."; exit 1; }
	@echo "Installing into .venv, about a minute …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q rounds # a server that may not write here starts as fast
	@touch $@

demo: install ## Serve a demo clinic at http://localhost:8080 and print its sign-in links
	@exec $(BIN)/rounds demo $(ARGS)

test-deps: ## Install what the tests need from Debian or Ubuntu (Chromium, PostgreSQL, Node, coturn, Caddy)
	@bash tests/dependencies.sh install

test: deps install static/node_modules/installed ## Run all tests: calls between browsers alone, as they measure, the rest on two cores
	@$(BIN)/pytest -m alone; calls=$$?; $(BIN)/pytest -m "not alone" -n 2 --dist loadfile --no-loadscope-reorder --durations 20 && exit $$calls

check: install static/node_modules/installed ## Format, lint, types, floors, pages, browser modules, words, sizes
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/djlint --quiet --lint templates
	@cd static && node_modules/.bin/tsc
	@$(EXTRACT) -o /dev/stdout . | diff -u rounds/locale/rounds.pot - || { echo "The catalogue is behind the code: make words"; exit 1; }
	@$(BIN)/python -m tests.house.sizes

bench: install static/node_modules/installed tests/bench/livedoc/node_modules/installed ## Measure what docs/MEASUREMENTS.md promises
	@$(BIN)/python -m tests.bench

words: install ## Collect the texts of code and pages into rounds/locale/rounds.pot
	@mkdir -p rounds/locale && $(EXTRACT) -o rounds/locale/rounds.pot .

constraints: ## Write constraints.txt anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --all-extras --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade pyproject.toml constraints.in -o constraints.txt

.PHONY: deps
deps:
	@bash tests/dependencies.sh

static/node_modules/installed: static/package-lock.json
	@cd static && npm ci --silent && touch node_modules/installed

tests/bench/livedoc/node_modules/installed: tests/bench/livedoc/package-lock.json
	@cd tests/bench/livedoc && npm ci --silent && touch node_modules/installed || echo "Hocuspocus is not installed: the plan is measured without it."
