# Each target sets up what it needs and can be repeated. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check serve watch bench soak fuzz lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two `make serve` at once on a fresh checkout must not build one environment together.
LOCK := $(shell command -v flock >/dev/null && echo flock .venv.lock)

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

demo: $(VENV)/demo.stamp ## the portal and its watcher in front of a local SageMaker with seeded experiments
	@PORTAL_ENV_FILE= PORTAL_URL= PORTAL_LOGIN=off PORTAL_DATABASE_URL= PORTAL_SOURCES= PORTAL_SECRET_KEY_FILE= \
	  PORTAL_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  exec $(BIN)/python manage.py demo

test: $(VENV)/dev.stamp ## the whole suite, browser tests included
	@$(BIN)/python -m tests.programs
	$(BIN)/python -m pytest -n 3 --dist loadfile
	$(BIN)/python -m tests.on_postgresql -n 3 --dist loadfile

soak: $(VENV)/dev.stamp ## kill -9 while writing, 200 times for each database; 10,000 guessed names
	@$(BIN)/python -m tests.programs
	SOAK_KILLS=200 SOAK_USERNAMES=10000 $(BIN)/python -m pytest -n 2 tests/test_killed.py tests/test_mistakes_of_others.py

fuzz: $(VENV)/dev.stamp ## the property tests with 10,000 examples each
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 -m hypothesis

check: $(VENV)/dev.stamp ## formatting, lint, types, layers, templates, migrations, deployment checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	git ls-files -z --cached --others --exclude-standard -- 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint --quiet templates
	@$(BIN)/python -m tests.deployment makemigrations --check --dry-run
	@$(BIN)/python -m tests.deployment check --deploy --fail-level WARNING

serve: $(VENV)/production.stamp ## the production server in front of real AWS
	@exec $(BIN)/python -m portal.server

watch: $(VENV)/production.stamp ## records what happens to experiments while nobody is looking
	@$(BIN)/python -m portal.preparation
	@exec $(BIN)/python manage.py watch

bench: $(VENV)/dev.stamp ## the benchmarks, one line with a ratio each
	@$(BIN)/python -m bench

lock: ## compile requirements/*.txt anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements/production.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --extra demo -c requirements/production.txt -o requirements/demo.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --extra dev -c requirements/demo.txt -o requirements/dev.txt

# One stamp per lock file. A larger set holds the smaller ones at the same versions.
$(VENV)/%.stamp: requirements/%.txt
	@echo "Installing requirements/$*.txt into $(VENV)"
	@$(LOCK) sh -ec '\
	  test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/$*.txt; \
	  touch $@'
