from datetime import UTC, datetime
from decimal import Decimal

import pytest

from directorates.exchange import agency_file
from directorates.exchange.agency_file import AgencyFileError, AgencyFileLayout

LAYOUT = AgencyFileLayout(
    site={"site_name": str, "survey_is_open": bool},
    links={"text": str, "url": str},
    responsibilities={"phrase": str, "synonyms": [str]},
    units={"name": str, "position": int, "overview": str, "responsibilities": [str]},
    figures={"value": Decimal, "unit": str},
)


def read(source):
    data = agency_file.scan(source.encode(), "agency.toml", LAYOUT)
    if data.problems:
        raise AgencyFileError("agency.toml", data.problems)
    return data


def problems(source):
    with pytest.raises(AgencyFileError) as error:
        read(source)
    return str(error.value).splitlines()


def test_a_file_is_read_with_the_lines_of_its_values():
    data = read(
        "format = 1\n[[units]]\nidentifier = 'a'\n[[units.editions]]\nname = 'A'\n"
        "[[units]]\nidentifier = 'b'\n[[units.editions]]\nname = 'B'\n"
    )
    edition = data.units[1].editions[0]
    assert (edition.values, edition.line, edition.lines) == ({"name": "B"}, 8, {"name": 9})


def test_a_line_within_a_long_text_is_not_taken_for_a_key():
    data = read(
        "format = 1\n[[units]]\nidentifier = 'a'\n[[units.editions]]\n"
        "overview = '''\nposition = 7\n[[units]]\n'''\nname = 'A'\n"
    )
    assert data.units[0].editions[0].lines == {"overview": 5, "name": 9}


def test_broken_toml_is_refused_with_its_line():
    (problem,) = problems("format = 1\n[site]\nsite_name = oops\n")
    assert problem.startswith(
        "agency.toml, line 3: the file is not valid TOML: write a text between"
    )


def test_a_file_that_is_not_text_is_refused():
    with pytest.raises(AgencyFileError, match="not UTF-8"):
        agency_file.scan(b"name = '\xe9'", "agency.toml", LAYOUT)


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    found = problems(
        "format = 1\n[site]\nsite_nam = 'X'\n[[units]]\nidentifier = 'a'\n"
        "[[units.editions]]\nname = 5\nposition = true\n"
    )
    assert found == [
        "agency.toml, line 3, site, site_nam: there is no such field; did you mean “site_name”?",
        "agency.toml, line 7, units[1] “a”, editions[1], name: expected text in quotes, without NUL characters",
        "agency.toml, line 8, units[1] “a”, editions[1], position: expected a whole number",
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "the file is empty; see the sample files"),
        ("[site]", "format: write “format = 1” at the top of the file"),
        ("format = true", "format: write “format = 1” at the top of the file"),
        ("format = 1.0", "format: write “format = 1” at the top of the file"),
        ("format = 2", "format: write “format = 1” at the top of the file"),
        ("format = 1\n[unit]\n", "unit: there is no such table; see the sample files"),
        ("format = 1\nunits = 3", "units: write [[units]] for each entry"),
        ("format = 1\nsite = 3", "site: write [site] as a table"),
        (
            "format = 1\n[[units]]\nidentifier = 'a'",
            "editions: write [[units.editions]] at least once",
        ),
        ("format = 1\n[[units]]\n[[units.editions]]", "identifier: is missing"),
        (
            "format = 1\n[[units]]\nidentifier='a'\n[[units.editions]]\neffective_from = 2026-01-01T00:00:00",
            "expected an instant with its offset",
        ),
        (
            "format = 1\n[[units]]\nidentifier='a'\n[[units.editions]]\nresponsibilities = ['a', 1]",
            "expected a list of texts in quotes",
        ),
    ],
)
def test_what_does_not_fit_is_named(source, reason):
    assert any(reason in problem for problem in problems(source))


def test_what_is_written_is_read_again():
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    written = agency_file.write(
        {
            "units": [
                {
                    "identifier": "a",
                    "editions": [{"name": 'A "quoted" \\ name', "effective_from": begins}],
                }
            ],
            "figures": [{"identifier": "f", "editions": [{"value": Decimal("2.50"), "unit": "a"}]}],
        }
    )
    data = read(written)
    assert data.units[0].editions[0].values == {
        "name": 'A "quoted" \\ name',
        "effective_from": begins,
    }
    assert data.figures[0].editions[0].values["value"] == Decimal("2.5")
