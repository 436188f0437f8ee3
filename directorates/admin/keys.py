"""Primary keys in addresses, as visitors of a page may have typed them."""

#: A longer number is no primary key, and too large for the database.
MOST_DIGITS = 18


def read_key(words):
    """Return the primary key that the words are, or None if they are none."""
    return int(words) if words.isdecimal() and len(words) <= MOST_DIGITS else None


def selected_keys(request):
    """Return the primary keys of the records that an address names."""
    keys = map(read_key, request.GET.getlist("ids"))
    return [key for key in keys if key is not None]
