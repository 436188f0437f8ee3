"""Rendering a public page at an instant with its links within the preview, for all previews."""

import re
from contextlib import contextmanager
from html import unescape

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directorates.views import errors, public_pages

#: The printed address of a link. On paper a preview's own address is of no use, or a secret.
_PRINTED_ADDRESS = re.compile(r' data-address="[^"]*"')
_HREF = re.compile(r'(<a\b[^>]*?\shref=")/([^"?#]*)')


def staff_preview(view):
    """Declare a view for signed-in staff, which is only read and never cached."""
    return require_safe(never_cache(staff_member_required(view)))


def render_preview(request, path, *, at, prefix, previewed):
    """Show a public page at the instant `at`, with every address beginning with `prefix`.

    `previewed` holds the data of the preview bar; its `bar` names the bar's template.
    """
    request.previewed = previewed
    with _addresses_under(prefix):
        response = render_public_page(request, f"/{path}", at=at)
    if response.content:
        response.content = _led_within(response.content.decode(), prefix)
    return response


def render_public_page(request, path, *, at, also=frozenset()):
    """Answer as the public site does at `at`. A page is not found if its content comes from no record.

    `also` names more public addresses that may be shown.
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
    """Let every address made within the block begin with `prefix`."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def _led_within(markup, prefix):
    """Return the markup with the links in texts led into the preview, and without printed addresses."""
    names = public_pages.names_in_previews()

    def lead(link):
        try:
            match = resolve(f"/{unescape(link[2])}", "directorates.urls")
        except Resolver404:
            return link[0]
        is_shown = match.url_name in names
        return f"{link[1]}{prefix}{link[2]}" if is_shown else link[0]

    return _HREF.sub(lead, _PRINTED_ADDRESS.sub("", markup))
