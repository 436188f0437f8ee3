"""Takes the pictures of the structure's chart in docs/structure/: of the sample, of 400 and of 5,000 offices.

    .venv/bin/python -m bin.structure_pictures [--port 8219]

Each agency is shown at three widths, as it is printed, and as the picture that its page offers. CHROMIUM names the
browser, as for the tests.
"""

import argparse
import tempfile
from pathlib import Path

from bin.staff_pictures import ROOT, opened_browser, served, set_up

DOCS = ROOT / "docs" / "structure"
WIDTHS = (1280, 768, 320)
HEIGHT = 1000
#: The width of a sheet of letter paper, in pixels of CSS.
PAPER = 816


def agencies():
    """Return {name: content} of the agencies."""
    from directorates.exchange import fictional_agency
    from directorates.management.commands.prepare_local import SAMPLE

    large = {
        f"{offices}-offices": fictional_agency.generate(seed=1, offices=offices).encode()
        for offices in (400, 5_000)
    }
    return {"sample": SAMPLE.read_bytes(), **large}


def load(folder, content):
    """Make the database of the next agency in the place of the last one."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from directorates.actions.importing import importing

    connection.close()
    Path(folder, "pictures.sqlite3").unlink(missing_ok=True)
    call_command("migrate", verbosity=0)
    # Without an account, each page says what is missing.
    get_user_model().objects.create_superuser("staff", password=None)
    importing.load(content=content, file_name="agency.toml", by=None, at=timezone.now())


def take(site, name):
    with opened_browser() as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(f"{site}/structure/")
            page.screenshot(path=DOCS / f"{name}-{width}.png")
        page.set_viewport_size({"width": PAPER, "height": HEIGHT})
        page.emulate_media(media="print")
        page.screenshot(path=DOCS / f"{name}-print.png")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.goto(f"{site}/structure/chart.svg")
        page.screenshot(path=DOCS / f"{name}-svg.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", default="8219")
    chosen = parser.parse_args()
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        for name, content in agencies().items():
            load(folder, content)
            with served(chosen.port) as site:
                take(site, name)


if __name__ == "__main__":
    main()
