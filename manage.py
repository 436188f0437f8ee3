#!/usr/bin/env python
import os
import sys

# First, because it refuses a Python that is too old.
import agency_site  # noqa: F401

INSTALL = "Run: python -m pip install -r requirements.txt"


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("The packages of this site are not installed. " + INSTALL)
    try:
        execute_from_command_line(sys.argv)
    except ModuleNotFoundError as error:
        error.add_note("If a package of this site is missing: " + INSTALL)
        raise


if __name__ == "__main__":
    main()
