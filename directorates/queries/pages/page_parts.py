"""Parts of several kinds of pages. Plain data: templates never query."""

from collections import Counter
from dataclasses import dataclass

from directorates.models import unit_url
from directorates.rules.content import lines
from directorates.rules.content.text import capitalized, is_external

#: The most units below that a unit's page lists. After them comes a link to the full list.
UNITS_BELOW_LIMIT = 100


@dataclass(frozen=True)
class Link:
    """A link of a page. `url` is '' for a name without a link, like the page itself."""

    text: str
    url: str
    is_external: bool = False


@dataclass(frozen=True)
class Head:
    """`status` is '' for a head in post, else "Acting" or "Vacant"."""

    title: str
    name: str
    status: str

    @property
    def words(self):
        """The head in one line, like "Ada Example, Director (acting)"."""
        post = self.title or "Head"
        status = f" ({self.status.lower()})" if self.status else ""
        return f"{self.name}, {post}{status}" if self.name else f"{post}{status}"


@dataclass(frozen=True)
class UnitCard:
    name: str
    acronym: str
    role: str
    summary: str
    url: str
    part_of: str = ""


def link(words, url):
    """Return a link, with `is_external` set if it leaves the government's sites."""
    return Link(words, url, is_external(url))


def responsibility_links(responsibilities):
    """Return a link for each Responsibility, in the given order."""
    return tuple(Link(capitalized(one.phrase), "") for one in responsibilities)


def head_of(content):
    """Return the head of a unit, or None if nothing is known of the post."""
    status = "" if content.head_status == content.HeadStatus.IN_POST else content.head_status
    if not (content.head_title or content.head_name or status):
        return None
    return Head(
        content.head_title, content.head_name, content.HeadStatus(status).label if status else ""
    )


def cards(editions, *, part_of=lambda edition: ""):
    """Return the cards of editions. `part_of` returns the name of the unit above, if the page does not show it.

    If two cards look the same, their names get the last part of the unit's address.
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
