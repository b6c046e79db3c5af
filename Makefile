# Everything sets itself up: a Python of 3.11 or later with its pip is all that is needed.
PYTHON ?= python3
UV := .venv/bin/uv
RUN := .venv/bin
PYTEST := $(RUN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal
# The days that `make test-days` moves the clock to, as `faketime` reads them.
DAYS := "+1 month" "+6 months" "2028-02-29 12:00:00"

.PHONY: setup demo test test-all test-days check audit sbom screenshots secrets
.DELETE_ON_ERROR:

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Veille needs Python 3.11 or later: make PYTHON=python3.12 …")'
	@test -x $(RUN)/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || $(RUN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@$(UV) sync --locked --quiet --inexact --compile-bytecode
	@$(RUN)/python -m compileall -q crawler indexer search veille.py
	@touch $@

demo: setup  ## a small newsroom, crawled and open to search on http://127.0.0.1:8000
	@$(RUN)/veille demo

test: setup  ## the tests but the slow ones; those that need a server that is not here are skipped, with the reason
	@$(PYTEST) -m "not slow"

test-all: test  ## every test: those of `make test`, then the slow ones
	@$(PYTEST) -m slow

test-days: setup  ## the quick tests that need no server and no browser, on other days; needs faketime
	@for day in $(DAYS); do \
		echo "The clock says $$day:"; \
		PYTHONPATH=$(CURDIR)/tests/support/faketime faketime --exclude-monotonic "$$day" $(PYTEST) --no-servers -m "not slow" || exit 1; \
	done

check: setup  ## lint, format, types, and what those do not see: names, density, unused names
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/python -m tests.gates

# Files of digests are left out: they look like keys.
audit: setup  ## secrets in the files, known weaknesses in the locked dependencies; RELEASE=1 fails where none can be known
	@git ls-files -z -- ':!uv.lock' ':!tests/data/migrations.json' | xargs -0 $(RUN)/detect-secrets-hook \
		--disable-plugin KeywordDetector --disable-plugin BasicAuthDetector
	@$(RUN)/python -m tests.support.advisories $(if $(RELEASE),--release)

sbom: setup  ## what a release contains, as CycloneDX, in dist/
	@mkdir -p dist
	@$(UV) export --quiet --locked --no-dev --preview-features sbom-export --format cyclonedx1.5 -o dist/veille.cdx.json

screenshots: setup  ## the pictures of the documents; needs chromium and chromedriver
	@$(RUN)/python -m tests.support.screenshots
	@$(RUN)/python -m tests.support.mail_pictures

secrets:  ## random passwords for docker compose, into .env
	@sh .ci/secrets
