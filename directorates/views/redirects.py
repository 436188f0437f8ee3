"""Redirects to the present address of a page."""

from django.http import HttpResponsePermanentRedirect

#: The parameters of pages that name a unit by its slug.
UNIT_PARAMETERS = ("part-of", "of")


def lead_to_list(path, query, edition, *, parameter="part-of"):
    """Redirect to the list or chart of the units below this edition's unit, or to the unit's page if it is closed.

    `parameter` is the one that names the unit.
    """
    query = query.copy()
    if edition is not None and edition.is_closed:
        del query[parameter]
        return lead_to(edition.get_absolute_url(), query)
    if edition is not None:
        query[parameter] = edition.slug
    return lead_to(path, query)


def lead_to(address, query):
    """Redirect permanently with all parameters, but let no browser keep the redirect.

    A slug may return to its unit or go to another. Two kept redirects would then send a reader in a circle.
    """
    address = f"{address}?{query.urlencode()}" if query else address
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})
