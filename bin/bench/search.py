"""Measures searches in agencies of several sizes: of a rare word, of common words, misspelt, and of nothing."""

from django.test import Client
from django.utils.http import urlencode

from bin.bench.databases import make_database
from bin.bench.requests import compare

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
    return compare(sites, rounds=ROUNDS)


def find_addresses():
    return {name: f"/search/?{urlencode({'q': words})}" for name, words in QUERIES.items()}
