"""The pages that one worker holds, bounded in bytes. The least recently used page goes first."""

from collections import OrderedDict
from threading import Lock


class Memory:
    """Entries by key. A page of an earlier state stays as the last good copy."""

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evictions = 0
        self._entries = OrderedDict()
        self._lock = Lock()

    def get(self, key):
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key, entry):
        """Keep an entry, unless it is larger than a tenth of the memory."""
        with self._lock:
            self._drop(key)
            if entry.weight > self.most_bytes / 10:
                return
            self._entries[key] = entry
            self.bytes += entry.weight
            while self.bytes > self.most_bytes:
                _, dropped = self._entries.popitem(last=False)
                self.bytes -= dropped.weight
                self.evictions += 1

    def drop(self, key):
        with self._lock:
            self._drop(key)

    def _drop(self, key):
        self.bytes -= getattr(self._entries.pop(key, None), "weight", 0)

    def __len__(self):
        return len(self._entries)
