from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directorates.rules import figure_series
from directorates.rules.drawing import figure_chart
from directorates.rules.figure_series import Series, Statement


def series(*values, basis=figure_series.BY_YEAR, currency=""):
    statements = tuple(
        Statement(
            Decimal(value),
            currency,
            "cars",
            "",
            date(2020 + number, 9, 30),
            datetime(2020 + number, 10, 1, tzinfo=UTC),
        )
        for number, value in enumerate(values)
    )
    return Series(basis, statements, has_earlier=False)


def share(text):
    return float(text.removesuffix("%"))


def test_columns_begin_at_zero_and_have_the_lengths_of_their_numbers():
    chart = figure_chart.draw(series(100, 50, 200))
    heights = [float(column.height) for column in chart.columns]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.02)
    assert heights[2] == pytest.approx(4 * heights[1], abs=0.02)
    assert {float(c.y) + float(c.height) for c in chart.columns} == {chart.bottom}
    assert [label.time for label in chart.labels] == [2020, 2021, 2022]


def test_columns_stand_beside_each_other_within_the_picture():
    columns = figure_chart.draw(series(*range(1, 61))).columns
    ends = [share(column.x) + share(column.width) for column in columns]
    assert all(end < share(after.x) for end, after in zip(ends, columns[1:], strict=False))
    assert share(columns[0].x) > 0
    assert ends[-1] < 100


def test_many_years_have_labels_at_both_ends():
    chart = figure_chart.draw(series(*range(1, 11)))
    assert [label.time for label in chart.labels] == [2020, 2029]


def test_levels_are_round_and_zero_is_among_them():
    chart = figure_chart.draw(series(21_786, 18_000))
    assert [tick.words for tick in chart.ticks] == ["0", "10,000", "20,000", "30,000"]
    assert [tick.is_zero for tick in chart.ticks] == [True, False, False, False]
    money = figure_chart.draw(series(8 * 10**9, 7 * 10**9, currency="USD"))
    assert [tick.words for tick in money.ticks] == ["$0", "$2 billion", "$4 billion", "$6 billion", "$8 billion"]  # fmt: skip


def test_negative_numbers_hang_from_zero():
    chart = figure_chart.draw(series(-50, 100))
    (zero,) = [float(tick.y) for tick in chart.ticks if tick.is_zero]
    below, above = chart.columns
    assert float(below.y) == zero
    assert float(above.y) + float(above.height) == pytest.approx(zero, abs=0.02)


def test_a_line_leads_from_day_to_day_in_proportion():
    one, two, three = series(1, 2, 4).statements
    late = replace(three, as_of=two.as_of + timedelta(days=2 * (two.as_of - one.as_of).days))
    chart = figure_chart.draw(Series(figure_series.BY_DAY, (one, two, late), has_earlier=False))
    assert [share(dot.x) for dot in chart.dots] == pytest.approx([0, 33.33, 100], abs=0.01)
    assert len(chart.lines) == 2
    assert [label.anchor for label in chart.labels] == ["start", "end"]


def test_a_published_number_holds_until_the_next_one():
    chart = figure_chart.draw(series(1, 2, basis=figure_series.BY_PUBLICATION))
    level, step = chart.lines
    assert level.y1 == level.y2
    assert step.x1 == step.x2 == "100%"


@given(
    st.lists(st.decimals(min_value=-(10**17), max_value=10**17, places=2), min_size=2, max_size=60),
    st.sampled_from([figure_series.BY_YEAR, figure_series.BY_DAY, figure_series.BY_PUBLICATION]),
)
def test_every_series_stays_within_its_picture(values, basis):
    chart = figure_chart.draw(series(*values, basis=basis))
    assert 2 <= len(chart.ticks) <= 8
    levels = [float(tick.y) for tick in chart.ticks]
    heights = [float(column.height) for column in chart.columns]
    ends = [float(column.y) for column in chart.columns] + [float(dot.y) for dot in chart.dots]
    assert all(figure_chart.TOP - 0.01 <= y <= figure_chart.BOTTOM + 0.01 for y in levels + ends)
    assert all(height >= 0 for height in heights)
    assert all(0 <= share(dot.x) <= 100 for dot in chart.dots)
