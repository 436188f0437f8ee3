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
    except KeyboardInterrupt:
        # A command that leaves anything says so itself.
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        sentence = _what_to_do(error)
        if not sentence or "--traceback" in sys.argv:
            raise
        sys.exit(sentence)


def _what_to_do(error):
    """Return in a sentence what mends settings or a database that are not ready for a command, or ''."""
    from django.core.exceptions import ImproperlyConfigured

    if isinstance(error, ImproperlyConfigured):
        return str(error)
    from directorates.rules import database_errors

    # An older Python, which is refused above, must be able to read this file.
    if database_errors.lacks_tables(error):
        return "The database lacks tables or columns (%s). Run: python manage.py migrate" % error  # noqa: UP031
    if database_errors.is_outage(error):
        return "The database cannot be reached or does not answer: %s" % error  # noqa: UP031
    return ""


if __name__ == "__main__":
    main()
