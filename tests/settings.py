"""The settings of the tests: always the local mode, with files of this process alone.

Processes that a test starts read the usual settings in this environment.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="agency-site-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ["AGENCY_SITE_LOCAL"] = "true"
os.environ["DJANGO_SETTINGS_MODULE"] = "agency_site.settings"
os.environ["STATIC_ROOT"] = str(_folder / "static")
os.environ["MEDIA_ROOT"] = str(_folder / "media")
os.environ["GENERATION_STAMP"] = str(_folder / "generation_stamp")
os.environ["METRICS_FOLDER"] = str(_folder / "metrics")
_is_on_sqlite = not os.environ.get("DATABASE_URL", "").startswith("postgres")
if _is_on_sqlite:
    os.environ["DATABASE_URL"] = f"sqlite:///{_folder / 'agency.sqlite3'}"

from agency_site.settings import *  # noqa: E402, F403
from agency_site.settings import DATABASES  # noqa: E402

if _is_on_sqlite:
    # A file, because the server of a browser test has its own connections.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}

#: A mail is sent when a test says so.
MAIL_IS_SENT_AT_ONCE = False
#: No test needs another address than the domain of the site settings.
STAFF_ORIGIN = ""
