"""Real organizations load, and a dump gives the same content."""

from pathlib import Path

import pytest

from directorates.exchange import agency_export
from directorates.models import UnitEdition
from directorates.queries.pages import unit_list, unit_page
from directorates.rules import local_time
from tests.factories import NOON, loaded

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = sorted(path.name for path in DATA.glob("*.toml"))


def listed(kind):
    pages = unit_list.get(kind=kind, at=NOON)
    return [unit.name for group in pages.groups for unit in group.units]


@pytest.mark.parametrize("name", FILES)
def test_a_file_loads_dumps_and_loads_again(name):
    loaded((DATA / name).read_text(encoding="utf-8"))
    dumped = agency_export.dump()
    result = loaded(dumped)
    assert (result.editions, agency_export.dump()) == (0, dumped)


def test_french_names_stand_in_the_order_of_their_telling_words():
    loaded((DATA / "canada-34-fr.toml").read_text(encoding="utf-8"))
    assert listed("office") == [
        "Agence fédérale de développement économique pour le Nord de l’Ontario",
        "Bureau du commissaire au renseignement",
        "Agence de développement économique du Pacifique Canada",
        "Agence d'évaluation d'impact du Canada",
        "Secrétariat de l’Office de surveillance des activités en matière de sécurité nationale et de renseignement",
        "Agence de promotion économique du Canada atlantique",
        "Régie de l'énergie du Canada",
        "Agence de la santé publique du Canada",
        "Service canadien d'appui aux tribunaux administratifs",
    ]


@pytest.fixture
def page_of(db):
    """Return the page of a unit of the real organizations, by its permanent name."""
    loaded((DATA / "canada-34-en.toml").read_text(encoding="utf-8"))

    def page(identifier):
        edition = UnitEdition.objects.in_force(NOON).get(unit__identifier=identifier)
        return unit_page.get(edition, at=NOON)

    return page


def day(instant):
    return str(local_time.day_of(instant, "America/Toronto"))


def test_eight_bodies_were_merged_into_one_on_one_day(page_of):
    taken_over = page_of("atssc").taken_over.units
    assert len(taken_over) == 8
    assert {(one.words, day(one.closed_at)) for one in taken_over} == {
        ("merged into it", "2014-11-01")
    }


def test_a_body_that_was_split_names_both_and_both_name_it(page_of):
    closure = page_of("ecbc").closure
    assert (closure.words, day(closure.closed_at)) == ("It was split into", "2014-06-19")
    assert {link.text for link in closure.successors} == {
        "Atlantic Canada Opportunities Agency",
        "Public Services and Procurement Canada",
    }
    for identifier in ("acoa", "pspc"):
        (one,) = page_of(identifier).taken_over.units
        assert (one.unit.text, one.words) == ("Enterprise Cape Breton Corporation", "split")


def test_a_body_that_closed_without_a_successor_says_so(page_of):
    closure = page_of("ppp").closure
    assert (closure.words, closure.successors) == ("without a successor", ())


def test_a_renamed_body_says_its_former_name_and_until_when(page_of):
    (former,) = page_of("cer").former_names
    assert (former.name, day(former.until)) == ("National Energy Board", "2019-08-28")
