"""Parts that more than one kind of page shows. Plain data: templates never query."""

from collections import Counter
from dataclasses import dataclass

from directorates.models import unit_url
from directorates.rules.content import lines
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


def cards(editions, *, part_of=lambda edition: ""):
    """Return the cards of editions; `part_of` names the unit above where the page does not say it.

    Two units that are all alike on the page are told apart by the last part of their addresses.
    """
    shown = [(edition, part_of(edition)) for edition in editions]
    alike = Counter(_looks(edition, above) for edition, above in shown)
    return tuple(
        UnitCard(
            name=f"{edition.name} ({edition.slug})"
            if alike[_looks(edition, above)] > 1
            else edition.name,
            acronym=edition.acronym,
            role=edition.role_and_kind,
            summary=edition.summary,
            url=unit_url(edition.kind, edition.slug),
            part_of=above,
        )
        for edition, above in shown
    )


def _looks(edition, above):
    return lines.fold(edition.name), edition.acronym.casefold(), above
