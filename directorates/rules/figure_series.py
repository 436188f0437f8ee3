"""Reads the versions of a figure as a series: which of them can be compared, and by what time. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from directorates.rules.content import lines, number_phrases

#: A number for each year; a number for each day that it holds for; or a number from the instant of its publication.
BY_YEAR, BY_DAY, BY_PUBLICATION = "year", "day", "publication"
#: A chart with more points would be no easier to read than the table.
MOST_POINTS = 60


@dataclass(frozen=True)
class Statement:
    """What a version states. `begins_at` is None if the day of its publication is not known."""

    value: Decimal
    currency: str
    counts: str
    qualifier: str
    as_of: date | None
    begins_at: datetime | None

    @property
    def words(self):
        """The number with how exact it is, like “more than 1,300”."""
        value = number_phrases.format_value(self.value, self.currency)
        return f"{self.qualifier} {value}".strip()


@dataclass(frozen=True)
class Series:
    """Statements that can be compared, oldest first, one for each time.

    `basis` is one of the constants above. `has_earlier` says that older statements are left out, because they count
    something else, have no day, or are too many.
    """

    basis: str
    statements: tuple[Statement, ...]
    has_earlier: bool

    @property
    def is_by_year(self):
        return self.basis == BY_YEAR

    @property
    def is_by_publication(self):
        return self.basis == BY_PUBLICATION

    @property
    def first(self):
        return self.statements[0]

    @property
    def last(self):
        return self.statements[-1]

    @property
    def first_time(self):
        return self.time_of(self.first)

    @property
    def last_time(self):
        return self.time_of(self.last)

    @property
    def lowest(self):
        return min(self.statements, key=lambda one: one.value)

    @property
    def highest(self):
        return max(self.statements, key=lambda one: one.value)

    @property
    def is_steady(self):
        """Whether all numbers are the same."""
        return self.lowest.value == self.highest.value

    @property
    def has_bounds(self):
        """Whether a number is a bound or rounded, such as “more than 20,000”."""
        return any(one.qualifier for one in self.statements)

    def time_of(self, statement):
        """Return the day or the instant of one of the statements."""
        return statement.begins_at if self.is_by_publication else statement.as_of


def find(statements) -> Series | None:
    """Return the series of a figure's statements, given oldest first; None if no two can be compared."""
    alike = _newest_alike(statements)
    dated = [one for one in alike if one.as_of]
    if len(dated) == len(alike) and all(a.as_of <= b.as_of for a, b in pairwise(dated)):
        # The last statement for a day corrects those before.
        kept = list({one.as_of: one for one in alike}.values())
        basis = BY_YEAR if _is_by_year(kept) else BY_DAY
    else:
        kept = [one for one in alike if one.begins_at]
        basis = BY_PUBLICATION
    shown = kept[-MOST_POINTS:]
    if len(shown) < 2:
        return None
    used = len(alike) if basis != BY_PUBLICATION else len(kept)
    has_earlier = used < len(statements) or len(shown) < len(kept)
    return Series(basis, tuple(shown), has_earlier)


def _newest_alike(statements):
    """Return the newest statements that count the same thing as the last one."""
    found = []
    for one in reversed(statements):
        if found and _counted(one) != _counted(found[0]):
            break
        found.insert(0, one)
    return found


def _counted(statement):
    return lines.fold(statement.counts), statement.currency


def _is_by_year(statements):
    years = [one.as_of.year for one in statements]
    return len(years) > 1 and years == list(range(years[0], years[0] + len(years)))
