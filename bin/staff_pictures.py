"""Takes the pictures of the staff pages: those of docs/staff/ and those of the help page.

    .venv/bin/python -m bin.staff_pictures [--port 8219] [--only NAME]

It makes a site of its own with the sample agency in a temporary folder, and a draft, a change set and a scheduled
change, so that the pages have something to show. CHROMIUM names the browser, as for the tests.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "staff"
HELP = ROOT / "static" / "public" / "admin" / "help"
WIDTHS = (1280, 320)
#: The size of a picture of the help page, which its template names too.
HELP_SIZE = {"width": 960, "height": 600}


def addresses():
    """Return {name: address} of the pages of docs/staff/ and of the help page."""
    from directorates.models import ChangeSet, Unit

    unit = Unit.objects.get(identifier="hsi")
    change_set = ChangeSet.objects.get(state="in-review")
    form = f"/admin/directorates/directorate/{unit.pk}"
    shown = {
        "first-page": "/admin/",
        "form": f"{form}/change/",
        "change-set": change_set.get_absolute_url(),
        "colleague": "/admin/auth/user/invite/",
        "calendar": "/admin/calendar/",
    }
    explained = {
        "tree": "/admin/",
        "publish": f"{form}/publish/",
        "calendar": "/admin/calendar/",
        "set": change_set.get_absolute_url(),
        "history": f"{form}/history/",
    }
    return shown, explained


def prepare():
    """Fill the empty database; return the session's cookie of an administrator, as (name, value)."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from directorates.actions.importing import importing
    from directorates.actions.publishing import drafting, publishing
    from directorates.actions.reviewing import reviewing
    from directorates.management.commands.prepare_local import SAMPLE
    from directorates.models import Unit

    call_command("migrate", verbosity=0)
    now = timezone.now()
    importing.load(content=SAMPLE.read_bytes(), file_name=SAMPLE.name, by=None, at=now)
    users = get_user_model().objects
    staff = users.create_superuser("staff", password=None)
    colleague = users.create_superuser("colleague", password=None)

    def draft(identifier, by, **fields):
        unit = Unit.objects.get(identifier=identifier)
        for name, value in fields.items():
            setattr(unit, name, value)
        drafting.save(record=unit, relations={}, by=by, at=now)
        return unit

    ero, hsi, opr = (Unit.objects.get(identifier=name) for name in ("ero", "hsi", "opr"))
    draft("hsi", staff, summary=hsi.summary.rstrip(".") + ", and how to reach it.")
    publishing.publish(
        records=[draft("ero", staff, link_label=ero.name)],
        by=None,
        at=now,
        effective_from=now + timedelta(days=21),
        change_note="Writes the name in full.",
    )
    change_set = reviewing.create(
        title="Take OPR off the overview page",
        records=[draft("opr", colleague, is_on_overview=not opr.is_on_overview)],
        by=colleague,
        at=now,
        effective_from=now + timedelta(days=35),
    )
    reviewing.submit(change_set=change_set, by=colleague, at=now)
    client = Client()
    client.force_login(staff)
    ((name, cookie),) = [item for item in client.cookies.items() if item[0].startswith("session")]
    return name, cookie.value


@contextmanager
def served(port):
    """Serve the site while the pictures are taken."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def opened_browser(**options):
    """Return a page of a new browser."""
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous interface runs a loop in this thread, which Django refuses by default.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"]
        )
        yield browser.new_page(**options)
        browser.close()


def take(site, cookie, only):
    name, value = cookie
    shown, explained = addresses()
    with opened_browser(viewport=HELP_SIZE) as page:
        page.context.add_cookies([{"name": name, "value": value, "url": site}])
        for picture, address in explained.items():
            if not only or only == picture:
                page.goto(site + address)
                page.screenshot(path=HELP / f"{picture}.png")
        for picture, address in shown.items():
            for width in WIDTHS:
                if not only or only == picture:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(site + address)
                    page.screenshot(path=DOCS / f"{picture}-{width}.png", full_page=True)


def set_up(folder):
    """Set up Django for a local site of its own in a folder, without tables yet."""
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
        "AGENCY_SITE_LOCAL": "true",
        "DJANGO_SETTINGS_MODULE": "agency_site.settings",
    }
    import django

    django.setup()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", default="8219")
    parser.add_argument("--only", default="", help="the name of one picture")
    chosen = parser.parse_args()
    DOCS.mkdir(exist_ok=True)
    HELP.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        cookie = prepare()
        with served(chosen.port) as site:
            take(site, cookie, chosen.only)


if __name__ == "__main__":
    main()
