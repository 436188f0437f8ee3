"""The texts that a reviewer was shown, sent with the form, and their differences since, side by side."""

import json

from directorates.actions.reviewing import review_reading
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.queries.differences import LabeledDifference
from directorates.rules.compare.blocks import compare_blocks
from directorates.rules.compare.prose import plain_block

FIELD = "reviewed"


def reading_field(reading):
    """Return a reading as the value of a hidden field."""
    return json.dumps(reading, ensure_ascii=False, separators=(",", ":"))


def posted_reading(request):
    """Return the reading that was sent with a form, or None if there is no readable one."""
    try:
        reading = json.loads(request.POST.get(FIELD, ""))
    except ValueError:
        return None
    is_reading = isinstance(reading, dict) and all(
        isinstance(words, str) and review_reading.is_key(key) for key, words in reading.items()
    )
    return reading if is_reading else None


def required_reading(request):
    """Return the posted reading. Raises ReviewError without one: no one approves a text that was not shown."""
    reading = posted_reading(request)
    if reading is None:
        raise ReviewError("The page did not say what you were shown. Read it again, then approve.")
    return reading


def keep_differences(request, change_set, error):
    """Keep the differences since the reading for the next page."""
    if isinstance(error, review_reading.ChangedSinceReadError):
        request.session[_place(change_set)] = [
            [one.label, one.before, one.after] for one in error.differences[:MOST_SHOWN]
        ]


def take_differences(request, change_set):
    """Return the kept differences side by side, and delete them."""
    return [
        LabeledDifference("", label, compare_blocks(_blocks(before), _blocks(after), by_words=True))
        for label, before, after in request.session.pop(_place(change_set), [])
    ]


#: More differences than this are named in the message alone.
MOST_SHOWN = 30


def _blocks(words):
    return (plain_block(words),) if words else ()


def _place(change_set):
    return f"changed_since_read_{change_set.pk}"
