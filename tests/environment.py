"""A pytest plugin that switches on the local mode before the settings load."""

import os

os.environ["AGENCY_SITE_LOCAL"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
