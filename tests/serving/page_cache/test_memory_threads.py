"""Several threads read the memory of a worker while another one writes."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from agency_site.serving.page_cache.entries import CachedPage
from agency_site.serving.page_cache.memory import Memory

BOUND = 200_000
READERS = 3
PUTS = 30_000


def entry(number):
    return CachedPage("200 OK", [], f"{number:06}".encode() * 20, made_at=0.0, state=None)


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_pages_are_read_and_written_at_the_same_time():
    """A full memory drops a page at each write, while readers ask for the next pages to drop."""
    memory, is_over = Memory(BOUND), threading.Event()
    entries = [entry(number) for number in range(400)]

    def read():
        while not is_over.is_set():
            for number in range(len(entries)):
                found = memory.get(number)
                assert found is None or found is entries[number]

    def write():
        try:
            for turn in range(PUTS):
                number = turn * 7 % len(entries)
                memory.put(number, entries[number])
        finally:
            is_over.set()

    with ThreadPoolExecutor(READERS + 1) as pool:
        running = [pool.submit(write), *(pool.submit(read) for _ in range(READERS))]
        for one in running:
            one.result()
    held = [memory.get(number) for number in range(len(entries))]
    assert 0 < memory.bytes <= BOUND
    assert memory.bytes == sum(one.weight for one in held if one is not None)
    assert len(memory) == sum(one is not None for one in held)


def test_what_was_asked_for_stays_and_what_nobody_asked_for_goes():
    memory = Memory(BOUND)
    for number in range(1000):
        memory.put(number, entry(number))
        memory.get(0)
    assert memory.get(0) is not None
    assert memory.get(1) is None
    assert memory.get(999) is not None


def test_a_new_page_is_not_thrown_out_because_all_others_were_asked_for():
    memory = Memory(BOUND)
    number = 0
    while not memory.evictions:
        memory.put(number, entry(number))
        number += 1
    for one in range(number):
        memory.get(one)
    memory.put(number, entry(number))
    assert memory.get(number) is not None
