from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directorates.rules import timeline
from directorates.rules.timeline import Span, TimelineConflictError

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def test_an_edition_ends_where_the_next_begins():
    span, shortened = timeline.insert([Span(day(0), None, "a")], day(5), "b")
    assert span == Span(day(5), None, "b")
    assert shortened == Span(day(0), day(5), "a")


def test_an_urgent_edition_lasts_until_the_scheduled_one():
    spans = [Span(day(0), day(9), "a"), Span(day(9), None, "scheduled")]
    span, shortened = timeline.insert(spans, day(3), "urgent")
    assert span == Span(day(3), day(9), "urgent")
    assert shortened == Span(day(0), day(3), "a")


def test_an_edition_before_the_first_shortens_none():
    span, shortened = timeline.insert([Span(day(9), None, "a")], day(3))
    assert span == Span(day(3), day(9))
    assert shortened is None


def test_two_editions_never_begin_at_one_instant():
    with pytest.raises(TimelineConflictError, match="Withdraw it first"):
        timeline.insert([Span(day(5), None, "a")], day(5))


def test_withdrawing_mends_the_timeline():
    spans = [Span(day(0), day(5), "a"), Span(day(5), day(9), "b"), Span(day(9), None, "c")]
    emptied, extended = timeline.withdraw(spans, "b")
    assert emptied.is_empty
    assert extended == Span(day(0), day(9), "a")


@st.composite
def histories(draw):
    """Draw approvals ("approve", day) and withdrawals ("withdraw", number among the editions left)."""
    steps = st.one_of(
        st.tuples(st.just("approve"), st.integers(0, 30)),
        st.tuples(st.just("withdraw"), st.integers(0, 30)),
    )
    return draw(st.lists(steps, max_size=25))


def play(history):
    """Return the spans after a history, and the days of the editions left."""
    spans, standing = {}, {}
    for number, (move, value) in enumerate(history):
        if move == "approve":
            try:
                span, shortened = timeline.insert(spans.values(), day(value), number)
            except TimelineConflictError:
                assert day(value) in standing.values()
                continue
            spans[number], standing[number] = span, day(value)
            if shortened:
                spans[shortened.key] = shortened
        elif standing:
            key = sorted(standing)[value % len(standing)]
            emptied, extended = timeline.withdraw(spans.values(), key)
            spans[key] = emptied
            del standing[key]
            if extended:
                spans[extended.key] = extended
    return spans, standing


@given(histories())
def test_whatever_the_order_there_are_never_two_in_force_and_no_gap(history):
    spans, standing = play(history)
    first = min(standing.values(), default=None)
    for number in range(-1, 35):
        at = day(number) + timedelta(hours=1)
        in_force = [span for span in spans.values() if span.is_in_force(at)]
        expected = 1 if first is not None and first <= at else 0
        assert len(in_force) == expected


@given(histories())
def test_the_edition_in_force_is_the_one_that_began_last(history):
    spans, standing = play(history)
    for number in range(35):
        at = day(number)
        begun = [begins for begins in standing.values() if begins <= at]
        in_force = [span.begins for span in spans.values() if span.is_in_force(at)]
        assert in_force == ([max(begun)] if begun else [])


@given(histories(), st.integers(0, 30))
def test_withdrawing_what_was_just_approved_leaves_the_timeline_as_it_was(history, number):
    spans, _ = play(history)
    live = {key: span for key, span in spans.items() if not span.is_empty}
    try:
        span, shortened = timeline.insert(live.values(), day(number), "new")
    except TimelineConflictError:
        return
    after = live | {"new": span} | ({shortened.key: shortened} if shortened else {})
    _, extended = timeline.withdraw(after.values(), "new")
    after.pop("new")
    if extended:
        after[extended.key] = extended
    assert after == live
