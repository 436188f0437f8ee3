"""Copies of unsaved text in an editor's browser: the server confirms which copies it has saved.

A form carries the number of its copy. After the record is saved, the number waits in the session. The next
staff page passes it to the browser, which deletes that copy only.
"""

import re

from django.conf import settings

#: The hidden field with the number. A form without it comes from a browser that keeps no copy.
FIELD = "autosave_number"

_CONFIRMED = "confirmed_copies"
_NUMBER = re.compile(r"[0-9a-f]{32}")
#: No one saves more often between two staff pages, apart from previews.
_MOST_WAITING = 50


def is_kept(request):
    """Whether the browser keeps a copy of the request. A body that is too large is not read."""
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return _NUMBER.fullmatch(request.POST.get(FIELD, "")) is not None


def name_form(record_model, pk):
    """Return the name under which a browser keeps copies of a record's form."""
    return f"{record_model._meta.model_name}/{pk}"


def note_saved(request):
    """Put the number of the sent copy in the session. After an error no session is stored, so the copy
    stays."""
    number = request.POST.get(FIELD, "")
    if _NUMBER.fullmatch(number):
        _add(request.session, [number])


def note_deleted(request, names):
    """Put the names of the forms of deleted records in the session."""
    _add(request.session, names)


def confirmed_in(session):
    """Return what the browser does not know yet; pass it to `restore` after an action's refusal."""
    return session.get(_CONFIRMED)


def restore(session, confirmed):
    if confirmed is not None:
        session[_CONFIRMED] = confirmed
    elif _CONFIRMED in session:
        del session[_CONFIRMED]


def _add(session, confirmed):
    session[_CONFIRMED] = [*session.get(_CONFIRMED, []), *confirmed][-_MOST_WAITING:]


def take_confirmed(session):
    """Remove from the session the numbers and names for the browser; return them, separated by spaces."""
    return " ".join(session.pop(_CONFIRMED, [])) if _CONFIRMED in session else ""
