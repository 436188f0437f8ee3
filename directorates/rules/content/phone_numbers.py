"""Checks telephone numbers and returns the addresses that call them. Pure.

A number is stored as typed. The rules of each country are Google's, from `phonenumbers`.
"""

import re

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
)

from directorates.rules.content import countries

#: Words that begin an extension and that the library does not know.
_EXTENSION = re.compile(
    r"[\s,;/(（-]*(?<![a-z])(?:poste|durchwahl|dw|nebenstelle|app(?:arat)?|toestel|interno|anexo|ramal|extensi[oó]n|"
    r"extens[aã]o|extn?|ex|option|opt|x|内線|内线|分机|分機|내선)(?![a-z])\s*[.:#：]*\s*(\d{1,9})\s*[)）]?$",
    re.IGNORECASE,
)
#: Remarks that are not part of a number, like "(toll free)".
_REMARK = re.compile(r"\([^()\d+]*\)")
#: The rest of a text after a number, from its first word on.
_AFTER_NUMBER = re.compile(r"(?<=\d)\D*?[^\W\d_].*$")
_LAST_WORDS = re.compile(r"[\s,;:–—-]+[^\W\d_][^\d]*$")
#: A number with its country's code.
_INTERNATIONAL = (
    CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN,
    CountryCodeSource.FROM_NUMBER_WITH_IDD,
)

#: An unreadable number with at least this many digits has another fault than too few digits.
_ENOUGH_DIGITS = 7


def country_of(address_country, zone):
    """Return the country for numbers without a country's code: the address's, or else the time zone's."""
    return countries.country_of_name(address_country) or countries.country_of_zone(zone)


def find_problem(typed, country):
    """Return a sentence about the fault of a number, or ''."""
    if _holds_two(typed, country):
        return f"“{typed}” holds more than one number. Write one, and add others to the texts."
    if link_to(typed, country):
        return ""
    try:
        return _explain(typed, _parse(typed, country), country)
    except NumberParseException as error:
        return _explain_unread(typed, country, error)


def link_to(typed, country):
    """Return the address that calls a number (RFC 3966), or '' if no call is possible."""
    # Words after a number may be a part of it, as in 1 800 FLOWERS, or a remark.
    for words in (typed, _LAST_WORDS.sub("", typed)):
        try:
            number = _parse_before_words(words, country)
        except NumberParseException:
            continue
        if _is_short(number, country):
            # A short number differs from country to country.
            code = phonenumbers.country_code_for_region(country)
            return f"tel:{number.national_number};phone-context=+{code}"
        if called := _called(number, words):
            return phonenumbers.format_number(called, PhoneNumberFormat.RFC3966)
    return ""


def _parse(typed, country):
    plain, extension = _REMARK.sub(" ", typed).strip(), ""
    # Of two extensions, as in "ext. 12, option 3", the first counts: callers dial it first.
    while match := _EXTENSION.search(plain):
        plain, extension = plain[: match.start()], f" ext. {match[1]}"
    return phonenumbers.parse(plain + extension, country, keep_raw_input=True)


def _parse_before_words(typed, country):
    """Return the number before the first word if it is complete; else the number of the whole text.

    After a complete number, letters are a remark. In 1-800-FLOWERS the letters are digits.
    """
    number = _parse(typed, country)
    try:
        alone = _parse(_AFTER_NUMBER.sub("", typed), country)
    except NumberParseException:
        return number
    is_other = alone.national_number != number.national_number
    return alone if is_other and phonenumbers.is_valid_number(alone) else number


def _is_short(number, country):
    """Whether it is a short number like 311 or 988."""
    if len(str(number.national_number)) > 6 or not number.national_number:
        return False
    return phonenumbers.is_valid_short_number_for_region(number, country)


def _called(number, typed):
    """Return the number to dial, or None if no call is possible.

    A word may have more letters than the number has digits, as in 1-800-MEDICARE. The rest is ignored. A number
    with its country's code needs only the right length, because new ranges come into use.
    """
    if phonenumbers.is_valid_number(number):
        return number
    is_international = number.country_code_source in _INTERNATIONAL
    if is_international and _length_of(number) == ValidationResult.IS_POSSIBLE:
        return number
    if re.search("[a-z]", typed, re.IGNORECASE) and _length_of(number) == ValidationResult.TOO_LONG:
        shorter = phonenumbers.PhoneNumber()
        shorter.merge_from(number)
        return shorter if phonenumbers.truncate_too_long_number(shorter) else None
    return None


def _length_of(number):
    return phonenumbers.is_possible_number_with_reason(number)


def _holds_two(typed, country):
    matches = phonenumbers.PhoneNumberMatcher(_REMARK.sub(" ", typed), country)
    return sum(1 for _ in matches) > 1


def _explain_unread(typed, country, error):
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return f"“{typed}” begins with no country's code. Write + and the code, such as +1, first."
    digits = _count_digits(typed)
    if not digits:
        return f"“{typed}” has no digits. Write a number such as {_example(country)}."
    if error.error_type == NumberParseException.TOO_LONG:
        return f"“{typed}” has {digits} digits, more than any number has. Write one number."
    if digits >= _ENOUGH_DIGITS:
        return (
            f"“{typed}” cannot be read as a number. Take out what is no part of it, and write it like"
            f" {_example(country)}."
        )
    return (
        f"“{typed}” has {digits} digit{'s' if digits > 1 else ''}, too few for a number."
        f" Write the whole number, such as {_example(country)}."
    )


def _explain(typed, number, country):
    region = phonenumbers.region_code_for_country_code(number.country_code)
    # Some countries share a code. The expected country comes first.
    is_expected = phonenumbers.country_code_for_region(country) == number.country_code
    region = country if is_expected else region
    digits = len(phonenumbers.national_significant_number(number))
    place = countries.name_of(region)
    match _length_of(number):
        case ValidationResult.TOO_LONG:
            what = f"has too many digits for a number in {place}: {digits}"
        case ValidationResult.TOO_SHORT:
            what = f"has too few digits for a number in {place}: {digits}"
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            what = "has no area code"
        case ValidationResult.INVALID_LENGTH:
            what = f"has {digits} digits, and no number in {place} has that many"
        case _:
            what = f"is no number in {place}: its first digits are not in use"
    hint = "" if typed.startswith("+") else " For another country, begin with + and its code."
    return f"“{typed}” {what}. Write it like {_example(region)}.{hint}"


def _count_digits(typed):
    return sum(character.isdigit() for character in typed)


def _example(country):
    example = phonenumbers.example_number(country) or phonenumbers.example_number(countries.USUAL)
    return phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
