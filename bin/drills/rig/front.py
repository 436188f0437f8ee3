"""Runs the shipped nginx in front of a site, with an exported static copy."""

import json
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

from bin.nginx_server import NGINX, Nginx
from bin.production import HOST, ROOT

#: All the load comes from one address, which nginx would limit like one visitor.
FROM_MANY_ADDRESSES = [
    ("rate=50r/s", "rate=100000r/s"),
    ("rate=30r/m", "rate=100000r/s"),
    ("burst=200 ", "burst=100000 "),
    ("burst=20 ", "burst=100000 "),
]


#: For loads that would leave the site no processor time beside their encryption.
WITHOUT_TLS = [("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https")]


@contextmanager
def behind_nginx(site, *, over_tls=True, static_copy=None):
    """Yield an Nginx in front of `site`, which must be prepared and need not run.

    Behind it is a static copy of the site: the folder of one, or else a new one.
    """
    assert NGINX, "This drill needs nginx. On Debian: apt-get install nginx-light"
    path = SimpleNamespace(path=static_copy or export(site))
    changes = [*FROM_MANY_ADDRESSES, *([] if over_tls else WITHOUT_TLS)]
    front = Nginx(
        site.folder / "nginx",
        path,
        "nginx.conf",
        application=site,
        changes=changes,
        over_tls=over_tls,
    )
    with front:
        yield front


def export(site):
    """Make a static copy of the site; return its folder."""
    static_copy = site.folder / "static_copy"
    # The export makes the pages "not available", and would log each.
    subprocess.run(
        [sys.executable, "manage.py", "export_site", static_copy, f"--origin=https://{HOST}"],
        cwd=ROOT,
        env=site.environment | {"LOG_LEVEL": "CRITICAL"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return static_copy


def pages_of_static_copy(site):
    """Return the addresses of all pages in the static copy."""
    manifest = json.loads((site.folder / "static_copy/current/manifest.json").read_text())
    pages = ("text/html", "text/plain", "application/xml")
    return [
        file["address"]
        for file in manifest["files"]
        if file.get("status") == 200 and file["media_type"].startswith(pages)
    ]
