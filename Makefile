# Every target sets up what it needs. `make` lists them.
# The first of these that runs; another one: make PYTHON=/path/to/python
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13 python3; do $$one -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$one && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
LOCKS  := infra/requirements
PROJECT ?= flight_delays
KILLS   ?= 10
SAMPLE  ?= 1
# Everything installed is compiled at set-up, so that no command pays for it later. Where uv cannot
# reach the index (a proxy or certificates that only pip is told of), pip does the same, slowly.
define install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --compile-bytecode $(1) \
	  || { echo "Once more with pip ..."; $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation $(1); }
endef

export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo scenarios offline run ui rollback capabilities maturity verify picture test harden threats risks audit sbom bench check format fix types imports docs lock clean reset

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 18

setup: $(VENV)/.core ## create .venv with the platform in it

setup-dev: $(VENV)/.dev ## the same with the development tools

$(BIN)/uv: $(LOCKS)/boot.txt
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCKS)/boot.txt
	@touch $(BIN)/uv

$(VENV)/.core: $(LOCKS)/core.txt $(LOCKS)/data.txt pyproject.toml | $(BIN)/uv
	@echo "Installing the pinned packages (about a minute, once) ..."
	$(call install,--no-deps --require-hashes -r $(LOCKS)/core.txt)
	$(call install,--no-deps --require-hashes -r $(LOCKS)/data.txt)
	$(call install,--no-deps --editable .)
	@touch $@

$(VENV)/.dev: $(LOCKS)/dev.txt $(VENV)/.core
	@echo "Installing the development tools ..."
	$(call install,--no-deps --require-hashes -r $(LOCKS)/dev.txt)
	@touch $@

demo: setup ## a use case through its whole life, offline: make demo PROJECT=employment
	@$(BIN)/caf $(if $(SCENARIO),scenario run $(SCENARIO),demo --project $(PROJECT))

scenarios: setup ## every game day: one fault each, which exactly the right part must refuse
	@$(BIN)/caf scenario run --all

offline: setup ## the same with the network cut; says whether anything tried to get out
	@$(BIN)/python infra/offline.py $(BIN)/caf demo

run: setup ## continue a project's lifecycle: make run PROJECT=flight_delays
	@$(BIN)/caf run --project $(PROJECT)

ui: setup ## MLflow, Prefect and the report in a browser, until Ctrl-C
	@$(BIN)/caf ui

rollback: setup ## put the champion back to the last good version: make rollback PROJECT=...
	@$(BIN)/caf rollback --project $(PROJECT)

capabilities: setup ## what is enforced, proved and recorded here, for each of the 49 capabilities
	@$(BIN)/caf capabilities --out build/capabilities.html $(if $(PROVED),--proved)

verify: setup ## recompute a promotion's evidence, offline: make verify VERSION=v1 PROJECT=...
	@$(BIN)/caf verify $(or $(VERSION),$(error Name a version: make verify VERSION=v1)) --project $(PROJECT)

maturity: setup ## a level for each capability from this home and tree, and the next cheapest step
	@$(BIN)/caf maturity

picture: setup ## draw the README's picture anew from what was played: make picture PROJECT=...
	@$(BIN)/python docs/draw_the_year.py $(PROJECT)

test: setup-dev ## the tests, on real parts (PostgreSQL tests need its server binaries)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

bench: setup-dev ## measure the platform against its bars; writes BENCHMARKS.md (ten minutes)
	@$(BIN)/python benchmarks/run.py measure

harden: setup-dev ## attacks too long for every change: make harden SHORT=1 KILLS=10
	@$(BIN)/python -m pytest tests/harden -m harden -q -s -p no:randomly $(if $(SHORT),--short) --kills $(KILLS) --sample $(SAMPLE)

threats: setup-dev ## over this tree: did the tests of THREATS.md pass, was every refusal reached?
	@$(BIN)/python tests/support/threats.py
	@$(BIN)/python tests/support/reason_codes.py

risks: setup ## over this tree: which risks have controls whose tests passed; build/risks.html
	@$(BIN)/caf risks --out build/risks.html $(if $(PROVED),--proved)

audit: setup-dev ## published vulnerabilities among the pinned packages; LIVE=1 asks the index
	@$(BIN)/python infra/audit.py $(if $(LIVE),--live)

sbom: setup-dev ## write build/sbom.json: what is installed, with versions and licences
	@$(BIN)/python infra/sbom.py

check: format types imports docs capabilities ## all of the four below, and is nothing overclaimed?

format: setup-dev ## is the code formatted, and free of what the linter knows?
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: setup-dev ## do the types hold (strict)?
	@$(BIN)/mypy

imports: setup-dev ## do imports go down only?
	@$(BIN)/lint-imports

docs: setup-dev ## do layout, docs, commands and pins say what is there?
	@$(BIN)/python -m pytest -q tests/repository

fix: setup-dev ## format the code, mend what the linter can mend, write the docs made from code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python docs/write_pages.py

lock: $(BIN)/uv ## pin every dependency again, with hashes and no download addresses
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url $(LOCKS)/boot.in -o $(LOCKS)/boot.txt
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o $(LOCKS)/core.txt
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml --extra dev -c $(LOCKS)/core.txt -o $(LOCKS)/dev.txt
	@UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile -q --no-deps --python-version 3.11 --generate-hashes --no-emit-index-url $(LOCKS)/data.in -o $(LOCKS)/data.txt

clean: ## remove caches and build output; state and environment stay
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

reset: setup ## forget everything that happened: removes the state in .caf (or CAF_HOME)
	@$(BIN)/caf reset
