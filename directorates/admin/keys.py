"""Primary keys in addresses, which people may have typed."""

#: A longer number is no primary key, and too large for the database.
MOST_DIGITS = 18


def read_key(words):
    """Return the words as a primary key, or None if they are no key."""
    return int(words) if words.isdecimal() and len(words) <= MOST_DIGITS else None


def read_keys(words):
    """Return the primary keys among words."""
    return [key for key in map(read_key, words) if key is not None]


def selected_keys(request):
    """Return the primary keys of the records that an address names."""
    return read_keys(request.GET.getlist("ids"))
