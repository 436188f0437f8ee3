"""Every action asks for the permissions and the assigned units of the account."""

from copy import deepcopy

import pytest

from directorates.actions import responsibilities, sharing
from directorates.actions.publishing import closing, drafting, publishing
from directorates.actions.refusals import NotAllowedError, NotAssignedError, PublishingError
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Responsibility, Unit, UnitEdition
from tests.actions.every_action import (
    ASK_NOBODY,
    CALLS,
    EVERY_CALL,
    EVERYTHING,
    NONE,
    UNITS,
    draft_of,
    find_all,
    find_gap,
    run,
    set_of,
    unit_of,
)
from tests.factories import (
    DAY,
    EVERY_RECORD,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.rows import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_person_is_enough(settings):
    settings.AUTHORS_MAY_APPROVE = True


@pytest.fixture(scope="module")
def kept_units(keep_rows):
    with keep_rows():
        agency = published_agency()
        names = ("North", "South")
        yield agency, *(published(make_directorate(name=name)) for name in names)


@pytest.fixture
def agency(kept_units):
    return deepcopy(kept_units[0])


@pytest.fixture
def north(kept_units):
    return deepcopy(kept_units[1])


@pytest.fixture
def south(kept_units):
    return deepcopy(kept_units[2])


@pytest.fixture
def editor(north):
    return make_user(units=[north])


def test_every_action_is_tried_here_or_listed_with_its_reason():
    assert set(find_all()) == set(CALLS) | set(ASK_NOBODY)
    assert not set(CALLS) & set(ASK_NOBODY)


@pytest.mark.parametrize("name", EVERY_CALL)
def test_who_has_permission_and_scope_may_act(name, agency, north):
    call = EVERY_CALL[name]
    units = None if call[1].scope == EVERYTHING else [north] if call[1].scope == UNITS else []
    assert find_gap(call, make_user(units=units), north, is_allowed=True) == ""


@pytest.mark.parametrize("name", EVERY_CALL)
def test_who_lacks_a_permission_of_an_action_writes_nothing(name, agency, north):
    call = EVERY_CALL[name]
    for lacking in [set(EVERY_RECORD), *call[1].needs]:
        person = make_user(permissions=set(EVERY_RECORD) - lacking)
        assert find_gap(call, person, north, is_allowed=False) == "", lacking


@pytest.mark.parametrize("name", EVERY_CALL)
@pytest.mark.parametrize("closed", ["is_active", "is_staff"])
def test_a_closed_account_writes_nothing(name, closed, agency, north):
    person = make_user(is_superuser=True, **{closed: False})
    assert find_gap(EVERY_CALL[name], person, north, is_allowed=False) == ""


@pytest.mark.parametrize(
    "name", [name for name, call in EVERY_CALL.items() if call[1].scope != NONE]
)
def test_who_works_elsewhere_writes_nothing(name, agency, north, south):
    for units in ([north], []):
        person = make_user(units=units)
        assert find_gap(EVERY_CALL[name], person, south, is_allowed=False) == "", units


@pytest.mark.parametrize("name", EVERY_CALL)
def test_the_command_line_may_act(name, agency, north):
    call = EVERY_CALL[name]
    # Only the author may take back and discard, and the command line acts for no person.
    is_the_authors = name in ("reviewing.take_back", "reviewing.discard")
    if is_the_authors:
        with pytest.raises(reviewing.ReviewError, match="Only the author"):
            run(name, call[1].prepare(north, None), by=None)
    else:
        assert find_gap(call, None, north, is_allowed=True) == ""


def test_an_action_that_asks_nobody_is_found_out(agency, north, monkeypatch):
    """The test fails for an action without its question."""
    monkeypatch.setattr(drafting, "require", lambda answer: None)
    person = make_user(permissions=[], units=[])
    assert find_gap(EVERY_CALL["drafting.save"], person, north, is_allowed=False) == "it wrote"


# The target of a move


def test_restoring_puts_no_record_under_a_foreign_unit(north, south, editor):
    unit = unit_of(south)
    published(changed(unit, parent=north), at=NOON + DAY)
    with pytest.raises(NotAssignedError, match="move something to “South”"):
        publishing.restore(edition=unit.editions.get(number=1), by=editor, at=NOON + 2 * DAY)
    assert Unit.objects.get(pk=unit.pk).parent == north


def test_restoring_gives_no_figure_to_a_foreign_unit(north, south, editor):
    figure = published(make_figure(unit=south))
    published(changed(figure, unit=north), at=NOON + DAY)
    with pytest.raises(NotAssignedError, match="“South”"):
        publishing.restore(edition=figure.editions.get(number=1), by=editor, at=NOON + 2 * DAY)


def test_an_old_edition_of_the_same_place_is_restored(north, south, editor):
    unit = draft_of(north)
    assert publishing.restore(edition=unit.editions.get(), by=editor, at=NOON).parent == north


def test_nobody_with_a_share_takes_a_unit_to_the_top(north, editor):
    unit = unit_of(north)
    with pytest.raises(NotAssignedError, match="at the top"):
        changed(unit, by=editor, parent=None)


def test_closing_moves_nothing_to_a_foreign_unit(north, south, editor):
    closing_unit = unit_of(north)
    child = published(make_unit(parent=closing_unit))
    arguments = {"unit": closing_unit, "successors": [], "children_to": south, "by": editor}
    # The draft's parent does not count, because the edition is published.
    for place in (closing_unit, north):
        changed(child, parent=place)
        with pytest.raises(NotAssignedError, match="“South”"):
            closing.close(**arguments, at=NOON + DAY)
    changed(child, parent=closing_unit)
    with pytest.raises(NotAssignedError, match="“South”"):
        closing.draft(**arguments, at=NOON + DAY)
    assert not UnitEdition.objects.filter(unit=child, parent=south).exists()


def test_a_child_does_not_take_the_place_of_a_unit_under_a_foreign_one(north, south):
    closing_unit = unit_of(south)
    child = published(make_unit(parent=closing_unit))
    person = make_user(units=[closing_unit])
    with pytest.raises(NotAssignedError, match="“South”"):
        closing.close(
            unit=closing_unit, successors=[child], children_to=child, by=person, at=NOON + DAY
        )


def test_a_foreign_unit_may_be_named_as_a_successor(north, south, editor):
    """The name appears only on the closing unit's page."""
    unit = unit_of(north)
    closing.close(unit=unit, successors=[south], by=editor, at=NOON + DAY)
    assert unit.editions.latest("number").is_closed


def test_withdrawing_a_move_takes_both_ends(north, south, editor):
    unit = unit_of(north)
    published(changed(unit, parent=south), effective_from=NOON + DAY)
    with pytest.raises(NotAssignedError, match="“South”"):
        publishing.withdraw(editions=[unit.editions.get(number=2)], by=editor, at=NOON)


def test_withdrawing_leaves_no_record_longer_under_a_foreign_unit(north, south, editor):
    unit = unit_of(north)
    published(changed(unit, parent=south), effective_from=NOON + DAY)
    published(changed(unit, parent=north), effective_from=NOON + 2 * DAY)
    with pytest.raises(NotAssignedError, match="“South”"):
        publishing.withdraw(editions=[unit.editions.get(number=3)], by=editor, at=NOON)


def test_withdrawing_takes_no_foreign_companion_along(north, south, editor):
    drafts = [draft_of(north), draft_of(south)]
    published(*drafts, effective_from=NOON + DAY)
    own = drafts[0].editions.latest("number")
    with pytest.raises(NotAssignedError):
        publishing.withdraw(
            editions=[own, *publishing.find_approved_together(own)], by=editor, at=NOON
        )
    publishing.withdraw(editions=[own], by=editor, at=NOON)
    assert drafts[1].editions.not_withdrawn().count() == 2


# Change sets


SET_ACTIONS = {
    "reviewing.add": lambda s, own: {"change_set": s, "records": [own]},
    "reviewing.remove": lambda s, own: {"change_set": s, "record": s.units.latest("pk")},
    "reviewing.save": lambda s, own: {"change_set": s},
    "reviewing.submit": lambda s, own: {"change_set": s},
    "reviewing.discard": lambda s, own: {"change_set": s},
    "sharing.share": lambda s, own: {"change_set": s, "for_whom": "Counsel", "days": 3},
}


@pytest.mark.parametrize("name", SET_ACTIONS)
def test_an_author_needs_the_scope_of_the_own_set_too(name, north, south, editor):
    mixed = set_of(north, author=editor, records=[draft_of(north), draft_of(south)])
    arguments = SET_ACTIONS[name](mixed, draft_of(north))
    before = rows()
    with pytest.raises(PublishingError, match="do not cover the whole change set"):
        run(name, arguments, by=editor)
    assert rows() == before


@pytest.mark.parametrize("name", ["reviewing.take_back", "sharing.revoke"])
def test_an_author_whose_units_were_taken_away_has_lost_the_set(name, north, editor):
    change_set = set_of(north, author=editor, state="in-review")
    link, _ = sharing.share(change_set=change_set, for_whom="X", days=1, by=None, at=NOON)
    editor.unit_assignments.all().delete()
    arguments = {"link": link} if name == "sharing.revoke" else {"change_set": change_set}
    with pytest.raises(PublishingError, match="do not cover"):
        run(name, arguments, by=editor)


def test_an_empty_set_is_its_authors(north, editor):
    others = reviewing.create(title="Empty", by=make_user(), at=NOON)
    with pytest.raises(NotAllowedError, match="only its author may work on it"):
        reviewing.add(change_set=others, records=[draft_of(north)], by=editor, at=NOON)


def test_a_set_is_withdrawn_by_the_place_of_its_editions_and_not_of_later_drafts(
    north, south, editor
):
    approved = set_of(north, state="approved")
    changed(approved.uniteditions.get().unit, parent=south)
    reviewing.withdraw(change_set=approved, by=editor, at=NOON + DAY, comment="Not yet.")
    assert ChangeSet.objects.get(pk=approved.pk).state == "withdrawn"


def test_who_may_publish_records_approves_the_own_set_where_authors_may(north, settings):
    person = make_user(
        units=[north], permissions=["publish_unit", "publish_figure", "change_changeset"]
    )
    own = set_of(north, author=person, state="in-review")
    others = set_of(north, state="in-review")
    with pytest.raises(NotAllowedError, match="may not approve"):
        reviewing.approve(change_set=others, by=person, at=NOON)
    settings.AUTHORS_MAY_APPROVE = False
    with pytest.raises(NotAllowedError):
        reviewing.approve(change_set=own, by=person, at=NOON + DAY)
    settings.AUTHORS_MAY_APPROVE = True
    assert reviewing.approve(change_set=own, by=person, at=NOON + DAY)


@pytest.mark.parametrize("name", ["publishing.publish", "closing.close"])
def test_nothing_is_published_without_a_second_person_where_one_is_needed(name, north, settings):
    settings.AUTHORS_MAY_APPROVE = False
    call = EVERY_CALL[name]
    assert find_gap(call, make_user(), north, is_allowed=False) == ""
    assert find_gap(call, None, north, is_allowed=True) == ""


# Shared words


def test_a_responsibility_is_changed_by_who_works_on_all_units_that_have_it(north, south, editor):
    matter = Responsibility.objects.create(phrase="Bonds")
    published(make_unit(parent=north, responsibilities=[matter]))
    matter.synonyms = ["sureties"]
    responsibilities.save(responsibility=matter, by=editor, at=NOON)
    drafted = make_unit(parent=south, responsibilities=[matter])
    matter.synonyms = ["debts"]
    with pytest.raises(NotAssignedError, match=drafted.name):
        responsibilities.save(responsibility=matter, by=editor, at=NOON)
    assert Responsibility.objects.get().synonyms == ["sureties"]
