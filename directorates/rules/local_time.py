"""The day and the clock time of an instant. No other module of the app takes a day from an instant.

Instants are stored in UTC. For five hours of every winter day, the date in UTC differs from Washington's. So
every day needs a time zone: a given one, or the current one. On staff pages the current one is the agency's.
"""

import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone


def day_of(instant, time_zone=None):
    """Return the date in the time zone of this name. The default is the current time zone."""
    zone = zoneinfo.ZoneInfo(time_zone) if time_zone else None
    return timezone.localtime(instant, zone).date()


def written(instant):
    """Return an instant in the current time zone as "2026-10-01 09:30"."""
    local = timezone.localtime(instant)
    return f"{local:%Y-%m-%d %H:%M}"


def begin_of(day):
    """Return the instant at which a day begins in the current time zone.

    Where midnight comes twice, this is the first. Where the clocks skip midnight, this is the instant of the skip.
    """
    midnight = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return midnight.astimezone(UTC)


def end_of(day):
    """Return the last instant of a day in the current time zone."""
    return begin_of(day + timedelta(days=1)) - datetime.resolution


def iso(instant):
    """Return an instant in the current time zone in the format of files: "2026-10-01T00:00-04:00"."""
    local = timezone.localtime(instant)
    return local.isoformat(timespec="auto" if local.second else "minutes")
