"""Slugs for units to which a file gives none."""

from directorates.rules.content.slugs import make_slug


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
