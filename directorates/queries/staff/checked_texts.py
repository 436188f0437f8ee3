"""The records and their texts for the consistency check, in the same number of queries for any number of records."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from directorates.models import (
    Figure,
    FigureContent,
    Responsibility,
    SiteSettings,
    Unit,
    UnitContent,
)
from directorates.queries import references, referring_texts
from directorates.queries.staff import checked_rows
from directorates.rules.checking.facts import FigureRecord, Records, UnitRecord
from directorates.rules.checking.findings import TextPlace
from directorates.rules.checking.open_units import OpenUnits
from directorates.rules.checking.texts import CheckedText
from directorates.rules.content.reference_words import Facts, FigureFact, UnitFact
from directorates.rules.content.references import (
    CountReference,
    find_in_plain_text,
    find_in_rich_text,
)

UNIT_TEXTS = ("link_label", *referring_texts.PLAIN_TEXTS, *referring_texts.RICH_TEXTS)
FIGURE_TEXTS = ("counts", "source")
#: Addresses outside that the check asks for on request.
UNIT_ADDRESSES = ("website", "statutory_authority_url")
FIGURE_ADDRESSES = ("source_url",)

_UNIT, _FIGURE = Unit._meta.label_lower, Figure._meta.label_lower


@dataclass
class Site:
    """The records that the check knows. `units` and `figures` are those in force, by their keys.

    `planned` are working records as if they were published. Without `with_others`, only they have texts.
    """

    settings: SiteSettings
    #: {unit id: permanent name}.
    identifiers: Mapping[int, str]
    units: Mapping[int, checked_rows.UnitRow]
    unit_drafts: Mapping[int, checked_rows.UnitRow]
    planned_units: Mapping[int, Unit]
    figures: Mapping[int, checked_rows.FigureRow]
    figure_drafts: Mapping[int, checked_rows.FigureRow]
    planned_figures: Mapping[int, Figure]
    #: Rows of (unit id, name, acronym, name of the head, slug), and of (figure id, value), the oldest first.
    unit_history: list
    figure_history: list
    with_others: bool

    @cached_property
    def contents(self):
        return {**self.units, **self.planned_units}

    @cached_property
    def records(self):
        return Records(
            self._unit_records(),
            self._figure_records(),
            is_english=self.settings.language.startswith("en"),
        )

    @cached_property
    def slugs(self):
        """Small letters of the last parts of all addresses that units have and had."""
        found = {slug.lower() for *_, slug in self.unit_history}
        return found | {unit.slug.lower() for unit in self.contents.values()}

    @cached_property
    def figure_identifiers(self):
        """Small letters of the identifiers of figures, as in their addresses."""
        return {identifier.lower() for identifier in self.records.figures}

    def units_above(self, record):
        """Return the permanent names of the units above a unit, in force and planned. A figure has none."""
        if not isinstance(record, Unit):
            return set()
        places = (self.units.get(record.pk), self.planned_units.get(record.pk))
        parents = {self.identifiers.get(place.parent_id, "") for place in places if place}
        return {one for parent in parents for one in self.records.chain(parent)}

    def texts(self, is_wanted=lambda record, unit, words: True, *, with_addresses=False):
        """Yield the CheckedTexts. `is_wanted` takes the key of their record, the unit's permanent name, and the words."""
        addresses = {*UNIT_ADDRESSES, *FIGURE_ADDRESSES} if with_addresses else set()
        found = [*self._unit_texts(is_wanted, addresses), *self._figure_texts(is_wanted, addresses)]
        if self.with_others:
            found += self._other_texts(is_wanted)
        facts = self._facts_for(found)
        for place, words, is_address in found:
            own = facts if place.record[0] == _UNIT else Facts()
            yield CheckedText(place, words, own, is_address=is_address)

    # Records

    def _unit_records(self):
        former = self._former_words()
        found = {}
        for pk, unit in self.contents.items():
            identifier = self.identifiers[pk]
            names, acronyms, heads = former.get(pk, ((), (), ()))
            found[identifier] = UnitRecord(
                identifier=identifier,
                name=unit.name,
                acronym=unit.acronym,
                kind=unit.kind,
                role=unit.role,
                parent=self.identifiers.get(unit.parent_id, ""),
                head=unit.head_name,
                is_closed=unit.is_closed,
                former_names=tuple(names),
                former_acronyms=tuple(acronyms),
                former_heads=tuple(heads),
            )
        return found

    def _former_words(self):
        """Return {unit id: (names, acronyms, heads) that it had}, each as the keys of a dict, the oldest first."""
        former = defaultdict(lambda: ({}, {}, {}))
        for pk, name, acronym, head, _ in self.unit_history:
            unit = self.contents.get(pk)
            if unit is None:
                continue
            if name and name != unit.name:
                former[pk][0][name] = True
            if acronym and acronym != unit.acronym:
                former[pk][1][acronym] = True
            if head and head != unit.head_name:
                former[pk][2][head] = True
        return former

    def _figure_records(self):
        past = defaultdict(dict)
        for pk, value in self.figure_history:
            past[pk][value] = True
        found = {}
        for pk, figure in (self.figures | self.planned_figures).items():
            claim = references.claim_of(figure)
            found[figure.identifier] = FigureRecord(
                figure.identifier,
                self.identifiers.get(figure.unit_id, ""),
                claim,
                figure.counts_employees,
                tuple(value for value in past[pk] if value != claim.value),
            )
        return found

    def _facts_for(self, texts):
        """Return the facts for the references in these texts, as if the planned records were published."""
        units = {
            self.identifiers[pk]: UnitFact(unit.name, unit.acronym, is_closed=unit.is_closed)
            for pk, unit in self.contents.items()
        }
        figures = {
            figure.identifier: FigureFact(references.claim_of(figure))
            for figure in (self.figures | self.planned_figures).values()
        }
        return Facts(figures, units, self._counts_in(texts))

    def _counts_in(self, texts):
        """Return {count reference: number} of these texts. The numbers are those in force, as on the pages."""
        found = set()
        for place, words, _ in texts:
            if "count" in words:
                find = find_in_rich_text if place.is_rich else find_in_plain_text
                found |= {one for one in find(words) if isinstance(one, CountReference)}
        if not found:
            return {}
        keys = {identifier: pk for pk, identifier in self.identifiers.items()}
        units = OpenUnits(self.units.values())
        numbers = {one: units.count(one, keys.get(one.identifier)) for one in found}
        return {one: number for one, number in numbers.items() if number is not None}

    # Texts: each is (TextPlace, words, whether it is an address)

    def _unit_texts(self, is_wanted, addresses):
        public = self.units if self.with_others else _among(self.units, self.planned_units)
        drafts = self.unit_drafts | self.planned_units
        names = (*UNIT_TEXTS, *(name for name in UNIT_ADDRESSES if name in addresses))
        labels = {name: _label(UnitContent, name) for name in names}
        order = sorted(
            {**drafts, **public}.items(), key=lambda one: (one[1].position, one[1].name, one[0])
        )
        for pk, content in order:
            if all(one.is_closed for one in (drafts.get(pk), public.get(pk)) if one):
                continue
            record = (_UNIT, pk)
            unit = self.identifiers.get(pk, "")
            for name in names:
                for words, is_draft in _versions(pk, name, public, drafts, self.planned_units):
                    if not is_wanted(record, unit, words):
                        continue
                    place = TextPlace(
                        record, name, labels[name], content.name_with_acronym, unit,
                        is_rich=name in referring_texts.RICH_TEXTS, is_draft=is_draft,
                    )  # fmt: skip
                    yield place, words, name in addresses

    def _figure_texts(self, is_wanted, addresses):
        public = self.figures if self.with_others else _among(self.figures, self.planned_figures)
        drafts = self.figure_drafts | self.planned_figures
        names = (*FIGURE_TEXTS, *(name for name in FIGURE_ADDRESSES if name in addresses))
        labels = {name: _label(FigureContent, name) for name in names}
        for pk, content in sorted({**drafts, **public}.items()):
            record = (_FIGURE, pk)
            unit = self.identifiers.get(content.unit_id, "")
            for name in names:
                for words, is_draft in _versions(pk, name, public, drafts, self.planned_figures):
                    if not is_wanted(record, unit, words):
                        continue
                    place = TextPlace(
                        record, name, labels[name], content.identifier, unit, is_draft=is_draft
                    )
                    yield place, words, name in addresses

    def _other_texts(self, is_wanted):
        agencies = (
            pk for pk, unit in self.contents.items() if unit.kind == UnitContent.Kind.AGENCY
        )
        agency = self.identifiers.get(next(agencies, 0), "")
        rows = Responsibility.objects.values_list("pk", "phrase", "description")
        for pk, phrase, description in rows:
            record = ("directorates.responsibility", pk)
            for name, words in (("phrase", phrase), ("description", description)):
                if words and is_wanted(record, agency, words):
                    yield TextPlace(record, name, name, phrase, agency), words, False
        if self.settings._state.adding:
            return
        record = ("directorates.sitesettings", 1)
        for link in self.settings.links.all():
            label = f"link “{link.text}”"
            both = ((link.text, label, False), (link.url, f"address of the {label}", True))
            for words, where, is_address in both:
                if words and is_wanted(record, agency, words):
                    place = TextPlace(record, "links", where, "Site settings", agency)
                    yield place, words, is_address


