"""The country of a time zone and the country in an address, as ISO 3166 codes. Pure.

The tables are part of the time zone data, which the site needs anyway.
"""

import zoneinfo
from functools import cache
from importlib import resources
from pathlib import Path

#: The country of a time zone without a country, like UTC.
USUAL = "US"

#: Spellings that people use apart from the table's codes and English names.
_ALSO = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "estados unidos": "US",
    "états-unis": "US",
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "royaume-uni": "GB",
    "éire": "IE",
    "deutschland": "DE",
    "allemagne": "DE",
    "schweiz": "CH",
    "suisse": "CH",
    "svizzera": "CH",
    "österreich": "AT",
    "belgique": "BE",
    "belgië": "BE",
    "nederland": "NL",
    "the netherlands": "NL",
    "españa": "ES",
    "italia": "IT",
    "sverige": "SE",
    "norge": "NO",
    "danmark": "DK",
    "suomi": "FI",
    "polska": "PL",
    "méxico": "MX",
    "brasil": "BR",
    "perú": "PE",
    "日本": "JP",
    "korea": "KR",
    "south korea": "KR",
    "czech republic": "CZ",
    "aotearoa": "NZ",
}
#: The table leaves out older names of zones. These begin with the country's name.
_ZONES = {"US/": "US", "Canada/": "CA", "Australia/": "AU", "Mexico/": "MX", "Brazil/": "BR"}


def country_of_zone(zone):
    """Return the code of a time zone's country."""
    if found := _zones().get(zone):
        return found
    return next((code for start, code in _ZONES.items() if zone.startswith(start)), USUAL)


def country_of_name(words):
    """Return the code of the country named in an address's last line, or ''."""
    name = " ".join(words.casefold().split())
    return _codes().get(name.removeprefix("the ")) or _codes().get(name, "")


def name_of(code):
    """Return the English name of a country, or its code if the name is unknown."""
    return _names().get(code, code)


@cache
def _zones():
    return {row[2]: row[0] for row in _rows("zone.tab")}


@cache
def _names():
    # The table writes "Britain (UK)" and "Korea (South)".
    return {
        row[0]: "the United States" if row[0] == "US" else row[1] for row in _rows("iso3166.tab")
    }


@cache
def _codes():
    by_name = {name.casefold().removeprefix("the "): code for code, name in _names().items()}
    return by_name | {code.casefold(): code for code in _names()} | _ALSO


def _rows(name):
    """Return the rows of a table of the time zone data, or [] where the system lacks the table."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / name
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            break
    else:
        try:
            text = resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
        except (ModuleNotFoundError, OSError):
            return []
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
