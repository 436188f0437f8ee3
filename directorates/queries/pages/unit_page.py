"""The page of one unit at an instant, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from directorates.models import Unit, UnitContent, UnitEdition, unit_url
from directorates.queries import references as reading
from directorates.queries import visibility
from directorates.queries.pages import (
    key_facts,
    page_text,
    place,
    unit_contact,
    unit_history,
    unit_past,
)
from directorates.queries.pages.key_facts import KeyFact
from directorates.queries.pages.page_parts import (
    UNITS_BELOW_LIMIT,
    Head,
    Link,
    UnitCard,
    cards,
    head_of,
    link,
    responsibility_links,
)
from directorates.queries.pages.page_text import FigureNote, PageText
from directorates.queries.pages.place import Neighbors, Place
from directorates.queries.pages.unit_contact import PostalAddress
from directorates.queries.pages.unit_history import UnitHistory
from directorates.queries.pages.unit_past import Closure, TakenOver
from directorates.rules import former_names
from directorates.rules.content import text
from directorates.rules.former_names import FormerName


@dataclass(frozen=True)
class AgencyName:
    name: str
    acronym: str


@dataclass(frozen=True)
class UnitPage:
    """`founded_on` is a day, a month or a year as an ISO 8601 text, or ''. `part_of` is the unit directly above."""

    unit_id: int | None
    path: str
    slug: str
    kind: str
    role: str
    name: str
    acronym: str
    former_names: tuple[FormerName, ...]
    agency: AgencyName | None
    founded_on: str
    part_of: Link | None
    breadcrumbs: tuple[Link, ...]
    description: str
    lead: SafeString
    overview: SafeString
    body: SafeString
    figure_notes: tuple[FigureNote, ...]
    key_facts: tuple[KeyFact, ...]
    responsibilities: tuple[Link, ...]
    head: Head | None
    statutory_authority: Link | None
    email: str
    phone: str
    phone_url: str
    website: Link | None
    address: PostalAddress | None
    units_below: tuple[UnitCard, ...]
    all_units_below_url: str
    place: Place | None
    closure: Closure | None
    taken_over: TakenOver
    history: UnitHistory
    published_at: datetime | None
    updated_at: datetime | None
    reviewed_at: datetime | None
    change_note: str

    @property
    def label(self):
        return self.acronym or self.name

    @property
    def key_fact_groups(self):
        return key_facts.grouped(self.key_facts)

    @property
    def address_lines(self):
        return self.address.lines if self.address else ()

    @property
    def has_side(self):
        """Whether there is anything beside the text: an open unit always has its place and its contact there."""
        facts = (self.head, self.has_contact, self.founded_on, self.statutory_authority)
        return not self.closure or any(facts)

    @property
    def has_contact(self):
        return bool(self.email or self.phone or self.website or self.address_lines)


def find(*, kind, slug, at) -> UnitEdition | str | None:
    """Return the edition at this address, the unit's new address, or None."""
    edition = visibility.find_by_slug(slug, at=at)
    if edition is not None and (edition.kind, edition.slug) != (kind, slug):
        return edition.get_absolute_url()
    return edition


def find_agency(*, at) -> UnitEdition | None:
    return visibility.open_units(at).filter(kind=UnitContent.Kind.AGENCY).first()


