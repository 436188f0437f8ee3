"""The layers of the app: a part imports itself and lower rows, never a neighbor."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "directorates"

#: From the lowest row to the highest. The parts of a row never import each other.
ROWS = [
    {"addresses", "lines", "countries", "markup"},
    {
        "text",
        "alphabet",
        "encryption",
        "languages",
        "generation_stamp",
        "database_faults",
        "local_time",
        "log_lines",
        "metrics",
        "migration_operations",
        "patience",
        "phone_numbers",
        "pictures",
        "program",
    },
    {
        "timeline",
        "date_rules",
        "structure_rules",
        "review_states",
        "audit_actions",
        "field_words",
        "compare",
        "claims",
        "formats",
        "templatetags",
        "gateway",
    },
    {"models"},
    {"visibility", "contributors", "sign_in", "kept_text", "way_back", "overlay"},
    {"permissions"},
    {
        "page_parts",
        "key_facts",
        "namesakes",
        "unavailable",
        "collisions",
        "account_rights",
        "local_setup",
    },
    {
        "site_identity",
        "overview",
        "unit_page",
        "unit_list",
        "forms",
        "desk",
        "audit_trail",
        "where_used",
        "staff_search",
        "page_cache",
    },
    {"actions", "backup", "static_twin"},
    {
        "admin",
        "admin_site",
        "views",
        "context_processors",
        "sitemaps",
        "middleware",
        "request_log",
        "management",
    },
    {"urls", "account_urls", "checks"},
    {"apps"},
]
ROW_OF = {part: row for row, parts in enumerate(ROWS) for part in parts}


def part_of(path):
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imported_parts(path):
    """Yield the parts of the app that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "directorates" and rest:
                yield rest.split(".")[0]
            assert package != "agency_site", f"{path}: nothing imports the settings' package"


def app_files():
    return [
        path
        for path in sorted(APP.rglob("*.py"))
        if path.name != "__init__.py" or path.parent != APP
        if "migrations" not in path.parts
    ]


@pytest.mark.parametrize("path", app_files(), ids=lambda path: str(path.relative_to(APP)))
def test_a_part_imports_itself_and_lower_rows_only(path):
    part = part_of(path)
    assert part in ROW_OF, f"{path}: give the part “{part}” a row in this test"
    for imported in imported_parts(path):
        assert imported == part or ROW_OF[imported] < ROW_OF[part], f"{part} imports {imported}"


def test_every_part_of_a_row_exists():
    parts = {part_of(path) for path in app_files()}
    assert set(ROW_OF) <= parts


PUBLIC_READERS = ["overview.py", "unit_page.py", "unit_list.py", "site_identity.py", "sitemaps.py"]


@pytest.mark.parametrize("name", PUBLIC_READERS)
def test_public_reads_ask_visibility_and_no_manager(name):
    tree = ast.parse((APP / name).read_text(encoding="utf-8"))
    managers = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}
    ]
    assert managers == []


#: Who may see what, and who may do what. Accounts have rules of their own.
ASK_FOR_PERMISSIONS = ("visibility", "permissions", "account")


def test_two_modules_ask_for_the_permissions_of_an_account():
    for path in app_files():
        if not path.name.startswith(ASK_FOR_PERMISSIONS):
            assert ".has_perm(" not in path.read_text(encoding="utf-8"), f"{path}: ask permissions"


def test_no_file_compares_an_editions_dates_but_its_queryset():
    for path in app_files():
        if path.name == "edition.py":
            continue
        source = path.read_text(encoding="utf-8")
        for lookup in ("effective_from__", "effective_until__"):
            assert lookup not in source, f"{path} filters on {lookup}: ask EditionQuerySet"
