"""Records the order of row locks within `recording`."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.signals import post_save

from directorates.actions import locks

_ORDER = locks.order()
_PLACES = {model: place for place, model in enumerate(_ORDER)}
_TABLES = {model._meta.db_table: model for model in _ORDER}
_WRITTEN = re.compile(r'^\s*(?:UPDATE|DELETE FROM)\s+"(\w+)"')
_LOCKING = re.compile(r"\bFOR (NO KEY )?UPDATE\b")


class Recorder:
    """Records locks. `taken` are (place in the order, primary key) in the order of locking; `errors` are sentences."""

    def __init__(self):
        self.taken, self.made, self.errors = [], set(), []
        self._is_locking = False

    def take(self, model, pk):
        lock = (_PLACES[model], pk)
        if lock in self.taken or lock in self.made:
            return
        if self.taken and lock < max(self.taken):
            last = max(self.taken)
            self.errors.append(
                f"{model.__name__} {pk} is locked after {_ORDER[last[0]].__name__} {last[1]}"
            )
        self.taken.append(lock)

    def wrap_rows(self, rows):
        def recorded(queryset, **options):
            self._is_locking = True
            try:
                found = rows(queryset, **options)
            finally:
                self._is_locking = False
            for row in found:
                self.take(queryset.model._meta.concrete_model, row.pk)
            return found

        return recorded

    def wrap_sql(self, execute, sql, params, many, context):
        if _LOCKING.search(sql) and not self._is_locking:
            self.errors.append(f"a lock beside the module: {sql[-120:]}")
        written = _WRITTEN.match(sql)
        model = written and _TABLES.get(written[1])
        # A write locks too: its table must be locked already, or come later in the order.
        if model and self.taken and model not in self._held():
            place = _PLACES[model]
            if place < max(self.taken)[0]:
                self.errors.append(f"{model.__name__} is written without its lock: {sql[:120]}")
        return execute(sql, params, many, context)

    def _held(self):
        return {_ORDER[place] for place, _ in (*self.taken, *self.made)}

    def note_made(self, sender, instance, created, **kwargs):
        if created and sender._meta.concrete_model in _PLACES:
            self.made.add((_PLACES[sender._meta.concrete_model], instance.pk))


@contextmanager
def recording():
    recorder = Recorder()
    post_save.connect(recorder.note_made)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(locks, "rows", recorder.wrap_rows(locks.rows))
            with connection.execute_wrapper(recorder.wrap_sql):
                yield recorder
    finally:
        post_save.disconnect(recorder.note_made)
