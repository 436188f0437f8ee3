"""The last parts of pages' addresses that a file leaves out: made from names."""

from django.utils.text import slugify

#: Letters that have no plain one within them.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"}
)
LONGEST = 100


def make_slug(name):
    """Return a slug for a name, or '' where none of its characters has a place in one."""
    slug = slugify(name.lower().translate(_PLAIN))
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0][:LONGEST]


def fill_slugs(entries):
    """Give each edition of a file without a slug one made from its name.

    Where another unit of the file has that slug, or nothing is left of the name, it is the identifier.
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
