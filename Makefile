.DEFAULT_GOAL := help
.PHONY: help setup demo test browser check bench lint format golden render lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.complete
MWAACTL := $(BIN)/mwaactl

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv; every other target does it by itself

demo: $(STAMP) ## Run the sample pipeline in a sandbox: no AWS account (ARGS=--no-airflow: only deploy)
	@$(BIN)/python -m demo $(ARGS)

# Without a browser, root on Debian gets one, as nothing need be asked; where that fails, its tests are skipped.
test: $(STAMP) check ## Everything CI runs: check, then all tiers of tests
	@if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  $(MAKE) --no-print-directory browser || echo "No Chromium was installed: the tests in a browser are skipped." >&2; \
	fi
	@$(BIN)/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder --durations=10

browser: ## Install Chromium from Debian's packages, for the tests in a browser (nothing where there is one)
	@for name in chromium chromium-browser google-chrome; do if command -v $$name > /dev/null; then exit 0; fi; done; \
	sudo=; \
	if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	if ! command -v apt-get > /dev/null || ! command -v $${sudo:-env} > /dev/null; then \
	  echo "make browser installs with apt-get, as root or through sudo, which is not possible here. Install Chromium or" \
	    "Google Chrome yourself: chromium, chromium-browser or google-chrome must be on PATH." >&2; \
	  exit 1; \
	fi; \
	echo "Installing Chromium (Debian's package) ..."; \
	apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20"; \
	$$apt update && $$apt install --yes --no-install-recommends chromium > /dev/null

check: $(STAMP) ## Lint, types, layers, formatting, promises of the repository (no AWS, no sandbox)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@terraform fmt -check -recursive terraform modules envs
	@$(MWAACTL) render --check
	@$(BIN)/pytest -q tests/contract

lint: $(STAMP) ## Mend what can be mended by machine
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@terraform fmt -recursive terraform modules envs

render: $(STAMP) ## Write tfvars, schema and references anew
	@$(MWAACTL) render

golden: $(STAMP) ## Rewrite tests/golden from what the tests see
	@$(BIN)/pytest -q tests/contract --update-golden

bench: $(STAMP) ## Measure against the plain alternatives; writes docs/benchmarks.md
	@$(BIN)/python tests/bench/bench.py

lock: $(STAMP) ## Resolve requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --extra dev --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --upgrade --output-file requirements.lock pyproject.toml

clean: ## Stop the sandbox, remove .venv and all that runs left here
	@if [ -x $(MWAACTL) ]; then $(MWAACTL) sandbox stop; fi
	@rm -rf $(VENV) .mwaactl .pytest_cache .mypy_cache .ruff_cache

# Byte-compiled on purpose: with PYTHONDONTWRITEBYTECODE set, importing checkov would cost 4 s instead of 1 at every start.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("mwaactl needs Python 3.11 or newer; name one: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV) (about a minute with an empty cache) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[0-9.]*' requirements.lock)"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q tooling
	@touch $@
