# `make setup` prepares .venv, `make demo` shows the main job, `make help` lists the rest.
# ARGS reaches the command behind a target: make test ARGS="-k dossier", make demo ARGS="--dossiers 500".

ARGS ?=
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup runtime demo up test test-embedded lint format bench migrations schemas examples docs lock clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 18

setup: ## prepare .venv with motcua and the tools of the tests (quick when nothing changed)
	@sh .ci/setup dev

runtime:
	@sh .ci/setup run

demo: runtime ## show the main job on catalogue data; the scoreboard lands in var/demo
	@.venv/bin/motcua demo --data var/demo $(ARGS)

up: runtime ## run everything in one process
	@.venv/bin/motcua up $(ARGS)

test: setup ## run every test against real PostgreSQL, RabbitMQ, Chromium and curl
	@sh .ci/servers
	@.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadscope $(ARGS)

test-embedded: setup ## run the tests that need no server beside them
	@.venv/bin/python -m pytest -m "not servers" $(ARGS)

lint: setup ## check style, types and the walls between the packages
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: setup ## lay the code out and mend what can be mended alone
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

bench: setup ## measure throughput against its physical limits in the same run
	@.venv/bin/python -m benchmarks $(ARGS)

migrations: setup ## write the migrations of services whose tables changed (ARGS="what changed")
	@.venv/bin/python .ci/migrations.py $(ARGS)

schemas: runtime ## write contracts/published anew
	@.venv/bin/motcua schemas $(ARGS)

examples: setup ## play the partners' guide and keep what was answered as examples of the API reference
	@.venv/bin/python -m tests.guide
	@.venv/bin/motcua schemas

docs: runtime ## write the settings page, .env.example and the list of indicators anew
	@mkdir -p docs/operations
	@.venv/bin/motcua settings --markdown >docs/operations/settings.md.new
	@mv docs/operations/settings.md.new docs/operations/settings.md
	@.venv/bin/motcua settings --env >.env.example.new
	@mv .env.example.new .env.example
	@.venv/bin/motcua kpi definitions --markdown >docs/leaders/indicators.md.new
	@mv docs/leaders/indicators.md.new docs/leaders/indicators.md

lock: setup ## write the lock files anew from pyproject.toml (ARGS="--upgrade" for newer versions)
	@sh .ci/lock $(ARGS)

clean: ## remove caches and build leftovers; .venv and var stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -not -path './.venv/*' -not -path './var/*' -prune -exec rm -rf {} +
