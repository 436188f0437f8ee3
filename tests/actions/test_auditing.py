"""The audit entries of the actions."""

import inspect
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User

from directorates.actions import sharing, site_settings, survey
from directorates.actions.accounts import accounts
from directorates.actions.auditing import auditing
from directorates.actions.auditing.auditing_editions import note_publication, read_in_force
from directorates.actions.importing import importing
from directorates.actions.publishing import closing, drafting, publishing
from directorates.actions.publishing.editions import Snapshot
from directorates.actions.reviewing import corrections, remarking, reviewing
from directorates.models import (
    AuditEntry,
    ChangeSet,
    Responsibility,
    SiteLink,
    SiteSettings,
    Unit,
)
from directorates.rules import audit_actions
from directorates.rules.review_states import TRANSITIONS
from tests.actions.every_action import MODULES, finding_in, mendable_finding_in, run
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_figure,
    make_name,
    make_responsibility,
    make_unit,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_person_is_enough(settings):
    settings.AUTHORS_MAY_APPROVE = True


@pytest.fixture
def person(db):
    return make_user(username="edith", first_name="Edith", last_name="Editor", is_superuser=True)


@pytest.fixture
def agency(db):
    return published(make_agency(name="Agency", acronym=""))


def what(entry):
    return [(change["label"], change["before"], change["after"]) for change in entry.changes]


def newest():
    return AuditEntry.objects.latest("pk")


# Every action

#: Modules with parts of actions, which are no actions themselves.
PARTS = {
    "editions",
    "auditing",
    "auditing_editions",
    "auditing_sets",
    "contributions",
    "steps",
    "mail_occasions",
}


def actions_with_a_person():
    """Yield "module.function" of each public action with `by=`."""
    for module, loaded in MODULES.items():
        if module in PARTS:
            continue
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            by = parameters.get("by")
            is_own = inspect.unwrap(function).__module__ == loaded.__name__
            if is_own and not name.startswith("_") and by and by.kind is by.KEYWORD_ONLY:
                yield f"{module}.{name}"


def a_draft():
    return changed(published(make_unit()), name=f"Renamed {make_name()}")


def a_closed_unit():
    return changed(published(make_unit()), is_closed=True)


def a_set(by, *, state="open"):
    made = reviewing.create(title="A set", records=[a_draft()], by=by, at=NOON)
    if state in ("in-review", "approved"):
        reviewing.submit(change_set=made, by=by, at=NOON)
    if state == "approved":
        ChangeSet.objects.filter(pk=made.pk).update(effective_from=NOON + 2 * DAY)
        reviewing.approve(change_set=made, by=by, at=NOON)
    return ChangeSet.objects.get(pk=made.pk)


def scheduled_edition():
    published(draft := a_draft(), effective_from=NOON + 2 * DAY)
    return draft.editions.latest("number")


def past_edition(*steps):
    """Return a past edition that took these steps, by someone else."""
    unit = published(make_unit())
    published(changed(unit, name="Corrected"), at=NOON + timedelta(hours=1))
    edition = unit.editions.get(number=1)
    for step in steps:
        run(
            f"withholding.{step}",
            {"edition": edition, "reason": "A name."},
            by=None,
            at=NOON + timedelta(hours=2),
        )
    return edition


