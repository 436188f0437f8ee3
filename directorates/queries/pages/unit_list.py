"""The lists of units at an instant, page by page: all units, the directorates, the offices."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.core import validators
from django.urls import reverse

from directorates.models import UnitContent, UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import paging, unit_filters, unit_rows
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.paging import UnknownPageError
from directorates.queries.pages.unit_filters import UnitFilters
from directorates.queries.pages.unit_lines import PageOfUnits, UnitGroup

Kind = UnitContent.Kind
UNITS_A_PAGE = 100
#: A list of names alone is for print, so more of them are on a page.
NAMES_A_PAGE = 500
BY_NAME, BY_PARENT = "name", "part-of"
NAMES = "names"
WITH_CLOSED = "yes"
#: The forms of a list: their labels and parameters. The form for print is for lists without a unit above or a
#: responsibility.
FORMS_OF_PART = (
    ("By name", {"by": BY_NAME, "view": ""}),
    ("By the unit they are part of", {"by": BY_PARENT, "view": ""}),
)
FORMS = (*FORMS_OF_PART, ("Names only, to print", {"by": BY_NAME, "view": NAMES}))
#: The parameters of a list of units with their defaults, in one order for every address.
DEFAULTS = {"kind": "", "part-of": "", "handles": "", "closed": "", "by": BY_NAME, "view": "", "page": 1}  # fmt: skip
HEADINGS = {"": "All units, A to Z", "agency": "Agency", "directorate": "Directorates", "office": "Offices"}  # fmt: skip
NOUNS = {
    "": ("unit", "units"),
    "agency": ("agency", "agencies"),
    "directorate": ("directorate", "directorates"),
    "office": ("office", "offices"),
}


@dataclass(frozen=True)
class UnitListPage:
    path: str
    kind: str
    title: str
    heading: str
    #: The program's words before the name of `part_of`.
    words_before: str
    noun: str
    breadcrumbs: tuple[Link, ...]
    part_of: Link | None
    handles: str
    order_links: tuple[Link, ...]
    is_of_names: bool
    letters: tuple[Link, ...]
    filters: UnitFilters
    groups: tuple[UnitGroup, ...]
    total: int
    page_number: int
    page_count: int
    page_links: tuple[Link, ...]
    previous_url: str
    next_url: str
    all_url: str
    all_label: str
    description: str
    updated_at: datetime | None


@dataclass(frozen=True)
class ListQuestion:
    """What a reader asks a list for, by the names of the parameters."""

    kind: str = ""
    part_of: str = ""
    handles: str = ""
    closed: str = ""
    by: str = BY_NAME
    view: str = ""
    page: str | int = 1

    def refuse_unknown(self):
        """Raise UnknownPageError for a value that no list has."""
        for name, known in (
            ("kind", ("", *Kind.values)),
            ("closed", ("", WITH_CLOSED)),
            ("by", (BY_NAME, BY_PARENT)),
            ("view", ("", NAMES)),
        ):
            if getattr(self, name) not in known:
                raise UnknownPageError(f"no {name} {getattr(self, name)!r}")

    def url(self, **changes):
        """Return the address of this list with other parameters."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__} | changes
        return address(values.pop("kind"), **values)


def address(kind="", **question):
    """Return the address of a page of a list, without parameters that have their default.

    Directorates and offices have addresses of their own, for as long as no filter but the unit above is set.
    """
    given = {name.replace("_", "-"): value for name, value in question.items()}
    query = DEFAULTS | {"kind": str(kind)} | given
    name = "units"
    is_plain = not (query["closed"] or query["handles"] or query["view"])
    if kind in (Kind.DIRECTORATE, Kind.OFFICE) and is_plain:
        name, query["kind"] = f"{kind}s", ""
    kept = {key: value for key, value in query.items() if str(value) != str(DEFAULTS[key])}
    path = reverse(f"directorates:{name}")
    return f"{path}?{urlencode(kept)}" if kept else path


def get(*, at, **asked) -> UnitListPage | UnitEdition:
    """Return a page of a list: a fixed number of queries. `asked` are fields of ListQuestion.

    `part_of` is the slug of a unit, to list only the units directly below it. If the unit is closed or its slug now
    differs (also in case), its edition in force is returned instead. Raises UnknownPageError.
    """
    question = ListQuestion(**asked)
    question.refuse_unknown()
    parent = None
    if question.part_of:
        parent = _find_parent(question.part_of, at)
        if parent.is_closed or parent.slug != question.part_of:
            return parent
    phrase, in_charge = _find_in_charge(question.handles, at)
    everything = unit_rows.read(at=at)
    rows = [
        row
        for row in everything
        if (parent is None or row.parent_id == parent.unit_id)
        and (in_charge is None or row.pk in in_charge)
    ]
    listed = [
        row
        for row in rows
        if question.kind in ("", row.kind) and (question.closed or not row.is_closed)
    ]
    if question.by == BY_PARENT:
        listed = unit_rows.in_tree_order(listed, everything)
    current = paging.find_page(listed, page_size(question.view), question.page)
    filters = unit_filters.get(
        rows,
        everything,
        kind=question.kind,
        part_of=question.part_of,
        is_with_closed=bool(question.closed),
        handles=question.handles,
        at=at,
    )
    question = replace(question, page=current.number)
    units = PageOfUnits(current.object_list, everything, at)
    return _page(question, parent, phrase, current, listed, units, filters)


