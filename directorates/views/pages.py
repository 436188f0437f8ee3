"""Rendering of every public page: the site's identity, time zone and language, and the page's address."""

from functools import wraps

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from directorates.queries.pages import as_of, site_identity, structured_data

#: The parameter of a past day, as in `/about/?on=2026-03-02`.
DAY = "on"

#: The policy never varies: one that ended when an edition begins would reveal that instant.
#: Browsers ask each time, which costs a few bytes. Shared caches keep a page for five seconds. For five
#: more they answer while they ask again; for a day, if this site is down.
SHARED_SECONDS = 5
STALE_SECONDS = 5
STALE_IF_ERROR_SECONDS = 24 * 60 * 60
CACHE_POLICY = (
    f"public, max-age=0, s-maxage={SHARED_SECONDS}, stale-while-revalidate={STALE_SECONDS},"
    f" stale-if-error={STALE_IF_ERROR_SECONDS}"
)


def shown_instant(request):
    """Return the instant at which public pages are read: the preview's, the end of a past day, or now."""
    past = getattr(request, "past_day", None)
    return getattr(request, "shown_at", None) or (past.at if past else timezone.now())


def render_error(request, heading, sentence, status, *, at=None, title=None, links=()):
    """Render an error page with its reason. The default `title` is the heading.

    `links` are (words, address) of pages that the reader may have meant.
    """
    return render_page(
        request,
        "directorates/error.html",
        {"heading": heading, "sentence": sentence, "status": status, "links": links},
        at=at or timezone.now(),
        title=title or heading,
        path="",
        status=status,
        is_indexed=False,
    )


def cached_page(*query):
    """Declare a view whose pages are the same for everybody and may be cached in front of Django.

    `query` names the parameters that a page may depend on. Other parameters, cookies and headers other
    than the host do not reach the view.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            if getattr(request, "shown_at", None) is None:
                # The same header also where the page cache is off or cannot keep the page.
                response.headers.setdefault("Cache-Control", CACHE_POLICY)
                response.cached_under = " ".join(
                    ("page", view.__name__, *(v for v in kwargs.values() if isinstance(v, str)))
                )
            return response

        wrapped.cached_query = query
        return wrapped

    return decorate


def _asks_for_day(request, path, band):
    is_preview = getattr(request, "previewed", None) is not None
    return path and getattr(request, "has_past", False) and not (is_preview or band)


def render_page(
    request,
    template,
    context,
    *,
    at,
    title,
    path,
    agency=None,
    description="",
    status=200,
    is_indexed=True,
):
    """Render a public page at the instant `at`.

    `title` is the page's own part of the title. `path` is its canonical path, '' for an error.
    `description` is for pages whose data has none. `agency` has the agency's name and acronym, if the page's data
    has them: one query less. This function uses no session, user or token, so every
    visitor gets the same answer.
    """
    past, now = getattr(request, "past_day", None), timezone.now()
    site = site_identity.get(at=at, agency=agency, survey_at=now if past else at)
    previewed = getattr(request, "previewed", None)
    band = past and as_of.get(past, page=context.get("page"), path=path, now=now)
    # Search engines and readers should keep the address of the present page.
    path = band.present_url if band else path
    origin = request.build_absolute_uri("/").removesuffix("/")
    is_indexed = is_indexed and previewed is None and band is None
    shared = {
        "site": site,
        "title": title,
        # A preview's pages do not name their address, because readers should not keep it or pass it on.
        "canonical_url": request.build_absolute_uri(path) if path and previewed is None else "",
        "is_official": site.is_official_on(request.get_host()),
        "origin": origin,
        "description": description,
        "is_indexed": is_indexed,
        # Data for programs is only on pages that search engines keep.
        "structured_data": is_indexed
        and structured_data.get(
            context.get("page"),
            path=path,
            site=site,
            origin=origin,
            search_path=reverse("directorates:search"),
        ),
        "previewed": previewed,
        "as_of": band,
        # Only today's pages ask for a day here. The band of a past day has its own form.
        "day_form": as_of.day_form(path) if _asks_for_day(request, path, band) else None,
    }
    with timezone.override(site.time_zone), translation.override(site.language):
        return render(request, template, shared | context, status=status)
