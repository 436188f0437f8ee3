"""One page of a long list, by the number in an address."""

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator

from directorates.queries.pages.page_parts import Link


class UnknownPageNumberError(LookupError):
    """The address has an unknown page number."""


def find_page(rows, a_page, number):
    """Return the Django page `number` of a queryset or a list, with `a_page` rows on each. Raises UnknownPageNumberError.

    A number has one spelling: “01” and “+1” would give one page countless addresses.
    """
    try:
        found = Paginator(rows, a_page).page(number)
    except (EmptyPage, PageNotAnInteger) as error:
        raise UnknownPageNumberError(f"no page {number!r}") from error
    if str(found.number) != str(number):
        raise UnknownPageNumberError(f"no page {number!r}; its number is {found.number}")
    return found


def links_of(current, address):
    """Return the links to the pages around a Django page. `address` returns the address of a number."""
    numbers = current.paginator.get_elided_page_range(current.number, on_each_side=1, on_ends=1)
    return tuple(
        Link(str(number), address(number) if isinstance(number, int) else "") for number in numbers
    )
