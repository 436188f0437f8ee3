"""Every staff page takes the same queries at ten units and at 5,000 with 50,000 editions.

Run this file with `-s` to see the table of pages, queries and milliseconds.
"""

from dataclasses import dataclass
from time import perf_counter

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bin.large_agency import grow, log
from directorates.actions.publishing import publishing
from directorates.actions.reviewing import reviewing
from directorates.models import Unit, UnitEdition
from directorates.queries.staff import sign_in
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
)

pytestmark = pytest.mark.django_db

UNITS = 5_000
#: Pages that editors may not see.
REFUSED = {"close", "audit trail"}


class Organization:
    """Ten units, one in every visible state among them, and people who look at them."""

    def __init__(self):
        self.now = timezone.now()
        then = self.then = self.now - 2 * DAY
        self.agency = published(make_agency(at=then), at=then)
        self.north, self.south = (
            published(make_directorate(name=name, parent=self.agency, at=then), at=then)
            for name in ("North", "South")
        )
        self.matter = make_responsibility()
        self.offices = [
            published(
                make_unit(parent=self.north, position=n, at=then, responsibilities=[self.matter]),
                at=then,
            )
            for n in range(6)
        ]
        make_unit(parent=self.north, at=then)
        self.changed, held, scheduled, *_ = self.offices
        changed(self.changed, summary="A word changed.", at=then)
        publishing.publish(
            records=[changed(scheduled, name="Another", at=then)],
            by=None,
            at=self.now,
            effective_from=self.now + DAY,
        )
        self.figure = changed(
            published(make_figure(unit=self.north, at=then), at=then), value=7, at=then
        )
        self.root = make_user(is_superuser=True, password=None, username="root")
        self.editor = make_user(role="Editor", units=[self.north], password=None, username="editor")
        self.change_set = reviewing.create(
            title="A set", records=[changed(held, name="New", at=then)], by=self.editor, at=then
        )
        in_review = reviewing.create(
            title="Waiting",
            records=[changed(self.offices[3], name="Newer", at=then)],
            by=self.editor,
            at=then,
        )
        reviewing.submit(change_set=in_review, by=self.editor, at=self.now)
        self._return_one_to_root(then)
        log(self.north, self.root, self.now, entries=1)

    def _return_one_to_root(self, then):
        draft = changed(self.offices[4], name="Returned", at=then)
        returned = reviewing.create(title="Back", records=[draft], by=self.root, at=then)
        reviewing.submit(change_set=returned, by=self.root, at=self.now)
        reviewing.return_to_author(change_set=returned, by=None, at=self.now, comment="Why?")

    def grow(self):
        grow(places=[self.north, self.agency, self.south], user=self.root, at=self.now, units=UNITS)

    def pages(self):
        """Return {name: (address, query)}."""
        unit, draft = self.north.pk, self.changed.pk
        lists = ("unit", "agency", "directorate", "office", "figure", "changeset", "responsibility")
        unit_field = {"app_label": "directorates", "model_name": "unit"}
        return {
            "dashboard": (reverse("admin:index"), {}),
            "tree": (reverse("admin:tree"), {}),
            "tree, words": (reverse("admin:tree"), {"q": "office"}),
            "tree, drafts": (reverse("admin:tree"), {"state": "draft"}),
            "tree, one branch": (reverse("admin:tree"), {"below": self.north.pk}),
            "calendar": (reverse("admin:calendar"), {}),
            "help": (reverse("admin:help"), {}),
            "worth mending": (reverse("admin:check"), {}),
            "due for a review": (reverse("admin:upkeep"), {}),
            "upkeep of a unit": (admin("upkeep", "directorate", unit), {}),
            **{f"list of {model}": (admin("changelist", model), {}) for model in lists},
            "list of units, filtered": (admin("changelist", "unit"), {"state": "changed"}),
            "list of units, searched": (admin("changelist", "unit"), {"q": "office"}),
            "list of units of one parent": (
                admin("changelist", "unit"),
                {"parent": self.agency.pk},
            ),
            "list of units, last page": (admin("changelist", "unit"), {"o": "-5"}),
            "list of uses": (admin("changelist", "unit"), {"uses": f"below-{unit}"}),
            "list of one's own": (admin("changelist", "office"), {"assigned": "me"}),
            "form of a unit": (admin("change", "directorate", unit), {}),
            "form of the agency": (admin("change", "agency", self.agency.pk), {}),
            "form of a figure": (admin("change", "figure", self.figure.pk), {}),
            "form of a responsibility": (admin("change", "responsibility", self.matter.pk), {}),
            **{
                f"add {model}": (admin("add", model), {})
                for model in ("office", "figure", "changeset", "responsibility")
            },
            "history": (admin("history", "directorate", unit), {}),
            "correct": (admin("correct", "directorate", unit), {}),
            "edition": (admin("edition", "directorate", unit, 1), {}),
            "publish": (admin("publish", "office", draft), {}),
            "publish selected": (admin("publish_selected", "office"), {"ids": [draft]}),
            "into a set": (admin("into_set", "office"), {"ids": [draft]}),
            "audit trail": (reverse("admin:audit"), {}),
            "close": (admin("close", "directorate", unit), {}),
            "set": (self.change_set.get_absolute_url(), {}),
            "order": (reverse("admin:directorates_unit_order"), {}),
            "autocomplete of places": (
                reverse("admin:autocomplete"),
                unit_field | {"field_name": "parent", "term": "o"},
            ),
            "autocomplete of successors": (
                reverse("admin:autocomplete"),
                unit_field | {"field_name": "successors", "term": "o"},
            ),
            "search, many results": (reverse("admin:search"), {"q": "office"}),
            "search, no result": (reverse("admin:search"), {"q": "quite absent"}),
            "records for references": (reverse("admin:references"), {}),
            "records for references, searched": (reverse("admin:references"), {"q": "office of"}),
            "words of a figure": (
                reverse("admin:reference_choices"),
                {"kind": "figure", "identifier": self.figure.identifier},
            ),
            "words of a count": (
                reverse("admin:reference_choices"),
                {"kind": "count", "identifier": self.north.identifier},
            ),
            "words of references": (
                reverse("admin:reference_words"),
                {"token": [f"{{unit {self.north.identifier} name}}", "{figure none exact}"]},
            ),
            "preview": (reverse("directorates:preview-unit", args=[draft]), {}),
        }


