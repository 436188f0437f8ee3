"""Only one module takes days from instants, and the days are right at every hour."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from directorates.rules.local_time import day_of, written

ROOT = Path(__file__).resolve().parents[2]
EVENING = datetime(2026, 11, 27, 4, 59, tzinfo=UTC)


def test_a_day_is_of_the_named_time_zone():
    assert day_of(EVENING, "America/New_York") == date(2026, 11, 26)
    assert day_of(EVENING, "Asia/Tokyo") == date(2026, 11, 27)


def test_a_day_is_of_the_current_time_zone_where_none_is_named():
    with timezone.override("America/New_York"):
        assert day_of(EVENING) == date(2026, 11, 26)
        assert written(EVENING) == "2026-11-26 23:59"


# No other file takes a day from an instant

#: The module that may take days, and modules that read the clock of a named zone.
EXEMPT = {
    "directorates/rules/local_time.py",
    "directorates/rules/date_rules.py",
    "directorates/admin/form_parts/instant_field.py",
}
#: Calls that, without an argument, read the day or time of the machine's zone or of UTC.
REFUSED_CALLS = {"today", "utcnow", "date", "now"}
#: Names of values that are already in the time zone of their output.
LOCAL_NAMES = {"local", "day", "naive", "today"}


def find_errors(source):
    """Return (line, code) of each place that can take a day from the wrong time zone."""
    return [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(ast.parse(source))
        if _is_refused_call(node) or _is_lookup_of_a_day(node) or _writes_an_instant(node)
    ]


def _is_refused_call(node):
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name, owner = node.func.attr, ast.unparse(node.func.value)
    if name == "fromtimestamp":
        return len(node.args) + len(node.keywords) < 2
    if name == "strftime":
        return not owner.endswith(".astimezone(UTC)")
    return name in REFUSED_CALLS and not (node.args or node.keywords or owner == "timezone")


def _is_lookup_of_a_day(node):
    return isinstance(node, ast.keyword) and bool(
        {"date", "year", "month", "day", "hour"} & set((node.arg or "").split("__")[1:])
    )


def _writes_an_instant(node):
    """Whether an f-string writes an instant that is not named as local, and not marked as UTC by a final Z."""
    if not isinstance(node, ast.FormattedValue) or node.format_spec is None:
        return False
    written_as = ast.unparse(node.format_spec)[2:-1]
    if "%" not in written_as or written_as.endswith(("Z", ".0%")):
        return False
    value = ast.unparse(node.value)
    return value not in LOCAL_NAMES and not value.startswith(("timezone.localdate(", "day_of("))


def own_files():
    return sorted(
        path
        for folder in ("directorates", "agency_site", "tests")
        for path in (ROOT / folder).rglob("*.py")
    )


def test_no_file_takes_a_day_from_an_instant_by_itself():
    errors = [
        f"{path.relative_to(ROOT)}:{line}: {code}"
        for path in own_files()
        if str(path.relative_to(ROOT)) not in EXEMPT
        for line, code in find_errors(path.read_text(encoding="utf-8"))
    ]
    assert errors == [], "use directorates.rules.local_time, or name the time zone"


@pytest.mark.parametrize(
    "code",
    [
        "date.today()",
        "datetime.now()",
        "datetime.utcnow()",
        "datetime.fromtimestamp(at)",
        "edition.effective_from.date()",
        "timezone.now().date()",
        "timezone.localtime().date()",
        "rows.filter(at__date=day)",
        "rows.filter(at__year__gte=2026)",
        "rows.filter(record__at__date__lt=day)",
        "f'{at:%Y-%m-%d}'",
        "at.strftime('%Y')",
    ],
)
def test_what_takes_a_day_from_the_wrong_time_zone_is_found(code):
    assert len(find_errors(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.now(tz=UTC)",
        "timezone.now()",
        "timezone.localdate()",
        "f'{local:%H:%M}'",
        "f'{at:%Y-%m-%dT%H%M%SZ}'",
        "f'{share:.0%}'",
        "at.astimezone(UTC).strftime('%Y')",
    ],
)
def test_what_names_its_time_zone_is_none(code):
    assert find_errors(code) == []
