"""A third kind of governed record, which every part of the site finds by its registration."""

from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models, transaction
from django.urls import path, reverse

from agency_site import urls
from directorates.actions import locks, upkeep
from directorates.actions.publishing import drafting, publishing
from directorates.actions.refusals import NotAssignedError, PublishingError
from directorates.actions.reviewing import dry_run, review_reading, reviewing
from directorates.admin.change_sets.change_set_form import make_form
from directorates.admin.records.governed import GovernedAdmin
from directorates.admin.wording import content_of, labeled_differences
from directorates.models import AuditEntry, ChangeSet, Unit
from directorates.models.database import guards
from directorates.models.database.guards.rules import all_rules
from directorates.models.fields import LineField, SortKeyField
from directorates.models.records.content import Content
from directorates.models.records.edition import Edition
from directorates.models.records.governed import GOVERNED, find_governed, register
from directorates.models.records.working_record import WorkingRecord
from directorates.queries import assignments, visibility
from directorates.queries.staff import contributors, dashboard, staff_search
from directorates.queries.staff import upkeep as upkeep_query
from directorates.rules.content.reference_words import Facts
from tests.factories import (
    DAY,
    EVERY_RECORD,
    NOON,
    changed,
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

TASKS = ("view", "add", "change", "delete", "publish")


def make_models():
    """Return the models of a notice: a line of text on a unit's page, with other named units."""

    class NoticeContent(Content):
        unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)s_set")
        title = LineField(max_length=100)
        names = models.ManyToManyField(Unit, blank=True, related_name="+")

        class Meta:
            abstract = True
            app_label = "directorates"

    NoticeContent.content_class = NoticeContent

    class Notice(WorkingRecord, NoticeContent):
        sort_key = SortKeyField("identifier")

        class Meta:
            app_label = "directorates"
            permissions = [("publish_notice", "Can publish and withdraw notices")]

        def __str__(self):
            return self.identifier

    class NoticeEdition(Edition, NoticeContent):
        record_field = "notice"
        notice = models.ForeignKey(Notice, models.PROTECT, related_name="editions")

        class Meta:
            app_label = "directorates"
            constraints = Edition.Meta.constraints

    return Notice, NoticeEdition


@pytest.fixture(scope="module")
def notices(django_db_setup, django_db_blocker):
    """Register notices, with tables and guards, for these tests only."""
    made = make_models()
    register(*made, place="unit", search_fields=["title"])
    all_rules.cache_clear()
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in made:
                editor.create_model(model)
        guards.make(connection)
        yield SimpleNamespace(model=made[0], edition_model=made[1])
        GOVERNED.pop()
        all_rules.cache_clear()
        with connection.schema_editor() as editor:
            for model in reversed(made):
                editor.delete_model(model)
        forget(made)


def forget(made):
    """Remove models from the app, as if they were never declared."""
    for model in made:
        for through in (relation.remote_field.through for relation in model._meta.many_to_many):
            del apps.all_models["directorates"][through._meta.model_name]
        del apps.all_models["directorates"][model._meta.model_name]
    apps.clear_cache()
    ContentType.objects.clear_cache()


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def office(agency):
    return published(make_unit())


@pytest.fixture
def make_notice(notices):
    def make(unit, *, identifier="closed-on-monday", title="Closed on Monday", names=(), by=None):
        record = notices.model(identifier=identifier, unit=unit, title=title)
        return drafting.save(record=record, relations={"names": names}, by=by, at=NOON)

    return make


@pytest.fixture
def make_person(notices):
    def make(**fields):
        # The last test's rows are rolled back, but the cache still has their keys.
        ContentType.objects.clear_cache()
        create_permissions(apps.get_app_config("directorates"), verbosity=0)
        return make_user(
            permissions=[*EVERY_RECORD, "view_auditentry", *(f"{task}_notice" for task in TASKS)],
            **fields,
        )

    return make


def submitted(*records, by, **fields):
    change_set = reviewing.create(title="A notice", records=records, by=by, at=NOON, **fields)
    reviewing.submit(change_set=change_set, by=by, at=NOON)
    change_set.refresh_from_db()
    return change_set


def approved(change_set, *, by, at=NOON):
    reading = review_reading.read_set(change_set, at=at)
    return reviewing.approve(change_set=change_set, by=by, at=at, reviewed=reading)


