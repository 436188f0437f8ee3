"""Slugs made from texts. Pure."""

from django.utils.text import slugify

#: Letters that do not decompose into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"}
)
LONGEST = 100


def make_slug(text, longest=LONGEST):
    """Return a slug of whole words for a text, or '' if a slug can hold none of its characters."""
    slug = slugify(text.lower().translate(_PLAIN))
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0][:longest]


def make_free_slug(text, taken, fallback):
    """Return a slug for a text that is not in `taken`, and add it there. Slugs that are taken get a number.

    `fallback` is the slug of a text that a slug cannot hold.
    """
    base = make_slug(text, LONGEST - 10) or fallback
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug
