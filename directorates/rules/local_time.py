"""The day and the clock time of an instant. Nothing else in the app takes a day from an instant.

Instants are kept in UTC. For five hours of every winter day, UTC has another day than Washington. So a day
always names its time zone: the agency's, which is the current one on staff pages, or one that is given.
"""

import zoneinfo
from datetime import UTC, datetime, time

from django.utils import timezone


def day_of(instant, time_zone=None):
    """Return the date in the time zone of this name, or in the current time zone."""
    zone = zoneinfo.ZoneInfo(time_zone) if time_zone else None
    return timezone.localtime(instant, zone).date()


def written(instant):
    """Write an instant in the current time zone, such as "2026-10-01 09:30"."""
    local = timezone.localtime(instant)
    return f"{local:%Y-%m-%d %H:%M}"


def begin_of(day):
    """Return the instant at which a day begins in the current time zone.

    Where midnight comes twice it is the first one; where the clocks pass over it, the instant at which they do.
    """
    midnight = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return midnight.astimezone(UTC)


def iso(instant):
    """Write an instant in the current time zone as files have it, such as "2026-10-01T00:00-04:00"."""
    local = timezone.localtime(instant)
    return local.isoformat(timespec="auto" if local.second else "minutes")
