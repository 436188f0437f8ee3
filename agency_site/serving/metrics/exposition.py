"""Writes the numbers as the text that Prometheus reads (format 0.0.4)."""

from agency_site.serving.metrics.families import FAMILIES, family_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def write(numbers):
    """Return the text of {series: value}, grouped by family."""
    by_family = {}
    for series, value in numbers.items():
        by_family.setdefault(family_of(series), []).append(f"{series} {_number(value)}")
    lines = []
    for name, (kind, _, words) in FAMILIES.items():
        if name in by_family:
            lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}", *sorted(by_family[name])]
    return "\n".join(lines) + "\n"


def _number(value):
    return repr(round(value, 6)) if isinstance(value, float) else str(value)
