"""A record's versions as a line: the draft, what is scheduled, what is public and the past; any two side by side."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from directorates.actions.publishing.editions import Snapshot
from directorates.admin.wording import (
    content_of,
    exact_moment,
    labeled_differences,
    moment,
    person,
)
from directorates.models.records.content import with_content
from directorates.queries import referring_texts
from directorates.queries.differences import LabeledDifference

DRAFT = "draft"
MOST_VERSIONS = 50


@dataclass(frozen=True)
class Version:
    """A version as a step of the line. `value` names it in the page's address."""

    value: str
    name: str
    #: "draft", "coming", "public", "withdrawn" or "past"
    place: str
    badge: str
    icon: str
    state: str
    change_note: str
    says: str
    #: The pages that show what it changed, its content as the public sees it, and the version alone; or ''.
    walk_url: str = ""
    see_url: str = ""
    page_url: str = ""
    is_from: bool = False
    is_to: bool = False


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side, and where the walk leads from here."""

    before: str
    after: str
    differences: list[LabeledDifference]
    number_of_fields: int
    earlier_url: str = ""
    later_url: str = ""
    #: The edition on the earlier side, or None for the draft.
    old: Any = None
    #: Whether the later side says what the draft says, so that restoring the earlier one replaces it.
    replaces_draft: bool = False
    to_draft_url: str = ""

    @property
    def words(self):
        """What is compared, for example “version 1 to the draft”."""
        sides = (one.lower().replace("draft", "the draft") for one in (self.before, self.after))
        return " to ".join(sides)


def read_line(record, editions, *, chosen, page_url, at):
    """Return (the Versions, the newest first, and the Comparison of the two chosen or None).

    `editions` are the record's, with their times. `chosen` are the values of the earlier and the later side in the
    page's address, each '' if it names none. A fixed number of queries. Raises Http404 for a side that is not there.
    """
    newest = list(editions.order_by("-effective_from", "-number")[:MOST_VERSIONS])
    walk = _values_of(record, newest)
    sides = _sides(chosen, walk, newest)
    has_draft = record.has_unpublished_changes or DRAFT in (sides or ())
    versions = [_draft(record, walk, sides)] if has_draft else []
    versions += [_version(edition, walk, sides, page_url) for edition in newest]
    if sides is None:
        return versions, None
    return versions, _compare(record, walk, sides, _contents(record, editions, sides), at)


def query_of(before, after):
    """Return the address of the page with two versions side by side."""
    return f"?{urlencode({'from': before, 'to': after})}#comparison"


def _values_of(record, newest):
    """Return the versions that one walks through, the earliest first. A withdrawn one was never public."""
    values = [str(edition.number) for edition in reversed(newest) if edition.withdrawn_at is None]
    return [*values, DRAFT] if record.has_unpublished_changes else values


def _sides(chosen, walk, newest):
    before, after = chosen
    known = {DRAFT, *(str(edition.number) for edition in newest)}
    for value in filter(None, chosen):
        if value not in known:
            raise Http404("There is no such version to compare.")
    if before and after:
        return before, after
    after = after or (walk[-1] if walk else "")
    before = before or _neighbor(walk, after, -1)
    return (before, after) if before and after else None


def _neighbor(walk, value, step):
    place = walk.index(value) + step if value in walk else -1
    return walk[place] if 0 <= place < len(walk) else ""


def _draft(record, walk, sides):
    saved = (
        f"Saved by {person(record.saved_by)}, {moment(record.saved_at)}" if record.saved_at else ""
    )
    return Version(
        value=DRAFT,
        name="Draft",
        place="draft",
        badge="draft",
        icon="pen",
        state="Not public" if record.has_unpublished_changes else "As published last",
        change_note="",
        says=saved,
        walk_url=_walk_url(walk, DRAFT),
        **_chosen(DRAFT, sides),
    )


def _version(edition, walk, sides, page_url):
    value = str(edition.number)
    place, badge, icon, state = _state(edition)
    approved = f"Approved by {person(edition.approved_by)}, {moment(edition.approved_at)}"
    if edition.is_self_approved:
        approved += ", self-approved"
    return Version(
        value=value,
        name=f"Version {value}",
        place=place,
        badge=badge,
        icon=icon,
        state=state,
        change_note=edition.change_note,
        says=f"{_span(edition, place)}. {approved}",
        walk_url=_walk_url(walk, value),
        see_url=_see_url(edition, place),
        page_url=page_url(edition.number),
        **_chosen(value, sides),
    )


def _chosen(value, sides):
    before, after = sides or ("", "")
    return {"is_from": value == before, "is_to": value == after}


def _walk_url(walk, value):
    before = _neighbor(walk, value, -1)
    return query_of(before, value) if before else ""


def _state(edition):
    if edition.withdrawn_at is not None:
        return "withdrawn", "closed", "cross", "Withdrawn"
    if edition.is_in_force:
        return "public", "published", "check", "Public now"
    if edition.is_scheduled:
        return "coming", "scheduled", "clock", f"From {moment(edition.effective_from)}"
    if edition.is_withheld:
        return "past", "closed", "hidden", "Withheld from the public"
    return "past", "", "", ""


def _span(edition, place):
    if place == "withdrawn":
        return f"It was to begin on {moment(edition.effective_from)}; withdrawn on {moment(edition.withdrawn_at)}"
    since = (
        exact_moment(edition.effective_from)
        if edition.beginning_is_known
        else "a day that is not known"
    )
    if edition.effective_until is None:
        return f"Since {since}" if place == "public" else f"From {since}"
    until = exact_moment(edition.effective_until)
    if edition.ends_at_unknown_day:
        until = "a day that is not known"
    return f"From {since} until {until}"


def _see_url(edition, place):
    """Return the address at which staff see the site as it is, was or will be with a version."""
    if not hasattr(edition, "get_absolute_url") or place == "withdrawn" or edition.is_withheld:
        return ""
    address = edition.get_absolute_url()
    if place == "public":
        return address
    if not edition.beginning_is_known:
        return ""
    page = address.removeprefix("/")
    name = "directorates:preview-instant-page" if page else "directorates:preview-instant"
    return reverse(name, args=[edition.effective_from, *filter(None, [page])])


def _compare(record, walk, sides, contents, at):
    before, after = (contents[value] for value in sides)
    shown = [before, after]
    back, on = _neighbor(walk, sides[1], -1), _neighbor(walk, sides[1], 1)
    further_back = _neighbor(walk, back, -1) if back else ""
    # Whoever restores a version sees what it replaces.
    replaces_draft = sides[1] == DRAFT or Snapshot.of(record).has_content_of(after)
    return Comparison(
        before=_name(sides[0]),
        after=_name(sides[1]),
        differences=labeled_differences(
            record.content_class,
            *map(content_of, shown),
            facts=referring_texts.read_for(shown, at=at),
        ),
        number_of_fields=len(record.content_fields()) + len(record.content_relations()),
        earlier_url=query_of(further_back, back) if further_back else "",
        later_url=query_of(sides[1], on) if on else "",
        old=before if sides[0] != DRAFT else None,
        replaces_draft=replaces_draft,
        to_draft_url=query_of(sides[0], DRAFT),
    )


def _contents(record, editions, sides):
    """Return {value: content} of the chosen versions, read with their relations."""
    numbers = [int(value) for value in sides if value != DRAFT]
    read = with_content(editions.filter(number__in=numbers))
    return {DRAFT: record} | {str(edition.number): edition for edition in read}


def _name(value):
    return "Draft" if value == DRAFT else f"Version {value}"
