"""The overview page "Who We Are" at an instant, in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Subquery, Value
from django.urls import reverse
from django.utils.safestring import SafeString

from directorates.models import Unit, UnitContent, UnitEdition, unit_url
from directorates.models.database.prepared import prepared
from directorates.queries import references as reading
from directorates.queries import referring_texts, visibility
from directorates.queries.pages import key_facts, namesakes, page_text
from directorates.queries.pages.key_facts import KeyFact
from directorates.queries.pages.page_parts import Link, responsibility_links
from directorates.queries.pages.page_text import FigureNote, PageText
from directorates.rules.content import text
from directorates.rules.content.alphabet import sort_key
from directorates.rules.content.reference_words import Facts
from directorates.rules.content.references import CountReference

Kind = UnitContent.Kind
#: The columns that the page needs.
_COLUMNS = (
    *("unit_id", "kind", "role", "slug", "name", "acronym", "link_label", "sort_key", "summary"),
    *("overview", "parent_id", "position", "is_on_overview", "effective_from", "approved_at"),
    *("founded_on", "is_closed"),
)


@dataclass(frozen=True)
class OverviewUnit:
    """One section. `relation` is like "Supporting directorate", or "Part of" with `parent_name` and `parent_url`."""

    anchor: str
    name: str
    #: The name, or a label if another unit has the same name.
    link_name: str
    acronym: str
    kind: str
    relation: str
    parent_name: str
    parent_url: str
    overview: SafeString
    label: str
    url: str
    responsibilities: tuple[Link, ...] = ()
    founded_on: str = ""
    #: The address of the unit directly above, of every kind of unit.
    above_url: str = ""


@dataclass(frozen=True)
class OverviewPage:
    """`updated_at` and `published_at` are None while nothing is published.

    `summary` is the agency's, and `lead` the same as markup. `made_up_of` has links to the lists of directorates and offices, with their numbers.
    `responsibility_count` is the number of different responsibilities that open units have.
    """

    path: str
    agency: OverviewUnit | None
    units: tuple[OverviewUnit, ...]
    key_facts: tuple[KeyFact, ...]
    summary: str
    lead: SafeString
    figure_notes: tuple[FigureNote, ...]
    made_up_of: tuple[Link, ...]
    responsibility_count: int
    description: str
    published_at: datetime | None
    updated_at: datetime | None

    @property
    def key_fact_groups(self):
        return key_facts.grouped(self.key_facts)


def get(*, at: datetime, draft: Unit | None = None) -> OverviewPage:
    """Return the overview in force at `at`, with `draft` as if that unit were published.

    At most six queries. No query reads all units, only the few directorates and sections. The records to which texts
    refer are read with the key facts, if they are not among these units.
    """
    contents = _contents(at=at)
    counts = next(((c.offices or 0, c.responsibilities_of_all or 0) for c in contents), (0, 0))
    if draft is not None:
        contents = [content for content in contents if content.unit_id != draft.unit_id]
        contents += [] if draft.is_closed else [draft]
        contents.sort(key=lambda c: (c.position, sort_key(c.name), c.unit_id))

    agency = next((content for content in contents if content.kind == Kind.AGENCY), None)
    sections = [c for c in contents if c.is_on_overview and c is not agency]
    parents = _parents(sections, contents, at)
    found = namesakes.find([agency, *sections] if agency else sections, at=at)
    facts, known = _key_facts(agency, sections, contents, counts[0], at)
    page = PageText(known)
    lead = page.lead(agency.summary) if agency else ""
    labels = _labels([*filter(None, [agency]), *sections], found)
    duties = _responsibilities(sections)
    shown = [c for c in [agency, *sections] if isinstance(c, UnitEdition)]
    first = _section(agency, parents, found, labels, duties, page) if agency else None
    units = tuple(_section(content, parents, found, labels, duties, page) for content in sections)
    return OverviewPage(
        path=reverse("directorates:overview"),
        agency=first,
        units=units,
        key_facts=facts,
        summary=page.plain(agency.summary) if agency else "",
        lead=lead,
        figure_notes=page.notes,
        made_up_of=_made_up_of(contents, offices=counts[0]),
        responsibility_count=counts[1],
        description=_description(agency, page),
        published_at=min((content.published_at for content in shown), default=None),
        updated_at=key_facts.newest(
            [*(content.updated_at for content in shown), *page.updates], facts
        ),
    )


@prepared
def _contents(at):
    """Return the editions of the page, each with the same numbers of all offices and of their responsibilities."""
    everything = (
        visibility.open_units(at).order_by().annotate(everything=Value(1)).values("everything")
    )
    offices = everything.filter(kind=Kind.OFFICE).annotate(number=Count("pk"))
    responsibilities = everything.annotate(number=Count("responsibilities", distinct=True))
    return (
        visibility.with_first_publication(visibility.open_units(at), at=at)
        .filter(Q(kind__in=[Kind.AGENCY, Kind.DIRECTORATE]) | Q(is_on_overview=True))
        .order_by("position", "sort_key", "unit_id")
        .only(*_COLUMNS)
        .annotate(
            identifier=F("unit__identifier"),
            offices=Subquery(offices.values("number")),
            responsibilities_of_all=Subquery(responsibilities.values("number")),
        )
    )


def _responsibilities(sections):
    """Return {unit id: links} of the sections' responsibilities: one query, and one more for a draft."""
    editions = [content.pk for content in sections if isinstance(content, UnitEdition)]
    by_unit = defaultdict(list)
    for responsibility in visibility.responsibilities_of(editions=editions):
        by_unit[responsibility.unit_id].append(responsibility)
    for draft in (content for content in sections if isinstance(content, Unit)):
        by_unit[draft.unit_id] = draft.responsibilities.all()
    return {unit_id: responsibility_links(found) for unit_id, found in by_unit.items()}


