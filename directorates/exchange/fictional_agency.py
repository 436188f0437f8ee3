"""Generates a clearly fictional agency of any size for tests and benchmarks. A seed always gives the same agency."""

import random
from itertools import count, product

from directorates.exchange import agency_file

_DIRECTORATES = (
    "Clouds",
    "Tides",
    "Echoes",
    "Lanterns",
    "Meadows",
    "Snowflakes",
    "Rainbows",
    "Breezes",
)
_QUALITIES = (
    "Amber", "Brisk", "Calm", "Drifting", "Early", "Faint", "Gentle", "Hidden", "Idle", "Jolly",
    "Kindly", "Lofty", "Mellow", "Nimble", "Orderly", "Patient", "Quiet", "Restful", "Silver", "Tidy",
)  # fmt: skip
_THINGS = (
    "Acorns", "Bubbles", "Candles", "Dewdrops", "Embers", "Feathers", "Garlands", "Harmonies",
    "Icicles", "Jingles", "Kites", "Larks", "Mists", "Nutshells", "Orchards", "Pebbles", "Quilts",
    "Ripples", "Shadows", "Thimbles",
)  # fmt: skip
_TASKS = ("counts", "names", "sorts", "polishes", "sketches", "weighs", "paints", "files")
_ACTIVITIES = (
    "Counting",
    "Naming",
    "Sorting",
    "Polishing",
    "Sketching",
    "Weighing",
    "Painting",
    "Filing",
)


def generate(*, seed: int, offices: int) -> str:
    """Return the text of an agency's file: eight directorates and `offices` offices in two levels.

    Each office of the upper level has about four offices below it.
    """
    chance = random.Random(seed)
    agency = _agency()
    directorates = [_directorate(number, thing) for number, thing in enumerate(_DIRECTORATES, 1)]
    return agency_file.write(
        {
            "site": {
                "site_name": "Weather.example",
                "heading": "Who We Are",
                "parent_organization": "Ministry of Made-up Matters",
                "domain": "weather.example",
                "official_claim": "never",
                "time_zone": "America/Chicago",
                "survey_is_open": True,
                "survey_requires_clearance": False,
            },
            "responsibilities": [
                {
                    "phrase": f"{activity} {thing.lower()}",
                    "synonyms": [f"{thing.lower()} of all kinds"],
                }
                for activity, thing in product(_ACTIVITIES, _THINGS)
            ],
            "units": [
                {"identifier": unit["slug"], "editions": [unit]}
                for unit in [agency, *directorates, *_offices(chance, offices)]
            ],
            "figures": [
                {
                    "identifier": "imaginary-forecasts",
                    "editions": [
                        {
                            "unit": agency["slug"],
                            "value": 1_000_000,
                            "qualifier": "nearly",
                            "counts": "imaginary forecasts a year",
                            "source": "Invented for tests",
                        }
                    ],
                }
            ],
        }
    )


def _agency():
    return {
        "kind": "agency",
        "name": "Agency for Imaginary Weather",
        "acronym": "AIW",
        "slug": "agency-for-imaginary-weather",
        "is_on_overview": True,
        "summary": "A fictional agency that looks after weather which never happens, made up for tests.",
        "overview": "<p>The Agency for Imaginary Weather does not exist. It was made up to test this"
        " site with many units.</p><p>Every name, number and sentence here is invented.</p>",
    }


def _directorate(number, thing):
    return {
        "kind": "directorate",
        "role": "supporting" if number % 4 == 0 else "operational",
        "parent": "agency-for-imaginary-weather",
        "position": number,
        "name": f"Directorate of Imaginary {thing}",
        "acronym": f"DI{thing[0]}",
        "slug": f"imaginary-{thing.lower()}",
        "is_on_overview": True,
        "summary": f"A fictional directorate that looks after imaginary {thing.lower()} of every size.",
        "overview": f"<p>This fictional directorate looks after imaginary {thing.lower()}.</p>"
        f"<p>Its offices count, name and sort {thing.lower()} that nobody has ever seen.</p>",
    }


def _offices(chance, number):
    """Yield offices with unique names. A fifth are directly below a directorate, the rest below an office."""
    names = (
        (f"Office of {quality} {thing}" + (f", District {district}" if district else ""))
        for district in count()
        for quality, thing in product(_QUALITIES, _THINGS)
    )
    upper = []
    for position in range(number):
        name = next(names)
        slug = name.lower().replace(",", "").replace(" ", "-")
        if position < max(1, number // 5):
            parent = f"imaginary-{chance.choice(_DIRECTORATES).lower()}"
            upper.append(slug)
        else:
            parent = chance.choice(upper)
        thing = chance.choice(_THINGS).lower()
        task = chance.randrange(len(_TASKS))
        yield {
            "kind": "office",
            "parent": parent,
            "position": position,
            "name": name,
            "slug": slug,
            "summary": f"A fictional office, the {name}, that {_TASKS[task]} imaginary {thing}.",
            "overview": f"<p>The {name} {_TASKS[task]} imaginary {thing}. It is fictional.</p>",
            "responsibilities": [f"{_ACTIVITIES[task]} {thing}"],
        }
