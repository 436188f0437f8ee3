import sys

# An older Python reads this file first, so the file uses no newer syntax.
if sys.version_info < (3, 12):  # noqa: UP036
    sys.exit(
        "This site needs Python 3.12 or newer, and this is Python %d.%d."  # noqa: UP031
        " Make the virtual environment with a newer Python." % sys.version_info[:2]
    )
