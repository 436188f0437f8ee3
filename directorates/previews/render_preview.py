"""The one way in which previews are walked: a public page at an instant, its links within the preview."""

import re
from contextlib import contextmanager
from html import unescape

from django.http import Http404
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix

from directorates.views import errors, public_pages

#: The address of a link as it is printed. On paper a preview's own is of no use, or a secret.
_PRINTED_ADDRESS = re.compile(r' data-address="[^"]*"')
_HREF = re.compile(r'(<a\b[^>]*?\shref=")/([^"?#]*)')


def render_preview(request, path, *, at, prefix, previewed):
    """Show a public page as it is at `at`, with every address beginning with `prefix`.

    `previewed` is what the preview bar shows; its `bar` names the template of the bar.
    """
    request.previewed = previewed
    with _addresses_under(prefix):
        response = render_public_page(request, f"/{path}", at=at)
    if response.content:
        response.content = _led_within(response.content.decode(), prefix)
    return response


def render_public_page(request, path, *, at, also=frozenset()):
    """Answer as the public site does at `at`; what does not follow from the records is not found.

    `also` names further public addresses that may be shown.
    """
    request.shown_at = at
    try:
        match = resolve(path, "directorates.urls")
        if match.url_name not in public_pages.names_in_previews() | also:
            raise Http404("This page does not follow from the records.")
        return match.func(request, *match.args, **match.kwargs)
    except (Http404, Resolver404):
        return errors.page_not_found(request)


@contextmanager
def _addresses_under(prefix):
    """Let every address that is made within the block begin with `prefix`."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def _led_within(markup, prefix):
    """Lead the links that somebody wrote into a text into the preview too, and print no address."""
    names = public_pages.names_in_previews()

    def lead(link):
        try:
            match = resolve(f"/{unescape(link[2])}", "directorates.urls")
        except Resolver404:
            return link[0]
        is_shown = match.url_name in names
        return f"{link[1]}{prefix}{link[2]}" if is_shown else link[0]

    return _HREF.sub(lead, _PRINTED_ADDRESS.sub("", markup))
