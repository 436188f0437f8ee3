"""The public pages that show a record, as links for staff."""

from urllib.parse import urlencode

from django.urls import reverse

from directorates.models import UnitContent, figure_url
from directorates.queries import visibility
from directorates.queries.pages import structure
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT, Link

#: The most pages of closed units that name a unit as their successor, and of a closed unit's successors.
MOST_CLOSED = 10


def of_unit(unit_id, at):
    """Return the pages that show the unit's edition in force: at most four queries."""
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


def of_figure(figure_id, at):
    """Return the figure's page, the page of its unit, and the overview if the unit is the agency: two queries."""
    figure = visibility.public_figures(at).select_related("figure").filter(figure=figure_id).first()
    edition = figure and visibility.open_units(at).filter(unit=figure.unit_id).first()
    if not edition:
        return ()
    own = Link("Page of the figure", figure_url(figure.figure.identifier))
    if edition.kind == UnitContent.Kind.AGENCY:
        return own, _page(edition), Link("Overview page", reverse("directorates:overview"))
    return own, _page(edition)


def _page(edition):
    return Link(f"Page of {edition.name}", edition.get_absolute_url())
