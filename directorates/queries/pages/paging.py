"""One page of a long list, by the number in an address."""

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator

from directorates.queries.pages.page_parts import Link


class UnknownPageError(LookupError):
    """The address has an unknown page number, or another unknown value that the message names."""


def find_page(rows, a_page, number):
    """Return the Django page `number` of a queryset or a list, with `a_page` rows on each. Raises UnknownPageError.

    A number has one spelling: “01” and “+1” would give one page countless addresses.
    """
    try:
        found = Paginator(rows, a_page).page(number)
    except (EmptyPage, PageNotAnInteger) as error:
        raise UnknownPageError(f"no page {number!r}") from error
    if str(found.number) != str(number):
        raise UnknownPageError(f"no page {number!r}; its number is {found.number}")
    return found


def numbers_of(current, address):
    """Return {field: value} of the place of a Django page among the others: its number, their count and links.

    `address` returns the address of a number.
    """
    numbers = current.paginator.get_elided_page_range(current.number, on_each_side=1, on_ends=1)
    return {
        "page_number": current.number,
        "page_count": current.paginator.num_pages,
        "page_links": tuple(
            Link(str(number), address(number) if isinstance(number, int) else "")
            for number in numbers
        ),
        "previous_url": address(current.number - 1) if current.has_previous() else "",
        "next_url": address(current.number + 1) if current.has_next() else "",
    }
