from directorates.rules import review_states
from directorates.rules.review_states import TRANSITIONS, transitions_from


def test_every_state_can_be_reached_and_every_move_leads_somewhere_else():
    reached = {review_states.OPEN} | {transition.target for transition in TRANSITIONS.values()}
    assert reached == {"open", "in-review", "returned", "approved", "withdrawn", "discarded"}
    assert not [
        transition for transition in TRANSITIONS.values() if transition.target in transition.origins
    ]


def test_nothing_leads_out_of_a_withdrawn_or_discarded_set():
    assert (
        transitions_from(review_states.WITHDRAWN) == transitions_from(review_states.DISCARDED) == []
    )


def test_only_a_review_leads_to_approval():
    ways = [
        transition
        for transition in TRANSITIONS.values()
        if transition.target == review_states.APPROVED
    ]
    assert [(transition.origins, transition.by_others) for transition in ways] == [
        (frozenset({review_states.IN_REVIEW}), True)
    ]


def test_a_return_and_a_withdrawal_need_words():
    assert {name for name, transition in TRANSITIONS.items() if transition.needs_comment} == {
        "return",
        "withdraw",
    }
