"""Pages of past days and comparisons take a small share of the page cache, and no room in nginx."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agency_site.serving.page_cache import wrapper
from directorates.models import Unit
from directorates.rules import local_time
from tests.factories import changed, published
from tests.sample import LATELY, load_sample
from tests.serving.page_cache.conftest import Worker

MOST_BYTES = 8_000_000
NGINX = {"HTTP_X_ACCEL_TIME": "1000.250"}
UNIT = "/directorates/homeland-security-investigations/"


@pytest.fixture
def worker(db):
    load_sample(at=LATELY - timedelta(days=900))
    unit = changed(Unit.objects.get(identifier="hsi"), summary="Another sentence about its work.")
    published(unit, at=timezone.now() - timedelta(days=3))
    return Worker(most_bytes=MOST_BYTES)


def days(number):
    today = local_time.day_of(timezone.now(), "UTC")
    return [(today - timedelta(days=back)).isoformat() for back in range(2, number + 2)]


def test_a_page_of_a_past_day_is_kept(worker):
    [day] = days(1)
    first, second = (worker.get(UNIT, f"on={day}") for _ in range(2))
    assert first.status == second.status == 200
    assert first.body == second.body
    assert worker.made == [UNIT]


def test_any_number_of_days_leaves_todays_pages_in_the_memory(worker):
    present = ["/", "/about/", "/offices/", UNIT]
    for path in present:
        worker.get(path)
    for day in days(60):
        assert worker.get("/", f"on={day}").status == 200
    worker.made.clear()
    for path in present:
        worker.get(path)
    assert worker.made == []
    assert worker.cache.memory_of_many.evictions > 0
    assert worker.cache.memory_of_many.bytes <= MOST_BYTES * wrapper.SHARE_OF_MANY
    assert worker.cache.memory.bytes + worker.cache.memory_of_many.bytes <= MOST_BYTES


def test_a_comparison_is_one_of_many_too(worker):
    answer = worker.get("/compare/", "of=homeland-security-investigations&from=1&to=2")
    assert answer.status == 200
    assert len(worker.cache.memory) == 0
    assert len(worker.cache.memory_of_many) == 1


def test_nginx_keeps_todays_page_and_no_past_day(worker):
    [day] = days(1)
    for _ in range(2):
        assert "X-Accel-Expires" in worker.get(UNIT, **NGINX).headers
        assert "X-Accel-Expires" not in worker.get(UNIT, f"on={day}", **NGINX).headers


def test_a_day_that_cannot_be_shown_is_not_kept(worker):
    tomorrow = local_time.day_of(timezone.now() + timedelta(days=2), "UTC").isoformat()
    for query in (f"on={tomorrow}", "on=", "on=1066-10-14"):
        assert worker.get("/", query).status == 404
    assert len(worker.cache.memory) == len(worker.cache.memory_of_many) == 0


def test_a_publication_makes_a_past_page_again(worker):
    [day] = days(1)
    worker.get(UNIT, f"on={day}")
    unit = changed(Unit.objects.get(identifier="hsi"), name="Investigations")
    published(unit, at=timezone.now())
    worker.look_again()
    assert "Today it is called Investigations" in worker.get(UNIT, f"on={day}").text
