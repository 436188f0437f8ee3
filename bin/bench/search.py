"""Measures searches in agencies of several sizes: of a rare word, of common words, misspelt, and of nothing."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from bin.bench.databases import make_database, open_database
from bin.bench.requests import compare
from directorates.queries.pages import search_page

SIZES = (7, 450, 5_000)
ROUNDS = 15
#: What is searched for, in agencies with the names of `generate_agency`.
QUERIES = {
    "an acronym": "DIE",
    "a whole name": "office of amber acorns",
    "who does what": "who is responsible for counting acorns",
    "three words": "calm acorns echoes",
    "misspelt": "acrons",
    "a common word": "imaginary",
    "the commonest word": "office",
    "nothing": "passport renewal",
    "many words": "acorns bubbles candles dewdrops embers feathers garlands harmonies",
    "refused": "x" * 10_000,
}


def measure(folder):
    sites = {}
    for units in SIZES:
        path = make_database(folder, units)
        sites[units] = (path, Client(), find_addresses())
    rows = compare(sites, rounds=ROUNDS)
    for row in rows:
        open_database(sites[row["units"]][0])
        row["queries_search"] = count_queries(QUERIES[row["page"]])
    most = max(row["queries_search"] for row in rows)
    print(f"\nWithout the frame of the page, a search takes at most {most} queries.")
    return rows


def count_queries(typed):
    """Return the number of queries of a search, without those of the header and the footer of its page."""
    with CaptureQueriesContext(connection) as captured:
        search_page.get(typed, at=timezone.now())
    return len(captured)


def find_addresses():
    return {name: f"/search/?{urlencode({'q': words})}" for name, words in QUERIES.items()}
