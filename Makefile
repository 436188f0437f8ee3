# One command for each task of a developer or the build server. The machine needs make and Python 3.12 or newer.
# Everything else, Node included, goes into .venv and node_modules.

PORT ?= 8000
# The first agency of an empty database: any file that `load_agency` reads.
SAMPLE ?= directorates/sample/ice.toml
# `make test ARGS=tests/test_timeline.py` runs only these tests, on SQLite, in one process and without the checks.
ARGS ?=
# Parallel processes for all tests: a number. Without one, bin/test takes two for each core.
WORKERS ?=
# `make test CLOCK=2026-11-27T01:30Z` runs the tests with the clock at this instant.
CLOCK ?=
# `make lock UPGRADE=--upgrade` moves every dependency to its newest release.
UPGRADE ?=
# The parts that `make bench` measures: all, or some by name.
BENCH ?=
# The drills of `make drill`: all, or some by name; and the seconds of an outage.
DRILL ?=
DRILL_SECONDS ?= 600

# Node and npm come from the virtual environment. npm's scripts look for `node` on the PATH, so the environment
# is first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

python := .venv/bin/python
at_clock := $(if $(CLOCK),bin/with-clock $(CLOCK))
local := AGENCY_SITE_LOCAL=true $(python) manage.py
compile := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE)

# Sources of the stylesheet. Purging keeps the class names in these files, so each change can change the result.
style_sources := static/build.mjs $(shell find static/src static/public templates directorates \
	\( -name '*.scss' -o -name '*.html' -o -name '*.js' -o -name '*.py' \) 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run serve test test-all format check audit bench drill lighthouse styles lock clean

help: ## list these targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target words; do printf '%-14s%s\n' "$$target" "$$words"; done

run: .venv/.installed static/build/site.css ## set up and start the site on 127.0.0.1:8000 (PORT=..., SAMPLE=...)
	$(local) prepare_local --port $(PORT) --sample $(SAMPLE)
	exec env STAFF_ORIGIN=http://localhost:$(PORT) $(local) runserver 127.0.0.1:$(PORT)

serve: .venv/.installed static/build/site.css ## run the production server behind nginx on 127.0.0.1:8000, over http, for this machine alone
	exec bin/serve-local $(PORT) $(SAMPLE)

test: $(if $(ARGS),.venv/.installed,check static/build/site.css) ## run the checks, all tests on SQLite, and the database tests on PostgreSQL, as the build server does (ARGS=tests, CLOCK=instant)
	WORKERS=$(WORKERS) $(at_clock) bin/test $(ARGS)

test-all: ## run the tests with every combination of roles, states and edits, before a release (an hour)
	EVERY_COMBINATION=true $(MAKE) test

format: .venv/.installed ## format the code, and fix lint errors where possible
	.venv/bin/ruff check --fix --exit-zero .
	.venv/bin/ruff format .

check: .venv/.installed ## the quick checks: format, lint, migrations, settings for production
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-logo --no-cache
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check
	@# Settings of a production server, with invented values.
	AGENCY_SITE_LOCAL=false ALLOWED_HOSTS=www.agency.gov \
		SECRET_KEY="$$($(python) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(python) manage.py check --deploy --fail-level WARNING

audit: .venv/.installed ## check the locked packages for known weaknesses (needs the network)
	bin/audit

bench: .venv/.installed static/build/site.css ## measure the server, the pages, staff's work and the static copy side by side (BENCH=part)
	$(python) -m bin.bench $(BENCH) --json var/bench.json

drill: .venv/.installed static/build/site.css ## break parts of the site under load and report losses (DRILL=name, DRILL_SECONDS=600)
	$(python) -m bin.drills $(DRILL) --seconds $(DRILL_SECONDS)

lighthouse: .venv/.installed node_modules/.installed ## print Lighthouse's scores for the site that `make run` serves
	chromium="$$(bin/ensure-chromium)" && \
		CHROME_PATH="$$chromium" .venv/bin/node bin/lighthouse.mjs http://127.0.0.1:$(PORT)/

styles: static/build/site.css ## build the stylesheet and its images into static/build

lock: .venv/.installed ## lock the dependencies again (UPGRADE=--upgrade for the newest)
	$(compile) pyproject.toml -o requirements-production.txt
	$(compile) --group dev -c requirements-production.txt pyproject.toml -o requirements.txt
	.venv/bin/npm install --package-lock-only --ignore-scripts

clean: ## remove all built and installed files; the database stays
	rm -rf .venv node_modules static/build .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*

# The stamp comes last, so an interrupted installation starts again.
.venv/.installed: requirements.txt
	bin/install
	touch $@

node_modules/.installed: package-lock.json .npmrc | .venv/.installed
	.venv/bin/npm ci --ignore-scripts --loglevel=error
	touch $@

static/build/site.css: $(style_sources) node_modules/.installed
	.venv/bin/node static/build.mjs
