"""Asks addresses outside the site whether they still lead somewhere."""

import urllib.error
import urllib.request

SECONDS = 10


def find_fault(address):
    """Return what is wrong with an address, or ''."""
    request = urllib.request.Request(address, headers={"User-Agent": "agency-site link check"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        # Sites that refuse programs are there.
        return "" if error.code in (401, 403, 405, 429) else f"answers with {error.code}"
    except (OSError, ValueError) as error:
        return f"does not answer: {getattr(error, 'reason', error)}"
