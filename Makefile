# make run, make test, make lint, make bench: each sets up .venv first, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REPORT := out/kazakhstan.html

.PHONY: run test lint bench clean

run: $(VENV)/.installed
	@mkdir -p out
	$(BIN)/multivector run kazakhstan --report $(REPORT)

test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	@for file in benchmarks/[a-z]*.py; do grep -q '__main__' $$file || continue; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV) out

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[evidence]'
	@echo "Compiling for this machine, once; this takes some ten seconds."
	-$(BIN)/multivector cache --warm
	@touch $@

$(READY): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[xarray,dask,evidence,lessons]' --group dev
	@touch $@ $(VENV)/.installed
