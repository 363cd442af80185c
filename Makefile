# Everything here needs only Python 3.11 or newer; `.venv` is made from the pinned, hashed requirements.
PYTHON ?= python3
PORT ?= 8501
ARGS ?=
BIN := .venv/bin
NAMES := app.py door schemas metrics views benchmarks tests
PARTS := $(wildcard $(NAMES))

.DEFAULT_GOAL := help
.PHONY: help run test lint types docs check bench fuzz shots pins sbom format clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: .venv/.run ## open Footnote on http://localhost:8501 (PORT=... for another port)
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/.dev ## run all tests on all processors, doctests and documentation tests included, with the coverage gate (ARGS="-k word")
	$(BIN)/pytest --cov -n auto $(ARGS)

lint: .venv/.dev ## check style and formatting
	$(BIN)/ruff check $(PARTS)
	$(BIN)/ruff format --check $(PARTS)

types: .venv/.dev ## check types
	$(BIN)/mypy $(PARTS)

docs: .venv/.dev ## run only the examples: doctests and tests/test_docs.py (a part of `make test`)
	$(BIN)/pytest schemas metrics tests/test_docs.py $(ARGS)

check: lint types test ## what CI runs: lint, types and test

bench: .venv/.bench ## measure speed and memory beside others, and write the tables into benchmarks/README.md (an hour or two)
	.venv/bench/bin/python -m benchmarks --write $(ARGS)

fuzz: .venv/.dev ## look for inputs that break a reader, in child processes of little memory (ARGS="--minutes 30")
	$(BIN)/python -m tests.fuzz $(ARGS)

shots: .venv/.dev ## take pictures of every page into shots/ (needs Chromium)
	$(BIN)/python -m tests.shots $(ARGS)

format: .venv/.dev ## put the code into the house format
	$(BIN)/ruff check --fix $(PARTS)
	$(BIN)/ruff format $(PARTS)

pins: .venv/.made ## make requirements*.txt from requirements*.in (ARGS=--upgrade for newer versions)
	$(BIN)/python -m venv .venv/pins
	.venv/pins/bin/pip install --quiet uv
	for part in requirements requirements-dev benchmarks/requirements; do \
	  .venv/pins/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" $(ARGS) \
	    $$part.in --output-file $$part.txt || exit 1; \
	done

sbom: .venv/.made ## write sbom.json: what Footnote runs on, with hashes, in CycloneDX (from requirements.txt)
	$(BIN)/python -m venv .venv/sbom
	.venv/sbom/bin/pip install --quiet cyclonedx-bom
	.venv/sbom/bin/cyclonedx-py requirements requirements.txt --output-reproducible \
	  --output-format JSON --output-file sbom.json

clean: ## remove .venv and everything else that was made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage shots sbom.json

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Footnote needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; \
	  echo "hint: install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Footnote needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
	  echo "hint: name a newer one: make PYTHON=python3.11" >&2; exit 1; }
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@touch $@

# The developers' file holds the program's pins too, so it serves for both stamps.
.venv/.dev: requirements-dev.txt | .venv/.made
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# What we are measured beside stays out of the way of what we run on.
.venv/.bench: benchmarks/requirements.txt | .venv/.made
	test -x .venv/bench/bin/pip || $(BIN)/python -m venv .venv/bench
	.venv/bench/bin/pip install --quiet --require-hashes -r benchmarks/requirements.txt
	@touch $@

.venv/.run: requirements.txt | .venv/.made
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@touch $@
