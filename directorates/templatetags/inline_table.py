from django import template
from django.utils.safestring import mark_safe

register = template.Library()

_EMPTY = '<th class="original"></th>'
_NAMED = '<th class="original"><span class="visually-hidden">Saved as</span></th>'


@register.filter
def with_named_columns(markup):
    """Name the first column of Django's table of related records, which has an empty header."""
    # Each value in it has been escaped by the template that made it.
    return mark_safe(markup.replace(_EMPTY, _NAMED))
