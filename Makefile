# The one entrance. `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin
# Every process of every test would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: .venv/.ready node_modules/.ready ## Install locked Python and npm dependencies into the checkout

.venv/.ready: requirements/dev.txt pyproject.toml scripts/install
	@./scripts/system-packages base
	@./scripts/install python

node_modules/.ready: package-lock.json package.json scripts/install
	@./scripts/install npm

lock: ## Write the lock files again (versions and hashes, no addresses)
	@$(BIN)/uv pip compile -q --generate-hashes --no-header pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header requirements/bench.in -o requirements/bench.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header requirements/build.in -c requirements/dev.txt -o requirements/build.txt

wheel: setup ## Build the wheels of the product and the example cities into dist/ (no network needed)
	@$(PY) -m pip wheel --quiet --no-build-isolation --no-deps --no-index --wheel-dir dist . ./cities
	@ls dist/*.whl

demo: setup ## Start the sandbox city and the product, file one newborn case, print the addresses
	@./scripts/system-packages fonts
	@$(BIN)/onething sandbox demo

demo-startup: setup ## The same for company start-up in Shenzhen (port 8001, beside `make demo` if you like)
	@./scripts/system-packages fonts browser
	@$(BIN)/onething sandbox startup

check: setup ## Lint, types, import contracts and fast tests (under two minutes)
	@./scripts/system-packages fonts
	@./scripts/check

test: setup ## Everything, on a clean machine too
	@./scripts/system-packages fonts browser postgres readers
	@./scripts/system-packages quick-browser || echo "· without chromium-headless-shell: browser tests take longer"
	@$(BIN)/ruff check src tests bench
	@$(PY) scripts/check-types --all
	@$(BIN)/lint-imports
	@$(PY) -m pytest -q -n 3 --dist loadscope --durations=15 --durations-min=5 --junitxml=var/tests.xml

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

.PHONY: help setup lock wheel demo demo-startup check test bench format docs clean
