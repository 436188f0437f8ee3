"""Tools that some tests need in addition to Python packages. Without a tool its tests are skipped.

`make test` sets TOOLS_REQUIRED=true, so tests without their tool fail.
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Playwright's folder of its own browsers.
PLAYWRIGHT_FOLDERS = {
    "darwin": Path.home() / "Library" / "Caches" / "ms-playwright",
    "win32": Path.home() / "AppData" / "Local" / "ms-playwright",
    "linux": Path.home() / ".cache" / "ms-playwright",
}


def find_chromium():
    """Return the path of this machine's Chromium, or None. bin/ensure-chromium has the same names."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def has_browser():
    """Whether the machine or Playwright has a Chromium."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or PLAYWRIGHT_FOLDERS.get(sys.platform, "")
    return bool(find_chromium() or any(Path(folder).glob("chromium*")))


def has_styles(root=ROOT):
    """Whether `build_styles` has run, which also installs the tools that check pages."""
    return (root / "static/build/site.css").is_file() and (root / "node_modules/axe-core").is_dir()


def has_make():
    return bool(shutil.which("make"))


#: By marker: the check for the tool, and the message without it.
TOOLS = {
    "browser": (
        has_browser,
        "They need a Chromium. Run: python -m playwright install chromium (or set CHROMIUM to its path)",
    ),
    "styles": (has_styles, "They need the styles. Run: python manage.py build_styles"),
    "make": (has_make, "They need the program make."),
}


def find_missing():
    """Return the message about each missing optional tool, by marker."""
    if os.environ.get("TOOLS_REQUIRED") == "true":
        return {}
    return {name: sentence for name, (is_there, sentence) in TOOLS.items() if not is_there()}


def describe_left_out(reports):
    """Return a line for each missing tool, from the reports of skipped tests."""
    lines = []
    for name, sentence in find_missing().items():
        count = sum(name in report.keywords for report in reports)
        if count:
            lines.append(f"Left out: {count} tests. {sentence}")
    return lines
