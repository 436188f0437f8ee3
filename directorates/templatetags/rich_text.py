"""How sanitized rich text is set on a page. These filters format; they never query."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def wrap_tables(html):
    """Put each table of sanitized `html` into a container of its own that scrolls sideways.

    A wide table then never widens the page. The container takes the focus, so that it can be
    scrolled by keyboard too, and says what it is.
    """
    opening = '<div class="table-scroller" role="group" aria-label="Table" tabindex="0"><table>'
    return mark_safe(
        conditional_escape(html).replace("<table>", opening).replace("</table>", "</table></div>")
    )
