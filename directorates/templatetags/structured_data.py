import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()

#: No text can then end the element or begin a comment in it.
_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


@register.filter
def json_ld(document):
    """Return the element of a JSON-LD document. It is a data block, which no browser runs.

    Django's `json_script` escapes the same characters, but its element has another type.
    """
    words = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return format_html(
        '<script type="application/ld+json">{}</script>', mark_safe(words.translate(_ESCAPES))
    )