def get(content: UnitEdition | Unit, *, at: datetime) -> UnitPage:
    """Return the page of a published edition, or of a working record as a preview.

    At most seven queries apart from the one that found `content`, and one more for a preview, for any size of the
    organization. The records to which texts refer are read with the key facts. The
    page of a closed unit has no key facts, so it takes one more query if its texts have references.
    """
    above = _above(content, at)
    neighbors = None if content.is_closed else Neighbors(content, at=at)
    facts, page = _texts(content, neighbors, at)
    below, all_below_url = _units_below(content, neighbors, page) if neighbors else ((), "")
    lead, overview, body = (
        page.lead(content.summary),
        page.rich(content.overview),
        page.rich(content.body),
    )
    authority = content.statutory_authority
    contact = unit_contact.of(content)
    breadcrumbs = _breadcrumbs(content, above)
    successors = (
        unit_past.successors(content, at=at) if content.is_closed else unit_past.Successors()
    )
    history = unit_history.get(content.unit_id, at=at, successors=successors.names)
    return UnitPage(
        unit_id=content.unit_id,
        path=unit_url(content.kind, content.slug),
        slug=content.slug,
        kind=content.kind,
        role=content.role_and_kind,
        name=content.name,
        acronym=content.acronym,
        former_names=former_names.find(history.rows, name=content.name, acronym=content.acronym),
        agency=_agency(above, content),
        founded_on=content.founded_on,
        part_of=breadcrumbs[-2] if above else None,
        breadcrumbs=breadcrumbs,
        description=_description(content, page),
        lead=lead,
        overview=overview,
        body=body,
        figure_notes=page.notes,
        key_facts=facts,
        responsibilities=_responsibilities(content),
        head=head_of(content),
        statutory_authority=link(authority, content.statutory_authority_url) if authority else None,
        email=contact.email,
        phone=contact.phone,
        phone_url=contact.phone_url,
        website=contact.website,
        address=contact.address,
        units_below=below,
        all_units_below_url=all_below_url,
        place=place.get(content, neighbors, above) if neighbors else None,
        closure=unit_past.closure(content, successors, closed_at=history.closed_at)
        if content.is_closed
        else None,
        taken_over=unit_past.taken_over(content.unit_id, at=at),
        history=history,
        published_at=history.published_at if isinstance(content, UnitEdition) else None,
        updated_at=key_facts.newest([getattr(content, "updated_at", None), *page.updates], facts),
        reviewed_at=history.reviewed_at if isinstance(content, UnitEdition) else None,
        change_note=getattr(content, "change_note", ""),
    )


def _texts(content, neighbors, at):
    """Return the unit's key facts, and the PageText for its texts and the summaries of the units below."""
    below = neighbors.below if neighbors else ()
    wanted = page_text.find(
        plain=[content.summary, *(edition.summary for edition in below)],
        rich=[content.overview, content.body],
    )
    if content.is_closed:
        facts, known = (), reading.read(wanted, at=at)
    else:
        facts, known = key_facts.read(content.unit_id, wanted, at=at)
    url = unit_url(content.kind, content.slug)
    return facts, PageText(known, own_url=url, introduced=[url])


def _responsibilities(content):
    """Return the links to “Who does what”. The entries of a closed unit and of a draft may not be there."""
    is_draft = isinstance(content, Unit)
    links = responsibility_links(
        content.responsibilities.all()
        if is_draft
        else visibility.responsibilities_of(editions=[content.pk])
    )
    return tuple(Link(one.text, "") for one in links) if is_draft or content.is_closed else links


def _above(content, at):
    """Return the editions above a unit as dicts, from the agency to its parent."""
    if not (isinstance(content, Unit) and content.parent_id):
        return visibility.chain_above(content.unit_id, at=at)
    parent = visibility.public_units(at).filter(unit_id=content.parent_id)
    return [
        *visibility.chain_above(content.parent_id, at=at),
        *parent.values("unit_id", "kind", "slug", "name", "acronym"),
    ]


def _breadcrumbs(content, above):
    return (
        *(Link(unit["name"], unit_url(unit["kind"], unit["slug"])) for unit in above),
        Link(content.name, ""),
    )


def _agency(above, content):
    """Return the name of the agency that the unit is part of, or None if no agency is above it."""
    if content.kind == UnitContent.Kind.AGENCY and isinstance(content, UnitEdition):
        return AgencyName(content.name, content.acronym)
    names = (unit for unit in above if unit["kind"] == UnitContent.Kind.AGENCY)
    return next((AgencyName(unit["name"], unit["acronym"]) for unit in names), None)


def _units_below(content, neighbors, page):
    below = cards(neighbors.below, write=page.plain)
    if len(below) <= UNITS_BELOW_LIMIT:
        return below, ""
    return below[:UNITS_BELOW_LIMIT], reverse("directorates:offices") + f"?part-of={content.slug}"


def _description(content, page):
    words = page.plain(content.summary) or page.words(content.overview)
    if not words:
        words = _what_the_page_says(content, f"this {content.role_and_kind.lower()}")
    elif len(words) < 50:
        words = f"{words.rstrip('.')}. {text.capitalized(_what_the_page_says(content, 'it'))}"
    return text.shorten(f"{content.name}: {words}" if len(words) < 90 else words, 160)


def _what_the_page_says(content, unit):
    if content.is_closed:
        return f"what {unit} did and what took its place"
    return f"what {unit} does, who leads it and how to reach it"
