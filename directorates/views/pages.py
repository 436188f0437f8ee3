"""What every public page shares: the site's identity, its time zone and language, its own address."""

from functools import wraps

from django.shortcuts import render
from django.utils import timezone, translation

from directorates.queries.pages import site_identity

#: The same for every page at every time: a policy that ends where an edition begins would tell when that is.
#: For browsers: ask each time, which costs them a few bytes. For shared caches: five seconds, and five more
#: in which they answer while they ask again; a day, if this site is down.
SHARED_SECONDS = 5
STALE_SECONDS = 5
STALE_IF_ERROR_SECONDS = 24 * 60 * 60
CACHE_POLICY = (
    f"public, max-age=0, s-maxage={SHARED_SECONDS}, stale-while-revalidate={STALE_SECONDS},"
    f" stale-if-error={STALE_IF_ERROR_SECONDS}"
)


def instant_of(request):
    """Return the instant at which the public pages are read: now, or what a preview has chosen."""
    return getattr(request, "shown_at", None) or timezone.now()


def render_error(request, heading, sentence, status, *, at=None, title=None, links=()):
    """Render a page that says in words why there is no other; `title` is its heading by default.

    `links` are (words, address) of what may have been meant.
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
    """Declare a view whose pages are the same for everybody and may be kept in front of Django.

    `query` names the parameters that a page may depend on; no others reach the view. Nor do cookies, or
    headers other than the host.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            if getattr(request, "shown_at", None) is None:
                # The same words where the page cache is off, or cannot keep the page.
                response.headers.setdefault("Cache-Control", CACHE_POLICY)
                response.cached_under = " ".join(
                    ("page", view.__name__, *(v for v in kwargs.values() if isinstance(v, str)))
                )
            return response

        wrapped.cached_query = query
        return wrapped

    return decorate


def render_page(
    request, template, context, *, at, title, path, description="", status=200, is_indexed=True
):
    """Render a public page at the instant `at`.

    `title` is the page's own part of the title, `path` its canonical path, or '' for an error; `description` is for pages
    whose own data has none. Nothing here touches the session, the user or a token, so that the
    answer is the same for every visitor.
    """
    site = site_identity.get(at=at)
    previewed = getattr(request, "previewed", None)
    shared = {
        "site": site,
        "title": title,
        # The address of a preview is nobody's to keep or to pass on, so its pages do not name it.
        "canonical_url": request.build_absolute_uri(path) if path and previewed is None else "",
        "is_official": site.is_official_on(request.get_host()),
        "origin": request.build_absolute_uri("/").removesuffix("/"),
        "description": description,
        "is_indexed": is_indexed and previewed is None,
        "previewed": previewed,
    }
    with timezone.override(site.time_zone), translation.override(site.language):
        return render(request, template, shared | context, status=status)
