"""Rules of the code that the import contracts in pyproject.toml cannot express."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVING = ROOT / "agency_site" / "serving"
APP = ROOT / "directorates"

#: The only loose modules, so the rooms stay visible. Django finds them by name.
LOOSE_MODULES = {
    "__init__",
    "apps",
    "checks",
    "context_processors",
    "forms",
    "middleware",
    "signals",
    "sitemaps",
    "urls",
}


def source_files():
    """Return every file of both apps, without migrations."""
    files = [*sorted(APP.rglob("*.py")), *sorted(SERVING.rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def test_nothing_lies_loose_but_djangos_own_names():
    assert {path.stem for path in APP.glob("*.py")} == LOOSE_MODULES


PUBLIC_READERS = [
    "queries/public_pages.py",
    "sitemaps.py",
    *(f"queries/pages/{path.name}" for path in sorted((APP / "queries/pages").glob("*.py"))),
]


@pytest.mark.parametrize("name", PUBLIC_READERS)
def test_public_reads_ask_visibility_and_no_manager(name):
    tree = ast.parse((APP / name).read_text(encoding="utf-8"))
    managers = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}
    ]
    assert managers == []


#: Visibility, assignments and permissions. Accounts have their own rules.
ASK_FOR_PERMISSIONS = ("visibility", "assignments", "permissions", "account")


def test_few_modules_ask_for_the_permissions_of_an_account():
    for path in source_files():
        if not path.name.startswith(ASK_FOR_PERMISSIONS):
            assert ".has_perm(" not in path.read_text(encoding="utf-8"), f"{path}: ask permissions"


def test_no_file_compares_an_editions_dates_but_its_queryset():
    for path in source_files():
        if path.name == "edition.py":
            continue
        source = path.read_text(encoding="utf-8")
        for lookup in ("effective_from__", "effective_until__"):
            assert lookup not in source, f"{path} filters on {lookup}: ask EditionQuerySet"


#: Who makes editions: the one path of publications, and the loading of files, which inserts many at once.
MAKES_EDITIONS = {"publication.py", "importing_records.py"}


def test_publications_take_one_path():
    callers = {
        path.name
        for path in (APP / "actions").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2]
        in ("insert_editions", "insert_first_editions", "note_publication")
    }
    assert callers == MAKES_EDITIONS


#: What speaks HTTP. An action serves the admin, visitors' pages and the command line alike.
SPEAKS_HTTP = ("django.http", "django.shortcuts", "django.contrib.messages", "django.urls")


def test_actions_and_rules_know_nothing_of_http():
    for path in (*(APP / "actions").rglob("*.py"), *(APP / "rules").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith(SPEAKS_HTTP), path
            elif isinstance(node, ast.FunctionDef):
                assert "request" not in {argument.arg for argument in node.args.args}, path
