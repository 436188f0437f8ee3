"""Measures time and queries of rendered public pages, with few units and with many."""

from django.test import Client
from django.utils import timezone

from bin.bench.databases import make_database
from bin.bench.requests import compare
from directorates.models import UnitEdition

SIZES = (7, 450, 5_000, 50_000)
ROUNDS = 15


def measure(folder):
    sites = {}
    for units in SIZES:
        path = make_database(folder, units)
        sites[units] = (path, Client(), find_addresses())
    return compare(sites, rounds=ROUNDS)


def find_addresses():
    """Return {page: address} of the open agency."""
    in_force = UnitEdition.objects.in_force(timezone.now())
    return {
        "overview": "/",
        "agency": "/about/",
        "directorate": in_force.filter(kind="directorate").order_by("pk")[0].get_absolute_url(),
        "office": in_force.filter(kind="office").order_by("-pk")[0].get_absolute_url(),
        "offices, page 1": "/offices/",
        "offices by parent": "/offices/?by=part-of",
    }
