import pytest

from directorates.rules.content.alphabet import letter_of
from directorates.rules.content.index_words import find_other_words
from directorates.rules.content.telling_words import find_telling_part, split_name


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("Office of the Chief Financial Officer", "Chief Financial Officer"),
        ("Office of Professional Responsibility", "Professional Responsibility"),
        ("Office for Civil Rights", "Civil Rights"),
        ("The Office of Records", "Records"),
        ("Directorate of Imaginary Clouds", "Imaginary Clouds"),
        ("Division of the Interior", "Interior"),
        ("Bureau of Labor Statistics", "Labor Statistics"),
        ("Department of Homeland Security", "Homeland Security"),
        ("Center for Disease Control", "Disease Control"),
        ("Centre for Data", "Data"),
        ("Branch of Maps", "Maps"),
        ("Section for Archives", "Archives"),
        ("Unit of Last Resort", "Last Resort"),
        ("U.S. Immigration and Customs Enforcement", "Immigration and Customs Enforcement"),
        ("U. S. Marshals", "Marshals"),
        ("United States Mint", "Mint"),
        ("Office of the U.S. Trade Adviser", "Trade Adviser"),
        ("OFFICE OF THE SECRETARY", "SECRETARY"),
        ("Bureau du registraire", "registraire"),
        ("Bureau des passeports", "passeports"),
        ("Direction de la protection civile", "protection civile"),
        ("Direction générale de l’enseignement", "enseignement"),
        ("Le Secrétariat du Conseil", "Conseil"),
        ("Service d'audit", "audit"),
        ("Oficina de Asuntos Civiles", "Asuntos Civiles"),
        ("Oficina del Director", "Director"),
        ("Dirección General de los Puertos", "Puertos"),
        ("Centro para la Paz", "Paz"),
        # These stay whole.
        ("Enforcement and Removal Operations", "Enforcement and Removal Operations"),
        ("Office Services", "Office Services"),
        ("Division 7", "Division 7"),
        ("National Center for Health", "National Center for Health"),
        ("Officers of the Court", "Officers of the Court"),
        ("Theater Office", "Theater Office"),
        ("Usability Team", "Usability Team"),
        ("Office of the ", "Office of the "),
        ("U.S. ", "U.S. "),
        ("", ""),
    ],
)
def test_the_telling_part_of_a_name(name, telling):
    assert find_telling_part(name) == telling
    assert "".join(split_name(name)) == name


@pytest.mark.parametrize(
    ("name", "sorted_under", "parts"),
    [
        ("Field Office Boston", "Boston", ("Field Office ", "Boston", "")),
        ("Boston Field Office", "field", ("Boston ", "Field", " Office")),
        ("Office of Records", "Archives", ("Office of Records", "", "")),
        ("İzmir Office", "Office", ("İzmir ", "Office", "")),
    ],
)
def test_staff_choose_the_telling_part(name, sorted_under, parts):
    assert split_name(name, sorted_under) == parts


@pytest.mark.parametrize(
    ("name", "letter"),
    [("éclair", "E"), ("9 to 5", "0–9"), ("Жуков", "Ж"), ("«»", "#"), ("", "#"), ("ßa", "S")],
)
def test_the_letter_of_a_name(name, letter):
    assert letter_of(name) == letter


@pytest.mark.parametrize(
    ("phrase", "synonyms", "words"),
    [
        ("Terrorism", ["terror", "terrorists", "extremism"], ["extremism"]),
        ("Information technology", ["computers", "IT"], ["computers", "IT"]),
        ("Freedom of Information Act (FOIA)", ["foia", "public records"], ["FOIA", "public records"]),
        ("Management and Administration (M&A)", [], ["M&A"]),
        ("Arrest (with a warrant)", [], []),
        ("Bail", ["bail", "BAIL", "?"], []),
    ],
)  # fmt: skip
def test_the_other_words_of_a_phrase(phrase, synonyms, words):
    assert find_other_words(phrase, synonyms) == words
