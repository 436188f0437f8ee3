"""Formats the log, one line for each event, in UTC: JSON for machines, or text for people.

This module imports no models, because the settings name these classes before the apps are loaded.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

#: Id, method and path of the current request, for each line.
current_request = ContextVar("current_request", default=None)

#: Other keys that a line may get by `extra`.
EXTRA_FIELDS = ("status", "duration_ms", "user_id")


class JsonLine(logging.Formatter):
    """Writes one JSON object on each line. JSON escapes line breaks, so no visitor can forge a line."""

    def format(self, record):
        line = {
            "time": _instant(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= current_request.get() or {}
        line |= {name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class WordLine(logging.Formatter):
    def __init__(self):
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatTime(self, record, datefmt=None):
        return _instant(record)


class HasException(logging.Filter):
    """Passes only lines with an exception. `request_log` already writes a line for every answer."""

    def filter(self, record):
        return bool(record.exc_info)


def _instant(record):
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
