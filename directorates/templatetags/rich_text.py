"""Filters that format sanitized rich text for a page. They never query."""

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
    """Return sanitized `html` for a page, with wide tables that scroll.

    `marks_external` marks the links that leave the government's sites.
    """
    html = _wrap_tables(conditional_escape(html))
    return mark_safe(_mark_external_links(html) if marks_external else html)


def _mark_external_links(html):
    """Mark each external link with words for screen readers and with a sign."""
    mark = '<span class="external-mark"><span class="usa-sr-only"> (external)</span></span></a>'

    def marked(link):
        is_external = text.is_external(unescape(link[1]))
        return link[0].removesuffix("</a>") + mark if is_external else link[0]

    return re.sub(r'<a href="([^"]*)"[^>]*>.*?</a>', marked, html, flags=re.DOTALL)


def _wrap_tables(html):
    """Put each table of sanitized `html` into its own container that scrolls sideways.

    A wide table then never widens the page. The container takes the focus, so people can scroll it by keyboard,
    and it has a name.
    """
    opening = '<div class="table-scroller" role="group" aria-label="Table" tabindex="0"><table>'
    return html.replace("<table>", opening).replace("</table>", "</table></div>")
