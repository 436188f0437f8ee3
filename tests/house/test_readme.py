"""The README's commands work, and all its paths exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from agency_site.serving import local_setup

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line
]


def run(arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    result = subprocess.run(
        arguments, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_two_commands_come_first():
    assert COMMANDS[:2] == ["make run", "make test"]


@pytest.mark.make
@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_make_knows_its_targets(command):
    run([*shlex.split(command), "--dry-run"])


@pytest.mark.make
def test_make_help_lists_every_target():
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    listed = [line.split()[0] for line in run(["make", "help"]).splitlines()[1:]]
    assert sorted(listed) == sorted(targets.split())


@pytest.mark.make
def test_the_links_in_mails_of_the_local_site_have_its_port():
    commands = run(["make", "--dry-run", "run", "PORT=8123"])
    assert "STAFF_ORIGIN=http://localhost:8123" in commands


@pytest.mark.make
def test_named_tests_run_without_the_checks():
    commands = run(["make", "--dry-run", "test", "ARGS=-p tests.postgresql_plugin tests/actions"])
    assert "bin/test -p tests.postgresql_plugin tests/actions" in commands
    assert "ruff" not in commands
    assert "lint-imports" in run(["make", "--dry-run", "test"])


#: Commands that ask questions, serve until they are stopped, or replace files of this run.
NOT_RUN = {"createsuperuser", "runserver", "build_styles"}


def test_the_way_without_make_mends_all_that_the_site_names():
    start = COMMANDS.index("python -m pip install -r requirements.txt")
    end = COMMANDS.index("python manage.py runserver")
    assert COMMANDS.index("make test") < start
    assert set(COMMANDS[start:end]) >= {gap.command for gap in local_setup.GAPS.values()}
    assert "python -m pytest" in COMMANDS


def test_its_commands_run_one_after_another_on_a_new_database(tmp_path):
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'agency.sqlite3'}"}
    environment |= {"AGENCY_SITE_LOCAL": "true", "STATIC_ROOT": str(tmp_path / "static")}
    environment["GENERATION_STAMP"] = str(tmp_path / "generation_stamp")
    run([sys.executable, "manage.py", "migrate", "--verbosity=0"], **environment)
    commands = [c for c in COMMANDS if "manage.py" in c and not NOT_RUN & set(c.split())]
    assert len(commands) == 8
    for command in commands:
        words = shlex.split(command.partition("manage.py ")[2])
        words = [str(tmp_path / word) if word == "my-agency.toml" else word for word in words]
        run([sys.executable, "manage.py", *words], **environment)
    assert (tmp_path / "my-agency.toml").read_text(encoding="utf-8").startswith("format = 1")


def test_every_path_that_it_names_is_there():
    names = re.findall(r"`([\w./-]+/[\w./-]*|[\w./-]+\.(?:py|md|toml|example))`", README)
    names += re.findall(r"\]\((?!http)([^)]+)\)", README)
    folders = (ROOT, ROOT / "directorates")
    made = {"static/build/", "var/agency.sqlite3"}
    missing = [
        name for name in names if name not in made and not any((f / name).exists() for f in folders)
    ]
    assert missing == []
