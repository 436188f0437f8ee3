"""Every action by every role, on assigned units and on others, by its effect on the rows.

`tests/admin/test_matrix.py` tests the pages in the same way.
"""

import pytest

from tests.actions.every_action import CALLS, EVERY_CALL, NONE, find_gap
from tests.factories import make_directorate, make_user, published, published_agency

pytestmark = pytest.mark.django_db

WRITES, REVIEWS = {"Editor", "Publisher"}, {"Reviewer", "Publisher"}
PUBLISHES, SHARES = {"Publisher"}, {"Editor", "Reviewer", "Publisher"}

#: The roles that may call an action; editors and reviewers only for their units, if the action has a scope.
ACTION_RULES = {
    "drafting.save": WRITES,
    "drafting.delete": WRITES,
    "closing.draft": WRITES,
    "closing.close": PUBLISHES,
    "moving.move": WRITES,
    "ordering.set_positions": WRITES,
    "publishing.publish": PUBLISHES,
    "publishing.withdraw": PUBLISHES,
    "reviewing.withdraw_editions": PUBLISHES,
    "publishing.restore": WRITES,
    "publishing.discard_draft": WRITES,
    "closing.reopen": WRITES,
    **dict.fromkeys((name for name in CALLS if name.startswith("withholding.")), PUBLISHES),
    "checking.waive": WRITES,
    "checking.mend": WRITES,
    "upkeep.confirm": WRITES | REVIEWS,
    "upkeep.plan": WRITES,
    "reviewing.create": WRITES,
    "reviewing.add": WRITES,
    "reviewing.remove": WRITES,
    "reviewing.save": WRITES,
    "reviewing.add_note": WRITES,
    "reviewing.submit": WRITES,
    "reviewing.take_back": WRITES,
    "reviewing.discard": WRITES,
    "reviewing.return_to_author": REVIEWS,
    "reviewing.approve": REVIEWS,
    "reviewing.withdraw": REVIEWS,
    "reviewing.submit_records": WRITES,
    "reviewing.publish": PUBLISHES,
    "opening_again.open_again": WRITES,
    "corrections.submit": WRITES,
    "corrections.publish": PUBLISHES,
    "correcting.correct": PUBLISHES | REVIEWS,
    "remarking.remark": WRITES | REVIEWS,
    "remarking.answer": WRITES | REVIEWS,
    "remarking.tick_off": WRITES | REVIEWS,
    "sharing.share": SHARES,
    "sharing.revoke": SHARES,
    "responsibilities.save": WRITES,
    "responsibilities.find_or_make": WRITES,
    "responsibilities.delete": PUBLISHES,
    "site_settings.save": {"Administrator"},
    "survey.delete": set(),
    # A file reaches every unit. Site settings in a file take another permission.
    "importing.load": {"Publisher"},
}


@pytest.fixture(autouse=True)
def _one_person_is_enough(settings):
    """This test does not ask for a second person."""
    settings.AUTHORS_MAY_APPROVE = True


@pytest.fixture
def places():
    published_agency()
    return [published(make_directorate(name=name)) for name in ("North", "South")]


def member_of(role, north):
    if role == "nobody":
        return make_user(permissions=[], units=[])
    return make_user(role=role, units=[north] if role in ("Editor", "Reviewer") else [])


@pytest.mark.parametrize("role", ["nobody", "Editor", "Reviewer", "Publisher", "Administrator"])
def test_every_action_by_role_and_scope(role, places):
    north, _ = places
    person, wrong = member_of(role, north), []
    for name, (action, how) in EVERY_CALL.items():
        for place in places:
            is_within = how.scope == NONE or role == "Publisher" or place == north
            is_allowed = role in ACTION_RULES[action] and is_within
            if fault := find_gap((action, how), person, place, is_allowed=is_allowed):
                wrong.append(f"{name}, {place}: {fault}")
    assert not wrong, f"{role}:\n" + "\n".join(wrong)


def test_every_action_has_a_rule():
    assert set(ACTION_RULES) == set(CALLS)
