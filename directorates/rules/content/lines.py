"""Cleans lines of text and tells when two lines are the same. Pure.

Forms, files and actions use these functions, so the same input is stored the same way.
"""

import re
import unicodedata

#: Joiners change the shape of letters in these scripts. In other scripts they have no visible effect.
_JOINING_SCRIPTS = frozenset(
    [
        "ADLAM",
        "ARABIC",
        "BALINESE",
        "BENGALI",
        "BRAHMI",
        "CHAKMA",
        "DEVANAGARI",
        "GUJARATI",
        "GURMUKHI",
        "JAVANESE",
        "KANNADA",
        "KHMER",
        "MALAYALAM",
        "MANDAIC",
        "MANICHAEAN",
        "MONGOLIAN",
        "MYANMAR",
        "NKO",
        "ORIYA",
        "PHAGS-PA",
        "SINHALA",
        "SUNDANESE",
        "SYRIAC",
        "TAMIL",
        "TELUGU",
        "TIBETAN",
    ]
)
_JOINERS = "\u200c\u200d"
#: In these scripts, variation selectors choose the shape of a character.
_VARYING_SCRIPTS = frozenset({"CJK", "MONGOLIAN", "MYANMAR", "PHAGS-PA"})
#: Format characters that are visible: the signs of numbers in Arabic, Syriac and Kaithi.
_VISIBLE_FORMATS = frozenset(
    map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
)
#: Invisible characters that Unicode counts as letters and marks, not as format or space.
_UNSEEN = frozenset(map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)))
_VARIATION_SELECTORS = frozenset(
    map(chr, (*range(0x180B, 0x180F), 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
#: Characters that rich text may not hold: controls except tabs and line ends, and overrides of the writing direction.
_NEVER_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")


def clean_line(words: str) -> str:
    """Return `words` as one line: composed (NFC), without invisible characters, with single spaces.

    Line breaks and tabs count as spaces. Cleaning a clean line changes nothing.
    """
    if words.isascii() and words.isprintable():
        return " ".join(words.split())
    # Repeat: after a removal, the characters on both sides may compose or join.
    while (cleaned := _clean_once(words)) != words:
        words = cleaned
    return cleaned


def _clean_once(words):
    composed = unicodedata.normalize("NFC", words)
    spaced = " ".join(_LINE_BREAK.sub(" ", composed).split())
    seen = "".join(character for character in spaced if not _is_unseen(character))
    needed = _without_idle_selectors(_without_idle_joiners(seen))
    return unicodedata.normalize("NFC", " ".join(needed.split()))


def clean_lines(words: str) -> str:
    """Return a text of several clean lines, with at most one empty line between two."""
    lines = (clean_line(line) for line in _LINE_BREAK.split(words))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def clean_markup(markup: str) -> str:
    """Return rich text composed (NFC), with line ends of one kind and without forbidden characters."""
    if markup.isascii() and "\r" not in markup:
        return _NEVER_IN_TEXT.sub("", markup)
    one_kind = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", markup)
    return unicodedata.normalize("NFC", _NEVER_IN_TEXT.sub("", one_kind))


def fold(words: str) -> str:
    """Return a key that ignores case, composition and invisible characters."""
    return clean_line(clean_line(words).casefold())


def _is_unseen(character):
    if character in _JOINERS or character in _VARIATION_SELECTORS or character in _VISIBLE_FORMATS:
        return False
    is_no_character = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return (
        is_no_character
        or character in _UNSEEN
        or unicodedata.category(character) in {"Cc", "Cf", "Cs"}
    )


def _script(character):
    """Return the script of a character, which is the first word of its name, or ''."""
    return unicodedata.name(character, "").partition(" ")[0]


def _without_idle_joiners(words):
    """Return `words` without joiners that have no effect.

    A joiner has an effect after a sign that suppresses a vowel and between two letters of a joining script. It
    also joins two pictures into one: a woman and a pair of scales, for example.
    """

    def keep(match):
        before, after = (
            words[match.start() - 1 : match.start()],
            words[match.end() : match.end() + 1],
        )
        is_after_virama = before and unicodedata.combining(before) == 9
        is_inside = all(side and _script(side) in _JOINING_SCRIPTS for side in (before, after))
        is_kept = is_after_virama or is_inside or _is_one_picture(before, after)
        return match[0][0] if is_kept else ""

    return re.sub(f"[{_JOINERS}]+", keep, words)


def _is_one_picture(before, after):
    begins = before == "\ufe0f" or before >= "\U0001f000"
    return begins and after >= "\u2600" and unicodedata.category(after) == "So"


def _without_idle_selectors(words):
    """Return `words` without variation selectors that have no effect.

    A selector has an effect after a symbol, and after characters of some scripts.
    """
    kept = []
    for place, character in enumerate(words):
        if character in _VARIATION_SELECTORS:
            before = kept[-1] if kept else " "
            is_key = before in "0123456789#*" and words[place + 1 : place + 2] == "\u20e3"
            has_shapes = unicodedata.category(before) == "So" or _script(before) in _VARYING_SCRIPTS
            varies = has_shapes or is_key
            if not varies or before in _VARIATION_SELECTORS:
                continue
        kept.append(character)
    return "".join(kept)
