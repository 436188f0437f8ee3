import tracemalloc

from agency_site.serving.page_cache.entries import CachedPage
from agency_site.serving.page_cache.memory import Memory

MANY = 100_000
BOUND = 2 * 1024 * 1024
#: All that are held at the end are among these; to trace every one takes long.
LAST = 5_000


def entry(number):
    return CachedPage(
        "200 OK",
        [("Content-Type", "text/html; charset=utf-8"), ("Surrogate-Key", f"page {number}")],
        f"{number:06}".encode() * 100,
        made_at=0.0,
        state=None,
    )


def test_a_hundred_thousand_pages_take_no_more_than_the_bound():
    """Measured, and not only counted: what Python takes for an entry is in its weight."""
    memory = Memory(BOUND)
    try:
        for number in range(MANY):
            if number == MANY - LAST:
                tracemalloc.start()
            memory.put(("https", "www.agency.gov", f"/offices/{number}/", ""), entry(number))
            memory.get(("https", "www.agency.gov", "/offices/0/", ""))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(memory) < LAST
    assert 0 < memory.bytes <= BOUND
    assert taken <= BOUND
    assert memory.evictions == MANY - len(memory)
    # What is asked for again and again stays.
    assert memory.get(("https", "www.agency.gov", "/offices/0/", "")) is not None
