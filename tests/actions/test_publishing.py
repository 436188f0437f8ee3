from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directorates.actions.publishing import drafting, publishing
from directorates.actions.publishing.closing import close, draft
from directorates.actions.publishing.editions import ChangedMeanwhileError, NothingToPublishError
from directorates.actions.publishing.structure import BrokenRuleError
from directorates.actions.refusals import PublishingError
from directorates.models import Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def agency(db):
    return published_agency()


def names_in_force(unit, at):
    return list(UnitEdition.objects.in_force(at).filter(unit=unit).values_list("name", flat=True))


def test_an_edition_copies_every_column_and_relation(agency):
    matter = make_responsibility()
    unit = make_unit(
        responsibilities=[matter], successors=[agency], body="<p>Body</p>", phone="202-555-0100"
    )
    edition = published(unit).editions.get()
    assert edition.content_values() == unit.content_values()
    assert edition.content_relation_ids() == {
        "responsibilities": [matter.pk],
        "successors": [agency.pk],
    }


def test_an_edition_says_who_approved_it_and_why(agency):
    user = make_user()
    published(changed(agency, name="Renamed"), by=user, at=NOON + HOUR, change_note="A new name.")
    edition = agency.editions.get(number=2)
    assert (edition.approved_by, edition.approved_at) == (user, NOON + HOUR)
    assert edition.change_note == "A new name."


def test_a_draft_is_not_in_force(agency):
    changed(agency, name="Draft")
    assert names_in_force(agency, NOON + DAY) == ["Agency of Examples"]


def test_a_scheduled_edition_comes_into_force_at_its_instant(agency):
    published(changed(agency, name="Renamed"), at=NOON + HOUR, effective_from=NOON + DAY)
    just_before = NOON + DAY - timedelta(microseconds=1)
    assert names_in_force(agency, just_before) == ["Agency of Examples"]
    assert names_in_force(agency, NOON + DAY) == ["Renamed"]


def test_an_urgent_edition_takes_effect_and_the_scheduled_one_still_follows(agency):
    published(changed(agency, name="Scheduled"), at=NOON + HOUR, effective_from=NOON + 3 * DAY)
    published(changed(agency, name="Urgent"), at=NOON + DAY)
    assert names_in_force(agency, NOON + 2 * DAY) == ["Urgent"]
    assert names_in_force(agency, NOON + 3 * DAY) == ["Scheduled"]


def test_publishing_into_the_past_is_refused(agency):
    with pytest.raises(PublishingError, match="has passed"):
        published(changed(agency, name="Late"), at=NOON + DAY, effective_from=NOON + HOUR)
    assert agency.editions.count() == 1


def test_publishing_twice_makes_one_edition(agency):
    unit = changed(agency, name="Renamed")
    published(unit, at=NOON + HOUR)
    with pytest.raises(NothingToPublishError):
        published(unit, at=NOON + 2 * HOUR)
    assert agency.editions.count() == 2


def test_two_editions_for_one_instant_are_refused(agency):
    published(changed(agency, name="First"), at=NOON + HOUR, effective_from=NOON + DAY)
    with pytest.raises(PublishingError, match="Withdraw it first"):
        published(changed(agency, name="Second"), at=NOON + HOUR, effective_from=NOON + DAY)


def test_what_was_saved_after_the_look_is_not_published(agency):
    looked_at = changed(agency, name="Seen")
    changed(agency, name="Not seen")
    with pytest.raises(ChangedMeanwhileError):
        publishing.publish(
            records=[looked_at],
            by=None,
            at=NOON + HOUR,
            versions={looked_at: looked_at.version},
        )


def test_two_publications_at_one_instant_make_one_edition(agency):
    published(changed(agency, name="First"), at=NOON + HOUR)
    with pytest.raises(ChangedMeanwhileError):
        published(changed(agency, name="Second"), at=NOON + HOUR)


def test_records_are_published_all_or_none(agency):
    good, bad = make_unit(slug="same"), make_unit(slug="same")
    with pytest.raises(BrokenRuleError, match="in use"):
        published(good, bad)
    assert not good.editions.exists()
    assert Unit.objects.get(pk=good.pk).has_unpublished_changes


def test_a_child_and_its_new_parent_are_published_together(agency):
    parent = make_directorate()
    child = make_unit(parent=parent)
    published(child, parent)
    assert UnitEdition.objects.in_force(NOON).count() == 3


def test_a_unit_below_an_unpublished_one_is_refused_with_words(agency):
    child = make_unit(name="Child", parent=make_directorate())
    with pytest.raises(BrokenRuleError, match="Child: the unit it is part of is not published"):
        published(child)


def test_a_cycle_is_refused(agency):
    first = make_unit(name="First")
    second = make_unit(name="Second", parent=first)
    published(first, second)
    with pytest.raises(BrokenRuleError, match="part of itself"):
        published(changed(first, parent=second), at=NOON + HOUR)


def test_a_second_agency_is_refused(agency):
    with pytest.raises(BrokenRuleError, match="there is one agency"):
        published(make_agency(slug="second"))


