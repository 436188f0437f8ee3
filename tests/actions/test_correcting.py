"""Corrections of what is public while something is drafted and scheduled."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directorates.actions.publishing import correction_plan, publishing
from directorates.actions.publishing.editions import ChangedMeanwhileError, NothingToPublishError
from directorates.actions.refusals import NotAllowedError, PublishingError
from directorates.actions.reviewing import corrections, dry_run, reviewing
from directorates.models import ChangeSet, Unit
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

NOW = NOON + 3 * DAY
#: The instants of the scheduled editions.
SCHEDULE = [NOON + days * DAY for days in (10, 20, 30)]


@pytest.fixture
def office(db):
    published_agency()
    return published(make_unit(name="Office of Examples", phone="202-555-0100"))


def public(office, at):
    return office.editions.in_force(at).get()


def correct(office, *, by=None, at=NOW, choices=None, **fields):
    number = public(office, at).number
    office = Unit.objects.get(pk=office.pk)
    return corrections.publish(
        record=office, fields=fields, choices=choices, number=number, by=by, at=at
    )


def scheduled(office, *, at, **content):
    return published(changed(office, **content), at=NOON + DAY, effective_from=at)


def test_a_correction_is_public_now_and_the_scheduled_text_is_not(office):
    scheduled(office, at=SCHEDULE[0], summary="What is planned.")

    correct(office, phone="202-555-0199")

    now = public(office, NOW)
    assert (now.phone, now.summary) == ("202-555-0199", public(office, NOON).summary)
    later = public(office, SCHEDULE[0])
    assert (later.phone, later.summary) == ("202-555-0199", "What is planned.")


def test_a_draft_takes_the_correction_and_stays_a_draft(office):
    changed(office, summary="Half written.")

    correct(office, phone="202-555-0199")

    office.refresh_from_db()
    assert (office.phone, office.summary) == ("202-555-0199", "Half written.")
    assert office.has_unpublished_changes
    assert public(office, NOW + 100 * DAY).summary != "Half written."


@pytest.mark.parametrize("first", [0, 1])
def test_a_draft_without_changes_has_none_afterwards(office, first):
    """Whether the last approval was the scheduled version or the one in force."""
    if first:
        scheduled(office, at=SCHEDULE[0], summary="What is planned.")
        published(changed(office, summary="Another."), at=NOON + 2 * DAY)
    else:
        scheduled(office, at=SCHEDULE[0], summary="What is planned.")
    assert not Unit.objects.get(pk=office.pk).has_unpublished_changes

    correct(office, phone="202-555-0199")

    assert not Unit.objects.get(pk=office.pk).has_unpublished_changes


def test_both_changed_the_same_so_a_person_chooses(office):
    scheduled(office, at=SCHEDULE[0], phone="202-555-0111")
    with pytest.raises(PublishingError, match="Choose what stays"):
        correct(office, phone="202-555-0199")
    assert public(office, NOW).phone == "202-555-0100"
    (question,) = correction_plan.make_plan(office, {"phone": "202-555-0199"}, at=NOW).clashes

    correct(office, choices={question: "theirs"}, phone="202-555-0199")

    assert public(office, NOW).phone == "202-555-0199"
    assert public(office, SCHEDULE[0]).phone == "202-555-0111"
    assert Unit.objects.get(pk=office.pk).phone == "202-555-0111"


def test_a_set_keeps_its_scheduled_version_and_can_still_withdraw_it(office):
    author, other = make_user(), make_user()
    change_set = reviewing.submit_records(
        records=[changed(office, summary="What is planned.")],
        by=author,
        at=NOON,
        effective_from=SCHEDULE[0],
    )
    reviewing.approve(change_set=change_set, by=other, at=NOON)
    correct(office, phone="202-555-0199")
    change_set.refresh_from_db()
    assert change_set.state == ChangeSet.State.APPROVED

    reviewing.withdraw(change_set=change_set, by=other, at=NOW + DAY, comment="Not now.")

    later = public(office, SCHEDULE[0])
    assert (later.phone, later.summary) == ("202-555-0199", public(office, NOON).summary)


class TestWithASecondPerson:
    @pytest.fixture(autouse=True)
    def needs_another(self, settings):
        settings.AUTHORS_MAY_APPROVE = False

    @pytest.fixture
    def submitted(self, office):
        scheduled(office, at=SCHEDULE[0], summary="What is planned.")
        fields = {"phone": "202-555-0199"}
        return corrections.submit(record=office, fields=fields, number=1, by=make_user(), at=NOW)

    def test_nothing_is_public_before_the_approval(self, office, submitted):
        assert public(office, NOW + DAY).phone == "202-555-0100"
        with pytest.raises(NotAllowedError):
            correct(office, by=make_user(), email="a@example.gov")

    def test_the_approval_does_all_of_it(self, office, submitted):
        reviewing.approve(change_set=submitted, by=make_user(), at=NOW + DAY)
        assert public(office, NOW).phone == "202-555-0100"
        assert public(office, NOW + DAY).phone == "202-555-0199"
        assert public(office, SCHEDULE[0]).phone == "202-555-0199"
        assert public(office, SCHEDULE[0]).summary == "What is planned."
        assert Unit.objects.get(pk=office.pk).phone == "202-555-0199"

    def test_its_author_does_not_approve_it(self, submitted):
        with pytest.raises(PublishingError, match="A second person"):
            reviewing.approve(change_set=submitted, by=submitted.author, at=NOW)

    def test_a_preview_shows_it(self, office, submitted):
        with dry_run.with_change_set(submitted, at=NOW).shown():
            assert public(office, NOW).phone == "202-555-0199"
        assert public(office, NOW).phone == "202-555-0100"

    def test_another_publication_meanwhile_stops_it(self, office, submitted):
        published(changed(office, name="Office of Other Examples"), at=NOW)
        with pytest.raises(ChangedMeanwhileError, match="is not public any more"):
            reviewing.approve(change_set=submitted, by=make_user(), at=NOW + DAY)

    def test_a_draft_in_review_takes_it_and_its_reviewer_reads_again(self, office, submitted):
        draft = changed(office, email="new@example.gov")
        other = reviewing.submit_records(records=[draft], by=make_user(), at=NOW)
        reviewing.approve(change_set=submitted, by=make_user(), at=NOW + DAY)
        draft.refresh_from_db()
        assert (draft.phone, draft.email) == ("202-555-0199", "new@example.gov")
        assert other.steps.last().name == "correct"


def test_a_correction_leaves_the_structure_alone(office):
    with pytest.raises(PublishingError, match="cannot change: slug"):
        correct(office, slug="elsewhere")


def test_a_correction_that_changes_nothing_is_refused(office):
    with pytest.raises(NothingToPublishError):
        correct(office, phone="202-555-0100")


# Over random drafts, schedules and corrections. What a version writes has a word that no other version has.

FIELDS = ("phone", "summary", "email")
changes = st.fixed_dictionaries(
    {},
    optional={name: st.booleans() for name in FIELDS}
    | {
        "add": st.booleans(),
        "rewrite": st.sets(st.integers(0, 2)),
        "remove": st.sets(st.integers(0, 2), max_size=2),
    },
)


def content_of(label, change):
    """Return the content that a person makes of the first edition, each new word with a label."""
    paragraphs = []
    for place in range(3):
        if place in change.get("remove", ()):
            continue
        extra = f" {label}{place}" if place in change.get("rewrite", ()) else ""
        paragraphs.append(f"<p>{WORDS[place]}{extra}</p>")
    if change.get("add"):
        paragraphs.append(f"<p>{label}new {ADDED}</p>")
    content = {"body": "".join(paragraphs)}
    number = ["base", "one", "two", "three", "four", "correction", "again"].index(label) + 1
    values = {
        "phone": f"202-555-010{number}",
        "summary": f"{label}summary",
        "email": f"{label}@example.gov",
    }
    for name, value in values.items():
        if change.get(name):
            content[name] = value
    return content


WORDS = (
    "The first paragraph tells what the office does for people.",
    "Another one names the days on which a letter is answered.",
    "Whoever comes by train finds it behind the old station.",
)
ADDED = "stands at the end of all of it."

#: Words that say nothing about who wrote a paragraph: more than one can have them, as each version can add one.
SHARED = {
    word
    for word, times in Counter(
        word for text in (*WORDS, ADDED, ADDED) for word in set(text.split())
    ).items()
    if times > 1
}


#: When corrections are made: before every schedule, and after the first.
CORRECTED_AT = [("correction", NOW), ("again", NOON + 15 * DAY)]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    plans=st.lists(changes, max_size=3),
    draft=st.none() | changes,
    made=st.lists(st.tuples(changes, st.sampled_from(["theirs", "mine"])), min_size=1, max_size=2),
    withdrawn=st.none() | st.integers(0, 2),
)
def test_nothing_leaks_and_no_correction_is_undone(db, plans, draft, made, withdrawn):
    with transaction.atomic():
        office, approved = prepare(plans, draft)
        for (label, at), (change, answer) in zip(CORRECTED_AT, made, strict=False):
            check_correction(office, approved, label, change, answer, at)
        if withdrawn is not None:
            check_withdrawal(office, SCHEDULE[withdrawn], at=CORRECTED_AT[-1][1])
        transaction.set_rollback(True)


def prepare(plans, draft):
    """Return the record and {instant: the content that was approved for it}."""
    published_agency()
    base = content_of("base", {"phone": True, "summary": True, "email": True})
    office = published(make_unit(**base))
    approved = {NOON: base}
    for label, plan, instant in zip(["one", "two", "three"], plans, SCHEDULE, strict=False):
        content = base | content_of(label, plan)
        office = changed(office, **content)
        if office.has_unpublished_changes:
            published(office, at=NOON + DAY, effective_from=instant)
            approved[instant] = content
    if draft is not None:
        changed(office, **base | content_of("four", draft))
    return office, approved


def check_correction(office, approved, label, change, answer, at):
    """Correct what is public at `at`, and look at every instant before and after. Updates `approved`."""
    base = approved[max(instant for instant in approved if instant <= at)]
    was_draft = draft_of(office)
    corrected = base | content_of(label, change)
    fields = {name: value for name, value in corrected.items() if value != base[name]}
    if not fields:
        with pytest.raises(NothingToPublishError):
            correct(office, at=at)
        return
    clashes = correction_plan.make_plan(office, fields, at=at).clashes
    asked = {field for field, _ in clashes.values()}

    correct(office, at=at, choices=dict.fromkeys(clashes, answer), **fields)

    planned = dict(approved)
    approved[at] = corrected
    instants = sorted(approved)
    for instant, until in zip(instants, [*instants[1:], SCHEDULE[-1] + 99 * DAY], strict=True):
        shown = seen(office, instant)
        assert shown == seen(office, until - timedelta(seconds=1))
        if instant > at:
            check_content(shown, base, planned[instant], corrected, asked, answer)
            approved[instant] = shown
        assert shown == approved[instant]
    check_content(draft_of(office), base, was_draft, corrected, asked, answer)


def check_withdrawal(office, instant, *, at):
    """Without a scheduled version, what was public before it stays, with every correction."""
    edition = office.editions.in_force(instant).get()
    if edition.effective_from <= at:
        return
    before = seen(office, edition.effective_from - timedelta(seconds=1))
    publishing.withdraw(editions=[edition], by=None, at=at)
    assert seen(office, instant) == before


def draft_of(office):
    office = Unit.objects.get(pk=office.pk)
    return {name: getattr(office, name) for name in (*FIELDS, "body")}


def check_content(shown, base, planned, corrected, asked, answer):
    """Look at a content that took the correction. `planned` is what was approved for the instant, or drafted."""
    for name in FIELDS:
        wanted = planned[name]
        if corrected[name] != base[name] and (planned[name] == base[name] or answer == "mine"):
            wanted = corrected[name]
        assert shown[name] == wanted
    words, was, my, their = (
        set(content["body"].replace("<p>", " ").replace("</p>", " ").split()) - SHARED
        for content in (shown, base, corrected, planned)
    )
    # Nothing but what was approved, and everything that either side added or removed.
    assert words <= was | my | their
    if "body" not in asked:
        assert words >= (my | their) - was
        assert not words & ((was - my) | (was - their))
    elif answer == "mine":
        assert words >= my - was


def seen(office, at):
    edition = public(office, at)
    return {name: getattr(edition, name) for name in (*FIELDS, "body")}