#: For each action, a function that prepares the rows and returns the arguments except `by` and `at`.
CALLS = {
    "accounts.save": lambda by: {"account": User(username="new"), "relations": {}},
    "accounts.delete": lambda by: {"account": Group.objects.create(name="A group")},
    "accounts.set_password": lambda by: {"user": make_user()},
    "accounts.require_enrollment": lambda by: {"user": make_user()},
    "inviting.invite": lambda by: {
        "name": "New Colleague",
        "email": "new.colleague@example.gov",
        "role": None,
        "units": [make_unit()],
    },
    "inviting.renew": lambda by: {"user": make_user()},
    "accounts.assign_units": lambda by: {"user": make_user(), "units": [make_unit()]},
    "moving.move": lambda by: {
        "units": [published(make_unit())],
        "parent": make_unit(),
        "change_set": reviewing.create(title="A set", by=by, at=NOON),
    },
    "ordering.set_positions": lambda by: {
        "positions": {(unit := make_unit()): 7},
        "versions": {unit: unit.version},
    },
    "sharing.share": lambda by: {"change_set": a_set(by), "for_whom": "Counsel", "days": 3},
    "sharing.revoke": lambda by: {
        "link": sharing.share(change_set=a_set(by), for_whom="Counsel", days=3, by=by, at=NOON)[0]
    },
    "closing.draft": lambda by: {"unit": published(make_unit()), "successors": []},
    "closing.close": lambda by: {"unit": published(make_unit()), "successors": []},
    "drafting.save": lambda by: {"record": unsaved_unit(), "relations": {}},
    "drafting.write": lambda by: {
        "record": unsaved_unit(),
        "relations": {},
        "before": None,
        "action": audit_actions.CREATE,
    },
    "drafting.delete": lambda by: {"record": make_unit()},
    "importing.load": lambda by: {"content": b"format = 1\n", "file_name": "empty.toml"},
    "publishing.publish": lambda by: {"records": [a_draft()]},
    "publishing.withdraw": lambda by: {"editions": [scheduled_edition()]},
    "publishing.restore": lambda by: {"edition": a_draft().editions.get()},
    "publishing.discard_draft": lambda by: {"record": a_draft()},
    "closing.reopen": lambda by: {"unit": a_closed_unit()},
    "withholding.ask_to_withhold": lambda by: {"edition": past_edition(), "reason": "A name."},
    "withholding.withhold": lambda by: {"edition": past_edition("ask_to_withhold")},
    "withholding.decline_withholding": lambda by: {"edition": past_edition("ask_to_withhold")},
    "withholding.ask_to_show": lambda by: {
        "edition": past_edition("ask_to_withhold", "withhold"),
        "reason": "Public anyway.",
    },
    "withholding.show_again": lambda by: {
        "edition": past_edition("ask_to_withhold", "withhold", "ask_to_show")
    },
    "withholding.keep_withheld": lambda by: {
        "edition": past_edition("ask_to_withhold", "withhold", "ask_to_show")
    },
    "checking.waive": lambda by: {
        "finding": finding_in(make_unit()),
        "words": "<p>Five of them.</p>",
        "reason": "It is a quotation.",
    },
    "checking.mend": lambda by: {"finding": mendable_finding_in(published(make_unit()))},
    "upkeep.confirm": lambda by: {"edition": published(make_unit()).editions.get()},
    "upkeep.plan": lambda by: {
        "record": published(make_unit()),
        "values": {"upkeep_months": 3},
    },
    "responsibilities.find_or_make": lambda by: {
        "written": [Responsibility(phrase="Permits for trees")]
    },
    "responsibilities.save": lambda by: {"responsibility": Responsibility(phrase="A matter")},
    "responsibilities.delete": lambda by: {"responsibility": make_responsibility()},
    "reviewing.create": lambda by: {"title": "A set"},
    "reviewing.add": lambda by: {"change_set": a_set(by), "records": [a_draft()]},
    "reviewing.remove": lambda by: removal(a_set(by)),
    "reviewing.save": lambda by: {"change_set": retitled(a_set(by))},
    "reviewing.add_note": lambda by: {"change_set": a_set(by), "note": "More."},
    "reviewing.submit": lambda by: {"change_set": a_set(by)},
    "reviewing.take_back": lambda by: {"change_set": a_set(by, state="in-review")},
    "reviewing.return_to_author": lambda by: {
        "change_set": a_set(by, state="in-review"),
        "comment": "Why",
    },
    "reviewing.discard": lambda by: {"change_set": a_set(by)},
    "reviewing.approve": lambda by: {"change_set": a_set(by, state="in-review")},
    "reviewing.withdraw": lambda by: {
        "change_set": a_set(by, state="approved"),
        "comment": "Why",
    },
    "reviewing.withdraw_editions": lambda by: {
        "editions": a_set(by, state="approved").find_editions(),
        "comment": "Why",
    },
    "reviewing.submit_records": lambda by: {"records": [a_draft()]},
    "reviewing.publish": lambda by: {"records": [a_draft()]},
    "opening_again.open_again": lambda by: {"change_set": a_discarded_set()},
    "corrections.submit": lambda by: a_correction(),
    "corrections.publish": lambda by: a_correction(),
    "correcting.correct": lambda by: {
        "change_set": corrections.submit(**a_correction(), by=by, at=NOON)
    },
    "remarking.remark": lambda by: about(a_set(by)),
    "remarking.answer": lambda by: {
        "remark": remarking.remark(**about(a_set(by)), by=by, at=NOON),
        "words": "Yes.",
    },
    "remarking.tick_off": lambda by: {
        "remark": remarking.remark(**about(a_set(by)), by=by, at=NOON)
    },
    "site_settings.save": lambda by: {"settings": SiteSettings(site_name="Example.gov")},
    "survey.delete": lambda by: {"responses": [a_response()]},
}


def a_discarded_set():
    author = make_user()
    change_set = a_set(author)
    reviewing.discard(change_set=change_set, by=author, at=NOON)
    return change_set


def a_correction():
    unit = published(make_unit())
    return {"record": unit, "fields": {"phone": "202-555-0199"}, "number": 1}


def unsaved_unit():
    agency = Unit.objects.get(kind="agency")
    return Unit(kind="office", name="New", slug="new", parent=agency)


