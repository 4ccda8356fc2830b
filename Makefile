# The only developer commands. Everything runs inside .venv, which `make` builds from the project's own files.

PYTHON ?= python3.11
BIN := .venv/bin
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: demo demo-quick serve test lint types smoke-4.57 audit-dependencies docs bench ci clean

demo: .venv/installed  ## fine-tune the built-in medical model and judge it
	$(BIN)/workup demo

demo-quick: .venv/installed  ## the same in under a minute
	$(BIN)/workup demo --quick

serve: .venv/installed  ## the service on http://127.0.0.1:8000, with the built-in model
	$(BIN)/workup serve

test: .venv/installed  ## the whole suite, a module at a time on each of two cores
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: .venv/installed  ## style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/installed  ## mypy, strict
	$(BIN)/mypy

smoke-4.57: .venv/transformers-4.57/installed  ## the pipeline's tests on transformers 4.57
	PYTHONPATH=.venv/transformers-4.57 $(BIN)/python -m pytest tests/pipeline tests/test_run.py

audit-dependencies: .venv/audit-installed  ## known vulnerabilities of the pinned packages; asks PyPI over the network
	.venv/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

docs: .venv/docs-installed  ## the site, into site/
	.venv/docs/bin/zensical build

bench: .venv/installed  ## training speed against the guide's script
	$(BIN)/python bench/train_speed.py --inputs symptoms
	$(BIN)/python bench/train_speed.py --inputs cases

ci: lint types test demo-quick smoke-4.57

clean:
	rm -rf .venv site

# pip only, because it alone picks torch's CPU build where one is set up.
.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

# An overlay beside the same torch: a few packages instead of a second environment of gigabytes.
.venv/transformers-4.57/installed: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade --no-deps --target .venv/transformers-4.57 \
	  transformers==4.57.6 tokenizers==0.22.1 huggingface-hub==0.36.2 datasets==3.6.0 requests urllib3 charset-normalizer certifi
	touch $@

.venv/docs-installed: .venv/installed docs/requirements.txt
	$(PYTHON) -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check -r docs/requirements.txt
	touch $@

.venv/audit-installed: .venv/installed
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	touch $@