def read(planned=(), *, at, with_others=True) -> Site:
    """Read the records in force at `at` and the drafts. Without `with_others`, only `planned` records have texts."""
    planned_units = {one.pk: one for one in planned if isinstance(one, Unit)}
    return Site(
        settings=SiteSettings.objects.load(),
        identifiers=dict(Unit.objects.order_by().values_list("pk", "identifier")),
        units=checked_rows.units_in_force(at, None if with_others else planned_units),
        unit_drafts=checked_rows.unit_drafts() if with_others else {},
        planned_units=planned_units,
        figures=checked_rows.figures_in_force(at),
        figure_drafts=checked_rows.figure_drafts() if with_others else {},
        planned_figures={one.pk: one for one in planned if isinstance(one, Figure)},
        unit_history=checked_rows.unit_history(at),
        figure_history=checked_rows.figure_history(at),
        with_others=with_others,
    )


def _among(rows, wanted):
    return {pk: row for pk, row in rows.items() if pk in wanted}


def _versions(pk, name, in_force, drafts, planned):
    """Yield (words, whether only the draft has them) of a field. Of a planned record, only the draft counts."""
    public = getattr(in_force.get(pk), name, "")
    drafted = getattr(drafts.get(pk), name, "")
    if public and (pk not in planned or public == drafted):
        yield public, False
    if drafted and drafted != public:
        yield drafted, True


def _label(model, name):
    return str(model._meta.get_field(name).verbose_name)
