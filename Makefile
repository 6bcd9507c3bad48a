# Every task of this repository; `make` alone lists them. Two are enough to begin: `make demo` and `make test`.

SHELL := /bin/sh
BIN := .venv/bin
PYTEST := $(BIN)/pytest
COMPILE_LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header pyproject.toml

# Some images switch bytecode off: then each of hundreds of processes compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check contract crash bench golden lock wheel clean \
	venv venv-runtime static format-check lint mypy pyright pyright-changed spelling unit

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r task what; \
		do printf '  make %-10s %s\n' "$$task" "$$what"; done

demo: ## a ready library with pictures and people, served (ARGS="--port 9000" reaches the command)
	@scripts/system-packages python fonts
	@scripts/venv runtime
	$(BIN)/polybooru demo $(ARGS)

test: ## everything: format, lint, types, spelling, then the whole suite on SQLite and PostgreSQL
	@scripts/system-packages python postgresql fonts node
	@scripts/venv dev
	@scripts/node-clients
	@scripts/python-clients
	@$(MAKE) --no-print-directory -j2 --keep-going --output-sync=target static
	$(PYTEST) -q -n 2 --dist loadfile --no-loadscope-reorder

check: venv ## the inner loop, under a minute: format, lint, types, spelling, unit tests, import rules
	@$(MAKE) --no-print-directory -j2 --keep-going --output-sync=target unit format-check lint mypy pyright-changed spelling

contract: venv ## each dialect through HTTP, against its golden bodies
	$(PYTEST) -q tests/contract

crash: venv ## kill the program at every failpoint, start it again, check what must hold
	$(PYTEST) -q tests/crash

bench: venv ## measure, and tell which bars are met (ARGS="--full" for 3 M and 10 M images too)
	$(BIN)/python -m bench $(ARGS)

golden: venv ## write the golden files anew; review the difference before committing it
	$(PYTEST) -q --update-golden -m golden

lock: venv ## resolve pyproject.toml again into the two lock files
	$(BIN)/pip install -q 'uv>=0.13,<0.14'
	$(COMPILE_LOCK) --group dev -o requirements.lock
	$(COMPILE_LOCK) --group build -c requirements.lock -o requirements-runtime.lock

wheel: venv ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## remove what these tasks made, the environment included; libraries (polybooru-data) stay
	rm -rf .venv build dist tests/clients/node/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The parts of `check` and `test`.

venv:
	@scripts/system-packages python
	@scripts/venv dev

static: format-check lint mypy pyright spelling

format-check:
	$(BIN)/ruff format --check --quiet

lint:
	$(BIN)/ruff check --quiet

mypy:
	$(BIN)/mypy --no-error-summary

pyright:
	$(BIN)/basedpyright

# All of it takes half a minute of CPU time, and it remembers nothing: the inner loop asks for what is new here.
pyright-changed:
	@base=$$(git merge-base HEAD '@{upstream}' 2>/dev/null || echo HEAD); \
	files=$$(git diff --name-only --diff-filter=d "$$base" -- 'src/*.py'; git ls-files --others --exclude-standard 'src/*.py'); \
	[ -z "$$files" ] || $(BIN)/basedpyright $$files

spelling:
	$(BIN)/codespell

unit:
	$(PYTEST) -q -n 2 -m 'not slow and not postgresql' tests/architecture tests/docs tests/unit
