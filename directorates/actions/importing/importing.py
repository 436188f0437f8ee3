"""Loading an agency's record from a file: all of it, or nothing and a list of problems."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from directorates.actions import locks, responsibilities, search_index
from directorates.actions import site_settings as site_settings_actions
from directorates.actions.auditing import auditing
from directorates.actions.importing.importing_errors import LoadErrors
from directorates.actions.importing.importing_records import RecordLoader
from directorates.actions.importing.importing_slugs import fill_slugs
from directorates.actions.publishing import publication, referring, structure
from directorates.actions.refusals import PublishingError, require
from directorates.exchange import agency_file
from directorates.exchange.agency_fields import layout
from directorates.exchange.agency_file import AgencyFile, AgencyFileError, FileProblem
from directorates.models import (
    Figure,
    Responsibility,
    SiteLink,
    SiteSettings,
    Unit,
)
from directorates.queries import permissions, referring_texts
from directorates.rules import audit_actions
from directorates.rules.content import lines

#: How many of the records that are not in the file the result names.
MOST_NAMES = 10


@dataclass(frozen=True)
class LoadResult:
    """How many records the file has, and how many editions were published or were there already.

    `*_left_out` are identifiers of records that the database has and the file lacks.
    """

    units: int
    figures: int
    editions: int
    unchanged: int
    units_left_out: tuple[str, ...] = ()
    figures_left_out: tuple[str, ...] = ()

    def __str__(self):
        return (
            f"{self.units} units and {self.figures} figures;"
            f" {self.editions} editions published, {self.unchanged} there already."
            f"{_left_out('unit', self.units_left_out)}{_left_out('figure', self.figures_left_out)}"
        )


def _left_out(noun, identifiers):
    if not identifiers:
        return ""
    count = len(identifiers)
    names = ", ".join(identifiers[:MOST_NAMES]) + (", …" if count > MOST_NAMES else "")
    words = f"1 {noun} is" if count == 1 else f"{count} {noun}s are"
    return f" {words} not in the file: {names}. Nothing was changed there."


@contextmanager
def _uncounted(total, *, unit, description):
    yield lambda number=1: None


def load(*, content: bytes, file_name: str, by, at: datetime, counting=_uncounted) -> LoadResult:
    """Load a file's content. Loading it again changes nothing. Raises AgencyFileError.

    The error lists all problems. Problems of the structure are found only in a file without other problems.
    An edition without `effective_from` takes effect at `at`, unless the record's newest edition has
    the same content. A working record with unpublished changes keeps them. `counting` shows progress, as in
    `management.progress`.
    """
    data = agency_file.scan(content, file_name, layout())
    try:
        records = len(data.units) + len(data.figures)
        # Each record is made, checked and published.
        with counting(3 * records, unit="steps", description=file_name) as advance:
            return _load_whole(data, file_name, by, at, advance)
    except PublishingError as error:
        raise AgencyFileError(file_name, [FileProblem(0, "", str(error))]) from error


@locks.atomic
def _load_whole(data, file_name, by, at, advance):
    require(permissions.may_load(by))
    publication.begin()
    result = _load(data, LoadErrors(file_name, data.problems), by, at, advance)
    auditing.note(
        action=audit_actions.LOAD,
        record=SiteSettings.objects.load(),
        by=by,
        at=at,
        comment=f"{file_name}: {result}",
    )
    return result


def _load(data: AgencyFile, errors, by, at, advance):
    _refuse_duplicates(data, errors)
    _load_site(data, errors, by, at)
    _load_responsibilities(data, errors, by)
    # The file may have set the time zone of the instants in its records.
    with timezone.override(SiteSettings.objects.load().time_zone):
        return _load_records(data, errors, by, at, advance)


def _load_records(data: AgencyFile, errors, by, at, advance):
    named = {
        Unit: {lines.fold(entry.identifier) for entry in data.units},
        Responsibility: {lines.fold(entry.values["phrase"]) for entry in data.responsibilities},
    }
    fill_slugs(data.units)
    loaders = [RecordLoader(model, errors, by, at, named, advance) for model in (Unit, Figure)]
    for loader, entries in zip(loaders, (data.units, data.figures), strict=True):
        loader.load(entries)
    errors.raise_any()
    published = [edition for loader in loaders for edition in loader.published]
    if published:
        since = min(edition.effective_from for edition in published)
        records = list(dict.fromkeys(edition.snapshot.record for edition in published))
        texts = referring_texts.read_concerned(records, since=since)
        _check_structure(data, errors, records, texts, since=since, by_default=at)
        search_index.write_references(texts)
    errors.raise_any()
    return LoadResult(
        units=len(data.units),
        figures=len(data.figures),
        editions=sum(len(loader.published) for loader in loaders),
        unchanged=sum(loader.unchanged for loader in loaders),
        units_left_out=_find_left_out(Unit, data.units),
        figures_left_out=_find_left_out(Figure, data.figures),
    )


def _find_left_out(model, entries):
    named = {lines.fold(entry.identifier) for entry in entries}
    known = model.objects.order_by("pk").values_list("identifier", flat=True)
    return tuple(identifier for identifier in known if lines.fold(identifier) not in named)


def _refuse_duplicates(data, errors):
    for section, entries, key in (
        ("units", data.units, "identifier"),
        ("figures", data.figures, "identifier"),
        ("responsibilities", data.responsibilities, "phrase"),
        ("site.links", data.links, "text"),
    ):
        first = {}
        for entry in entries:
            name = lines.clean_line(entry.values[key])
            if not name:
                continue
            other = first.setdefault(lines.fold(name), entry).values[key]
            if first[lines.fold(name)] is not entry:
                written = "" if other == name else f", written “{other}”"
                errors.add(entry.problem(key, f"“{name}” appears twice in {section}{written}"))


def _load_site(data, errors, by, at):
    if data.site is None:
        return
    settings = SiteSettings.objects.load()
    for name, value in data.site.values.items():
        setattr(settings, name, value)
    is_sound = errors.clean(settings, data.site, exclude={"logo"})
    if is_sound:
        is_sound = errors.check_constraints(settings, data.site)
    links = [
        SiteLink(position=position, **entry.values) for position, entry in enumerate(data.links)
    ]
    for link, entry in zip(links, data.links, strict=True):
        is_sound &= errors.clean(link, entry, exclude={"settings"})
    if is_sound and not errors.problems:
        site_settings_actions.save(settings=settings, links=links, by=by, at=at)


def _load_responsibilities(data, errors, by):
    if data.responsibilities:
        for task in ("add", "change"):
            require(permissions.may(by, task, Responsibility))
    rows = [Responsibility(**entry.values) for entry in data.responsibilities]
    is_sound = True
    for row, entry in zip(rows, data.responsibilities, strict=True):
        is_sound &= errors.clean(row, entry)
    is_sound &= _are_free(rows, data.responsibilities, errors)
    if is_sound and not errors.problems:
        Responsibility.objects.fill_slugs(rows)
        Responsibility.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["phrase"],
            update_fields=["synonyms", "description", "phrase_folded"],
            batch_size=500,
        )
        # Read again: an upsert does not tell the keys of rows that were there.
        phrases = {row.phrase for row in rows}
        loaded = [one for one in Responsibility.objects.all() if one.phrase in phrases]
        search_index.write_responsibilities(loaded)


def _are_free(rows, entries, errors):
    """Give each row its phrase and slug as the database has them. Add an error for each change of a responsibility in
    review, and return whether there was none."""
    known = {lines.fold(known.phrase): known for known in Responsibility.objects.all()}
    taken = {before.slug for before in known.values()}
    is_free = True
    for row, entry in zip(rows, entries, strict=True):
        before = known.get(lines.fold(row.phrase))
        if before is None:
            # A slug that another responsibility has is replaced by a free one.
            row.slug = "" if row.slug in taken else row.slug
            taken.add(row.slug)
            continue
        row.phrase = before.phrase
        row.slug = before.slug
        changed = [n for n in ("synonyms", "description") if getattr(before, n) != getattr(row, n)]
        if not changed:
            continue
        try:
            responsibilities.refuse_in_review(before)
        except responsibilities.ResponsibilityInReviewError as error:
            errors.add(entry.problem(changed[0], str(error)))
            is_free = False
    return is_free


def _check_structure(data, errors, records, texts, *, since, by_default):
    violations = structure.find_violations(since=since)
    violations += referring.find_violations(records, since=since, texts=texts)
    entries = {lines.fold(entry.identifier): entry for entry in data.units}
    identifiers = dict(Unit.objects.values_list("pk", "identifier"))
    for violation in violations:
        entry = entries.get(lines.fold(identifiers[violation.unit_id]))
        if entry is None:
            place = f"the unit “{identifiers[violation.unit_id]}”, which is not in the file"
            errors.add(FileProblem(0, place, violation.with_day))
        else:
            edition = _edition_at(entry, violation.at, by_default)
            errors.add(edition.problem(violation.field, violation.with_day))


def _edition_at(entry, instant, by_default):
    """Return the edition of a file's unit that is in force at an instant, or else its first one."""
    started = [
        edition
        for edition in entry.editions
        if edition.values.get("effective_from", by_default) <= instant
    ]
    return started[-1] if started else entry.editions[0]
