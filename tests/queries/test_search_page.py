"""What visitors search for, and what they find. Both databases must give the same results in the same order."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directorates.models import UnitEdition
from directorates.queries.pages import search_page
from directorates.queries.pages.search_page import UnknownPageError
from tests.factories import DAY, NOON, changed, make_unit, published
from tests.queries.search_world import LATER, make_world

pytestmark = pytest.mark.django_db

#: The first five results of each query, one query a line. If the order is meant to change, delete the file: the next
#: run writes it, and fails.
ORDER = Path(__file__).with_name("search_order.txt")

OPLA = "Office of the Principal Legal Advisor"
OCFO = "Office of the Chief Financial Officer"
OPR = "Office of Professional Responsibility"
ERO = "Enforcement and Removal Operations"
HSI = "Homeland Security Investigations"
MA = "Management and Administration"
ICE = "U.S. Immigration and Customs Enforcement"
FOIA = "Timely responses under the Freedom of Information Act (FOIA)"
AMBER = "Office of Amber Woods"

#: What was typed, and what comes first: a responsibility, a unit, a figure or nothing.
FIRST = {
    # Acronyms
    "OPLA": OPLA,
    "opla": OPLA,
    "hsi": HSI,
    "M&A": MA,
    "m&a": MA,
    "ICE": ICE,
    "I.C.E.": ICE,
    "OCFO": OCFO,
    "it": "Information technology",
    "OPA": "Office of Public Affairs",
    "BEG": "Bureau d’Économie Générale",
    "csc": "Cyber Safety Center",
    # Names, in part and in another order
    OPLA: OPLA,
    "principal legal advisor": OPLA,
    "office of the principal legal advisors": OPLA,
    "chief financial officer": OCFO,
    "officer financial chief": OCFO,
    "homeland security investigations": HSI,
    "investigations homeland": HSI,
    "professional responsibility": OPR,
    "public affairs": "Office of Public Affairs",
    "affairs public academy": "Public Affairs Academy",
    "calm acorns": "Office of Calm Acorns",
    "lighthouse": "Lighthouse Service",
    "LIGHTHOUSE SERVICES": "Lighthouse Service",
    # An acronym among words that nothing has
    "telephone of the opla reception downtown": OPLA,
    "contact opla": OPLA,
    # Who does what
    "foia": FOIA,
    "who handles FOIA requests": FOIA,
    "Who handles FOIA requests?": FOIA,
    "which office does procurement": "Procurement",
    "procurement": "Procurement",
    "money laundering": "Money laundering",
    "laundering of money": "Money laundering",
    "detention": "Detention",
    "bond": "Bond management",
    "bonds": "Bond management",
    "who is responsible for the budget": "Budget",
    "ethics": "Legal advice on ethics",
    "war crimes": "Human rights violations and war crimes",
    "counting acorns": "Counting acorns",
    "acorn counting": "Counting acorns",
    "visitor parking": "Visitor parking",
    # Synonyms
    "purchasing": "Procurement",
    "buying": "Procurement",
    "hacking": "Cybercrime",
    "computer crimes": "Cybercrime",
    "dirty money": "Money laundering",
    "bail": "Bond management",
    "public records": FOIA,
    "records request": FOIA,
    "gangs": "Transnational gang activity",
    "fake goods": "Intellectual property theft and trade fraud",
    "nuts": "Counting acorns",
    "oak tree": "Counting acorns",
    "car park": "Visitor parking",
    "cyber crime": "Cybercrime",
    "cyber-crime": "Cybercrime",
    # Misspellings
    "procurment": "Procurement",
    "porcurement": "Procurement",
    "cybrcrime": "Cybercrime",
    "laundring": "Money laundering",
    "imigration": "Legal advice on customs, criminal and immigration law enforcement authorities",
    "investigatons": HSI,
    "profesional responsability": OPR,
    "advsor": OPLA,
    "lighthose": "Lighthouse Service",
    "detenshun": None,
    "OPAL": OPLA,
    "fioa": FOIA,
    "FIOA requests": FOIA,
    "procur": "Procurement",
    "smugg": "Narcotics smuggling",
    # Accents and letters
    "economie generale": "Bureau d’Économie Générale",
    "ÉCONOMIE": "Bureau d’Économie Générale",
    "e\u0301conomie": "Bureau d’Économie Générale",
    "grosse": "Division of Größe and Straße",
    "strasse": "Division of Größe and Straße",
    "الأرشيف": "مكتب الأرشيف",
    # Former names and closed units
    "office of acorn counting": "Counting acorns",
    "OAC": AMBER,
    "harbor patrol": "Lighthouse Service",
    "harbor patrol unit": "Lighthouse Service",
    "habror patrol": "Lighthouse Service",
    # People, texts and figures
    "acorn keeper": AMBER,
    "robin example": AMBER,
    "websites": "Webmaster Unit",
    "email": "Webmaster Unit",
    "squirrels": "12,500 squirrels on duty",
    # Nothing
    "contact": None,
    "contact us please": ICE,
    "passport renewal": None,
    "zzzz": None,
    "secretdraft": None,
    "secretsynonym": None,
    "secretscheduled": None,
    "secrettext": None,
    "secretwithdrawn": None,
    "foia secretscheduled": FOIA,
    "foia form": FOIA,
    "zzzz qqqq foia": None,
}

#: What cannot be searched for: an answer says so, at no cost.
REFUSED = [
    "x", "é", "of the", "the", "?", "***", "“”", "-", "\u202e\u202e?", "🌰", "x" * 201, "office " * 1500,
    "%" * 10_000, "\x01\x02!",
]  # fmt: skip

#: What must not break anything.
HOSTILE = [
    "'", '"', "' OR 1=1 --", '"; DROP TABLE directorates_unit; --', "%", "_", "%%", "%s", "%(x)s", "{0}", "{words}",
    "\\", "foia\0", "\0\0foia", "foia AND NOT (", "NEAR(foia, 3)", "foia*", "^foia", "a:b", "=foia", "<script>alert(1)</script>",
    "&lt;b&gt;", "foia\r\nSet-Cookie: x=1", "\u200e\u200ffoia", "foia 🌰 foia", "٣٤٥", "１２", "ﷺ", "a" * 200, "a b " * 50,
    "foia " * 40, "\ud800foia", "İstanbul", "ß", "...foia...", "f.o.i.a.", "(foia)", "foia/foia/foia/foia/foia/foia",
]  # fmt: skip


@pytest.fixture(scope="module")
def _world(keep_rows):
    with keep_rows():
        make_world()
        yield


@pytest.fixture
def world(_world):
    pass


def get(typed, **options):
    return search_page.get(typed, **{"at": LATER} | options)


def plain(pieces):
    return "".join(piece.text for piece in pieces)


def results(page):
    """Return the names of all results on a page."""
    return [
        *(plain(answer.phrase) for answer in page.answers),
        *(plain(unit.name) for unit in page.units),
        *(plain(figure.claim) for figure in page.figures),
    ]


@pytest.mark.parametrize("typed", FIRST)
def test_the_first_result_is_what_was_meant(world, typed):
    page = get(typed)
    assert next(iter(results(page)), None) == FIRST[typed]
    assert page.total >= len(results(page))


def test_every_query_has_the_same_results_in_the_same_order_on_every_database(world):
    lines = [
        f"{typed}: {' | '.join(results(get(typed))[:5])}" for typed in [*FIRST, *HOSTILE[4:30]]
    ]
    lines = [line.encode("unicode_escape").decode() for line in lines]
    if not ORDER.exists():
        ORDER.write_text("\n".join(lines) + "\n", encoding="ascii")
        pytest.fail(f"{ORDER.name} is written. Read it, then run the test again.")
    assert lines == ORDER.read_text(encoding="ascii").splitlines()


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
def test_what_cannot_be_searched_for_is_answered_in_a_sentence(world, typed):
    with CaptureQueriesContext(connection) as captured:
        page = get(typed)
    assert page.problem.endswith(".")
    assert page.heading == "Search"
    assert len(page.query) <= 200
    assert len(captured) <= 4


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_hostile_text_is_a_query_like_any_other(world, typed):
    page = get(typed)
    assert len(results(page)) <= 40


def test_nothing_typed_is_no_query(world):
    for typed in ("", " ", "\0", "\u200b", "\t\n"):
        page = get(typed)
        assert (page.heading, page.query, page.problem, page.total) == ("Search", "", "", 0)


# What is found


def test_a_former_name_is_said(world):
    (unit,) = [unit for unit in get("acorn counting").units if plain(unit.name) == AMBER]
    assert (unit.relation, plain(unit.past_name)) == ("former", "Office of Acorn Counting (OAC)")
    assert [piece.text for piece in unit.past_name if piece.is_match] == ["Acorn Counting"]


def test_a_former_name_typed_in_full_is_said_though_the_present_one_has_its_words(world):
    unit = published(make_unit(name="Division of Kites", slug="kites"))
    published(changed(unit, name="Office of Kites"), at=NOON + DAY)
    for typed, past_name in (("division of kites", "Division of Kites"), ("kites", "")):
        (found,) = get(typed).units
        assert (plain(found.name), plain(found.past_name)) == ("Office of Kites", past_name)


def test_a_closed_unit_is_found_by_its_name_and_marked_after_its_successor(world):
    page = get("harbor patrol")
    assert [(plain(u.name), u.relation, plain(u.past_name), u.is_closed) for u in page.units] == [
        ("Lighthouse Service", "predecessor", "Harbor Patrol Unit", False),
        ("Harbor Patrol Unit", "closed", "", True),
    ]


def test_names_of_the_past_can_be_left_out(world):
    assert not get("harbor patrol", with_past=False).total
    assert [plain(unit.name) for unit in get("OAC", with_past=False).units] == []


def test_an_answer_names_each_unit_that_handles_it(world):
    (answer,) = get("visitor parking").answers
    assert [unit.text for unit in answer.units] == [
        "Office of Amber Woods (OAW)",
        "Office of Calm Acorns",
    ]
    assert answer.more == 0


def test_a_figure_leads_to_its_unit(world):
    (figure,) = get("squirrel").figures
    assert plain(figure.claim) == "12,500 squirrels on duty"
    assert figure.unit.text == "Office of Calm Acorns"


def test_a_snippet_shows_the_words_and_marks_them(world):
    (unit,) = get("attorneys").units
    marked = [piece.text for piece in unit.snippet if piece.is_match]
    assert marked == ["attorneys"]
    assert len(plain(unit.snippet)) < 240


def test_a_word_that_nothing_has_is_named(world):
    page = get("procurment oversight qqqqqq")
    assert (page.replaced, page.missing) == (("procurment",), ("qqqqqq",))
    for typed in ("procurement", "zzzz"):
        assert (get(typed).replaced, get(typed).missing) == ((), ())


def test_results_can_be_narrowed_to_one_kind(world):
    everything = get("acorns")
    counts = {one.value: one.count for one in everything.filters}
    assert counts[""] == everything.total == sum(counts.values()) - counts[""]
    for value in ("responsibilities", "directorates", "offices", "figures"):
        page = get("acorns", chosen=value)
        assert page.total == counts[value]
        assert len(results(page)) == counts[value]


def test_an_unknown_filter_or_page_is_no_page(world):
    for options in ({"chosen": "x"}, {"page": "0"}, {"page": "2"}, {"page": "01"}, {"page": "x"}):
        with pytest.raises(UnknownPageError):
            get("acorns", **options)


def test_a_withheld_name_of_the_past_is_not_found(world):
    UnitEdition.objects.filter(name="Office of Acorn Counting").update(withheld_at=NOON + 2 * DAY)
    assert get("OAC").total == 0
    assert not any(unit.past_name for unit in get("acorn counting").units)


# When it is found


def test_a_scheduled_name_is_found_from_its_instant_on(world):
    begins = NOON + 30 * DAY
    assert not get("secretscheduled", at=begins - DAY / 1440).total
    page = get("secretscheduled", at=begins)
    assert results(page) == ["Secretscheduled Unit"]
    assert results(get("webmaster", at=begins)) == ["Secretscheduled Unit"]


def test_the_hidden_words_change_nothing_that_is_shown(world):
    before = results(get("webmaster"))
    assert before == ["Webmaster Unit"]
    assert get("webmaster secretscheduled").total == get("webmaster qqqqqqqq").total
    assert get("foia secretscheduled").total == get("foia qqqqqqqqqqqqqqq").total
