"""The whole public site at any instant, with everything scheduled by then in force: for staff only."""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from directorates.previews.render_preview import render_preview, staff_preview
from directorates.queries import visibility
from directorates.rules import date_rules
from directorates.views.pages import render_error

_PATH = re.compile(r"([-\w]+/)*")


class InstantConverter:
    """An instant in an address, on the agency's clocks, for example 2026-10-01T09:30.

    The view reads the instant, because it can explain an error. Activate the agency's time zone before
    making an address.
    """

    regex = r"[^/]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        if isinstance(value, str):
            return value
        local = timezone.localtime(value)
        shown = local.replace(tzinfo=None, fold=0)
        # If the clocks show the hour twice, the offset tells which one.
        is_repeated = date_rules.choices_of(shown, local.tzinfo)
        written = local if is_repeated else shown
        is_whole = not (local.second or local.microsecond)
        return written.isoformat(timespec="minutes" if is_whole else "auto")


@dataclass(frozen=True)
class PreviewedInstant:
    """The preview bar's data. `is_past` chooses its wording; `path` is the page to stay on."""

    shown_at: datetime
    is_past: bool
    path: str
    form_url: str
    calendar_url: str
    bar: str = "directorates/_preview_instant_bar.html"


def _require_staff(request):
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see what is scheduled.")


@staff_preview
def instant_preview(request, instant, path=""):
    """Show a page as it was or will be at an instant, if its content comes from the records."""
    _require_staff(request)
    try:
        at = read_instant(instant)
    except date_rules.DateError as error:
        return _refuse(request, error, path, 404)
    previewed = PreviewedInstant(
        shown_at=at,
        is_past=at <= timezone.now(),
        path=path,
        form_url=reverse("directorates:preview-choose-instant"),
        calendar_url=reverse("admin:calendar"),
    )
    prefix = reverse("directorates:preview-instant", args=[instant])
    return render_preview(request, path, at=at, prefix=prefix, previewed=previewed)


@staff_preview
def choose_instant(request):
    """Redirect to the site at the chosen day and time; without a day, to the site now."""
    _require_staff(request)
    day, clock = request.GET.get("day", ""), request.GET.get("time", "") or "00:00"
    path = request.GET.get("path", "")
    try:
        at = read_instant(f"{day}T{clock}") if day else timezone.now().replace(microsecond=0)
    except date_rules.DateError as error:
        return _refuse(request, error, path, 400)
    return HttpResponseRedirect(_address(at, path))


def _address(at, path):
    """Return an address in the preview at `at`. A path that could lead elsewhere is left out."""
    with timezone.override(visibility.site_settings().time_zone):
        address = reverse("directorates:preview-instant", args=[at])
    return address + (path if _PATH.fullmatch(path) else "")


def _refuse(request, error, path, status):
    """Return a page that explains the error of an instant and links to both hours of a repeated time."""
    choices = getattr(error, "choices", ())
    links = [(words, _address(instant, path)) for instant, words in choices]
    return render_error(request, "No preview", str(error), status, links=links)


def read_instant(written):
    """Return the instant of an address, read on the agency's clocks. Raises DateError."""
    zone = zoneinfo.ZoneInfo(visibility.site_settings().time_zone)
    return date_rules.read_instant(written, zone=zone, now=timezone.localtime(timezone=zone))
