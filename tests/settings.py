"""The settings of the tests: the local mode, whatever the environment says.

What a test starts as a process of its own reads the settings that everybody reads.
"""

import os

os.environ["AGENCY_SITE_LOCAL"] = "true"
os.environ["DJANGO_SETTINGS_MODULE"] = "agency_site.settings"

from agency_site.settings import *  # noqa: F403
