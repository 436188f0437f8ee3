"""Redirects to the present address of a page."""

from django.http import HttpResponsePermanentRedirect


def lead_to_list(path, query, edition):
    """Redirect to a list of the units below this edition's unit, or to the page of one that is closed."""
    query = query.copy()
    if edition is not None and edition.is_closed:
        del query["part-of"]
        return lead_to(edition.get_absolute_url(), query)
    if edition is not None:
        query["part-of"] = edition.slug
    return lead_to(path, query)


def lead_to(address, query):
    """Redirect with all parameters: for good, yet kept by no browser. A slug may return to its unit, or go to
    another, and the two redirects would send a reader round and round."""
    address = f"{address}?{query.urlencode()}" if query else address
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})
