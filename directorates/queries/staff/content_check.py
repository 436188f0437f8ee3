"""The consistency check of the records: of the whole site, of some records, and of what a publication contradicts.

It reads what is in force and the drafts, in the same number of queries for any number of records. `find_ids` takes the
address of a page and `at`, and returns the ids of the page's elements, or None. It is asked for each page to which a
link with a fragment leads. Without it, fragments are not checked.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, partial
from urllib.parse import unquote

from django.urls import Resolver404, resolve

from directorates.models import TextWaiver
from directorates.queries.staff import checked_texts
from directorates.rules.checking import texts as checking
from directorates.rules.checking.findings import Finding, Kind, hash_of
from directorates.rules.checking.numbers import PEOPLE
from directorates.rules.content.number_phrases import format_value


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


def check_site(*, at, find_ids=None) -> ContentCheck:
    """Return what is worth mending on the whole site and in its drafts."""
    site = checked_texts.read(at=at)
    return _check(site, site.texts(), find_ids and partial(find_ids, at=at))


def check_records(records, *, at, find_ids=None) -> ContentCheck:
    """Return what is worth mending in the drafts of these records, if they were published."""
    site = checked_texts.read(records, at=at, with_others=False)
    return _check(site, site.texts(), find_ids and partial(find_ids, at=at))


def find_contradictions(records, *, at, find_ids=None):
    """Return (findings in these records' drafts, findings in other texts that would contradict them)."""
    site = checked_texts.read(records, at=at)
    own = {_key_of(record) for record in records}
    about = {record.identifier for record in records}
    above = {one for record in records for one in site.units_above(record)}
    needles = _needles(about, site.records)

    def is_wanted(record, unit, words):
        # Counts of units are about the unit of the text.
        return record in own or unit in about | above or any(needle in words for needle in needles)

    read_ids = find_ids and partial(find_ids, at=at)
    found = _check(site, site.texts(is_wanted), read_ids).findings
    inside = [one for one in found if one.place.record in own]
    others = [
        one
        for one in found
        if one.place.record not in own
        and one.kind.contradicts
        and (one.about in about or (one.kind is Kind.WRONG_COUNT and one.about in above))
    ]
    return inside, others


def find_outside_addresses(*, at):
    """Return {address outside the site: places that link there}."""
    found = defaultdict(list)
    for text in checked_texts.read(at=at).texts(with_addresses=True):
        for address in text.passages.addresses:
            if address.startswith(("http://", "https://")):
                found[address].append(text.place)
    return dict(found)


def _key_of(record):
    return record._meta.concrete_model._meta.label_lower, record.pk


def _check(site, texts, find_ids):
    texts = list(texts)
    find_ids = cache(find_ids or (lambda address: None))
    # Many texts link to the same pages.
    find_fault = cache(lambda address: _find_fault(address, site, find_ids))
    return _without_waived(checking.find(texts, site.records, find_fault), texts)


def _find_fault(address, site, find_ids):
    """Return what is wrong with an address inside the site, or ''."""
    if not address.startswith("/"):
        return ""
    page, _, fragment = address.partition("#")
    path, mark, query = page.partition("?")
    path = _as_led(path)
    try:
        match = resolve(path)
    except Resolver404:
        return "No page of this site has this address."
    if match.app_name == "admin" or "preview" in match.view_name:
        return "This page is for staff only."
    slug, identifier = match.kwargs.get("slug"), match.kwargs.get("identifier")
    if (slug and slug not in site.slugs) or (
        identifier and identifier not in site.figure_identifiers
    ):
        return "No page of this site has this address, and none had it."
    # Browsers find the top of every page.
    if fragment and fragment.lower() != "top":
        ids = find_ids(f"{path}{mark}{query}")
        if ids is not None and unquote(fragment) not in ids:
            return f"The page has no place “#{fragment}”."
    return ""


def _as_led(path):
    """Return the path to which readers are led: in small letters and with its last slash."""
    path = path.lower()
    return path if "." in path or path.endswith("/") else f"{path}/"


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
            found |= {f" {word}" for word in PEOPLE}
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
