from django import template
from django.utils.safestring import mark_safe

register = template.Library()

_EMPTY = '<th class="original"></th>'
_NAMED = '<th class="original"><span class="visually-hidden">Saved as</span></th>'


@register.filter
def with_named_columns(markup):
    """Return Django's table of related records with a name in the empty header of its first column."""
    # The template that made the markup has escaped each value.
    return mark_safe(markup.replace(_EMPTY, _NAMED))