def removal(change_set):
    return {"change_set": change_set, "record": change_set.units.get()}


def about(change_set):
    return {"change_set": change_set, "record": change_set.units.get(), "words": "Is it right?"}


def retitled(change_set):
    change_set.title = "Another title"
    return change_set


def a_response():
    response, _ = survey.record_response(
        submission_id="0b4bd9d2-9e0a-4f6e-9d38-2f5f7a1e4a11",
        page="/",
        trust=5,
        ease=None,
        effectiveness=None,
        comments="A private word",
        at=NOON,
    )
    return response


def test_every_action_that_is_told_who_acts_is_tried_here():
    assert set(actions_with_a_person()) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_every_action_notes_who_did_it_and_when(name, agency, person):
    arguments = CALLS[name](person)
    before = newest().pk
    at = NOON + DAY
    run(name, arguments, by=person, at=at)
    entries = AuditEntry.objects.filter(pk__gt=before)
    assert {(entry.by, entry.by_name, entry.at) for entry in entries} == {
        (person, "Edith Editor (edith)", at)
    }


def test_every_move_of_a_change_set_has_words():
    assert set(TRANSITIONS) <= set(audit_actions.WORDS)


def test_an_action_without_words_is_refused(agency):
    with pytest.raises(ValueError, match="audit_actions"):
        auditing.note(action="conjure", record=agency, by=None, at=NOON)


def test_what_fails_at_its_last_step_is_not_noted_at_all(agency, person):
    figure = make_figure(unit=make_unit(name="Never published"))
    before = AuditEntry.objects.count()
    with pytest.raises(publishing.PublishingError, match="Publish the unit first"):
        reviewing.publish(records=[figure], by=person, at=NOON + DAY)
    assert AuditEntry.objects.count() == before


# Drafts


def test_a_save_is_noted_with_what_changed_and_nothing_else(agency, person):
    unit = make_unit(name="Before", head_status="in-post", parent=agency)
    other = make_unit(name="Other", acronym="OTH")
    matter = make_responsibility("Bonds")
    unit = Unit.objects.get(pk=unit.pk)
    unit.name, unit.head_status, unit.parent = "After", "acting", other
    unit.overview = "<p>New</p>"
    drafting.save(record=unit, relations={"responsibilities": [matter]}, by=person, at=NOON + DAY)
    entry = newest()
    assert (entry.action, entry.record_model, entry.record_pk) == (
        "change",
        "directorates.unit",
        str(unit.pk),
    )
    assert sorted(what(entry)) == sorted(
        [
            ("Part of", "Agency", "Other (OTH)"),
            ("Name", "Before", "After"),
            ("Overview", unit_overview_before(entry), "<p>New</p>"),
            ("The head's post is", "In post", "Acting"),
            ("Responsibilities", [], ["Bonds"]),
        ]
    )


def unit_overview_before(entry):
    (change,) = [change for change in entry.changes if change["field"] == "overview"]
    assert change["kind"] == "html" and change["before"].startswith("<p>What office")
    return change["before"]


def test_a_save_that_changes_nothing_is_not_noted(agency):
    before = AuditEntry.objects.count()
    changed(agency)
    assert AuditEntry.objects.count() == before


def test_a_figures_value_is_noted_in_words(agency):
    figure = make_figure(unit=agency, value=1000)
    changed(figure, value=1200, as_of=date(2026, 3, 1))
    assert what(newest()) == [
        ("Value", "1,000", "1,200"),
        ("As of", "", "March 1, 2026"),
    ]


def test_the_entry_of_a_deleted_draft_outlives_it(agency, person):
    unit = make_unit(name="Short-lived")
    pk = unit.pk
    drafting.delete(record=unit, by=person, at=NOON + DAY)
    entry = newest()
    assert (entry.action, entry.record_pk, entry.record_label) == ("delete", str(pk), "Short-lived")
    assert ("Name", "Short-lived", "") in what(entry)


def test_what_was_published_or_is_in_review_is_not_deleted(agency, person):
    with pytest.raises(publishing.PublishingError):
        drafting.delete(record=agency, by=person, at=NOON)
    unit = make_unit()
    reviewing.submit_records(records=[unit], by=person, at=NOON)
    with pytest.raises(publishing.PublishingError):
        drafting.delete(record=unit, by=person, at=NOON)
    assert Unit.objects.count() == 2


# Publications


def test_a_publication_is_noted_against_what_was_in_force(agency, person):
    draft = changed(agency, name="Renamed")
    publishing.publish(records=[draft], by=person, at=NOON + DAY, change_note="A better name.")
    entry = newest()
    assert (entry.action, entry.comment) == ("publish", "A better name.")
    assert what(entry) == [
        ("Published version", "1", "2"),
        ("Takes effect", "2026-03-02T12:00:00+00:00", "2026-03-03T12:00:00+00:00"),
        ("Name", "Agency", "Renamed"),
    ]


