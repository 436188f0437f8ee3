"""Redirects to the present address of a page."""

from django.http import HttpResponsePermanentRedirect


def lead_to_list(path, query, edition):
    """Redirect to the list of units below this edition's unit, or to the unit's page if it is closed."""
    query = query.copy()
    if edition is not None and edition.is_closed:
        del query["part-of"]
        return lead_to(edition.get_absolute_url(), query)
    if edition is not None:
        query["part-of"] = edition.slug
    return lead_to(path, query)


def lead_to(address, query):
    """Redirect permanently with all parameters, but let no browser keep the redirect.

    A slug may return to its unit or go to another. Two kept redirects would then send a reader in a circle.
    """
    address = f"{address}?{query.urlencode()}" if query else address
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})
