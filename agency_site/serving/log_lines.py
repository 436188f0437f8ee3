"""Lines of the log, one an event and in UTC: JSON for machines, or words for people.

Nothing here imports models: the settings name these classes before the apps are loaded.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

#: What each line says of the request within which it is written: its id, method and path.
current_request = ContextVar("current_request", default=None)

#: What a line may say beyond that, given as `extra`.
EXTRA_FIELDS = ("status", "duration_ms", "user_id")


class JsonLine(logging.Formatter):
    """One JSON object a line. JSON escapes line breaks, so no visitor can forge a line."""

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
    """Lets Django tell of what broke; every answer, 404 or 200, has a line of `request_log` already."""

    def filter(self, record):
        return bool(record.exc_info)


def _instant(record):
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