def actions_on(record):
    entries = AuditEntry.objects.filter(record_model="directorates.notice", record_pk=record.pk)
    return list(entries.order_by("pk").values_list("action", flat=True))


def test_a_draft_is_noted_and_is_no_edition(make_notice, office):
    notice = make_notice(office)
    assert notice.has_unpublished_changes
    assert not notice.editions.exists()
    assert actions_on(notice) == ["create"]


def test_it_is_locked_between_figures_and_links(notices):
    names = [model.__name__ for model in locks.order()]
    assert names[names.index("Unit") :][:4] == ["Unit", "Figure", "Notice", "PreviewLink"]


def test_a_set_is_reviewed_with_it_and_publishes_it(make_notice, make_person, office, agency):
    author, reviewer = make_person(), make_person()
    notice = make_notice(office, names=[agency], by=author)
    change_set = submitted(notice, by=author)
    assert change_set.find_records() == [notice]
    (edition,) = approved(change_set, by=reviewer)
    notice.refresh_from_db()
    assert (notice.change_set, notice.has_unpublished_changes) == (None, False)
    assert change_set.find_editions() == change_set.find_all_editions() == [edition]
    assert edition.has_same_content(notice)
    assert actions_on(notice) == ["create", "add", "publish"]


def test_it_is_due_for_a_review_until_it_is_reviewed(make_notice, make_person, office):
    person, later = make_person(), NOON + 400 * DAY
    notice = published(make_notice(office))
    (row,) = [
        row
        for row in upkeep_query.find_own(person, at=later, most=9).records
        if row.record == notice
    ]
    assert row.label == "closed-on-monday"
    upkeep.confirm(edition=notice.editions.get(), by=person, at=later)
    found = upkeep_query.find_own(person, at=later, most=9).records
    assert notice not in [row.record for row in found]
    (edition,) = visibility.with_last_review(notice.editions.all(), at=later)
    assert edition.reviewed_at == later


def test_who_wrote_it_does_not_approve_it(make_notice, make_person, office, settings):
    settings.AUTHORS_MAY_APPROVE = False
    writer, other = make_person(), make_person()
    change_set = submitted(make_notice(office, by=writer), by=other)
    with pytest.raises(reviewing.ReviewError, match="wrote “closed-on-monday”"):
        approved(change_set, by=writer)
    assert contributors.without_own(writer, [change_set]) == []


def test_an_approval_is_of_what_was_read(make_notice, make_person, office):
    author, reviewer = make_person(), make_person()
    notice = make_notice(office, by=author)
    change_set = submitted(notice, by=author)
    reading = review_reading.read_set(change_set, at=NOON)
    assert reading[f"notice.{notice.pk}.draft.title"] == "Closed on Monday"
    assert all(review_reading.is_key(key) for key in reading)
    other = reading | {f"notice.{notice.pk}.draft.title": "Open on Monday"}
    with pytest.raises(review_reading.ChangedSinceReadError, match="closed-on-monday: Title"):
        reviewing.approve(change_set=change_set, by=reviewer, at=NOON, reviewed=other)


def test_an_editor_works_on_it_with_its_unit(make_notice, make_person, office, agency):
    own, outside = make_notice(office), make_notice(agency, identifier="elsewhere")
    editor = make_person(units=[office])
    changed(own, by=editor, title="Closed on Tuesday")
    with pytest.raises(NotAssignedError):
        changed(outside, by=editor, title="Closed on Tuesday")
    with pytest.raises(NotAssignedError):
        changed(own, by=editor, unit=agency)
    assert list(assignments.assigned_records(editor, type(own), at=NOON)) == [own]


def test_it_needs_a_unit_that_is_published(make_notice, agency):
    hidden = make_directorate()
    with pytest.raises(PublishingError, match="Publish the unit first"):
        published(make_notice(hidden))


def test_it_is_compared_and_restored(make_notice, office, agency):
    notice = published(make_notice(office, names=[agency]))
    edition = notice.editions.get()
    notice = changed(notice, title="Closed on Tuesday")
    content_class = find_governed(notice).model.content_class
    (difference,) = labeled_differences(
        content_class, content_of(edition), content_of(notice), facts=Facts()
    )
    assert (difference.label, difference.before, difference.after) == (
        "Title",
        ("Closed on Monday",),
        ("Closed on Tuesday",),
    )
    restored = publishing.restore(edition=edition, by=None, at=NOON)
    assert (restored.title, list(restored.names.all())) == ("Closed on Monday", [agency])
    assert not restored.has_unpublished_changes
    assert actions_on(notice) == ["create", "publish", "change", "restore"]


