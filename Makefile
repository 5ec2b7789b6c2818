.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench lint format golden docs lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.complete

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv: every other target does it by itself

# Byte-compiled on purpose: with PYTHONDONTWRITEBYTECODE set, importing checkov would cost 4 s instead of 1 at every start.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("mwaactl needs Python >= 3.11; name one: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV) (about a minute with an empty cache) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q tooling
	@touch $@

lock: ## Resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --extra dev --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --upgrade --output-file requirements.lock pyproject.toml
