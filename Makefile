# The one entrance. `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: .venv/.ready node_modules/.ready ## Install locked Python and npm dependencies into the checkout

.venv/.ready: requirements/dev.txt pyproject.toml
	@./scripts/system-packages base
	@echo "· Python dependencies (locked)"
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

node_modules/.ready: package-lock.json package.json
	@echo "· npm packages (locked)"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

lock: ## Write the lock files again (versions and hashes, no addresses)
	@$(BIN)/uv pip compile -q --generate-hashes --no-header pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header requirements/bench.in -o requirements/bench.txt

demo: setup ## Start the sandbox city and the product, file one newborn case, print the addresses
	@./scripts/system-packages fonts
	@$(BIN)/onething sandbox demo

demo-startup: setup ## The same for company start-up in Shenzhen (port 8001, beside `make demo` if you like)
	@./scripts/system-packages fonts browser
	@$(BIN)/onething sandbox startup

check: setup ## Lint, types, import contracts and fast tests (under two minutes)
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/ruff check src tests bench
	@npx --no-install pyright --warnings
	@$(BIN)/lint-imports
	@$(BIN)/onething catalog check cities/*
	@$(PY) -m pytest -q -n 2 -m "not slow and not browser and not postgres and not fault"

test: setup ## Everything, on a clean machine too
	@./scripts/system-packages fonts browser postgres
	@$(BIN)/ruff check src tests bench
	@npx --no-install pyright --warnings
	@$(BIN)/lint-imports
	@$(PY) -m pytest -q -n 2 --dist loadgroup

bench: setup ## Measure; prints tables and writes JSON to var/bench
	@./scripts/system-packages fonts studio-fonts browser postgres tesseract
	@$(PY) -m bench $(ARGS)

format: ## Format the code
	@$(BIN)/ruff format src tests bench
	@$(BIN)/ruff check --fix src tests bench

docs: setup ## Write the generated reference pages (CLI, errors, schemas) into docs/reference
	@$(PY) -m onething.host.reference docs/reference

clean: ## Remove what was built and stored here
	rm -rf .venv node_modules var

.PHONY: help setup lock demo demo-startup check test bench format docs clean
