"""Two hosts with one database: every exit after a change, and around an instant.

`make drill` does the same for every change and a larger agency. It also runs `clock_skew`, `many_urls` and
`many_units`, which take longer.
"""

import importlib
import itertools

import pytest
from django.utils import timezone

from bin.drills import __main__ as runner
from bin.drills import embargo, every_exit, many_urls
from bin.drills.rig import exits
from bin.drills.rig.hosts import behind_fronts, two_hosts
from bin.nginx_server import NGINX
from tests.sample import load_sample

pytestmark = pytest.mark.styles


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    with two_hosts(tmp_path_factory.mktemp("hosts"), units=10) as sites:
        yield sites


@pytest.fixture(scope="module")
def fronts(sites):
    with behind_fronts(sites) as fronts:
        yield fronts


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")
def test_a_change_is_in_every_exit_at_the_next_request(sites, fronts):
    changes = ["publish_a_new_unit", "rename", "change_a_site_setting"]
    report = every_exit.watch(sites, fronts[0], changes, is_small=True)
    assert report.lost == []


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")
def test_a_text_under_embargo_is_in_no_exit_before_its_instant(sites, fronts):
    report = embargo.watch(sites, fronts, seconds_ahead=6)
    assert report.lost == []


def test_no_page_that_may_be_kept_is_forgotten(db):
    load_sample(at=timezone.now())
    watched = exits.find(timezone.now())
    assert exits.find_unwatched(watched) == []
    left = [address for address in watched if "p=1" not in address and "robots" not in address]
    assert exits.find_unwatched(left) == [
        "no address of “robots”",
        "no address of “sitemap” with “p”",
    ]


def test_no_two_of_the_many_addresses_are_alike():
    some = [str(one) for one in itertools.islice(many_urls.strange(), 5_000)]
    assert len(set(some)) == len(some)


def test_every_drill_can_be_run():
    for name in runner.names():
        assert callable(importlib.import_module(f"bin.drills.{name}").drill)
