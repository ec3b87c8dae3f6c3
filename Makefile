# Each target prints what it does. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint check next e2e deploy-check bench proof lock clean
SHELL := /bin/sh
BIN := .venv/bin
PORT ?= 8000
export PORT

help: ## List the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-13s %s\n", $$1, $$2}'

setup: ## Make .venv with everything for development
	@python=$$(scripts/python $(PYTHON)) && scripts/venv "$$python" .venv requirements-dev.txt
	@echo "Ready: .venv holds the packages of requirements-dev.txt."

run: ## Serve on http://127.0.0.1:8000 (another port: make run PORT=8001)
	@python=$$(scripts/python $(PYTHON)) && scripts/venv "$$python" .venv requirements.txt
	@$(BIN)/python -m nanopolicy.serve

test: setup ## Run the suite on SQLite, and on PostgreSQL where there is one (ARGS="-k word" for a part)
	@$(BIN)/python -m tests.engines $(ARGS)

lint: setup ## Check style, types, templates and missing migrations
	@echo "== ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy"; $(BIN)/mypy
	@echo "== djlint"; $(BIN)/djlint --quiet --lint templates
	@echo "== migrations"; $(BIN)/python manage.py makemigrations --check --dry-run

deploy-check: setup ## Check the settings of a production server
	@echo "== check --deploy"
	@env -i PATH="$$PATH" DATA_DIR="$$(mktemp -d)" HTTPS=true ALLOWED_HOSTS=policies.example.org \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

e2e: setup ## Run the browser tests (Chromium)
	@echo "== Browser tests"
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest -q tests/e2e

next: ## Run the suite on Python 3.13 with the newest Django 6, where that Python is found
	@scripts/next

check: ## Do all that CI does
	@echo "== Running test, next, e2e, lint and deploy-check, two at a time; each is printed when it ends."
	@REQUIRE_POSTGRES=1 $(MAKE) --no-print-directory --jobs=2 --output-sync=target \
		test next e2e lint deploy-check
	@echo "== All checks passed."

proof: setup ## Mirror the API through random edits (EDITS=500), hold it to its document (CASES=5000)
	@EDITS=$${EDITS:-500} $(BIN)/python -m tests.engines tests/api/test_mirror.py
	@$(BIN)/python -m tests.contract

bench: setup ## Measure, as ratios of one run (SIZES="5k 100k 1m")
	@$(BIN)/python -m tests.bench $(SIZES)

lock: ## Compile the lock files anew (needs uv)
	@lock="uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url"; \
	for what in "pyproject.toml -o requirements.txt" \
		"pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt" \
		"--group contract -o tests/contract/requirements.txt"; do \
		$$lock --custom-compile-command "make lock" $$what || exit 1; \
	done
	@echo "Locked: requirements.txt, requirements-dev.txt, tests/contract/requirements.txt"

clean: ## Remove what was made, but for var/ (your data)
	@rm -rf .venv .venv-* staticfiles var/coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed the environments, caches and collected static files; var/ is kept."
