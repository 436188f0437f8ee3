"""The consistency check of the records: of the whole site, of some records, and of what a publication contradicts.

It reads what is in force and the drafts, in the same number of queries for any number of records.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.urls import Resolver404, resolve

from directorates.models import (
    Figure,
    FigureContent,
    Responsibility,
    SiteSettings,
    TextWaiver,
    Unit,
    UnitContent,
)
from directorates.queries import references, referring_texts, visibility
from directorates.rules.checking import texts as checking
from directorates.rules.checking.facts import FigureRecord, Records, UnitRecord
from directorates.rules.checking.findings import Finding, TextPlace, hash_of
from directorates.rules.checking.texts import CheckedText
from directorates.rules.content.number_phrases import format_value
from directorates.rules.content.reference_words import Facts

UNIT_TEXTS = ("link_label", *referring_texts.PLAIN_TEXTS, *referring_texts.RICH_TEXTS)
FIGURE_TEXTS = ("counts", "source")
#: Addresses outside that the check asks for on request.
OUTSIDE_FIELDS = ("website", "statutory_authority_url")
_WITHOUT_TEXTS = (
    *("unit_id", "kind", "role", "parent_id", "position", "name", "acronym", "slug"),
    *("head_name", "is_closed"),
)


@dataclass(frozen=True)
class Waived:
    finding: Finding
    waiver: TextWaiver


@dataclass(frozen=True)
class ContentCheck:
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    #: {key of a finding: the stored text that it is in}.
    words: dict = field(default_factory=dict)

    def find(self, key):
        """Return the finding with this key, or None."""
        return next((one for one in self.findings if one.key == key), None)


@dataclass
class _Loaded:
    records: Records
    texts: list[CheckedText]
    slugs: set


def check_site(*, at) -> ContentCheck:
    """Return what is worth mending on the whole site and in its drafts."""
    loaded = _load(at)
    return _without_waived(_find(loaded.texts, loaded), loaded.texts)


def check_records(records, *, at) -> ContentCheck:
    """Return what is worth mending in the drafts of these records, if they were published."""
    loaded = _load(at, planned=records, with_others=False)
    return _without_waived(_find(loaded.texts, loaded), loaded.texts)


def find_contradictions(records, *, at):
    """Return (findings in these records' drafts, findings in other texts that would contradict them)."""
    loaded = _load(at, planned=records)
    own = {_key_of(record) for record in records}
    about = {record.identifier for record in records}
    needles = _needles(about, loaded.records)
    texts = [
        text
        for text in loaded.texts
        if text.place.record in own
        # Counts of units are about the unit of the text.
        or text.place.unit in about
        or any(needle in text.words for needle in needles)
    ]
    found = _without_waived(_find(texts, loaded), texts).findings
    inside = [one for one in found if one.place.record in own]
    others = [
        one
        for one in found
        if one.place.record not in own and one.kind.contradicts and one.about in about
    ]
    return inside, others


def find_outside_addresses(*, at):
    """Return {address outside the site: places that link there}."""
    found = defaultdict(list)
    for text in _load(at, with_addresses=True).texts:
        for address in text.passages.addresses:
            if address.startswith(("http://", "https://")):
                found[address].append(text.place)
    return dict(found)


def _key_of(record):
    return record._meta.concrete_model._meta.label_lower, record.pk


def _find(texts, loaded):
    return checking.find(texts, loaded.records, lambda address: _find_fault(address, loaded.slugs))


def _find_fault(address, slugs):
    """Return what is wrong with an address inside the site, or ''."""
    if not address.startswith("/"):
        return ""
    path = address.partition("#")[0].partition("?")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return "No page of this site has this address."
    if match.app_name == "admin" or "preview" in match.view_name:
        return "This page is for staff only."
    slug = match.kwargs.get("slug") or match.kwargs.get("identifier")
    if slug and slug.lower() not in slugs:
        return "No page of this site has this address, and none had it."
    return ""


def _needles(about, records):
    """Return words of which a text that contradicts these records has at least one."""
    found = set()
    for identifier in about:
        if unit := records.units.get(identifier):
            found |= {*unit.former_names, *unit.former_acronyms, *unit.former_heads}
            found |= {unit.name, unit.acronym} - {""} if unit.is_closed else set()
        if figure := records.figures.get(identifier):
            found |= {format_value(value) for value in figure.former_values}
            found |= {word for word in figure.claim.counts.split() if len(word) > 3}
            found |= {" employees", " people", " staff", " personnel"}
    return found


# Waivers


def _without_waived(found, texts):
    stored = {text.place: text.words for text in texts}
    by_key = {finding.key: finding for finding in found}
    waivers = {}
    for waiver in TextWaiver.objects.select_related("by").order_by("pk"):
        finding = by_key.get(waiver.finding)
        if finding and hash_of(stored[finding.place]) == waiver.text_hash:
            waivers[finding.key] = waiver
    return ContentCheck(
        tuple(one for one in found if one.key not in waivers),
        tuple(Waived(one, waivers[one.key]) for one in found if one.key in waivers),
        {one.key: stored[one.place] for one in found},
    )


# Reading


def _load(at, planned=(), *, with_others=True, with_addresses=False):
    """Read the records and their texts. Without `with_others`, only the planned records have texts."""
    settings = SiteSettings.objects.load()
    planned_units = {one.pk: one for one in planned if isinstance(one, Unit)}
    planned_figures = {one.pk: one for one in planned if isinstance(one, Figure)}
    history = list(_unit_history(at))
    in_force = _units_in_force(at, None if with_others else planned_units)
    drafts, figure_drafts = (_drafts(Unit), _drafts(Figure)) if with_others else ({}, {})
    identifiers = dict(Unit.objects.order_by().values_list("pk", "identifier"))
    contents = in_force | planned_units
    figures = {one.figure_id: one for one in visibility.public_figures(at).select_related("figure")}
    records = Records(
        _unit_records(history, contents, identifiers),
        _figure_records(at, figures, planned_figures, identifiers),
        is_english=settings.language.startswith("en"),
    )
    own = contents if with_others else planned_units
    records.facts = _facts(own, drafts, planned, at)
    agency = next((pk for pk, unit in contents.items() if unit.kind == UnitContent.Kind.AGENCY), 0)
    public = in_force if with_others else _among(in_force, planned_units)
    public_figures = figures if with_others else _among(figures, planned_figures)
    texts = [
        *_unit_texts(
            public,
            drafts | planned_units,
            planned_units,
            identifiers,
            records.facts,
            with_addresses,
        ),
        *_figure_texts(
            public_figures,
            figure_drafts | planned_figures,
            planned_figures,
            identifiers,
            with_addresses,
        ),
        *(_other_texts(settings, identifiers.get(agency, "")) if with_others else ()),
    ]
    slugs = {row["slug"].lower() for row in history} | {unit.slug for unit in contents.values()}
    slugs |= {identifier.lower() for identifier in records.figures}
    return _Loaded(records, texts, slugs)


def _units_in_force(at, with_texts):
    """Return {unit id: edition}. `with_texts` are the ids of units that are read with their texts; None: all."""
    editions = visibility.public_units(at)
    if with_texts is None:
        return {edition.unit_id: edition for edition in editions}
    light = {edition.unit_id: edition for edition in editions.only(*_WITHOUT_TEXTS)}
    return light | {one.unit_id: one for one in editions.filter(unit_id__in=list(with_texts))}


def _drafts(model):
    return {record.pk: record for record in model.objects.filter(has_unpublished_changes=True)}


def _among(rows, wanted):
    return {pk: row for pk, row in rows.items() if pk in wanted}


def _unit_history(at):
    columns = ("unit_id", "name", "acronym", "head_name", "slug")
    rows = visibility.public_unit_history(at).order_by("unit_id", "effective_from")
    return rows.values(*columns)


def _unit_records(history, contents, identifiers):
    past = defaultdict(list)
    for row in history:
        past[row["unit_id"]].append(row)
    found = {}
    for pk, unit in contents.items():
        rows = past[pk]
        identifier = identifiers[pk]
        found[identifier] = UnitRecord(
            identifier=identifier,
            name=unit.name,
            acronym=unit.acronym,
            kind=unit.kind,
            role=unit.role,
            parent=identifiers.get(unit.parent_id, ""),
            head=unit.head_name,
            is_closed=unit.is_closed,
            former_names=_others(rows, "name", unit.name),
            former_acronyms=_others(rows, "acronym", unit.acronym),
            former_heads=_others(rows, "head_name", unit.head_name),
        )
    return found


def _others(rows, column, present):
    return tuple(dict.fromkeys(row[column] for row in rows if row[column] not in ("", present)))


def _figure_records(at, figures, planned, identifiers):
    past = defaultdict(list)
    rows = visibility.public_figure_history(at).order_by("figure_id", "effective_from")
    for pk, value in rows.values_list("figure_id", "value"):
        past[pk].append(value)
    found = {}
    for pk, figure in (figures | planned).items():
        identifier = getattr(figure, "figure", figure).identifier
        claim = references.claim_of(figure)
        found[identifier] = FigureRecord(
            identifier,
            identifiers.get(figure.unit_id, ""),
            claim,
            figure.counts_employees,
            tuple(value for value in dict.fromkeys(past[pk]) if value != claim.value),
        )
    return found


def _facts(contents, drafts, planned, at):
    facts = referring_texts.read_for(contents.values(), drafts.values(), at=at)
    units = {one.identifier: references.unit_fact(one) for one in planned if isinstance(one, Unit)}
    figures = {
        one.identifier: references.figure_fact(one) for one in planned if isinstance(one, Figure)
    }
    return facts | Facts(figures, units)


def _unit_texts(in_force, drafts, planned, identifiers, facts, with_addresses):
    fields = (*UNIT_TEXTS, *(OUTSIDE_FIELDS if with_addresses else ()))
    order = sorted(
        {**drafts, **in_force}.items(), key=lambda one: (one[1].position, one[1].name, one[0])
    )
    for pk, content in order:
        if all(one.is_closed for one in (drafts.get(pk), in_force.get(pk)) if one):
            continue
        place = TextPlace(
            ("directorates.unit", pk), "", "", content.name_with_acronym, identifiers.get(pk, "")
        )
        for name in fields:
            of_field = replace(
                place,
                field=name,
                label=_label(UnitContent, name),
                is_rich=name in referring_texts.RICH_TEXTS,
            )
            for words, is_draft in _versions(pk, name, in_force, drafts, planned):
                own = replace(of_field, is_draft=is_draft)
                yield CheckedText(own, words, facts, is_address=name in OUTSIDE_FIELDS)


def _figure_texts(in_force, drafts, planned, identifiers, with_addresses):
    fields = (*FIGURE_TEXTS, *(("source_url",) if with_addresses else ()))
    for pk, content in sorted({**drafts, **in_force}.items()):
        owner = getattr(content, "figure", content).identifier
        place = TextPlace(
            ("directorates.figure", pk), "", "", owner, identifiers.get(content.unit_id, "")
        )
        for name in fields:
            of_field = replace(place, field=name, label=_label(FigureContent, name))
            for words, is_draft in _versions(pk, name, in_force, drafts, planned):
                own = replace(of_field, is_draft=is_draft)
                yield CheckedText(own, words, Facts(), is_address=name == "source_url")


def _versions(pk, name, in_force, drafts, planned):
    """Yield (words, whether only the draft has them) of a field. Of a planned record, only the draft counts."""
    public = getattr(in_force.get(pk), name, "")
    drafted = getattr(drafts.get(pk), name, "")
    if public and (pk not in planned or public == drafted):
        yield public, False
    if drafted and drafted != public:
        yield drafted, True


def _other_texts(settings, agency):
    for row in Responsibility.objects.all():
        for name, words in (("phrase", row.phrase), ("description", row.description)):
            if words:
                place = TextPlace(
                    ("directorates.responsibility", row.pk), name, name, row.phrase, agency
                )
                yield CheckedText(place, words, Facts())
    if settings._state.adding:
        return
    place = TextPlace(("directorates.sitesettings", 1), "links", "links", "Site settings", agency)
    for link in settings.links.all():
        yield CheckedText(replace(place, label=f"link “{link.text}”"), link.text, Facts())
        if link.url:
            of_link = replace(place, label=f"address of the link “{link.text}”")
            yield CheckedText(of_link, link.url, Facts(), is_address=True)


def _label(model, name):
    return str(model._meta.get_field(name).verbose_name)
