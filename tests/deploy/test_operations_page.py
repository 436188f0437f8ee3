"""docs/operations.md is right about settings, log lines, numbers and files."""

import re
from pathlib import Path

from agency_site.serving.metrics import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text()
SETTINGS = (ROOT / "agency_site/settings.py").read_text()
#: For a developer's machine; .env.example is for a server.
LOCAL_ONLY = {"AGENCY_SITE_LOCAL", "DEBUG"}

read_by_settings = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))


def test_the_table_has_every_variable_that_the_settings_read():
    table = PAGE.partition("## The environment")[2]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == read_by_settings
    assert len(read_by_settings) > 20


def test_the_example_has_every_variable_of_a_server():
    example = (ROOT / ".env.example").read_text()
    names = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert names == read_by_settings - LOCAL_ONLY


def test_defaults_that_are_numbers_are_those_of_the_settings():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert len(rows) >= 5
    for name, default in rows.items():
        read = re.search(rf'"{name}", default=(?:0 if LOCAL else )?(\d+)', SETTINGS)
        assert read[1] == default, name


def test_numbers_in_the_example_are_the_defaults_of_the_table():
    example = dict(
        re.findall(r"^#?([A-Z_]+)=(\d+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    assert len(example) >= 5
    for name, number in example.items():
        assert number in re.findall(r"\d+", table[name]), name


def test_the_numbers_that_alarms_are_made_of_exist():
    named = set(re.findall(r"agency_site_\w+", PAGE))
    assert len(named) > 8
    assert named <= FAMILIES


def test_the_lines_that_it_explains_are_written():
    sources = "".join(
        path.read_text()
        for app in ("directorates", "agency_site")
        for path in (ROOT / app).rglob("*.py")
    )
    for words in (
        "The database does not answer",
        "The database answers again",
        "The generation stamp",
        "Until when pages are right cannot be found out",
        "The page cache failed",
        "The thread ",
        "This machine does not know the time zone",
        "Sign-in failed",
        "Sign-in refused after too many",
    ):
        assert words in PAGE
        assert f'"{words}' in sources, words


def test_what_it_names_exists():
    for name in set(re.findall(r"`((?:deploy|bin|tests)/[\w./-]+)`", PAGE)):
        assert (ROOT / name).exists(), name
    units = set(re.findall(r"agency-site[\w-]*\.(?:service|timer)", PAGE))
    assert units
    assert all((ROOT / "deploy/systemd" / unit).exists() for unit in units)
