"""Words for which the house has another name, or none: no identifier and no file brings them back."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("agency_site", "directorates", "bin", "tests")

#: {old word: what it is called}. An identifier is read in its parts, so `find_faults` has "faults".
NAMES = {
    "anew": "re-, as in reencrypt",
    "blind": "database_unavailable",
    "claims": "number_phrases",
    "companions": "approved_together",
    "desk": "dashboard",
    "doubles": "duplicates",
    "faults": "errors",
    "fingerprint": "hash",
    "foreseen": "dry_run",
    "foresight": "dry_run",
    "foreign": "outside_assignment",
    "gallery": "style_guide",
    "noted": "logged",
    "propose": "submit_records",
    "said": "message",
    "settled": "confirmed",
    "told": "messages",
    "touched": "affected",
    "twin": "static_copy, or namesake",
    "twins": "static copies, or namesakes",
}
#: Names that others have given.
TAKEN = {"ForeignKey", "is_foreign_key", "foreign_key"}


def parts_of(name):
    """Return the words of an identifier in small letters."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return set(spaced.lower().split("_"))


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A name in a string, as for getattr.
            yield node.value if re.fullmatch(r"(?!test_)[a-z]+(_[a-z]+)+", node.value) else ""
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("test_"):
            yield node.name


def find_old_names(path):
    names = {path.stem, *names_in(ast.parse(path.read_text(encoding="utf-8")))} - TAKEN
    return {name for name in names if parts_of(name) & NAMES.keys()}


def test_no_old_name_comes_back():
    found = {
        str(path.relative_to(ROOT)): sorted(names)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__)
        and "migrations" not in path.parts
        and (names := find_old_names(path))
    }
    assert found == {}, f"use instead: {NAMES}"


def test_an_old_name_is_found_wherever_it_stands(tmp_path):
    path = tmp_path / "faults.py"
    path.write_text(
        "class TwinPage:\n    def find_desk(self, told):\n        return self.gallery\n"
    )
    assert find_old_names(path) == {"faults", "TwinPage", "find_desk", "told", "gallery"}