def test_the_audit_trail_says_from_what_to_what(make_notice, office):
    notice = published(make_notice(office))
    published(changed(notice, title="Closed on Tuesday"), at=NOON + DAY)
    entry = AuditEntry.objects.filter(action="publish").latest("pk")
    titles = [(one["before"], one["after"]) for one in entry.changes if one["field"] == "title"]
    assert titles == [("Closed on Monday", "Closed on Tuesday")]


def test_a_preview_shows_it_and_leaves_nothing(make_notice, make_person, office, agency, notices):
    author = make_person()
    change_set = submitted(make_notice(office, names=[agency], by=author), by=author)
    with dry_run.with_change_set(change_set, at=NOON).shown():
        (edition,) = notices.edition_model.objects.in_force(NOON)
        assert (edition.title, list(edition.names.all())) == ("Closed on Monday", [agency])
    assert not notices.edition_model.objects.exists()
    with dry_run.for_outsiders(change_set, at=NOON).shown():
        assert notices.edition_model.objects.in_force(NOON).count() == 1
    assert dry_run.unit_ids_of(change_set) == {office.pk}


def test_a_scheduled_one_is_shown_to_staff_and_withdrawn(make_notice, make_person, office):
    author, reviewer = make_person(), make_person()
    notice = make_notice(office, by=author)
    change_set = submitted(notice, by=author, effective_from=NOON + DAY)
    approved(change_set, by=reviewer)
    (coming,) = dashboard.find_coming(at=NOON)
    assert coming.label == "closed-on-monday: published version 1"
    assert visibility.next_public_change(NOON) == NOON + DAY
    change_set.refresh_from_db()
    reviewing.withdraw(change_set=change_set, by=reviewer, at=NOON, comment="Not now.")
    assert change_set.find_withdrawn() == list(notice.editions.all())
    assert actions_on(notice)[-1] == "withdraw"


@pytest.fixture
def staff_pages(notices, settings):
    """Give notices staff pages, like a module in `directorates/admin/`."""

    class NoticeAdmin(GovernedAdmin):
        fieldsets = [("The notice", {"fields": ["identifier", "unit", "title", "names"]})]

    admin.site.register(notices.model, NoticeAdmin)
    addresses = ModuleType("addresses_with_notices")
    addresses.urlpatterns = [path("admin/", admin.site.urls), *urls.urlpatterns]
    settings.ROOT_URLCONF = addresses
    yield
    admin.site.unregister(notices.model)


@pytest.mark.usefixtures("staff_pages")
def test_staff_pages_review_search_and_compare_it(client, make_notice, make_person, office):
    author = make_person()
    notice = changed(published(make_notice(office)), title="Closed on Tuesday", by=author)
    change_set = submitted(notice, by=author)
    client.force_login(author)
    for address, words in (
        (change_set.get_absolute_url(), "Closed on Tuesday"),
        (reverse("admin:directorates_notice_change", args=[notice.pk]), "Where it is used"),
        ("/admin/audit/", ">Notice</option>"),
        (reverse("admin:directorates_notice_edition", args=[notice.pk, 1]), "Monday"),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert words in response.content.decode(), address
    found = staff_search.find(("Closed",), user=author, at=NOON)
    assert [group.heading for group in found] == ["Notices", "Published versions of notices"]


def test_the_form_of_a_set_offers_it(make_notice, make_person, office):
    notice, form_class = make_notice(office), make_form()
    form_class.user, form_class.instant = make_person(), NOON
    form = form_class(instance=ChangeSet())
    assert [pk for pk, _ in form.fields["notices"].choices] == [notice.pk]


def test_the_database_refuses_to_change_its_edition(make_notice, office):
    notice = published(make_notice(office))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        notice.editions.update(title="Never closed")
    with pytest.raises(DatabaseError), transaction.atomic():
        notice.editions.update(effective_until=NOON - timedelta(days=2))


def test_a_kind_that_is_not_registered_is_named():
    with pytest.raises(LookupError, match="ChangeSet is no governed record"):
        find_governed(ChangeSet)
