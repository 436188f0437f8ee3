"""The pages that one worker holds, bounded by bytes. A page that was asked for since the last round stays."""

from collections import OrderedDict
from threading import Lock


class Memory:
    """Entries by key. A page whose state has passed stays as the last good one.

    Only writers change the order, and they hold the lock. A reader takes no lock: it marks the entry that
    it found. When room is short, the oldest entry goes; a marked one loses its mark and becomes the newest.
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
        """Keep an entry, if it is not larger than a tenth of the whole."""
        with self._lock:
            self._drop(key)
            if entry.weight > self.most_bytes / 10:
                return
            # Before it comes in: where all others are marked, the new page would be the first to go.
            self._make_room(entry.weight)
            entry.is_wanted, entry.kept_weight = False, entry.weight
            self._entries[key] = entry
            self.bytes += entry.kept_weight

    def weigh_again(self, key, entry):
        """Count an entry anew whose bodies have changed, if it is still there."""
        with self._lock:
            if self._entries.get(key) is not entry:
                return
            self.bytes += entry.weight - entry.kept_weight
            entry.kept_weight = entry.weight
            self._make_room()

    def _make_room(self, weight=0):
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
            self.bytes -= entry.kept_weight

    def __len__(self):
        return len(self._entries)
