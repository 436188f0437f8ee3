"""Twelve questions of visitors, each answered in two clicks or one search.

The answers are read as a screen reader gets them: from the accessibility tree of the page's main part.
"""

from dataclasses import dataclass, field

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import Unit
from tests.factories import DAY, NOON, changed, make_unit, published, set_survey
from tests.sample import load_fictional

MOST_CLICKS = 2


@dataclass(frozen=True)
class Question:
    """A question, the way to its answer, and words of the answer.

    `clicks` are texts of links, beginning on the overview. `search` is typed into the header's search instead.
    """

    asked: str
    answer: tuple[str, ...]
    clicks: tuple[str, ...] = ()
    search: str = ""
    first: str = field(default="", kw_only=True)

    def __str__(self):
        return self.asked


OF_THE_SAMPLE = [
    Question(
        "Who handles FOIA requests?",
        ("Management and Administration (M&A)", "Freedom of Information Act"),
        search="FOIA request",
        first="Management and Administration (M&A)",
    ),
    Question(
        "Which office does procurement?",
        ("Procurement", "Management and Administration (M&A)"),
        clicks=("Who does what",),
    ),
    Question(
        "How is the agency organized?",
        ("Four directorates and two offices make up", "Homeland Security Investigations (HSI)"),
        clicks=("Structure",),
    ),
    Question(
        "Whom do I contact?",
        ("Contact", "U.S. Immigration and Customs Enforcement"),
        clicks=("Contact",),
    ),
    Question(
        "What is the OCFO?",
        ("Office of the Chief Financial Officer (OCFO)", "part of Management and Administration"),
        search="ocfo",
        first="Office of the Chief Financial Officer (OCFO)",
    ),
    Question(
        "How many people work at HSI?",
        ("8,700", "employees", "Source: As stated on"),
        clicks=("Learn more about HSI",),
    ),
    Question(
        "What is the office of the chief financial officer part of?",
        ("Management and Administration (M&A)", "Where it stands"),
        clicks=("Learn more about CFO",),
    ),
    Question(
        "Which offices are below Management and Administration?",
        ("Offices of M&A", "Office of the Chief Financial Officer (OCFO)"),
        clicks=("Learn more about M&A",),
    ),
]

OF_A_CHANGED_AGENCY = [
    Question(
        "What became of the Office of Lanterns?",
        ("Took over from", "(closed)"),
        search="Office of Lanterns",
        first="Office of Maps",
    ),
    Question(
        "What was the Office of Maps called before?",
        ("Formerly Office of Charts",),
        search="charts",
        first="Office of Maps",
    ),
    Question(
        "What changed lately?",
        ("Office of Maps", "Renamed from Office of Charts", "Office of Lanterns"),
        clicks=("What changed in the organization",),
    ),
    Question(
        "Where do I find the Office of Maps among 400 offices?",
        ("Office of Maps",),
        clicks=("Offices", "M"),
    ),
]


@pytest.fixture
def changed_agency(live_server, monkeypatch):
    """An agency of 400 offices with two more, of which one was renamed and one closed into it."""
    load_fictional(offices=400)
    set_survey()
    parent = Unit.objects.get(kind="agency")
    maps = published(make_unit(name="Office of Charts", slug="charts", parent=parent))
    lanterns = published(make_unit(name="Office of Lanterns", slug="lanterns", parent=parent))
    published(changed(maps, name="Office of Maps", slug="maps"), at=NOON + DAY)
    close(unit=lanterns, successors=[maps], by=None, at=NOON + 2 * DAY)
    return live_server.url


def answer(page, address, question):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    if question.search:
        header = page.get_by_role("banner")
        header.get_by_role("searchbox").fill(question.search)
        header.get_by_role("button", name="Search").click()
        first = page.get_by_role("main").locator(".answer a, .result a").first
        assert first.inner_text() == question.first
    assert len(question.clicks) <= MOST_CLICKS
    for text in question.clicks:
        page.get_by_role("link", name=text, exact=True).first.click()
    tree = page.get_by_role("main").aria_snapshot() + page.locator("body").aria_snapshot()
    missing = [words for words in question.answer if words not in tree]
    if missing and question.search:
        # The answer is on the page of the first result.
        page.get_by_role("main").locator(".answer a, .result a").first.click()
        tree = page.get_by_role("main").aria_snapshot()
        missing = [words for words in question.answer if words not in tree]
    assert missing == [], tree


@pytest.mark.parametrize("question", OF_THE_SAMPLE, ids=str)
def test_a_question_about_the_sample_is_answered(page, site, question):
    answer(page, site, question)


@pytest.mark.parametrize("question", OF_A_CHANGED_AGENCY, ids=str)
def test_a_question_about_a_changed_agency_is_answered(page, changed_agency, question):
    answer(page, changed_agency, question)
