"""The pages that one worker holds, bounded in bytes. Pages requested since the last round stay."""

from collections import OrderedDict
from threading import Lock


class Memory:
    """Entries by key. A page of an earlier state stays as the last good copy.

    Only writers change the order, and they hold the lock. A reader takes no lock and marks the entry that it
    found. Without room, a writer drops the oldest entry. A marked entry loses its mark and becomes the newest
    instead.
    """

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evictions = 0
        self._entries = OrderedDict()
        self._lock = Lock()

    def get(self, key):
        entry = self._entries.get(key)
        if entry is not None:
            entry.is_wanted = True
        return entry

    def put(self, key, entry):
        """Keep an entry, unless it is larger than a tenth of the memory."""
        with self._lock:
            self._drop(key)
            if entry.weight > self.most_bytes / 10:
                return
            # Make room first. If all other pages are marked, the new page would be dropped first.
            self._make_room(entry.weight)
            entry.is_wanted = False
            self._entries[key] = entry
            self.bytes += entry.weight

    def _make_room(self, weight):
        while self.bytes + weight > self.most_bytes and self._entries:
            key = next(iter(self._entries))
            entry = self._entries[key]
            if entry.is_wanted:
                entry.is_wanted = False
                self._entries.move_to_end(key)
            else:
                self._drop(key)
                self.evictions += 1

    def _drop(self, key):
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.weight

    def __len__(self):
        return len(self._entries)
