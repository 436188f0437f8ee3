"""Code in strings, which runs in other processes, imports existing names. No linter reads strings."""

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The strings of these are written into a copy of the repository, with modules that only the copy has.
FOR_A_COPY = {"test_recipes.py"}
IMPORT = re.compile(
    r"(?:^[ \t\"']*|; )from ((?:agency_site|directorates|bin)[\w.]*) import ([\w, ]+)", re.MULTILINE
)


def is_there(module, name):
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True


def test_every_imported_name_is_there():
    files = [
        path
        for folder in ("bin", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path.name not in FOR_A_COPY
    ]
    missing = [
        f"{path.relative_to(ROOT)}: from {module} import {name.split()[0]}"
        for path in files
        for module, names in IMPORT.findall(path.read_text(encoding="utf-8"))
        for name in names.split(",")
        if name.strip() and not is_there(module, name.split()[0])
    ]
    assert missing == []
