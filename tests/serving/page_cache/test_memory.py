import tracemalloc

from agency_site.serving.page_cache.entries import CachedPage
from agency_site.serving.page_cache.memory import Memory

MANY = 100_000
BOUND = 2 * 1024 * 1024
#: These include all pages that are held at the end. Tracing every page takes long.
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
    """The test measures real memory, which an entry's weight must include."""
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
    # Pages in constant use stay.
    assert memory.get(("https", "www.agency.gov", "/offices/0/", "")) is not None
