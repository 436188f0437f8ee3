"""The units whose public texts state a figure, for the figure's page: one query."""

from dataclasses import dataclass
from datetime import datetime

from directorates.models import Figure, UnitContent
from directorates.queries import referring_texts, visibility
from directorates.queries.pages.page_parts import Link, unit_link

#: The most units that the page names. It counts the rest.
MOST_TEXTS = 50

_KINDS = list(UnitContent.Kind.values)
_COLUMNS = ("unit_id", "kind", "slug", "name", "acronym", "is_closed", "sort_key")


@dataclass(frozen=True)
class StatingText:
    unit: Link
    is_closed: bool


@dataclass(frozen=True)
class StatingTexts:
    """The first units, in the order of the list of figures, and how many more there are."""

    first: tuple[StatingText, ...] = ()
    more: int = 0


def find(figure: Figure, *, at: datetime) -> StatingTexts:
    """Return the units with a page whose texts in force at `at` state a figure: one query."""
    editions = referring_texts.naming(visibility.public_units(at), [figure])
    texts = (*referring_texts.PLAIN_TEXTS, *referring_texts.RICH_TEXTS)
    found = [
        one
        for one in editions.order_by().only(*_COLUMNS, *texts)
        if figure.identifier in referring_texts.figures_stated_by(one)
    ]
    found.sort(key=lambda one: (one.is_closed, _KINDS.index(one.kind), bytes(one.sort_key), one.pk))
    links = [(unit_link(one), one.is_closed) for one in found]
    shown = [StatingText(link, is_closed) for link, is_closed in links if link.url]
    return StatingTexts(tuple(shown[:MOST_TEXTS]), max(0, len(shown) - MOST_TEXTS))
