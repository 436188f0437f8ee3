"""The settings of a production server, each in a new process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {"SECRET_KEY": "k" * 30 + "0123456789abcdefghij", "ALLOWED_HOSTS": "www.agency.gov"}


def run(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "agency_site.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def setting(expression, **environment):
    code = f"from django.conf import settings; print({expression})"
    result = run("-c", code, **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_check_deploy_finds_nothing_with_production_settings():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_a_proxy_that_is_not_counted_is_warned_of():
    behind = PRODUCTION | {"BEHIND_TLS_PROXY": "true"}
    check = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert "TRUSTED_PROXY_COUNT is 0" in run(*check, **behind).stderr
    assert run(*check, **behind, TRUSTED_PROXY_COUNT="1").returncode == 0


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_the_server_does_not_start_without_what_it_needs_and_says_how_to_set_it(missing):
    environment = PRODUCTION | {missing: ""}
    result = run("-c", "import agency_site.wsgi", **environment)
    assert result.returncode != 0
    assert f"{missing} is not set. Set it in the environment" in result.stderr


def test_the_server_starts_with_production_settings():
    result = run("-c", "import agency_site.wsgi", **PRODUCTION)
    assert result.returncode == 0, result.stderr


def test_nothing_set_is_closed():
    values = (
        "settings.DEBUG, settings.LOCAL, settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE"
    )
    assert setting(values) == "False False [] True"


def started_as(*words, values="settings.LOCAL, settings.DEBUG", **environment):
    """Return the settings of `manage.py WORDS`."""
    code = f"import sys; sys.argv = ['manage.py', *{list(words)}]; from django.conf import settings; print({values})"
    result = run("-c", code, **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_runserver_is_the_local_mode_where_nothing_is_set():
    assert started_as("runserver") == "True True"
    assert started_as("runserver", "0.0.0.0:8001", "--noreload") == "True True"
    for words in ([], ["migrate"], ["collectstatic"], ["help", "runserver"], ["runserver_plus"]):
        assert started_as(*words) == "False False", words


def test_runserver_is_not_the_local_mode_where_a_server_is_set_up_or_it_is_refused():
    assert started_as("runserver", **PRODUCTION) == "False False"
    assert started_as("runserver", AGENCY_SITE_LOCAL="false") == "False False"
    assert started_as("runserver", **PRODUCTION, AGENCY_SITE_LOCAL="true") == "True True"


def test_the_example_of_a_servers_settings_does_not_keep_a_developer_out():
    hosts = started_as(
        "runserver", values="*settings.ALLOWED_HOSTS,", ALLOWED_HOSTS="www.agency.gov"
    )
    assert hosts.split() == ["www.agency.gov", "127.0.0.1", "localhost", "[::1]"]
    assert setting("settings.ALLOWED_HOSTS", **PRODUCTION) == "['www.agency.gov']"


def test_every_command_has_the_database_of_the_local_site():
    database = "settings.DATABASES['default']['NAME']"
    names = {started_as(word, values=database) for word in ("runserver", "migrate", "load_agency")}
    assert names == {str(ROOT / "var" / "agency.sqlite3")}


def test_only_the_development_server_names_what_is_missing_on_pages():
    middleware = "'agency_site.serving.local_setup.notice' in settings.MIDDLEWARE"
    assert started_as("runserver", values=middleware) == "True"
    assert started_as("migrate", values=middleware) == "False"
    assert setting(middleware, AGENCY_SITE_LOCAL="true") == "False"
    assert started_as("runserver", values=middleware, **PRODUCTION) == "False"


def test_styles_that_are_built_later_are_found_without_a_restart():
    assert setting("settings.BASE_DIR / 'static' / 'build' in settings.STATICFILES_DIRS") == "True"


def test_without_a_key_each_process_makes_its_own():
    assert setting("settings.SECRET_KEY") != setting("settings.SECRET_KEY")


def test_debug_needs_the_local_mode():
    assert setting("settings.DEBUG", DEBUG="true") == "False"
    assert setting("settings.DEBUG", AGENCY_SITE_LOCAL="true") == "True"


def test_production_redirects_to_https_and_says_so_for_a_year():
    values = "settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS >= 31536000,"
    values += " settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD"
    assert setting(values, **PRODUCTION) == "True True True True"


def test_postgresql_by_its_address():
    engine = setting(
        "settings.DATABASES['default']['ENGINE']", DATABASE_URL="postgres://u:p@localhost/agency"
    )
    assert engine == "django.db.backends.postgresql"


def test_production_counts_attempts_where_all_workers_see_them_and_says_what_is_missing(tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path / 'agency.sqlite3'}"}
    check = ("manage.py", "check", "--database=default")

    missing = run(*check, **environment)
    assert "python manage.py createcachetable" in missing.stderr
    run("manage.py", "createcachetable", **environment)

    assert "no issues" in run(*check, **environment).stdout


def test_only_a_passkey_opens_staff_pages_unless_a_setting_says_otherwise():
    name = "STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY"
    assert setting(f"settings.{name}", **PRODUCTION) == "False"
    assert setting("settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", **PRODUCTION) == "False"
    assert setting(f"settings.{name}", **PRODUCTION, **{name: "true"}) == "True"


def test_the_local_account_is_refused_outside_the_local_mode():
    result = run("manage.py", "prepare_local", **PRODUCTION)
    assert result.returncode != 0
    assert "local mode only" in result.stderr


WEB = "import agency_site.wsgi; "
POSTGRESQL = {"DATABASE_URL": "postgres://u:p@localhost/agency"}


def database_options(before="", **environment):
    code = f"{before}from django.conf import settings; import json;"
    code += " print(json.dumps(settings.DATABASES['default']['OPTIONS'], default=str))"
    result = run("-c", code, **PRODUCTION, **POSTGRESQL, **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_request_waits_a_bounded_time_for_the_database():
    options = database_options(WEB)
    assert "-c statement_timeout=15s" in options["options"]
    assert "lock_timeout" not in options["options"]
    assert (options["connect_timeout"], options["pool"]["timeout"]) == (3, 3)


def test_a_command_may_take_its_time_but_does_not_queue_for_a_lock():
    options = database_options()
    assert "-c lock_timeout=5s" in options["options"]
    assert "statement_timeout" not in options["options"]


def test_the_limits_can_be_set_and_options_of_the_address_stay():
    environment = {"STATEMENT_TIMEOUT_SECONDS": "7", "DATABASE_POOL_SIZE": "9"}
    options = database_options(WEB, **environment)
    assert "-c statement_timeout=7s" in options["options"]
    assert options["pool"]["max_size"] == 9


def test_plain_http_is_for_localhost_alone():
    plain = {"PLAIN_HTTP_ON_LOCALHOST": "true", "SECRET_KEY": PRODUCTION["SECRET_KEY"]}
    values = "settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.DEBUG"
    assert setting(values, **plain) == "False False False"
    here = run("-c", "import agency_site.wsgi", **plain, ALLOWED_HOSTS="127.0.0.1,localhost")
    assert here.returncode == 0, here.stderr
    for hosts in ("www.agency.gov", "localhost,www.agency.gov", "*"):
        result = run("-c", "import agency_site.wsgi", **plain, ALLOWED_HOSTS=hosts)
        assert result.returncode != 0
        assert "ALLOWED_HOSTS names more than this machine" in result.stderr


def test_the_log_is_json_in_production_and_words_locally():
    formatter = "settings.LOGGING['handlers']['console']['formatter']"
    assert setting(formatter, **PRODUCTION) == "json"
    assert setting(formatter, **PRODUCTION, LOG_FORMAT="line") == "line"
    assert setting(formatter, AGENCY_SITE_LOCAL="true") == "line"