def test_rich_text_is_sanitized_whatever_way_it_came_in(agency):
    Unit.objects.filter(pk=agency.pk).update(
        overview="<p>Fine</p><script>alert(1)</script>", has_unpublished_changes=True
    )
    published(agency, at=NOON + HOUR)
    assert agency.editions.get(number=2).overview == "<p>Fine</p>"


def test_content_that_is_not_valid_is_refused_with_the_field(agency):
    Unit.objects.filter(pk=agency.pk).update(email="not an address", has_unpublished_changes=True)
    with pytest.raises(PublishingError, match="email: Enter a valid email"):
        published(agency, at=NOON + HOUR)


def test_the_mark_of_unpublished_changes_follows_the_content(agency):
    assert not agency.has_unpublished_changes
    unit = changed(agency, name="Draft")
    assert unit.has_unpublished_changes
    assert not changed(unit, name="Agency of Examples").has_unpublished_changes


def test_a_figure_is_published_like_a_unit(agency):
    figure = published(make_figure(unit=agency, value=5))
    published(changed(figure, value=6), at=NOON + HOUR, effective_from=NOON + DAY)
    values = [figure.editions.in_force(at).get().value for at in (NOON + HOUR, NOON + DAY)]
    assert values == [5, 6]


def test_withdrawing_a_scheduled_edition_leaves_the_timeline_as_it_was(agency):
    user = make_user()
    published(changed(agency, name="Scheduled"), at=NOON + HOUR, effective_from=NOON + DAY)
    edition = agency.editions.get(number=2)
    publishing.withdraw(editions=[edition], by=user, at=NOON + 2 * HOUR)
    assert names_in_force(agency, NOON + 9 * DAY) == ["Agency of Examples"]
    withdrawn = agency.editions.get(number=2)
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == (user, NOON + 2 * HOUR)
    assert Unit.objects.get(pk=agency.pk).has_unpublished_changes


def test_an_edition_in_force_cannot_be_withdrawn(agency):
    with pytest.raises(PublishingError, match="has taken effect"):
        publishing.withdraw(editions=[agency.editions.get()], by=None, at=NOON)


def test_an_edition_is_withdrawn_once(agency):
    published(changed(agency, name="Scheduled"), at=NOON + HOUR, effective_from=NOON + DAY)
    edition = agency.editions.get(number=2)
    publishing.withdraw(editions=[edition], by=None, at=NOON + HOUR)
    with pytest.raises(PublishingError, match="withdrawn already"):
        publishing.withdraw(editions=[edition], by=None, at=NOON + HOUR)


def test_an_edition_that_others_rely_on_cannot_be_withdrawn(agency):
    parent = make_unit(name="Parent")
    child = make_unit(name="Child", parent=parent)
    published(parent, effective_from=NOON + DAY)
    published(child, effective_from=NOON + 2 * DAY)
    with pytest.raises(BrokenRuleError, match="Child"):
        publishing.withdraw(editions=[parent.editions.get()], by=None, at=NOON + HOUR)
    assert parent.editions.get().withdrawn_at is None


def test_closing_names_what_took_the_units_place(agency):
    old, new = make_unit(), make_unit()
    published(old, new)
    close(unit=old, successors=[new], by=None, at=NOON + HOUR)
    edition = UnitEdition.objects.in_force(NOON + HOUR).get(unit=old)
    assert edition.is_closed
    assert list(edition.successors.all()) == [new]
    assert Unit.objects.get(pk=old.pk).is_closed


def test_closing_with_units_below_asks_where_they_go(agency):
    parent = make_unit()
    published(parent, make_unit(name="Child", parent=parent))
    with pytest.raises(PublishingError, match=r"Child\. Say where they go"):
        close(unit=parent, successors=[agency], by=None, at=NOON + HOUR)


def test_closing_moves_the_units_below_and_leaves_their_drafts(agency):
    old, new = make_unit(), make_unit()
    child = make_unit(name="Child", parent=old)
    published(old, new, child)
    changed(child, name="Draft of child")
    close(unit=old, successors=[new], children_to=new, by=None, at=NOON + HOUR)
    edition = UnitEdition.objects.in_force(NOON + HOUR).get(unit=child)
    assert (edition.parent_id, edition.name) == (new.pk, "Child")
    draft = Unit.objects.get(pk=child.pk)
    assert (draft.parent_id, draft.name) == (new.pk, "Draft of child")
    assert draft.has_unpublished_changes


def test_a_closure_can_be_scheduled(agency):
    old, new = make_unit(), make_unit()
    published(old, new)
    close(unit=old, successors=[new], by=None, at=NOON + HOUR, effective_from=NOON + DAY)
    assert not UnitEdition.objects.in_force(NOON + HOUR).get(unit=old).is_closed
    assert UnitEdition.objects.in_force(NOON + DAY).get(unit=old).is_closed


def test_the_agency_cannot_be_closed(agency):
    with pytest.raises(PublishingError, match="cannot be closed"):
        close(unit=agency, successors=[], by=None, at=NOON + HOUR)


@pytest.mark.parametrize("action", [close, draft])
def test_a_unit_is_not_closed_into_itself(agency, action):
    unit = published(make_unit())
    with pytest.raises(PublishingError, match="its own successor"):
        action(unit=unit, successors=[unit], by=None, at=NOON + HOUR)


