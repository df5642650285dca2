# make run, make test, make lint, make bench, make docs: each sets up .venv first, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REPORT := out/kazakhstan.html

.PHONY: run test lint bench docs clean .machine_code

run: $(VENV)/.installed
	@mkdir -p out
	$(BIN)/multivector run kazakhstan --report $(REPORT)

test: $(READY)
	@$(MAKE) --no-print-directory --jobs 2 lint .machine_code
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.machine_code: $(READY)
	-@MULTIVECTOR_CACHE=$@ $(BIN)/multivector cache --warm

bench: $(READY)
	@for file in benchmarks/[a-z]*.py; do grep -q '__main__' $$file || continue; $(BIN)/python $$file || exit 1; done

docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs
	$(BIN)/python docs/site/build.py

clean:
	rm -rf $(VENV) out build/docs .machine_code

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[evidence]'
	@echo "Compiling for this machine, once; this takes from ten seconds to a minute."
	-$(BIN)/multivector cache --warm
	@touch $@

$(READY): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[xarray,dask,evidence,lessons]' --group dev
	@touch $@ $(VENV)/.installed
