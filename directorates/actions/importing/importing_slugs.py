"""Slugs made from names, for units to which a file gives none."""

from django.utils.text import slugify

#: Letters that do not decompose into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"}
)
LONGEST = 100


def make_slug(name):
    """Return a slug for a name, or '' if a slug can hold none of its characters."""
    slug = slugify(name.lower().translate(_PLAIN))
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0][:LONGEST]


def fill_slugs(entries):
    """Give each edition without a slug a slug made from its name.

    The slug is the identifier if another unit of the file has that slug, or if the name gives none.
    """
    owners = {}
    for entry in entries:
        for edition in entry.editions:
            if slug := edition.values.get("slug"):
                owners.setdefault(slug.lower(), entry)
    for entry in entries:
        for edition in entry.editions:
            if not edition.values.get("slug") and "slug" not in edition.faulty:
                made = make_slug(edition.values.get("name", ""))
                is_free = made and owners.setdefault(made, entry) is entry
                edition.values["slug"] = made if is_free else entry.identifier
