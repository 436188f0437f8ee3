"""What a page showed to a reviewer, as plain data in the form: an approval covers exactly that.

A reading is {key: text}. A key is "set...<field>" or "<model>.<primary key>.<side>.<field>", where a side is
"draft", "in-force" or "scheduled". Empty values are left out. A long value is kept as its hash, so that a
reading fits into a form.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from directorates.actions.refusals import PublishingError
from directorates.models import ChangeSet
from directorates.models.records.content import with_content
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.models.records.unit_content import RichTextField
from directorates.rules.content import field_text, text

#: Longer values are hashed. In sets of many records the limit is lower; in huge sets each side is one hash.
LONGEST, LONGEST_OF_MANY = 2_000, 100
MANY, HUGE = 30, 150

_TYPED = ("title", "reason", "public_note", "effective_from")
_HASH = "#"
_A_LONGER_TEXT = "(a longer text)"
#: The message names this many differences.
_MOST_NAMED = 8


@dataclass(frozen=True)
class ReadingDifference:
    """A value that the page showed, and the value that would be published now."""

    label: str
    before: str
    after: str


class ChangedSinceReadError(PublishingError):
    """The publication would not be what the page showed. `differences` has each changed value."""

    def __init__(self, differences):
        names = list(dict.fromkeys(difference.label for difference in differences))
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        super().__init__(
            "Something changed after you opened this page, so nothing was approved or published:"
            f" {'; '.join(names[:_MOST_NAMED])}{more}. Read it again."
        )
        self.differences = differences


def is_key(key):
    """Whether a reading can have this key. A form may send any key."""
    if set_key := re.fullmatch(r"set\.\.\.(\w+)", key):
        return set_key[1] in (*_TYPED, "version")
    found = re.fullmatch(r"(\w+)\.[0-9]{1,18}\.(draft|in-force|scheduled)\.(\w*)", key)
    if not found:
        return False
    model, side, name = found.groups()
    governed = _find_by_name(model)
    return governed is not None and (
        side == "scheduled" or not name or name in _shown_fields(governed.model)
    )


def read_set(change_set, *, at):
    """Return what the page shows of a change set at `at`. The number of queries is fixed."""
    reading = {f"set...{name}": _words_of(change_set, name) for name in _TYPED}
    reading["set...version"] = str(change_set.version)
    return _without_empty(reading) | read_records(change_set.find_subjects(), at=at)


def read_records(records, *, at):
    """Return what the page shows of records: their drafts, and their editions in force and scheduled."""
    reading = {}
    for governed in GOVERNED:
        pks = [record.pk for record in governed.among(records)]
        if not pks:
            continue
        drafts = governed.model._base_manager.filter(pk__in=pks)
        for record in with_content(drafts).order_by("pk"):
            reading |= _side(record, record.pk, "draft", ("version",))
        editions = governed.edition_model.objects.of_records(pks)
        for edition in with_content(editions.in_force(at)).order_by("pk"):
            reading |= _side(edition, edition.record_pk, "in-force", ("number", "effective_until"))
        for edition in editions.scheduled(at).order_by("number"):
            key = f"{governed.name}.{edition.record_pk}.scheduled.{edition.number}"
            reading[key] = edition.effective_from.isoformat()
    return _shortened(reading, len(records))


def require_as_read(reviewed, current):
    """Raise ChangedSinceReadError unless two readings are the same."""
    if reviewed != current:
        raise ChangedSinceReadError(find_differences(reviewed, current))


def find_differences(before, after):
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    names = _names_of(keys)
    return [
        ReadingDifference(
            _label(key, names), _shown(key, before.get(key)), _shown(key, after.get(key))
        )
        for key in keys
    ]


def _find_by_name(name):
    return next((governed for governed in GOVERNED if governed.name == name), None)


def _side(content, pk, side, further):
    fields = [field.name for field in content.content_fields()]
    values = {name: _words_of(content, name) for name in (*fields, *further)}
    for relation in content.content_relations():
        related = sorted(_words_of_linked(row) for row in getattr(content, relation.name).all())
        values[relation.name] = ", ".join(related)
    prefix = f"{find_governed(content).name}.{pk}.{side}"
    return _without_empty({f"{prefix}.{name}": words for name, words in values.items()})


def _words_of(row, name):
    field, value = row._meta.get_field(name), getattr(row, name)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value or "") if field.is_relation else field_text.written(field, value)


def _words_of_linked(row):
    synonyms, description = getattr(row, "synonyms", None), getattr(row, "description", "")
    words = f"{row} ({', '.join(synonyms)})" if synonyms else str(row)
    return f"{words}: {description}" if description else words


def _without_empty(reading):
    return {key: words for key, words in reading.items() if words}


def _shortened(reading, number_of_records):
    if number_of_records > HUGE:
        return _hashed_by_side(reading)
    longest = LONGEST_OF_MANY if number_of_records > MANY else LONGEST
    return {key: words if len(words) <= longest else _hash(words) for key, words in reading.items()}


def _hashed_by_side(reading):
    sides = {}
    for key, words in reading.items():
        model, pk, side, name = key.split(".")
        sides.setdefault(f"{model}.{pk}.{side}.", []).append(f"{name}\0{words}")
    return {key: _hash("\0".join(words)) for key, words in sides.items()}


def _hash(words):
    return _HASH + hashlib.sha256(words.encode()).hexdigest()[:32]


# As text


def _names_of(keys):
    """Return {(model name, primary key): the record's name now}."""
    names = {}
    for governed in GOVERNED:
        pks = [int(key.split(".")[1]) for key in keys if key.startswith(f"{governed.name}.")]
        for record in governed.model._base_manager.filter(pk__in=pks) if pks else ():
            names[governed.name, str(record.pk)] = str(record)
    return names


def _label(key, names):
    model, pk, side, name = key.split(".")
    if model == "set":
        return "Submitted again" if name == "version" else _field_label(ChangeSet, name)
    record = names.get((model, pk), "A record that is gone")
    if side == "scheduled":
        return f"{record}: Scheduled version {name}"
    what = _field_label(_find_by_name(model).edition_model, name) if name else "Content"
    return f"{record}{', in force' if side == 'in-force' else ''}: {what}"


def _field_label(model, name):
    if name in ("version", "number"):
        return {"version": "Saved again", "number": "Published version"}[name]
    return text.capitalized(model._meta.get_field(name).verbose_name)


def _shown(key, words):
    model, _, _, name = key.split(".")
    if words and words.startswith(_HASH):
        return _A_LONGER_TEXT
    governed = _find_by_name(model)
    if words and governed is not None and name in _rich_texts(governed.model):
        return text.plain_text(words)
    return words or ""


@cache
def _shown_fields(model):
    fields = (*model.content_fields(), *model.content_relations())
    return {*(field.name for field in fields), "version", "number", "effective_until"}


@cache
def _rich_texts(model):
    return {field.name for field in model.content_fields() if isinstance(field, RichTextField)}
