"""The numbers of a worker's page cache."""

from django.db import OperationalError

from agency_site.serving import metrics
from directorates.models import Generation
from directorates.models.database import generation_stamp


def numbers(worker):
    return {
        name.removeprefix("agency_site_"): value for name, value in worker.cache.numbers().items()
    }


def test_every_number_has_a_family_that_says_what_it_means(worker):
    worker.get("/")
    assert set(worker.cache.numbers()) <= {*metrics.COUNTERS, *metrics.GAUGES}


def test_hits_and_misses_are_told_apart(worker):
    for _ in range(4):
        worker.get("/about/")
    found = numbers(worker)
    assert (found["page_cache_misses_total"], found["page_cache_hits_total"]) == (1, 3)
    assert (found["page_cache_entries"], found["page_cache_evictions_total"]) == (1, 0)
    assert found["page_cache_bytes"] == worker.cache.memory.bytes > 0
    assert found["generation"] == Generation.objects.current()


def test_probes_and_what_is_never_kept_are_neither(worker):
    worker.get("/healthz")
    worker.get("/", HTTP_COOKIE="sessionid=x")
    found = numbers(worker)
    assert (found["page_cache_misses_total"], found["page_cache_hits_total"]) == (0, 0)


def test_a_probe_asks_nothing_of_the_state(worker, monkeypatch):
    monkeypatch.setattr(worker.cache.freshness, "current", lambda: 1 / 0)
    assert worker.get("/healthz").status == 200


def test_stale_answers_and_the_database_that_is_away_are_seen(worker, monkeypatch):
    worker.get("/about/")

    def fail(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(Generation.objects, "current", fail)
    worker.look_again()
    worker.get("/about/")
    worker.cache.freshness.is_database_unavailable = True
    worker.cache.freshness._known = (-1, None)
    worker.get("/about/")
    found = numbers(worker)
    assert found["database_unavailable"] == 1
    assert found["page_cache_stale_total"] == 1


def test_the_age_of_the_last_publication_is_counted_from_the_stamp(worker):
    assert "last_publication_age_seconds" not in numbers(worker)
    generation_stamp.touch()
    assert 0 <= numbers(worker)["last_publication_age_seconds"] < 5


def test_what_is_thrown_out_for_want_of_room_is_counted(worker):
    worker.get("/about/")
    memory = worker.cache.memory
    [entry] = memory._entries.values()
    memory.most_bytes = entry.weight * 10
    for number in range(10):
        memory.put(number, entry)
    assert numbers(worker)["page_cache_evictions_total"] == 1
