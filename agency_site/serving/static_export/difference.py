"""Compares the pages of two releases."""

import difflib
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout, server_files
from agency_site.serving.static_export.pages import visible_words
from directorates.rules import date_rules


@dataclass(frozen=True)
class PageDifference:
    added: list[str]
    removed: list[str]
    changed: list[str]
    #: {old path: path}: new redirects, and removed redirects.
    new_redirects: dict
    gone_redirects: dict

    @property
    def is_empty(self):
        return not any(vars(self).values())


def find_release(folder, given):
    """Return the name of a release, given its name, `current`, or a day.

    A day, such as 2026-10-01, means the last release by the end of the day in the site's time zone. Raises
    ExportError.
    """
    names = folder.names()
    if given in names:
        return given
    if given == "current" and folder.current():
        return folder.current()
    try:
        day = date.fromisoformat(given)
        if problem := date_rules.find_plan_problem(day, now=timezone.localdate()):
            raise ExportError(problem)
    except ValueError as error:
        raise ExportError(
            f"“{given}” is no release of {folder.path} and no day. There are: {', '.join(names)}."
        ) from error
    listed = {name: folder.manifest(name) for name in names}
    found = [name for name in names if listed[name].at < _end_of(day, listed[name].time_zone)]
    if not found:
        raise ExportError(f"No release shows the site as it was on {day} or before.")
    return max(found, key=lambda name: (listed[name].at, listed[name].made_at))


def _end_of(day, time_zone):
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return midnight.replace(tzinfo=zoneinfo.ZoneInfo(time_zone))


def compare(folder, before, after) -> PageDifference:
    """Return the pages and redirects that differ in the second release."""
    old, new = (folder.manifest(name).pages() for name in (before, after))
    was, is_ = (_redirects(folder, name) for name in (before, after))
    return PageDifference(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed=sorted(one for one in old.keys() & new if old[one].sha256 != new[one].sha256),
        new_redirects={path: to for path, to in is_.items() if was.get(path) != to},
        gone_redirects={path: to for path, to in was.items() if path not in is_},
    )


def _redirects(folder, name):
    content = (folder.release(name) / layout.REDIRECTS).read_text(encoding="utf-8")
    return server_files.read_redirects(content)


def diff_words(folder, before, after, address):
    """Return the lines of a unified diff of a page's visible words. A missing page has no words."""
    lines = [_lines(folder, name, address) for name in (before, after)]
    return list(difflib.unified_diff(*lines, before, after, lineterm="", n=1))


def _lines(folder, name, address):
    path = folder.release(name) / layout.SITE / layout.file_of(address)
    return visible_words.visible_lines(path.read_text(encoding="utf-8")) if path.is_file() else []
