"""Real organizations load, and a dump gives the same content."""

from pathlib import Path

import pytest

from directorates.exchange import agency_export
from directorates.queries.pages import unit_list
from tests.factories import NOON, loaded

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = sorted(path.name for path in DATA.glob("*.toml"))


def listed(kind):
    pages = unit_list.get(kind=kind, at=NOON)
    return [card.name for card in pages.groups[0].units]


@pytest.mark.parametrize("name", FILES)
def test_a_file_loads_dumps_and_loads_again(name):
    loaded((DATA / name).read_text(encoding="utf-8"))
    dumped = agency_export.dump()
    result = loaded(dumped)
    assert (result.editions, agency_export.dump()) == (0, dumped)


def test_french_names_stand_in_the_french_order_of_the_alphabet():
    loaded((DATA / "canada-34-fr.toml").read_text(encoding="utf-8"))
    assert listed("office") == [
        "Agence d'évaluation d'impact du Canada",
        "Agence de développement économique du Pacifique Canada",
        "Agence de la santé publique du Canada",
        "Agence de promotion économique du Canada atlantique",
        "Agence fédérale de développement économique pour le Nord de l’Ontario",
        "Bureau du commissaire au renseignement",
        "Régie de l'énergie du Canada",
        "Secrétariat de l’Office de surveillance des activités en matière de sécurité nationale et de renseignement",
        "Service canadien d'appui aux tribunaux administratifs",
    ]
