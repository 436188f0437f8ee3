"""A Django developer's usual commands work, or name the right command."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agency_site.serving.management.commands import build_styles

ROOT = Path(__file__).resolve().parents[2]
SECRET = {"SECRET_KEY": "k" * 30 + "0123456789abcdefghij"}


def run(*arguments, **environment):
    """Run Python in a process with only these environment variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_runserver_outside_the_local_mode_says_how_to_open_it():
    result = run("manage.py", "runserver", "--noreload", **SECRET)
    assert result.returncode != 0
    assert "AGENCY_SITE_LOCAL=true python manage.py runserver" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [[], ["tests.test_timeline", "--parallel", "4", "--keepdb"]])
def test_manage_py_test_says_that_pytest_is_the_way(words):
    result = run("manage.py", "test", *words)
    assert result.returncode == 1
    assert result.stderr.strip() == "The tests run with pytest. Run: python -m pytest"


def test_migrate_says_nothing_of_a_servers_table_without_a_secret_key(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'agency.sqlite3'}"}
    check = ("manage.py", "check", "--database", "default")
    assert "createcachetable" not in run(*check, **database).stderr
    assert "createcachetable" in run(*check, **database, **SECRET).stderr


@pytest.mark.parametrize(
    "command",
    [
        ("createsuperuser", "--noinput", "--username", "a", "--email", "a@example.gov"),
        ("dump_agency",),
        ("clearsessions",),
    ],
    ids=lambda command: command[0],
)
def test_a_command_without_tables_says_to_migrate(tmp_path, command):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'agency.sqlite3'}"}
    result = run("manage.py", *command, **database)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith("). Run: python manage.py migrate")
    assert "Traceback" not in result.stderr
    assert "Traceback" in run("manage.py", *command, "--traceback", **database).stderr


def test_a_command_without_a_database_says_so(tmp_path):
    # SQLite cannot open a folder.
    result = run("manage.py", "migrate", DATABASE_URL=f"sqlite:///{tmp_path}")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("The database cannot be reached")


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "agency.sqlite3"), ("WORKER_THREADS", "four")]
)
def test_a_setting_that_cannot_be_read_is_named(name, value):
    result = run("manage.py", "check", **{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith(f"{name} in the environment (or in .env) ")
    assert "Traceback" not in result.stderr


def test_an_empty_address_of_the_database_is_none():
    assert run("manage.py", "check", DATABASE_URL="").returncode == 0


OLD = "import sys; sys.version_info = (3, 11, 9, 'final', 0); sys.argv = ['manage.py', 'migrate'];"


@pytest.mark.parametrize(
    "started", ["import runpy; runpy.run_path('manage.py', run_name='__main__')", "import tests.settings", "import agency_site.wsgi"]
)  # fmt: skip
def test_an_older_python_gets_one_sentence(started):
    result = run("-c", OLD + started)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "This site needs Python 3.12 or newer, and this is Python 3.11."
        " Make the virtual environment with a newer Python."
    ]


@pytest.mark.parametrize("path", ["manage.py", "agency_site/__init__.py"])
def test_an_older_python_can_read_what_refuses_it(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr | ast.AnnAssign) for node in ast.walk(tree))


def test_missing_packages_get_one_sentence():
    # Without the site's folder of packages there is no Django.
    result = run("-S", "manage.py", "migrate")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "The packages of this site are not installed. Run: python -m pip install -r requirements.txt"
    ]


def test_one_missing_package_is_named_with_the_command():
    code = (
        "import sys, runpy; sys.modules['environ'] = None; sys.argv = ['manage.py', 'migrate'];"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    result = run("-c", code)
    assert result.returncode == 1
    assert "environ" in result.stderr.splitlines()[-2]
    assert result.stderr.splitlines()[-1].endswith("python -m pip install -r requirements.txt")


# The styles


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project folder without installed or built files."""
    (tmp_path / "package-lock.json").touch()
    (tmp_path / ".npmrc").touch()
    monkeypatch.setattr(build_styles, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def started(folder, monkeypatch):
    """The commands that building the styles starts, by their last arguments."""
    lines = []

    def start(arguments, **kwargs):
        lines.append([Path(arguments[1]).name, *arguments[2:]])
        (folder / "node_modules").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(arguments, 0)

    monkeypatch.setattr(build_styles.subprocess, "run", start)
    return lines


def test_the_first_build_installs_what_it_needs_and_the_second_does_not(started):
    call_command("build_styles")
    call_command("build_styles")
    install = ["npm-cli.js", "ci", "--ignore-scripts", "--loglevel=error"]
    assert started == [install, ["build.mjs"], ["build.mjs"]]


def test_a_new_lock_is_installed(started, folder):
    call_command("build_styles")
    later = (folder / "node_modules" / ".installed").stat().st_mtime + 1
    os.utime(folder / "package-lock.json", (later, later))
    started.clear()
    call_command("build_styles")
    assert started[0][:2] == ["npm-cli.js", "ci"]


def test_without_node_the_command_that_brings_it_is_named(folder, monkeypatch):
    monkeypatch.setattr(build_styles, "find_spec", lambda name: None)
    monkeypatch.setattr(build_styles.shutil, "which", lambda name: None)
    with pytest.raises(CommandError, match=r"python -m pip install -r requirements\.txt"):
        call_command("build_styles")


def test_a_failed_installation_is_no_success(folder, monkeypatch):
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(build_styles.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(CommandError, match="npm"):
        call_command("build_styles")
    assert not (folder / "node_modules" / ".installed").exists()
