"""How sanitized rich text is set on a page. These filters format; they never query."""

import re
from html import unescape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from directorates.rules.content import text

register = template.Library()
register.filter("capitalized", text.capitalized)


@register.filter
def rich_text(html, marks_external):
    """Set sanitized `html` on a page: mark the links that leave the government's sites, where rules ask for
    it, and let wide tables scroll."""
    html = _wrap_tables(conditional_escape(html))
    return mark_safe(_mark_external_links(html) if marks_external else html)


def _mark_external_links(html):
    """Say of a link that it is external, in words for a screen reader and by a sign besides (F28)."""
    mark = '<span class="external-mark"><span class="usa-sr-only"> (external)</span></span></a>'

    def marked(link):
        is_external = text.is_external(unescape(link[1]))
        return link[0].removesuffix("</a>") + mark if is_external else link[0]

    return re.sub(r'<a href="([^"]*)"[^>]*>.*?</a>', marked, html, flags=re.DOTALL)


def _wrap_tables(html):
    """Put each table of sanitized `html` into a container of its own that scrolls sideways.

    A wide table then never widens the page. The container takes the focus, so that it can be
    scrolled by keyboard too, and says what it is.
    """
    opening = '<div class="table-scroller" role="group" aria-label="Table" tabindex="0"><table>'
    return html.replace("<table>", opening).replace("</table>", "</table></div>")
