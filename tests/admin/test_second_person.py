"""The two attacks on the second person by the pages; and the content that a reviewer sees."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from directorates.actions import responsibilities
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Responsibility, Unit, UnitEdition
from directorates.rules.review_states import TRANSITIONS
from tests.admin.pages import form_data, shown_on, url, words_of
from tests.factories import (
    changed,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


def member_of(role, **fields):
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def writer():
    return member_of("Editor", first_name="Edith", last_name="Editor")


@pytest.fixture
def publisher():
    return member_of("Publisher", first_name="Pat", last_name="Publisher")


@pytest.fixture
def reviewer():
    return member_of("Reviewer", first_name="Rita", last_name="Reviewer")


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def draft(agency, writer):
    return changed(published(make_unit(name="Bond Office")), name="Bail Office", by=writer)


@pytest.fixture
def change_set(draft, writer):
    return reviewing.create(title="A new name", records=[draft], by=writer, at=timezone.now())


def submitted(change_set):
    return reviewing.submit(change_set=change_set, by=change_set.author, at=timezone.now())


def press(client, change_set, name, shown, comment=""):
    data = shown | {"transition": name, "comment": comment}
    return client.post(url("changeset_transition", change_set.pk), data, follow=True)


def test_who_swaps_the_records_of_an_editors_set_is_told_why_they_may_not_approve(
    client, publisher, change_set
):
    own = changed(published(make_unit(name="Mine")), name="My words", by=publisher)
    client.force_login(publisher)
    address = change_set.get_absolute_url()
    client.post(address, form_data(client.get(address), units=[str(own.pk)]))
    press(client, change_set, "submit", shown_on(client.get(address)))
    page = client.get(address)
    words = words_of(page)
    assert ChangeSet.objects.get().state == "in-review"
    assert "A second person must do that. You had a hand in this change set" in words
    assert "took out Bail Office" in words
    assert "Submitted by Pat Publisher" in words
    assert 'value="approve"' not in page.content.decode()
    words = words_of(press(client, change_set, "approve", shown_on(page)))
    assert "A second person must do that" in words
    assert not UnitEdition.objects.filter(name="My words").exists()


def test_a_responsibility_renamed_by_another_editor_is_refused_with_words(
    client, writer, reviewer, change_set, draft
):
    matter = make_responsibility("Bonds")
    drafting.save(
        record=draft, relations={"responsibilities": [matter]}, by=writer, at=timezone.now()
    )
    client.force_login(member_of("Editor"))
    opened = form_data(client.get(url("responsibility_change", matter.pk)), phrase="Bribes")
    submitted(change_set)
    response = client.post(url("responsibility_change", matter.pk), opened)
    assert "in review with the change set “A new name”" in words_of(response)
    assert 'value="Bribes"' in response.content.decode()
    assert Responsibility.objects.get().phrase == "Bonds"
    page = client.get(url("responsibility_change", matter.pk))
    assert not page.context["has_change_permission"]
    assert "Take the set back first" in words_of(page)


def test_an_approval_opened_before_something_changed_shows_what_changed(
    client, reviewer, change_set, draft
):
    draft.responsibilities.add(matter := make_responsibility("Bonds"))
    submitted(change_set)
    client.force_login(reviewer)
    shown = shown_on(client.get(change_set.get_absolute_url()))
    # Past every action, as a person with access to the database can.
    Responsibility.objects.filter(pk=matter.pk).update(phrase="Bribes")
    response = press(client, change_set, "approve", shown)
    words = words_of(response)
    assert "Something changed after you opened this page" in words
    assert "Bail Office: Responsibilities" in words
    assert "What you were shown" in words
    table = response.content.decode().split('id="changed-since-heading"')[1].split("</section>")[0]
    assert "Bonds" in table
    assert "Bribes" in table
    assert ChangeSet.objects.get().state == "in-review"
    # The first approval is refused with a message, the second one succeeds.
    page = client.get(change_set.get_absolute_url())
    assert "What changed after you opened this page" not in words_of(page)
    press(client, change_set, "approve", shown_on(page))
    assert ChangeSet.objects.get().state == "approved"


@pytest.mark.parametrize(
    "reviewed",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"unit.x.draft.name": "a"}',
        '{"unit.1.draft.__class__": "a"}',
        '{"unit.99999999999999999.draft.name": "a"}',
        '{"set...pk": "a"}',
        '{"a": 1}',
        json.dumps({f"unit.1.scheduled.{'x' * 5000}": "y" * 90_000}),
    ],
)
def test_an_approval_that_does_not_say_what_was_shown_is_refused(
    client, reviewer, change_set, reviewed
):
    submitted(change_set)
    client.force_login(reviewer)
    shown = shown_on(client.get(change_set.get_absolute_url())) | {"reviewed": reviewed}
    words = words_of(press(client, change_set, "approve", shown))
    assert "Read it again" in words
    assert ChangeSet.objects.get().state == "in-review"


@pytest.mark.parametrize("name", ["approve", "return"])
def test_a_set_taken_back_and_submitted_again_is_read_again_first(
    client, writer, reviewer, change_set, name
):
    submitted(change_set)
    client.force_login(reviewer)
    shown = shown_on(client.get(change_set.get_absolute_url()))
    reviewing.take_back(change_set=change_set, by=writer, at=timezone.now())
    submitted(change_set)
    words = words_of(press(client, change_set, name, shown, "Why?"))
    assert "after you opened this page" in words
    assert ChangeSet.objects.get().state == "in-review"


def test_the_page_says_who_wrote_and_who_submitted(client, writer, publisher, reviewer, change_set):
    changed(Unit.objects.get(change_set=change_set), summary="New.", by=publisher)
    reviewing.submit(change_set=change_set, by=publisher, at=timezone.now())
    client.force_login(reviewer)
    words = words_of(client.get(change_set.get_absolute_url()))
    assert re.search(
        r"Made by .* Written by Edith Editor \(.*?\), Pat Publisher \(.*?\)\. Submitted by Pat Publisher\.",
        words,
    )
    record = words[words.index("What changes: Bail Office") :]
    assert record.startswith("What changes: Bail Office Renamed Written by Edith Editor (")


def test_a_self_approved_set_says_so_wherever_it_is_named(
    client, writer, publisher, change_set, settings
):
    settings.AUTHORS_MAY_APPROVE = True
    changed(Unit.objects.get(change_set=change_set), summary="New.", by=publisher)
    submitted(change_set)
    client.force_login(publisher)
    page = client.get(change_set.get_absolute_url())
    words = words_of(press(client, change_set, "approve", shown_on(page)))
    settings.AUTHORS_MAY_APPROVE = False
    assert f"Self-approved by {publisher.get_full_name()}, who had a hand in it." in words
    assert "Written by Edith Editor" in words
    assert "approved, self-approved" in words_of(client.get(url("changeset_changelist"))).lower()
    edition = UnitEdition.objects.get(change_set=change_set)
    address = url("office_edition", edition.unit_id, edition.number)
    assert ", self-approved" in words_of(client.get(address))
    entry = change_set.audit_entries.get(action="approve")
    assert ("Self-approved", "No", "Yes") in [
        (one["label"], one["before"], one["after"]) for one in entry.changes
    ]


def test_the_first_page_offers_no_set_in_which_one_had_a_hand(
    client, publisher, reviewer, change_set
):
    changed(Unit.objects.get(change_set=change_set), summary="New.", by=publisher)
    submitted(change_set)
    for person, is_offered in ((reviewer, True), (publisher, False)):
        client.force_login(person)
        words = words_of(client.get("/admin/"))
        assert ("Waits for your review" in words) == is_offered


# The matrix: every contribution by every role by both reviewing transitions


HANDS = {
    "makes the set": lambda world: None,
    "saved a draft before it came in": lambda world: changed(
        world.draft, summary="A.", by=world.person
    ),
    "saves a draft in the set": lambda world: changed(
        Unit.objects.get(change_set=world.set), summary="B.", by=world.person
    ),
    "puts a record in": lambda world: world.put_in(),
    "takes a record out": lambda world: world.take_out(),
    "deletes a draft in the set": lambda world: world.delete(),
    "changes the title": lambda world: world.type(title="Another"),
    "changes the instant": lambda world: world.type(
        effective_from=timezone.now() + timedelta(days=2)
    ),
    "changes the note": lambda world: world.type(public_note="For the public."),
    "submits": lambda world: None,
    "wrote a new responsibility": lambda world: world.word(),
    "none": lambda world: None,
}


class World:
    """A set on its way to review, and the tested contributor."""

    def __init__(self, draft, writer, person, hand):
        self.draft, self.writer, self.person = draft, writer, person
        if hand == "saved a draft before it came in":
            HANDS[hand](self)
            self.draft = changed(draft, name="Once more", by=writer)
        author = person if hand == "makes the set" else writer
        self.set = reviewing.create(
            title="A set", records=[self.draft], by=author, at=timezone.now()
        )
        if hand != "saved a draft before it came in":
            HANDS[hand](self)
        submitter = person if hand == "submits" else author
        reviewing.submit(change_set=self.set, by=submitter, at=timezone.now())

    def another(self, by):
        return changed(published(make_unit()), summary="C.", by=by)

    def put_in(self, by=None):
        record = self.another(self.writer)
        by = by or self.person
        reviewing.add(change_set=self.set, records=[record], by=by, at=timezone.now())
        return record

    def take_out(self):
        record = self.put_in(by=self.writer)
        reviewing.remove(change_set=self.set, record=record, by=self.person, at=timezone.now())

    def delete(self):
        record = make_unit(by=self.writer)
        reviewing.add(change_set=self.set, records=[record], by=self.writer, at=timezone.now())
        drafting.delete(record=record, by=self.person, at=timezone.now())

    def type(self, **values):
        change_set = ChangeSet.objects.get(pk=self.set.pk)
        for name, value in values.items():
            setattr(change_set, name, value)
        reviewing.save(change_set=change_set, by=self.person, at=timezone.now())

    def word(self):
        word = responsibilities.save(
            responsibility=Responsibility(phrase="Mine"), by=self.person, at=timezone.now()
        )
        drafting.save(
            record=Unit.objects.get(pk=self.draft.pk),
            relations={"responsibilities": [word]},
            by=self.writer,
            at=timezone.now(),
        )


@pytest.mark.parametrize(
    "transition", [name for name, transition in TRANSITIONS.items() if transition.by_others]
)
@pytest.mark.parametrize("allows", [False, True], ids=["two people", "one may"])
@pytest.mark.parametrize("hand", HANDS)
def test_contributor_by_review(client, draft, writer, hand, allows, transition, settings):
    settings.AUTHORS_MAY_APPROVE = allows
    person = make_user(is_superuser=True)
    world = World(draft, writer, person, hand)
    client.force_login(person)
    page = client.get(world.set.get_absolute_url())
    may = allows or hand == "none"
    assert (f'value="{transition}"' in page.content.decode()) == may
    press(client, world.set, transition, shown_on(page), "So.")
    state = ChangeSet.objects.get().state
    assert state == (TRANSITIONS[transition].target if may else "in-review")
    is_own = may and transition == "approve" and hand != "none"
    assert ChangeSet.objects.get().is_self_approved == is_own


# Partly withdrawn sets


@pytest.fixture
def scheduled(change_set, writer, reviewer):
    second = changed(published(make_unit(name="Second")), summary="New.", by=writer)
    now = timezone.now()
    reviewing.add(change_set=change_set, records=[second], by=writer, at=now)
    ChangeSet.objects.update(effective_from=now + timedelta(days=3))
    change_set.refresh_from_db()
    submitted(change_set)
    reviewing.approve(change_set=change_set, by=reviewer, at=timezone.now())
    return ChangeSet.objects.get()


def withdraw(client, edition, **data):
    address = url("office_withdraw", edition.unit_id, edition.number)
    return client.post(address, data, follow=True)


def test_an_editions_page_asks_why_and_keeps_what_was_typed(client, publisher, scheduled):
    client.force_login(publisher)
    edition = scheduled.uniteditions.get(name="Second")
    address = url("office_edition", edition.unit_id, edition.number)
    page = client.get(address).content.decode()
    assert 'name="comment"' in page
    assert "A new name" in page
    response = withdraw(client, edition, comment="  \n ")
    assert "Say why" in words_of(response)
    assert ">  \n </textarea>" in response.content.decode().replace("\r", "")
    assert "withdrawn on" in words_of(withdraw(client, edition, comment="Not yet."))


def test_a_partly_withdrawn_set_says_so_and_is_withdrawn_with_its_last(
    client, publisher, scheduled
):
    client.force_login(publisher)
    first, second = scheduled.uniteditions.order_by("pk")
    withdraw(client, second, comment="Not that one.")
    words = words_of(client.get(scheduled.get_absolute_url()))
    assert "approved, 1 of 2 published versions withdrawn" in words
    assert "Second, published version 2, withdrawn on" in words
    assert "Partly withdrawn by Pat Publisher" in words
    preview = client.get(reverse("directorates:preview-set", args=[scheduled.pk]))
    assert "A new name, without what was withdrawn" in words_of(preview)
    listed = words_of(client.get(url("changeset_changelist")))
    assert "Approved, 1 of 2 published versions withdrawn" in listed
    withdraw(client, first, comment="Nor that one.")
    scheduled.refresh_from_db()
    assert scheduled.state == "withdrawn"
    words = words_of(client.get(scheduled.get_absolute_url()))
    assert "Withdrawn by Pat Publisher" in words
    assert "Nor that one." in words


def test_all_editions_of_a_set_withdrawn_together_move_it_on(client, publisher, scheduled):
    client.force_login(publisher)
    withdraw(client, scheduled.uniteditions.first(), comment="None.", together="1")
    scheduled.refresh_from_db()
    assert scheduled.state == "withdrawn"
