from directorates.rules import review_states
from directorates.rules.review_states import MOVES, moves_from


def test_every_state_can_be_reached_and_every_move_leads_somewhere_else():
    reached = {review_states.OPEN} | {move.target for move in MOVES.values()}
    assert reached == {"open", "in-review", "returned", "approved", "withdrawn", "discarded"}
    assert not [move for move in MOVES.values() if move.target in move.origins]


def test_nothing_leads_out_of_a_withdrawn_or_discarded_set():
    assert moves_from(review_states.WITHDRAWN) == moves_from(review_states.DISCARDED) == []


def test_only_a_review_leads_to_approval():
    ways = [move for move in MOVES.values() if move.target == review_states.APPROVED]
    assert [(move.origins, move.by_others) for move in ways] == [
        (frozenset({review_states.IN_REVIEW}), True)
    ]


def test_a_return_and_a_withdrawal_need_words():
    assert {name for name, move in MOVES.items() if move.needs_comment} == {"return", "withdraw"}
