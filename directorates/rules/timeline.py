"""The arithmetic of one record's editions in time. Pure: spans in, spans out.

A span is half open: an edition is in force from `begins` (included) until `ends` (excluded). `ends` is None
for "until further notice". A withdrawn edition ends where it begins, so it is never in force.
"""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, order=True)
class Span:
    begins: datetime
    ends: datetime | None
    key: object = None

    @property
    def is_empty(self):
        return self.ends == self.begins

    def lasts_beyond(self, at):
        """Whether it is in force at `at` or later."""
        return not self.is_empty and (self.ends is None or at < self.ends)

    def is_in_force(self, at):
        return self.begins <= at and (self.ends is None or at < self.ends)


class TimelineConflictError(ValueError):
    """Two editions of one record begin at the same instant."""


def insert(spans, begins, key=None):
    """Return (new span, shortened span or None) for an edition that begins at `begins`.

    The span in force at that instant ends there. The new span lasts until the next span begins.
    """
    live = sorted((span for span in spans if not span.is_empty), key=lambda span: span.begins)
    if any(span.begins == begins for span in live):
        raise TimelineConflictError(
            f"An edition already takes effect at {begins.isoformat()}."
            " Withdraw it first, or choose another time."
        )
    before = [span for span in live if span.begins < begins]
    after = [span for span in live if span.begins > begins]
    shortened = None
    if before and before[-1].is_in_force(begins):
        shortened = replace(before[-1], ends=begins)
    return Span(begins, after[0].begins if after else None, key), shortened


def withdraw(spans, key):
    """Return (emptied span, extended span or None). The edition before takes over the withdrawn edition's end."""
    live = [span for span in spans if not span.is_empty]
    withdrawn = next(span for span in live if span.key == key)
    before = next((span for span in live if span.ends == withdrawn.begins), None)
    return (
        replace(withdrawn, ends=withdrawn.begins),
        replace(before, ends=withdrawn.ends) if before else None,
    )