def test_a_unit_is_not_closed_into_one_that_the_public_cannot_see(agency):
    old, draft = published(make_unit()), make_unit()
    with pytest.raises(BrokenRuleError, match="a successor is not published"):
        close(unit=old, successors=[draft], by=None, at=NOON + HOUR)


def test_a_unit_with_a_later_edition_scheduled_is_not_closed_before_it(agency):
    old = published(make_unit())
    published(changed(old, name="Later"), at=NOON + HOUR, effective_from=NOON + 2 * DAY)
    with pytest.raises(PublishingError, match="Withdraw that one first"):
        close(unit=old, successors=[agency], by=None, at=NOON + DAY)


def test_a_unit_that_was_never_published_cannot_be_closed(agency):
    with pytest.raises(PublishingError, match="never published"):
        close(unit=make_unit(), successors=[agency], by=None, at=NOON)


def test_restoring_copies_an_old_edition_into_the_draft(agency):
    matter = make_responsibility()
    unit = published(make_unit(name="Old name", responsibilities=[matter]))
    unit.name = "New name"
    drafting.save(record=unit, relations={"responsibilities": []}, by=None, at=NOON)
    published(unit, at=NOON + HOUR)
    restored = publishing.restore(edition=unit.editions.get(number=1), by=None, at=NOON + 2 * HOUR)
    assert restored.name == "Old name"
    assert list(restored.responsibilities.all()) == [matter]
    assert restored.has_unpublished_changes
    assert names_in_force(unit, NOON + DAY) == ["New name"]


class TimelineInTheDatabase(TestCase):
    """Approvals and withdrawals in any order, through the actions and the database's rules."""

    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("approve"), st.integers(1, 12)),
                st.tuples(st.just("withdraw"), st.integers(0, 12)),
            ),
            max_size=10,
        )
    )
    def test_any_order_leaves_one_edition_in_force_at_every_instant(self, history):
        unit = published_agency()
        expected = {0}
        for step, (move, value) in enumerate(history):
            if move == "approve" and value not in expected:
                draft = changed(unit, name=f"Name {step}")
                published(draft, at=NOON, effective_from=NOON + value * DAY)
                expected.add(value)
            elif move == "withdraw" and len(expected) > 1:
                day = sorted(expected - {0})[value % (len(expected) - 1)]
                edition = unit.editions.not_withdrawn().get(effective_from=NOON + day * DAY)
                publishing.withdraw(editions=[edition], by=None, at=NOON)
                expected.remove(day)
        for number in range(14):
            at = NOON + number * DAY
            (begun,) = unit.editions.in_force(at).values_list("effective_from", flat=True)
            assert begun == NOON + max(day for day in expected if day <= number) * DAY


def test_what_was_scheduled_together_can_be_withdrawn_together(agency):
    first, second = make_unit(slug="first"), make_unit(slug="second")
    published(first, second)
    swapped = [changed(first, slug="second"), changed(second, slug="first")]
    published(*swapped, at=NOON + HOUR, effective_from=NOON + DAY)
    edition = first.editions.get(number=2)
    with pytest.raises(BrokenRuleError, match="in use"):
        publishing.withdraw(editions=[edition], by=None, at=NOON + HOUR)
    approved_together = publishing.find_approved_together(edition)
    assert approved_together == [second.editions.get(number=2)]
    publishing.withdraw(editions=[edition, *approved_together], by=None, at=NOON + HOUR)
    slugs = UnitEdition.objects.in_force(NOON + 2 * DAY).filter(kind="office")
    assert dict(slugs.values_list("unit_id", "slug")) == {first.pk: "first", second.pk: "second"}


def test_a_unit_can_be_closed_into_one_of_those_below_it(agency):
    parent = make_unit(name="Parent")
    heir, sibling = make_unit(name="Heir", parent=parent), make_unit(name="Sibling", parent=parent)
    published(parent, heir, sibling)
    close(unit=parent, successors=[heir], children_to=heir, by=None, at=NOON + HOUR)
    in_force = UnitEdition.objects.in_force(NOON + HOUR)
    assert in_force.get(unit=heir).parent_id == agency.pk
    assert in_force.get(unit=sibling).parent_id == heir.pk


def test_closing_leaves_a_drafted_move_of_a_unit_below(agency):
    old, new, chosen = make_unit(), make_unit(), make_unit()
    child = make_unit(parent=old)
    published(old, new, chosen, child)
    changed(child, parent=chosen)
    close(unit=old, successors=[new], children_to=new, by=None, at=NOON + HOUR)
    assert Unit.objects.get(pk=child.pk).parent_id == chosen.pk


def test_a_figure_of_an_unpublished_unit_is_refused(agency):
    figure = make_figure(unit=make_unit())
    with pytest.raises(PublishingError, match="Publish the unit first"):
        published(figure)


def test_a_figure_is_published_together_with_its_unit(agency):
    unit = make_unit()
    published(make_figure(unit=unit), unit)
    assert UnitEdition.objects.in_force(NOON).filter(unit=unit).exists()
