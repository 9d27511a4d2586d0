# Every target sets up what it needs; only Python (3.11 or newer), make and git must be there.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m tiendo_local
PYTEST := $(BIN)/python -m pytest
SIDE_BY_SIDE := -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format unit contracts connected e2e chaos chaos-mutants browser bench bench-profile lock clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Install everything into .local and .venv (quick when nothing changed)
	@$(PYTHON) libs/local/bootstrap.py

demo: setup ## Play the main job and show the board (ONCE=1, NOTICE=file, OUT=board.json)
	@ONCE='$(ONCE)' NOTICE='$(NOTICE)' OUT='$(OUT)' $(RUN) demo

test: lint unit contracts connected e2e ## All checks and all tests

lint: setup ## Style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: setup ## Put the code into the common form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

unit: setup ## Fast tests, no input or output
	$(PYTEST) $(SIDE_BY_SIDE) tests/unit

contracts: setup ## Tests of the public language; what breaks a reader of a published form fails
	$(BIN)/python -m tiendo_contracts freeze --check
	$(PYTEST) $(SIDE_BY_SIDE) tests/contracts

connected: setup ## Tests against a real PostgreSQL and a real Kafka
	$(RUN) with-platform -- $(PYTEST) $(SIDE_BY_SIDE) tests/connected

e2e: setup browser ## The demo's story, and the pages in a real browser
	$(PYTEST) tests/e2e

chaos: setup ## Attack two replicas of each role under load (ROUNDS=15, SEED=, RATE=50, KINDS=)
	$(BIN)/python -m tests.chaos

chaos-mutants: setup ## Break the product on purpose; the checks must notice each (ONLY=scene)
	$(BIN)/python -m tests.chaos.mutants

bench: setup ## Measure against peers, docs/bench.md (NAME="relay latency", BLOCKS=10, SIZE=, STRICT=1)
	$(BIN)/python -m bench $(NAME)

bench-profile: setup ## Where the time goes (NAME=relay): bench/out/profile-NAME.txt
	$(BIN)/python -m bench profile $(NAME)

browser: setup ## Install the browser for the tests of pages
	@$(RUN) browser

lock: ## Write requirements.lock anew (UPGRADE=all or UPGRADE=package)
	@$(PYTHON) libs/local/bootstrap.py lock

clean: ## Stop what runs here and remove everything that was made
	@if [ -x $(BIN)/python ]; then $(RUN) down || true; fi
	rm -rf .local .venv node_modules
