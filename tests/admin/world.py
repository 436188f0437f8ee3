"""An organization with records in every state, and the people who may meet them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directorates.actions.publishing import closing
from directorates.actions.reviewing import reviewing
from directorates.models import SurveyResponse, Unit
from tests.admin.pages import form_data
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    set_survey,
)

PEOPLE = ["visitor", "nobody", "Editor", "Reviewer", "Publisher", "Administrator"]
READERS = {"Editor", "Reviewer", "Publisher", "Administrator"}
WRITERS = {"Editor", "Publisher"}
STATES = [
    "draft", "changed", "open", "in-review", "returned", "scheduled", "published", "closed",
]  # fmt: skip
HELD = {"open", "in-review", "returned"}


@dataclass(frozen=True)
class Case:
    """A record and a person."""

    record: object
    state: str
    is_own: bool
    person: str

    def may_write(self):
        return self.person == "Publisher" or (self.person == "Editor" and self.is_own)

    def may_review(self):
        return self.person == "Publisher" or (self.person == "Reviewer" and self.is_own)


class World:
    """An organization with a unit and a figure in every state, in the editor's part and in another part.

    With `reads_forms`, `forms` has the data of each record's form, which takes as long as the rest.
    """

    def __init__(self, *, reads_forms=False):
        self.now = timezone.now()
        self.then = self.now - 2 * DAY
        self.agency = published(make_agency(at=self.then), at=self.then)
        self.north, self.south = (
            published(make_directorate(name=name, at=self.then), at=self.then)
            for name in ("North", "South")
        )
        self.users = {"nobody": make_user(units=[], permissions=[])}
        for role in PEOPLE[2:]:
            units = [self.north] if role in ("Editor", "Reviewer") else []
            self.users[role] = make_user(role=role, units=units, username=role.lower())
        self.author = make_user(username="author")
        self.targets = {
            is_own: published(make_unit(parent=place, at=self.then), at=self.then)
            for is_own, place in ((True, self.north), (False, self.south))
        }
        self.records, self.sets, self.forms = {}, {}, {}
        for is_own, place in ((True, self.north), (False, self.south)):
            for state in STATES:
                unit = self.unit_in(state, place)
                # Figures cannot be closed.
                figure = self.figure_in(state, place) if state != "closed" else None
                self.records["unit", state, is_own] = unit
                self.records["figure", state, is_own] = figure
                self.sets[state, is_own] = self.set_of(state, [unit, figure])
        set_survey()
        self.named = {
            "instant": self.now + DAY,
            "responsibility": make_responsibility(),
            "user": self.author,
            "group": Group.objects.get(name="Editor"),
            "answer": SurveyResponse.objects.create(
                submission_id=uuid4(), submitted_at=self.then, trust=4
            ),
        }
        if reads_forms:
            self.read_forms()
        for (state, _), change_set in self.sets.items():
            self.bring(change_set, state)

    def unit_in(self, state, place):
        unit = make_unit(parent=place, at=self.then)
        if state == "draft":
            return unit
        published(unit, at=self.then)
        if state == "closed":
            closing.close(unit=unit, successors=[place], by=None, at=self.then + timedelta(hours=1))
            return Unit.objects.get(pk=unit.pk)
        return unit if state == "published" else changed(unit, summary="A word changed.")

    def figure_in(self, state, place):
        figure = make_figure(unit=place, at=self.then)
        if state == "draft":
            return figure
        published(figure, at=self.then)
        return figure if state == "published" else changed(figure, value=7)

    def set_of(self, state, records):
        if state not in HELD | {"scheduled"}:
            return None
        return reviewing.create(
            title=f"A set, {state}",
            records=records,
            by=self.author,
            at=self.then,
            effective_from=self.now + DAY if state == "scheduled" else None,
        )

    def bring(self, change_set, state):
        """Move a set to the state that its records need."""
        if state in ("in-review", "returned", "scheduled"):
            reviewing.submit(change_set=change_set, by=self.author, at=self.now)
        if state == "returned":
            reviewing.return_to_author(
                change_set=change_set, by=make_user(), at=self.now, comment="Why?"
            )
        if state == "scheduled":
            reviewing.approve(change_set=change_set, by=make_user(), at=self.now)
        if change_set is not None:
            change_set.refresh_from_db()

    def read_forms(self):
        """Read each form's data while no form is read only."""
        client = Client()
        client.force_login(make_user(is_superuser=True))
        for (model, state, is_own), record in self.records.items():
            if record is None:
                continue
            response = client.get(
                reverse(f"admin:directorates_{model}_change", args=[record.pk]), follow=True
            )
            self.forms[model, state, is_own] = form_data(response)
        for key, change_set in self.sets.items():
            if change_set is not None:
                response = client.get(change_set.get_absolute_url())
                self.forms["changeset", *key] = form_data(response)

    def client(self, person):
        client = Client()
        if person != "visitor":
            client.force_login(self.users[person])
        return client
