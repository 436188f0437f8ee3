"""Primary keys in addresses, as visitors of a page may have typed them."""

#: A longer number is no primary key, and too large for the database.
MOST_DIGITS = 18


def read_key(words):
    """Return the primary key that the words are, or None if they are none."""
    return int(words) if words.isdecimal() and len(words) <= MOST_DIGITS else None


def read_keys(words):
    """Return the primary keys among words; the others are left out."""
    return [key for key in map(read_key, words) if key is not None]


def selected_keys(request):
    """Return the primary keys of the records that an address names."""
    return read_keys(request.GET.getlist("ids"))
