"""Making working records and editions from the tables of an agency's file."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower

from directorates.actions import locks
from directorates.actions.importing.importing_beginnings import Beginnings
from directorates.actions.importing.importing_errors import LoadErrors
from directorates.actions.importing.importing_upkeep import read_upkeep, write_upkeep
from directorates.actions.publishing.editions import (
    Snapshot,
    edition_of,
    insert_editions,
    insert_first_editions,
    insert_relations,
    newest_edition,
    refresh_unpublished_mark,
    write_columns,
)
from directorates.exchange.agency_fields import content_fields
from directorates.exchange.agency_file import FileEntry, RecordEntry
from directorates.models import Responsibility, Unit, UnitContent
from directorates.models.records.governed import find_governed
from directorates.models.records.unit_content import RichTextField
from directorates.rules import date_rules, local_time
from directorates.rules.content import lines, markup, text


@dataclass(frozen=True)
class NewEdition:
    table: FileEntry
    snapshot: Snapshot
    effective_from: datetime

    @property
    def columns(self):
        """Return the edition's columns other than its content."""
        given = self.table.values
        return {
            "effective_from": self.effective_from,
            "change_note": given.get("change_note", ""),
            "beginning_is_known": Beginnings.is_known(self.table),
        }


class RecordLoader:
    """Loads the units or the figures of a file; collects all errors and does not stop at the first.

    `advance` counts each record three times: when it is made, checked and published.
    """

    def __init__(self, model, errors: LoadErrors, by, at, named, advance):
        self.model = model
        #: {model: folded names in the file}. Their errors are reported at their own lines.
        self.named = named
        self.errors = errors
        self.by = by
        self.at = at
        self.advance = advance
        self.published: list[NewEdition] = []
        self.unchanged = 0
        # The ids of all names in the database, looked up once for each model.
        self.ids_by_name = cache(_read_ids_by_name)

    def load(self, entries: list[RecordEntry]):
        self._read_days(entries)
        self.beginnings = Beginnings(entries, self.at)
        names = {}
        for entry in entries:
            names.setdefault(lines.fold(entry.identifier), entry)
        named = self.model.objects.annotate(folded=Lower("identifier")).filter(folded__in=names)
        known = set(named.values_list("folded", flat=True))
        self._make_records([entry for name, entry in names.items() if name not in known])
        self.advance(len(entries))
        records = {record.folded: record for record in locks.rows(named)}
        first, later, planned = [], [], []
        for name, entry in names.items():
            self.advance()
            record = records.get(name)
            if record is None:
                continue
            planned.append((record, read_upkeep(entry, self.errors)))
            if name in known:
                later += self._missing_editions(record, entry)
            else:
                new = self._all_editions(record, entry)
                first, later = first + new[:1], later + new[1:]
        if self.errors.problems:
            self._check_constraints(first + later)
        else:
            self._publish_or_explain(first, later)
            write_upkeep(self.model, planned)
        self.advance(len(names))

    def _make_records(self, entries):
        """Insert bare records first, because a unit's parent may come after it in the file."""
        rows = [row for entry in entries if (row := self._bare_record(entry)) is not None]
        self.model.objects.bulk_create(rows, batch_size=500)
        self.ids_by_name.cache_clear()

    def _bare_record(self, entry):
        try:
            self.model._meta.get_field("identifier").clean(entry.identifier, None)
        except ValidationError as error:
            self.errors.add(entry.problem("identifier", " ".join(error.messages)))
            return None
        fields = {
            "identifier": entry.identifier,
            "version": 1,
            "saved_at": self.at,
            "saved_by": self.by,
        }
        if self.model is Unit:
            # An agency is the only kind of unit without a parent.
            fields |= {
                "kind": UnitContent.Kind.AGENCY,
                "name": entry.identifier,
                "slug": entry.identifier,
            }
        else:
            unit_id = self._unit_of_figure(entry)
            if unit_id is None:
                return None
            fields |= {"unit_id": unit_id, "value": 0}
        return self.model(**fields)

    def _unit_of_figure(self, entry):
        if not entry.editions:
            return None
        edition = entry.editions[0]
        if "unit" in edition.values:
            return self._related_id(self.model._meta.get_field("unit"), edition, "unit")
        if "unit" not in edition.faulty:
            self.errors.add(edition.problem("unit", "is missing"))
        return None

    def _read_days(self, entries):
        """Replace each edition's day with its instant; add an error for a day that cannot be planned."""
        for table in (table for entry in entries for table in entry.editions):
            given = table.values.get("effective_from")
            if given is None:
                continue
            is_day = not isinstance(given, datetime)
            now = local_time.day_of(self.at) if is_day else self.at
            if problem := date_rules.find_plan_problem(given, now=now):
                self._refuse_date(table, problem)
                table.faulty.add("effective_from")
                del table.values["effective_from"]
            elif is_day:
                table.values["effective_from"] = local_time.begin_of(given)

    def _all_editions(self, record, entry):
        """Return all of a new record's editions; each must begin later than the edition before it."""
        editions, before = [], None
        for table in entry.editions:
            begins = self.beginnings.of(table, entry)
            if "effective_from" not in table.faulty:
                if before is not None and begins <= self.beginnings.of(before, entry):
                    self._refuse_date(table, self.beginnings.explain_order(before))
                before = table
            content = self._content_of(record, table)
            if content:
                editions.append(NewEdition(table, Snapshot(record, *content), begins))
        return editions

    def _missing_editions(self, record, entry):
        """Return a known record's editions that its timeline does not have yet."""
        existing = {edition.effective_from: edition for edition in record.editions.not_withdrawn()}
        newest = newest_edition(record)
        last = max(existing, default=None)
        missing = []
        for new in self._all_editions(record, entry):
            table = new.table
            is_dated = self.beginnings.is_dated(table, entry)
            find_existing = self.beginnings.find_existing
            known = find_existing(table, entry, existing) if is_dated else newest
            if known is not None and new.snapshot.has_content_of(known):
                self.unchanged += 1
            elif known is not None and is_dated:
                self._refuse_date(
                    table,
                    "an edition with other content takes effect at this instant already;"
                    " editions are never changed, so give a later one",
                )
            elif last is not None and new.effective_from <= last:
                self._refuse_date(
                    table,
                    f"must be later than {local_time.iso(last)}, when the record's last edition takes effect",
                )
            else:
                missing.append(new)
        return missing

    def _refuse_date(self, table, reason):
        self.errors.add(table.problem("effective_from", reason))

    def _content_of(self, record, table):
        """Return the cleaned (values, relation ids) of an edition's table with defaults, or None if the table
        has an error."""
        before = len(self.errors.problems)
        values, relation_ids = self._resolve(table)
        is_whole = None not in chain(values.values(), *relation_ids.values())
        edition = find_governed(self.model).edition_model(
            **values, change_note=table.values.get("change_note", "")
        )
        setattr(edition, f"{edition.record_field}_id", record.pk)
        exclude = edition.fields_besides_content("change_note")
        is_sound = self.errors.clean(edition, table, exclude)
        if not (is_sound and is_whole and len(self.errors.problems) == before):
            return None
        return edition.content_values(), relation_ids

    def _resolve(self, table):
        """Return (column values, relation ids) of an edition's table, names looked up."""
        values, relation_ids = {}, {}
        for name, field in content_fields(self.model).items():
            if isinstance(field, models.ManyToManyField):
                ids = [
                    self._related_id(field, table, name, item)
                    for item in table.values.get(name, [])
                ]
                relation_ids[name] = sorted(set(ids), key=lambda pk: pk or 0)
            elif name not in table.values:
                continue
            elif isinstance(field, models.ForeignKey):
                values[field.attname] = self._related_id(field, table, name)
            else:
                values[name] = table.values[name]
                if isinstance(field, RichTextField):
                    values[name] = markup.from_plain(values[name])
                    for problem in text.find_rich_text_problems(values[name]):
                        self.errors.add(table.problem(name, problem))
                        table.faulty.add(name)
        for key, reason in Beginnings.find_missing_days(table):
            self.errors.add(table.problem(key, reason))
        if values.get("is_closed") and not Beginnings.is_known(table):
            # Without a given day, the instant is the load's or the first day on record, not the closing's.
            values.setdefault("closing_day_is_known", False)
        return values, relation_ids

    def _related_id(self, field, table, key, name=None):
        name = table.values[key] if name is None else name
        found = self.ids_by_name(field.related_model).get(lines.fold(name))
        if found is None and lines.fold(name) not in self.named[field.related_model]:
            noun = "responsibility" if field.related_model is Responsibility else "unit"
            reason = f"the {noun} “{name}” is neither in the file nor in the database"
            self.errors.add(table.problem(key, reason))
        return found

    def _publish_or_explain(self, first, later):
        """Publish. The database checks all rows at once. Only if a check fails, look for the wrong row."""
        try:
            with transaction.atomic():
                self._publish(first, later)
        except IntegrityError:
            self._check_constraints(first + later)
            if not self.errors.problems:
                raise

    def _check_constraints(self, editions):
        for new in editions:
            edition = edition_of(new.snapshot, effective_from=new.effective_from)
            self.errors.check_constraints(edition, new.table)

    def _publish(self, first, later):
        snapshots, columns = [new.snapshot for new in first], [new.columns for new in first]
        insert_first_editions(snapshots=snapshots, by=self.by, at=self.at, columns=columns)
        write_columns(snapshots)
        insert_relations([(snapshot.record, snapshot.relation_ids) for snapshot in snapshots])
        for new in later:
            record = new.snapshot.record
            is_in_step = not record.has_unpublished_changes or new.snapshot.has_content_of(record)
            insert_editions(snapshots=[new.snapshot], by=self.by, at=self.at, **new.columns)
            if is_in_step:
                # The new version number prevents an older form from overwriting the record unseen.
                record.version += 1
                record.saved_at, record.saved_by = self.at, self.by
                write_columns([new.snapshot])
                for name, ids in new.snapshot.relation_ids.items():
                    getattr(record, name).set(ids)
                refresh_unpublished_mark(record)
        self.published = first + later


def _read_ids_by_name(model):
    key = "phrase" if model is Responsibility else "identifier"
    return {lines.fold(name): pk for name, pk in model.objects.values_list(key, "pk")}
