"""Parts of several kinds of pages. Plain data: templates never query."""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from directorates.models import UnitContent, unit_url
from directorates.rules.content import lines
from directorates.rules.content.alphabet import NUMBERS, SIGNS, letter_of
from directorates.rules.content.text import capitalized, is_external

#: The most units below that a unit's page lists. After them comes a link to the full list.
UNITS_BELOW_LIMIT = 100
#: Headings that an address spells in another way.
LETTER_PARAMETERS = {NUMBERS: "0-9", SIGNS: "other"}


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


def unit_link(edition, label=""):
    """Return the link to a unit's page, with its name and acronym or a `label`. A closed agency has no page."""
    has_page = not (edition.is_closed and edition.kind == UnitContent.Kind.AGENCY)
    url = unit_url(edition.kind, edition.slug) if has_page else ""
    return Link(label or edition.name_with_acronym, url)


def responsibility_links(responsibilities):
    """Return a link to the entry of each responsibility in “Who does what”. Reads `phrase` and `slug` only."""
    return tuple(
        Link(capitalized(row.phrase), entry_url(row.phrase, row.slug)) for row in responsibilities
    )


def entry_url(phrase, slug):
    """Return the address of a phrase's entry in “Who does what”: its anchor on the page of its letter.

    The letter is always there, because the whole list may be too long for one page.
    """
    page = reverse("directorates:responsibilities")
    return f"{page}?letter={letter_parameter(letter_of(phrase))}#{slug}"


def letter_parameter(letter):
    """Return a heading of an A to Z as a plain parameter of an address: “b” for B, “0-9” for numbers, “u0436” for Ж."""
    if letter in LETTER_PARAMETERS:
        return LETTER_PARAMETERS[letter]
    small = letter.lower()
    return small if small.isascii() else "u" + "".join(f"{ord(part):04x}" for part in small)


def head_of(content):
    """Return the head of a unit, or None if nothing is known of the post."""
    status = "" if content.head_status == content.HeadStatus.IN_POST else content.head_status
    if not (content.head_title or content.head_name or status):
        return None
    return Head(
        content.head_title, content.head_name, content.HeadStatus(status).label if status else ""
    )


def cards(editions, *, part_of=lambda edition: "", write=lambda summary: summary):
    """Return the cards of editions. `part_of` returns the name of the unit above, if the page does not show it.
    `write` returns a summary with the words of its references.

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
            summary=write(edition.summary),
            url=unit_url(edition.kind, edition.slug),
            part_of=above,
        )
        for edition, above in shown
    )


def _looks(edition, above):
    return lines.fold(edition.name), edition.acronym.casefold(), above
