"""The order of names: one alphabet for every list, on every database, and the letters that lead through it."""

import re
import unicodedata
from functools import cache

#: Small letters that Unicode does not decompose and does not name after a base letter. Cyrillic letters are sorted
#: with the letter that they follow.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ĸ": "k"}
    | dict(zip("єіђѕјљњћџәөүһѐѝ", "еидзилнтчаоухеи", strict=True))
    # Unicode counts these as letters. Readers see apostrophes.
    | dict.fromkeys("ʹʻʼʽʾʿˈꞌ", " ")
)  # fmt: skip
#: The combining classes of accents, of Hebrew and Arabic points, and of the dots of Japanese and Indic
#: letters. Vowel signs have other classes and stay.
_ACCENTS = {7, 8, *range(10, 37), *range(200, 241)}
#: The longest key in bytes. An index of PostgreSQL takes at most 2,700 bytes.
LONGEST = 1000


def sort_key(name):
    """Return a key of bytes that sorts names alphabetically, in Python and in both databases.

    Case and accents are folded. Apostrophes, hyphens and all other signs count as spaces. Numbers sort by value,
    before letters. Accents decide only between names that are otherwise equal.
    """
    # Unicode's canonical caseless form: equal for composed and decomposed letters.
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
    return f"{_words(folded)}\0{folded}".encode("utf-8", "replace")[:LONGEST]


#: The heading of names that begin with a number, and of names without a letter or a number.
NUMBERS, SIGNS = "0–9", "#"


def letter_of(name):
    """Return the heading of a name in an A to Z: its first letter as a capital, NUMBERS or SIGNS."""
    return letter_of_key(plain_words(name).encode("utf-8", "replace"))


def letter_of_key(key):
    """Return the heading of a name with this sort key."""
    first = bytes(key[:4]).decode("utf-8", "ignore")[:1]
    if first.isdecimal():
        return NUMBERS
    return first.upper() if first not in ("", "\0") else SIGNS


def plain_words(name):
    """Return the words of a name as `sort_key` compares them: small letters without accents and signs."""
    return _words(unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold()))


def _words(folded):
    plain = unicodedata.normalize("NFKD", folded).casefold().translate(_LETTERS)
    plain = plain if plain.isascii() else "".join(map(_without_strokes, plain))
    return " ".join(re.sub(r"\d+", _by_value, "".join(map(_folded, plain))).split())


@cache
def _without_strokes(letter):
    """Return the base letter of a letter with a stroke, a hook or another mark: o for ø."""
    base, _, rest = unicodedata.name(letter, "").partition(" WITH ")
    try:
        return unicodedata.lookup(base) if rest and letter.isalpha() else letter
    except KeyError:
        return letter


def _folded(character):
    """Return a letter, a digit or a vowel sign unchanged, '' for an accent, and a space for a sign."""
    if unicodedata.combining(character) in _ACCENTS:
        return ""
    category = unicodedata.category(character)
    if category[0] in "LNM":
        return character
    return "" if category == "Cf" else " "


def _by_value(digits):
    """Return a number after its count of digits, so 9 sorts before 10."""
    number = "".join(str(unicodedata.decimal(digit)) for digit in digits[0]).lstrip("0") or "0"
    return f"{len(number):03}{number}"
