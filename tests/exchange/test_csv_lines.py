import pytest

from directorates.exchange.csv_lines import csv_lines


def test_every_cell_is_quoted():
    assert [*csv_lines(["A", "B"], [["plain", 7], ['with "quotes"', None]])] == [
        '\ufeff"A","B"\r\n',
        '"plain","7"\r\n',
        '"with ""quotes""",""\r\n',
    ]


@pytest.mark.parametrize("formula", ["=1+1", "\t=1", "\r=1", "\n@SUM(A1)", "＝1"])
def test_a_spreadsheet_program_runs_no_cell(formula):
    _, line = csv_lines(["A"], [[formula]])
    assert line == f'"\'{formula}"\r\n'
