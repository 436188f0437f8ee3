"""Runs drills and prints their reports.

    python -m bin.drills [NAME ...] [--seconds 600]

`--seconds` is the length of an outage, in drills that stop something. The exit code is 1 if anything was lost.
"""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from directorates.management.progress import progress

FOLDER = Path(__file__).parent


def names():
    """Return the names of the modules that define a drill."""
    sources = {path.stem: path.read_text() for path in FOLDER.glob("*.py")}
    return sorted(name for name, source in sources.items() if "\ndef drill(" in source)


def run(name, *, seconds):
    """Run one drill in a new folder; return its Report."""
    module = importlib.import_module(f"bin.drills.{name}")
    with tempfile.TemporaryDirectory(prefix=f"agency-drill-{name}-") as folder:
        return module.drill(Path(folder), seconds=seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which drills; all of them if none is named")
    parser.add_argument("--seconds", type=int, default=600)
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        parser.error(f"There is no drill {', '.join(unknown)}. There are: {', '.join(names())}.")
    chosen, is_lost = options.names or names(), False
    for name in progress(chosen, total=len(chosen), unit="drills", description="Drills"):
        began = time.monotonic()
        report = run(name, seconds=options.seconds)
        print(report.text(name.replace("_", " ")), flush=True)
        print(f"    took: {time.monotonic() - began:.0f} s\n", flush=True)
        is_lost = is_lost or bool(report.lost)
    sys.exit(is_lost)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted. The site of the drill is stopped, and its files are removed.")
