"""Parts that more than one kind of page shows. Plain data: templates never query."""

from dataclasses import dataclass

from directorates.models import unit_url
from directorates.rules.content.text import is_external

#: How many units below are listed on a unit's page before a link to the full list takes over.
UNITS_BELOW_LIMIT = 100


@dataclass(frozen=True)
class Link:
    """A link of a page. `url` is '' for what is named and not linked, such as the page itself."""

    text: str
    url: str
    is_external: bool = False


@dataclass(frozen=True)
class UnitCard:
    name: str
    acronym: str
    role: str
    summary: str
    url: str
    part_of: str = ""


def link(words, url):
    """Return a link that is marked if it leaves the government's sites (F28)."""
    return Link(words, url, is_external(url))


def card(edition, *, part_of=""):
    """Return an edition's card; `part_of` names the unit above where the page does not say it."""
    return UnitCard(
        name=edition.name,
        acronym=edition.acronym,
        role=edition.role_and_kind,
        summary=edition.summary,
        url=unit_url(edition.kind, edition.slug),
        part_of=part_of,
    )
