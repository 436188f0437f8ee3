"""Language attributes for a page's content and for the program's own words, which are English.

While a public page is rendered, the active language is the content's. The tags write nothing if the content is
English too.
"""

from django import template
from django.utils import dateformat, timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from directorates.rules import partial_days
from directorates.rules.content import languages

register = template.Library()
#: A day, a month or a year in English, in every language of the content.
register.filter("english_partial_day", partial_days.write)


def _is_right_to_left():
    return languages.is_right_to_left(translation.get_language() or "en")


def _content_is_english():
    return (translation.get_language() or "en").split("-")[0] == "en"


@register.simple_tag
def right_to_left():
    """Return the attribute for a page with content in a right-to-left language, else ''."""
    return mark_safe(' dir="rtl"') if _is_right_to_left() else ""


@register.simple_tag
def in_english():
    """Return the attributes of an element with the program's own words."""
    return "" if _content_is_english() else mark_safe(' lang="en" dir="ltr"')


@register.simple_tag
def in_content():
    """Return the attributes of an element with content among the program's own words."""
    if _content_is_english():
        return ""
    return format_html(
        ' lang="{}" dir="{}"', translation.get_language(), "rtl" if _is_right_to_left() else "ltr"
    )


@register.simple_tag
def english(*words):
    """Return the program's own words, marked as English, for a place among content."""
    return _with("".join(str(part) for part in words), in_english())


@register.simple_tag
def content(words):
    """Return words of the content, marked with its language, for a place among the program's own."""
    return _with(words, in_content())


def _with(words, attributes):
    text = conditional_escape(words)
    return format_html("<span{}>{}</span>", attributes, text) if attributes else text


@register.filter
def english_date(value, form="F j, Y"):
    """Return a day or an instant in English, in every language of the content."""
    if not value:
        return ""
    if hasattr(value, "tzinfo") and timezone.is_aware(value):
        value = timezone.localtime(value)
    with translation.override("en"):
        return dateformat.format(value, form)
