"""The pages that one worker holds: bounded by bytes, what was asked for least recently goes first."""

from collections import OrderedDict
from threading import Lock


class Memory:
    """Entries by key. Reading takes no lock; a page whose state has passed stays as the last good one."""

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evictions = 0
        self._entries = OrderedDict()
        self._lock = Lock()

    def get(self, key):
        entry = self._entries.get(key)
        if entry is not None:
            try:
                self._entries.move_to_end(key)
            except KeyError:  # Another thread has just thrown it out.
                return entry
        return entry

    def put(self, key, entry):
        """Keep an entry, if it is not larger than a tenth of the whole."""
        with self._lock:
            self._drop(key)
            if entry.weight > self.most_bytes / 10:
                return
            self._entries[key] = entry
            entry.kept_weight = entry.weight
            self.bytes += entry.kept_weight
            self._make_room()

    def weigh_again(self, key, entry):
        """Count an entry anew whose bodies have changed, if it is still there."""
        with self._lock:
            if self._entries.get(key) is not entry:
                return
            self.bytes += entry.weight - entry.kept_weight
            entry.kept_weight = entry.weight
            self._make_room()

    def _make_room(self):
        while self.bytes > self.most_bytes:
            self._drop(next(iter(self._entries)))
            self.evictions += 1

    def _drop(self, key):
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.kept_weight

    def __len__(self):
        return len(self._entries)
