"""Copies of unsaved text that an editor's browser keeps: the server says which of them it has saved.

A form carries the number of its copy. When the record is saved, the number waits in the session until a
staff page tells the browser, which then lets go of that copy and of no other.
"""

import re

from django.conf import settings

#: The hidden field with the number; a form without it was sent by a browser that keeps nothing.
FIELD = "autosave_number"

_CONFIRMED = "confirmed_copies"
_NUMBER = re.compile(r"[0-9a-f]{32}")
#: Nobody saves more often between two staff pages, previews aside.
_MOST_WAITING = 50


def is_kept(request):
    """Whether the browser keeps what was sent. A body too large to be read is not looked into."""
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return _NUMBER.fullmatch(request.POST.get(FIELD, "")) is not None


def name_form(record_model, pk):
    """Return the name under which a browser keeps copies of a record's form."""
    return f"{record_model._meta.model_name}/{pk}"


def note_saved(request):
    """Note that what was sent is saved. Only a session that is stored says so, so an error keeps the copy."""
    number = request.POST.get(FIELD, "")
    if _NUMBER.fullmatch(number):
        _add(request.session, [number])


def note_deleted(request, names):
    """Note the names of forms whose records are deleted."""
    _add(request.session, names)


def confirmed_in(session):
    """Return what the browser was not told yet, for `restore` once an action has refused what was sent."""
    return session.get(_CONFIRMED)


def restore(session, confirmed):
    if confirmed is not None:
        session[_CONFIRMED] = confirmed
    elif _CONFIRMED in session:
        del session[_CONFIRMED]


def _add(session, confirmed):
    session[_CONFIRMED] = [*session.get(_CONFIRMED, []), *confirmed][-_MOST_WAITING:]


def take_confirmed(session):
    """Return the numbers and names that the browser was not told yet, with spaces between."""
    return " ".join(session.pop(_CONFIRMED, [])) if _CONFIRMED in session else ""