def test_the_entries_of_a_set_lead_to_it(agency, person):
    units = [a_draft(), a_draft()]
    reviewing.publish(records=units, by=person, at=NOON + DAY)
    change_set = ChangeSet.objects.get()
    steps = change_set.audit_entries.order_by("pk").values_list("action", flat=True)
    assert list(steps) == ["create", "add", "add", "submit", "approve", "publish", "publish"]


def test_a_set_of_units_and_figures_is_noted_in_the_order_of_its_records(agency, person):
    figure, unit = make_figure(unit=agency), a_draft()
    publishing.publish(records=[figure, unit], by=person, at=NOON + DAY)
    newest_two = AuditEntry.objects.order_by("-pk")[:2]
    assert [entry.record_model for entry in newest_two] == [
        "directorates.unit",
        "directorates.figure",
    ]


def test_many_publications_are_noted_in_as_many_queries_as_few(agency, django_assert_num_queries):
    def entries(number):
        records = [a_draft() for _ in range(number)]
        snapshots = [Snapshot.of(record) for record in records]
        editions = [record.editions.get() for record in records]
        # One query for the editions in force, two for their relations, and one for all entries.
        with django_assert_num_queries(4):
            in_force = read_in_force(records, NOON + DAY)
            note_publication(
                snapshots=snapshots, editions=editions, in_force=in_force, by=None, at=NOON
            )

    entries(2)
    entries(20)


def test_closing_notes_the_closure_and_the_moves(agency, person):
    unit = published(make_unit(name="Closing"))
    published(make_unit(name="Child", parent=unit))
    closing.close(unit=unit, successors=[agency], children_to=agency, by=person, at=NOON + DAY)
    move, closure = AuditEntry.objects.order_by("-pk")[:2]
    assert (closure.action, move.action) == ("close", "publish")
    assert ("Successors", [], ["Agency"]) in what(closure)
    assert ("Closed", "No", "Yes") in what(closure)
    assert ("Part of", "Closing", "Agency") in what(move)


def test_a_withdrawal_is_noted_with_why(agency, person):
    change_set = a_set(person, state="approved")
    reviewing.withdraw(change_set=change_set, by=person, at=NOON + DAY, comment="Too early.")
    assert (newest().action, newest().comment, newest().change_set) == (
        "withdraw",
        "Too early.",
        change_set,
    )
    assert what(newest())[0] == ("Published version", "2", "")


def test_a_discarded_set_is_noted_of_its_records(agency, person):
    change_set = a_set(person)
    unit = change_set.units.get()
    reviewing.discard(change_set=change_set, by=person, at=NOON)
    assert (newest().action, newest().record_pk) == ("remove", str(unit.pk))


def test_moves_are_noted_from_state_to_state(agency, person):
    change_set = a_set(person, state="in-review")
    assert what(newest()) == [("State", "Open", "In review")]
    assert newest().change_set == change_set


# The rest


def test_site_settings_are_noted_with_their_links(person):
    settings = site_settings.save(settings=SiteSettings(), by=person, at=NOON)
    settings.heading = "Who we are"
    link = SiteLink(settings=settings, text="FOIA", url="/foia/", position=3)
    site_settings.save(settings=settings, links=[link], by=person, at=NOON)
    heading, links = what(newest())
    assert heading == ("Heading", "Who We Are", "Who we are")
    assert set(links[2]) - set(links[1]) == {"FOIA: /foia/"}


def test_a_load_is_noted_in_one_entry_of_the_command_line():
    content = b'format = 1\n[[responsibilities]]\nphrase = "Bonds"\n'
    importing.load(content=content, file_name="bonds.toml", by=None, at=NOON)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.by_name) == ("load", None, "the command line")
    assert entry.comment.startswith("bonds.toml: 0 units and 0 figures")


def test_an_account_is_noted_with_its_groups_and_without_its_password(person):
    account = User(username="new")
    account.set_password("correct horse battery staple")
    accounts.save(
        account=account,
        relations={"groups": [Group.objects.get(name="Editor")]},
        by=person,
        at=NOON,
    )
    assert ("Groups", [], ["Editor"]) in what(newest())
    assert "password" not in {change["field"] for change in newest().changes}
    account.is_active = False
    accounts.save(account=account, relations={}, by=person, at=NOON)
    assert (newest().action, what(newest())) == ("deactivate", [("Active", "Yes", "No")])


def test_what_a_visitor_said_is_gone_when_it_is_deleted(person):
    survey.delete(responses=[a_response()], by=person, at=NOON)
    assert newest().action == "delete"
    assert "private" not in newest().search_text
