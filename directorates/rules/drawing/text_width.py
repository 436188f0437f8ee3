"""Estimates the width of words in a picture, and wraps them. Pure.

A server does not know the reader's font. The widths are those of Arial's bold face, in parts of the size, and
a little more, so words also fit in the usual substitutes.
"""

import unicodedata

_SPARE = 1.06
_WIDTHS = {
    **dict.fromkeys(" \u00a0ijlI|.,:;'’!", 0.3),
    **dict.fromkeys('ft()[]{}/-rJ“”"', 0.4),
    **dict.fromkeys("mwMW@%&—…", 0.95),
}
_CAPITAL, _OTHER, _WIDE = 0.73, 0.58, 1.0


def width_of(words, size):
    """Return the width of a line in pixels. `size` is the size of the font in pixels."""
    return sum(map(_width_of_character, words)) * size * _SPARE


def wrap(words, *, size, width):
    """Return words as lines that are at most `width` pixels wide. A word that is wider is cut."""
    lines, line = [], ""
    for word in words.split():
        joined = f"{line} {word}" if line else word
        if width_of(joined, size) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *cut, line = _cut(word, size, width)
        lines += cut
    return (*lines, line) if line else tuple(lines)


def _cut(word, size, width):
    parts = [""]
    for character in word:
        if parts[-1] and width_of(parts[-1] + character, size) > width:
            parts.append("")
        parts[-1] += character
    return parts


def _width_of_character(character):
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "FW":
        return _WIDE
    return _CAPITAL if character.isupper() else _OTHER
