"""All names in docs/development.md exist, and its commands work."""

import importlib
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/development.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
#: Commands that are not run, with the reason. Another test checks that make knows them.
NOT_RUN = {
    "make test": "runs this test, too",
    'make test ARGS="tests/actions/test_locks.py -k collision"': "takes longer than the example before it",
    'make test ARGS="-p tests.postgresql_plugin tests/actions/test_locks.py"': "starts PostgreSQL",
    "make format": "changes the files that this run reads",
    "make check": "is asked before all tests of `make test`",
}
HAS_TOOLS = (ROOT / ".venv/bin/python").exists()


def run(command, *more):
    """Run a command as in a new terminal; return its output."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    words = [*shlex.split(command), *more]
    while re.fullmatch(r"[A-Z_]+=\S*", words[0]):
        name, _, value = words.pop(0).partition("=")
        kept[name] = value
    done = subprocess.run(words, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.make
@pytest.mark.skipif(not HAS_TOOLS, reason="the page's commands need what `make` installs in .venv")
@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in NOT_RUN])
def test_a_command_of_the_page_works(command):
    # Keep the installation, which is in use.
    kept = ["--old-file=.venv/.installed"] if command.startswith("make ") else []
    done = run(command, *kept)
    assert "8 passed" in done or "test_timeline" not in command


@pytest.mark.make
@pytest.mark.parametrize("command", NOT_RUN)
def test_make_knows_a_command_that_is_not_run(command):
    assert command in COMMANDS
    run(command, "--dry-run")


def test_every_function_of_the_two_lives_is_there():
    lives = PAGE[PAGE.index("## The life of a request") : PAGE.index("## Recipes")]
    names = set(re.findall(r"`((?:directorates|agency_site)\.[\w.]+)`", lives))
    assert len(names) > 25
    for name in names:
        parts = name.split(".")
        found = importlib.import_module(parts.pop(0))
        for part in parts:
            if not hasattr(found, part):
                importlib.import_module(f"{found.__name__}.{part}")
            found = getattr(found, part)


def test_every_path_that_the_page_names_is_there():
    names = re.findall(r"`((?:\w+/)+[\w.-]*)`", PAGE)
    names += [f"docs/{link}" for link in re.findall(r"\]\((?!http)([^)#]+)", PAGE)]
    roots = (ROOT, ROOT / "directorates")
    missing = {name for name in names if not any((root / name).exists() for root in roots)}
    assert missing <= {"static/build/"}


def test_every_room_is_on_the_map():
    rooms = [
        f"{folder.relative_to(ROOT)}/"
        for parent in (ROOT / "directorates", ROOT / "agency_site/serving")
        for folder in parent.iterdir()
        if (folder / "__init__.py").exists()
    ]
    plumbing = {"management", "migrations", "templatetags"}
    assert [r for r in rooms if f"`{r}`" not in PAGE and Path(r).name not in plumbing] == []