def _find_parent(slug, at):
    parent = visibility.find_by_slug(slug, at=at) if validators.slug_re.match(slug) else None
    if parent is None:
        raise UnknownPageError(f"no unit {slug!r}")
    return parent


def _find_in_charge(slug, at):
    """Return the phrase of a responsibility, and the editions that name it: two queries, or ('', None)."""
    if not slug:
        return "", None
    is_slug = validators.slug_re.match(slug)
    known = visibility.public_responsibilities(at)
    phrase = is_slug and known.filter(slug=slug).values_list("phrase").first()
    editions = visibility.open_units(at).filter(responsibilities__slug=slug) if phrase else ()
    in_charge = set(editions.values_list("pk", flat=True)) if phrase else ()
    if not in_charge:
        raise UnknownPageError(f"no unit is responsible for {slug!r}")
    return phrase[0], in_charge


def page_size(view):
    return NAMES_A_PAGE if view == NAMES else UNITS_A_PAGE


def _page(question, parent, phrase, current, listed, units, filters):
    paginator, is_tree = current.paginator, question.by == BY_PARENT
    heading = HEADINGS[question.kind]
    return UnitListPage(
        path=question.url(),
        kind=question.kind,
        title=_title(question, parent, phrase, current),
        heading=heading,
        words_before=f"{_heading_of_part(heading)} of",
        noun=_noun(question.kind, paginator.count),
        breadcrumbs=_breadcrumbs(question, heading, parent, phrase),
        part_of=Link(parent.name, parent.get_absolute_url()) if parent else None,
        handles=phrase,
        order_links=_order_links(question) if paginator.count > 1 else (),
        is_of_names=bool(question.view),
        letters=() if is_tree else _letters(question, listed, paginator.per_page),
        filters=filters,
        groups=units.by_parent() if is_tree else units.by_letter(with_parent=parent is None),
        total=paginator.count,
        all_url=_all_url(question),
        all_label=f"All {_noun(question.kind if question.kind != Kind.AGENCY else '', 2)}",
        description=_description(question, parent, phrase, current),
        updated_at=units.updated_at,
        **paging.numbers_of(current, lambda number: question.url(page=number)),
    )


def _order_links(question):
    forms = FORMS_OF_PART if question.part_of or question.handles else FORMS
    shown = {"by": question.by, "view": question.view}
    return tuple(
        Link(words, "" if form == shown else question.url(**form, page=1)) for words, form in forms
    )


def _letters(question, listed, size):
    """Return a link to each letter of the list, on its page."""
    links = []
    for letter, place in unit_rows.first_places(listed).items():
        page = place // size + 1
        path = "" if page == question.page else question.url(page=page)
        links.append(Link(letter, f"{path}#{unit_rows.anchor_of(letter)}"))
    return tuple(links)


def _all_url(question):
    """Return the address of the list without filters, or '' if it has none."""
    kept = {"kind": question.kind} if question.kind in (Kind.DIRECTORATE, Kind.OFFICE) else {}
    has_filters = question.part_of or question.handles or question.closed
    return address(**kept) if has_filters or question.kind == Kind.AGENCY else ""


def _breadcrumbs(question, heading, parent, phrase):
    if parent is None and not phrase:
        return (Link(heading, ""),)
    return Link(heading, _all_url(question)), Link(_of(heading, parent, phrase), "")


def _of(heading, parent, phrase):
    """Return the heading with what its units are part of and what they handle."""
    heading = f"{_heading_of_part(heading)} of {parent.name}" if parent else heading
    return f"{heading}: {phrase}" if phrase else heading


def _heading_of_part(heading):
    return "Units" if heading == HEADINGS[""] else heading


def _noun(kind, count):
    one, many = NOUNS[kind]
    return one if count == 1 else many


def _title(question, parent, phrase, current):
    heading = HEADINGS[question.kind]
    words = _of(heading, parent, phrase)
    if question.kind and not parent and not phrase:
        words = f"List of {heading.lower()}"
    words += ", by parent" if question.by == BY_PARENT else ""
    words += ", closed ones too" if question.closed else ""
    words += ", names only" if question.view else ""
    if current.number > 1:
        words += f", page {current.number} of {current.paginator.num_pages}"
    return words


def _description(question, parent, phrase, current):
    nouns = _noun(question.kind, 2)
    words = f"{nouns} of {parent.name}".capitalize() if parent else f"All {nouns} of the agency"
    words += f" for {phrase}" if phrase else ""
    words += ", closed ones too" if question.closed else ""
    words += (
        ", by the unit they are part of"
        if question.by == BY_PARENT
        else ", in the order of their names"
    )
    words += " and without summaries" if question.view else ""
    return f"{words}: page {current.number} of {current.paginator.num_pages}."
