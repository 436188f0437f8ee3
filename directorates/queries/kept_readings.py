"""Readings that are the same for all pages of one instant, so an export reads them once."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

_kept = ContextVar("kept_readings", default=None)


@contextmanager
def keep_readings():
    """Within this block, read once what `kept` marks. The caller makes sure that the record stays as it is."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept(read: Callable) -> Callable:
    """Keep the answers of a function of queries within `keep_readings`, for each of its arguments.

    Pages share an answer, so it must not be changed.
    """

    @wraps(read)
    def read_or_find(**arguments):
        answers = _kept.get()
        if answers is None:
            return read(**arguments)
        question = (read, *sorted(arguments.items()))
        if question not in answers:
            answers[question] = read(**arguments)
        return answers[question]

    return read_or_find
