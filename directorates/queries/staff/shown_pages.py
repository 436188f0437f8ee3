"""The public pages that show a record, as links for staff."""

from urllib.parse import urlencode

from django.urls import reverse

from directorates.models import Figure, Unit, UnitContent, figure_url
from directorates.queries import references, referring_texts, visibility
from directorates.queries.pages import structure
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT, Link

#: The most pages of units whose texts name a record.
MOST_NAMING = 50
#: The most pages of closed units that name a unit as their successor, and of a closed unit's successors.
MOST_CLOSED = 10


def of_unit(unit, at):
    """Return the pages that show the unit's edition in force: at most five queries."""
    own = _own_pages(unit.pk, at)
    naming = naming_texts([unit], at)[unit] if own else ()
    return tuple(dict.fromkeys([*own, *naming]))


def _own_pages(unit_id, at):
    edition = visibility.public_units(at).filter(unit=unit_id).first()
    if edition is None:
        return ()
    above = visibility.open_units(at).filter(unit=edition.parent_id).first()
    if edition.is_closed:
        successors = visibility.successors_of([unit_id], at=at).order_by("sort_key", "unit_id")
        return (_page(edition), *(_page(successor) for successor in successors[:MOST_CLOSED]))
    return (
        _page(edition),
        *_lists(edition, above, at),
        *(_page(closed) for closed in visibility.closed_into([unit_id], at=at)[:MOST_CLOSED]),
    )


def _lists(edition, above, at):
    """Yield the pages that name an open unit among others."""
    if above is not None and _stands_on_page_of(above, edition, at):
        yield _page(above)
        is_agency = above.kind == UnitContent.Kind.AGENCY
        yield Link(f"Structure of {above.name}", structure.address("" if is_agency else above.slug))
    if edition.is_on_overview or edition.kind == UnitContent.Kind.AGENCY:
        yield Link("Overview page", reverse("directorates:overview"))
    if edition.kind == UnitContent.Kind.AGENCY:
        return
    address = reverse(f"directorates:{edition.kind}s")
    heading = f"List of {edition.kind}s"
    yield Link(heading, address)
    if above is not None:
        yield Link(f"{heading} of {above.name}", f"{address}?{urlencode({'part-of': above.slug})}")


def _stands_on_page_of(above, edition, at):
    """Whether the unit is among the first units below, which the parent's page lists."""
    listed = visibility.units_below(above.unit_id, at=at).values_list("unit_id", flat=True)
    return edition.unit_id in listed[:UNITS_BELOW_LIMIT]


def of_figure(figure, at):
    """Return the pages that show a figure: at most three queries.

    They are its own page, the page of its unit if that is open, the overview if the unit is the agency, and the pages
    of the units whose texts state the figure.
    """
    edition = visibility.listed_figures(at).filter(figure=figure.pk).first()
    unit = edition and visibility.public_units(at).get(unit=edition.unit_id)
    if not unit:
        return ()
    own = [Link("Page of the figure", figure_url(figure.identifier))]
    if not unit.is_closed:
        own.append(_page(unit))
        if unit.kind == UnitContent.Kind.AGENCY:
            own.append(Link("Overview page", reverse("directorates:overview")))
    return tuple(dict.fromkeys([*own, *naming_texts([figure], at)[figure]]))


def naming_texts(records, at):
    """Return {record: links to the pages of the units whose texts name it} of units and figures: one query."""
    columns = ("unit_id", "kind", "slug", "name", "summary", "overview", "body", "is_on_overview")
    editions = referring_texts.naming(visibility.public_units(at), records)
    pages = {}
    for edition in editions.order_by("sort_key", "unit_id").only(*columns):
        for wanted in referring_texts.find_in(edition).values():
            for one in wanted:
                kind = Figure if one.kind == "figure" else Unit
                pages.setdefault((kind, one.identifier), {}).setdefault(_page(edition))
    return {
        record: tuple(pages.get((record._meta.concrete_model, record.identifier), ()))[:MOST_NAMING]
        for record in records
    }


def changes_texts(record, edition):
    """Whether texts that name a unit or figure change with it. `edition` is in force before, or None."""
    if edition is None or not isinstance(record, Unit):
        return True
    return references.unit_fact(record) != references.unit_fact(edition)


def _page(edition):
    return Link(f"Page of {edition.name}", edition.get_absolute_url())