def admin(page, model, *args):
    return reverse(f"admin:directorates_{model}_{page}", args=args)


@dataclass(frozen=True)
class Measure:
    status: int
    queries: int
    milliseconds: float
    kilobytes: float


def measure(user, pages, *, is_first):
    """Request and measure each page, at the first time after a request that is not measured; return {name: Measure}."""
    client = Client()
    client.force_login(user)
    client.get(reverse("admin:index"))
    measures = {}
    for name, (address, query) in pages.items():
        if is_first:
            # It fills caches of the process, for example of content types.
            client.get(address, query)
        with CaptureQueriesContext(connection) as captured:
            started = perf_counter()
            response = client.get(address, query)
            milliseconds = (perf_counter() - started) * 1000
        measures[name] = Measure(
            response.status_code,
            len(captured),
            milliseconds,
            len(response.content) / 1000,
        )
    return measures


@pytest.fixture(scope="module")
def seen_once():
    """Write a visit into the session only once. A second write after half a minute takes three more queries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "_SEEN_PRECISION", 10**9)
        yield


@pytest.fixture(scope="module")
def measures(django_db_setup, django_db_blocker, seen_once):
    """{person: ({page: Measure} at ten units, the same at many)}. The database is unchanged afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = Organization()
        assert Unit.objects.count() == 10
        pages = organization.pages()
        people = {"superuser": organization.root, "editor": organization.editor}
        asked = {"superuser": pages, "editor": {k: v for k, v in pages.items() if k not in REFUSED}}
        few = {who: measure(user, asked[who], is_first=True) for who, user in people.items()}
        started = perf_counter()
        organization.grow()
        print(f"\ngrown in {perf_counter() - started:.1f} s, on {connection.vendor}")
        assert Unit.objects.count() == UNITS
        assert UnitEdition.objects.count() >= 0.99 * UNITS * 10
        many = {who: measure(user, asked[who], is_first=False) for who, user in people.items()}
        transaction.set_rollback(True)
    return {who: (few[who], many[who]) for who in people}


def test_no_staff_page_takes_more_queries_at_50_000_editions(measures):
    for who, (few, many) in measures.items():
        check(who, few, many)


def check(who, few, many):
    print(f"\n{who:<32}{'queries':>16}{'milliseconds':>18}{'KB':>16}")
    for name in few:
        a, b = few[name], many[name]
        print(
            f"{name:<32}{a.queries:>8}{b.queries:>8}{a.milliseconds:>9.0f}{b.milliseconds:>9.0f}"
            f"{a.kilobytes:>8.0f}{b.kilobytes:>8.0f}"
        )
    assert {name: found.status for name, found in few.items() if found.status != 200} == {}
    assert {name: found.status for name, found in many.items() if found.status != 200} == {}
    assert {name: found.queries for name, found in few.items()} == {
        name: found.queries for name, found in many.items()
    }