def _made_up_of(contents, *, offices):
    directorates = sum(content.kind == Kind.DIRECTORATE for content in contents)
    counted = (
        (directorates, "directorate", reverse("directorates:directorates")),
        (offices, "office", reverse("directorates:offices")),
    )
    return tuple(
        Link(f"{number:,} {kind if number == 1 else kind + 's'}", url)
        for number, kind, url in counted
        if number
    )


def _parents(sections, contents, at):
    """Return {unit id: (name, url)} of the sections' parents. Reads only parents not in `contents`."""
    needed = {content.parent_id for content in sections}
    known = {content.unit_id: content for content in contents if content.unit_id in needed}
    if missing := needed - known.keys() - {None}:
        read = visibility.open_units(at).filter(unit_id__in=missing)
        known |= {
            edition.unit_id: edition for edition in read.only("unit_id", "name", "kind", "slug")
        }
    return {
        unit_id: (content.name, unit_url(content.kind, content.slug))
        for unit_id, content in known.items()
    }


def _section(content, parents, found, labels, duties, page):
    page.introduce(unit_url(content.kind, content.slug))
    parent_name, parent_url = parents.get(content.parent_id, ("", ""))
    is_office = content.kind == Kind.OFFICE
    return OverviewUnit(
        anchor=content.slug,
        name=content.name,
        link_name=namesakes.label_of(content, found),
        acronym=content.acronym,
        kind=content.kind,
        relation="Part of" if is_office else content.role_and_kind,
        parent_name=parent_name if is_office else "",
        parent_url=parent_url if is_office else "",
        overview=page.rich(content.overview),
        label=labels[content.unit_id],
        url=unit_url(content.kind, content.slug),
        responsibilities=duties.get(content.unit_id, ()),
        founded_on=content.founded_on,
        above_url=parent_url,
    )


def _labels(contents, found):
    """Return {unit id: the X of “Learn more about X”}.

    X is the unit's own label. If another link here has the same label, X is the name that tells the unit apart.
    """
    alike = Counter(content.label.casefold() for content in contents)
    return {
        content.unit_id: content.label
        if alike[content.label.casefold()] == 1
        else namesakes.label_of(content, found)
        for content in contents
    }


def _key_facts(agency, sections, contents, offices, at):
    """Return the agency's key facts, and the Facts for the references of the texts.

    The key facts are the agency's figures, and the numbers of directorates by role, counted from their records.
    """
    shown = [*filter(None, [agency]), *sections]
    wanted = page_text.find(
        plain=[agency.summary] if agency else (), rich=[content.overview for content in shown]
    )
    known = _known_units(agency, contents, offices)
    if agency:
        figures, facts = key_facts.read(agency.unit_id, wanted, at=at, known=known)
    else:
        figures, facts = (), reading.read(wanted, at=at, known=known)
    roles = Counter(content.role for content in contents if content.kind == Kind.DIRECTORATE)
    counted = tuple(
        KeyFact(
            qualifier="",
            value=f"{count:,}",
            counts=f"{role.label.lower()} {'directorate' if count == 1 else 'directorates'}",
        )
        for role in UnitContent.Role
        if (count := roles[role.value])
    )
    return figures + counted, facts


def _known_units(agency, contents, offices):
    """Return the Facts that the page has read anyway: its units, and how many the agency has of each kind."""
    units = {content.identifier: reading.unit_fact(content) for content in contents}
    if agency is None:
        return Facts(units=units)
    directorates = [content.role for content in contents if content.kind == Kind.DIRECTORATE]
    counts = {
        ("office", ""): offices,
        ("directorate", ""): len(directorates),
        ("unit", ""): len(directorates) + offices,
        **{("directorate", role): directorates.count(role) for role in UnitContent.Role.values},
    }
    return Facts(
        units=units,
        counts={
            CountReference(kind, agency.identifier, role): number
            for (kind, role), number in counts.items()
        },
    )


def _description(agency, page):
    if agency is None:
        return "Who does what in the agency: its directorates and offices, as far as they are published here."
    words = page.plain(agency.summary) or page.words(agency.overview)
    return text.shorten(f"{agency.label}: {words}", 160)


def updated_at(units, figures):
    """Return the time of the overview's last update, as the page shows it.

    `units` has all open units. `figures` is {unit id: FigureUpdates}.
    """
    agency = next((unit for unit in units if unit.kind == Kind.AGENCY), None)
    times = []
    for unit in (unit for unit in units if unit.is_on_overview or unit is agency):
        updates = figures.get(unit.unit_id, referring_texts.FigureUpdates())
        times += [unit.updated_at, *updates.in_fields("overview")]
        times += [updates.own, *updates.in_fields("summary")] if unit is agency else []
    return key_facts.newest(times, ())
