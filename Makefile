.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench lint format golden render lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.complete
MWAACTL := $(BIN)/mwaactl

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv; every other target does it by itself

demo: $(STAMP) ## Deploy dev to the sandbox: no AWS account needed
	@$(MWAACTL) --sandbox deploy dev --yes
	@printf '\nThe sandbox stays up (it stops by itself after two idle hours). Try next:\n'
	@printf '  $(MWAACTL) --sandbox status\n'
	@printf '  eval "$$($(MWAACTL) sandbox env)"; $(BIN)/aws mwaa list-environments\n'
	@printf '  $(MWAACTL) --sandbox destroy dev\n'
	@printf 'and at the end: $(MWAACTL) sandbox stop\n'

test: $(STAMP) check ## Everything CI runs: check, then all tiers of tests
	@$(BIN)/pytest -q -n 3 --dist loadgroup --durations=10

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
