"""Runs the parts of the bench and prints their tables.

python -m bin.bench [PART ...] [--json FILE]
"""

import argparse
import atexit
import importlib
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings

PARTS = ("server", "pages", "search", "staff", "static_copy")


def set_up():
    """Set up this process like the local site, with its own databases."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "agency_site.settings"
    os.environ["AGENCY_SITE_LOCAL"] = "true"
    folder = tempfile.mkdtemp(prefix="agency-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/agency.sqlite3"
    os.environ["GENERATION_STAMP"] = f"{folder}/generation_stamp"
    django.setup()
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]


def describe_machine():
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--json", type=Path, help="keep the results here")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"There is no part {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    set_up()
    results = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), **describe_machine()}
    for part in options.parts or PARTS:
        module = importlib.import_module(f"bin.bench.{part}")
        with tempfile.TemporaryDirectory(prefix=f"agency-bench-{part}-") as folder:
            results[part] = module.measure(Path(folder))
        sys.stdout.flush()
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted. The servers of the bench are stopped, and nothing is written.")
