import pytest

from directorates.models import UnitContent
from directorates.rules import outcomes

FITTING = [
    *(("", number) for number in range(4)),
    ("none", 0),
    *((outcome, 1) for outcome in ("replaced", "merged", "renamed")),
    ("split", 2),
    ("split", 9),
]
OTHERS = [
    ("none", 1),
    *((outcome, number) for outcome in ("replaced", "merged", "renamed") for number in (0, 2)),
    ("split", 0),
    ("split", 1),
]


@pytest.mark.parametrize(("outcome", "successors"), FITTING)
def test_a_number_of_successors_that_fits_is_no_problem(outcome, successors):
    assert outcomes.find_problem(outcome, successors) == ""


@pytest.mark.parametrize(("outcome", "successors"), OTHERS)
def test_a_number_that_does_not_fit_is_a_problem_that_says_what_to_do(outcome, successors):
    assert "Choose" in outcomes.find_problem(outcome, successors) or "choose" in (
        outcomes.find_problem(outcome, successors)
    )


def test_the_messages_say_the_rule():
    assert outcomes.find_problem("split", 1) == (
        "A unit that was split has two or more successors, not 1. Choose the successors, or another outcome."
    )
    assert outcomes.find_problem("merged", 0) == (
        "A unit that was merged into another has exactly one successor, not none. Choose the successors, or"
        " another outcome."
    )
    assert outcomes.find_problem("none", 2) == (
        "A unit that closed without a successor names none. Remove the successors, or choose another outcome."
    )


def test_every_outcome_of_the_form_has_its_rule_and_its_words():
    outcomes_of_the_form = set(UnitContent.Outcome.values)
    assert outcomes_of_the_form == set(outcomes.SUCCESSORS)
    phrases = {**outcomes.BEFORE_SUCCESSORS, **outcomes.WITHOUT_SUCCESSORS}
    assert outcomes_of_the_form | {""} == set(phrases)
    assert outcomes_of_the_form | {""} == {*outcomes.AFTER_PREDECESSOR, outcomes.NONE}
