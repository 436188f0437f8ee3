"""One set makes a figure exact, renames a directorate and closes an office. Every exit follows at its instant."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from directorates.queries.staff import shown_pages
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import (
    CountReference,
    FigureReference,
    UnitReference,
    markup_of,
)
from directorates.rules.local_time import day_of
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    set_survey,
)

pytestmark = pytest.mark.django_db

#: An address, words of its page before, and words in their place after.
OLD_AND_NEW = [
    ("/", "More than 20,000 people", "21,786 people"),
    ("/", "Ask Legal Advisor (OLA)", "Ask Law Office (LAW)"),
    ("/", "two offices", "one office"),
    ("/about/", "More than 20,000 people", "21,786 people"),
    ("/directorates/legal/", "more than 20,000 people", "21,786 people"),
    ("/offices/penguins/", "Penguins for more than 20,000 people", "Penguins for 21,786 people"),
    ("/offices/", "Penguins for more than 20,000 people", "Penguins for 21,786 people"),
    ("/search/?q=penguins", "more than 20,000 people", "21,786 people"),
    ("/figures/", "More than 20,000 people", "21,786 people"),
    ("/figures/workforce/", "More than 20,000 people", "21,786 people"),
    ("/figures.csv", '"more than","20000"', '"","21786"'),
    ("/figures.json", '"value": 20000', '"value": 21786'),
    ("/structure/", "Legal Advisor", "Law Office"),
    ("/sitemap.xml", "", ""),
]


@pytest.fixture
def clock(monkeypatch):
    times = {"now": timezone.now().replace(microsecond=0)}
    monkeypatch.setattr(timezone, "now", lambda: times["now"])

    def set_to(instant):
        times["now"] = instant

    return set_to


@pytest.fixture
def before(clock, settings):
    """Return an instant a day before the set takes effect. The records were published ten days before."""
    settings.AUTHORS_MAY_APPROVE = False
    set_survey(survey_is_open=False)
    now = timezone.now()
    begin = now - timedelta(days=10)
    figure = FigureReference("workforce", Form.AS_PUBLISHED)
    legal = UnitReference("legal", "name-and-acronym", True)
    agency = published(make_agency(at=begin), at=begin)
    workforce = make_figure(
        unit=agency, identifier="workforce", value=20000, qualifier="more than", counts="people",
        source="The yearbook", at=begin,
    )  # fmt: skip
    directorate = make_directorate(
        slug="legal", name="Legal Advisor", acronym="OLA", at=begin, is_on_overview=False,
        body=f"<p>It advises {markup_of(figure)}.</p>",
    )  # fmt: skip
    published(workforce, directorate, at=begin)
    texts = (
        f"<p>{markup_of(figure)} work in {markup_of(CountReference('office', agency.identifier))}."
        f" Ask {markup_of(legal)}.</p>"
    )
    published(
        changed(agency, overview=texts, summary="Of {figure workforce as-published}.", at=begin),
        make_unit(slug="penguins", name="Office of Penguins", summary="Penguins for {figure workforce as-published}.", at=begin),
        make_unit(slug="walruses", name="Office of Walruses", at=begin),
        at=begin + timedelta(days=1),
    )  # fmt: skip
    return now


@pytest.fixture
def tomorrow(before):
    """Approve the set, and return its instant."""
    tomorrow = before + timedelta(days=1)
    author = make_user()
    drafts = [
        changed(workforce(), value=21786, qualifier="exactly", as_of=day_of(before, "UTC"), at=before, by=author),
        changed(unit("legal"), name="Law Office", acronym="LAW", at=before, by=author),
        changed(unit("walruses"), is_closed=True, at=before, by=author),
    ]  # fmt: skip
    change_set = reviewing.submit_records(
        records=drafts, by=author, at=before, effective_from=tomorrow
    )
    reviewing.approve(change_set=change_set, by=make_user(), at=before)
    return tomorrow


def workforce():
    return Unit.objects.get(kind="agency").figure_set.get(identifier="workforce")


def unit(identifier):
    return Unit.objects.get(identifier=identifier)


def words_of(response):
    """Return the text of a page's markup without tags and note marks."""
    html = re.sub(r"<sup.*?</sup>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def json_ld(response):
    html = response.content.decode()
    return json.dumps(json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1]))


def description(response):
    return re.search(r'<meta name="description" content="(.*?)"', response.content.decode())[1]


def test_every_page_states_the_old_until_tomorrow_and_the_new_from_then(
    client, clock, before, tomorrow
):
    for at, place in ((before, 1), (tomorrow - timedelta(seconds=1), 1), (tomorrow, 2)):
        clock(at)
        for address, *words in OLD_AND_NEW:
            shown = words_of(client.get(address))
            assert words[place - 1] in shown, (at, address)
            if words[0]:
                assert words[2 - place] not in shown, (at, address)


def test_descriptions_and_data_for_programs_follow(client, clock, before, tomorrow):
    for at, words in ((before, "more than 20,000 people"), (tomorrow, "21,786 people")):
        clock(at)
        assert words in description(client.get("/offices/penguins/"))
        assert words in json_ld(client.get("/offices/penguins/"))
        assert words in description(client.get("/"))
        assert words in json_ld(client.get("/"))


def test_the_note_follows_with_date_and_source(client, clock, before, tomorrow):
    clock(before)
    assert "More than 20,000 people. Date not known. Source: The yearbook." in words_of(
        client.get("/directorates/legal/")
    )
    clock(tomorrow)
    shown = words_of(client.get("/directorates/legal/"))
    day = day_of(before, "UTC")
    assert f"21,786 people. As of {day:%B} {day.day}, {day.year}. Source: The yearbook." in shown


def test_the_note_leads_to_the_page_of_the_figure(client, before):
    page = client.get("/directorates/legal/").content.decode()
    notes = page[page.index('<section class="figure-notes"') :]
    assert '<a href="/figures/workforce/">More than 20,000 people</a>.' in notes
    assert client.get("/figures/workforce/").status_code == 200


def test_the_page_of_a_day_before_states_the_old(client, clock, before, tomorrow):
    clock(tomorrow + timedelta(days=3))
    day = day_of(before - timedelta(days=2), "UTC").isoformat()
    for address, old, new in OLD_AND_NEW:
        if not old or address.startswith("/search/"):
            continue
        shown = words_of(client.get(f"{address}?on={day}", follow=True))
        assert old in shown, address
        assert new not in shown, address


def test_the_feed_tells_the_rename_and_shows_no_reference(client, clock, before, tomorrow):
    clock(tomorrow)
    feed = client.get(reverse("directorates:changes-feed")).content.decode()
    assert "Renamed from Legal Advisor to Law Office" in feed
    assert "{figure" not in feed
    assert "data-figure" not in feed


def test_no_exit_shows_a_reference_as_it_is_stored(client, clock, before, tomorrow):
    clock(tomorrow)
    for address, *_ in OLD_AND_NEW:
        html = client.get(address).content.decode()
        assert "data-figure" not in html
        assert "data-unit" not in html
        assert "{figure" not in html


def test_the_affected_pages_of_the_set_are_those_that_refer(client, before):
    author = make_user()
    drafts = [changed(workforce(), value=21786, qualifier="exactly", at=before, by=author)]
    change_set = reviewing.submit_records(records=drafts, by=author, at=before)
    client.force_login(make_user())
    page = client.get(reverse("directorates:affected-pages", args=[change_set.pk]))
    shown = page.content.decode()
    for address in (
        "directorates/legal/",
        "offices/penguins/",
        "about/",
        "offices/",
        "figures/workforce/",
    ):
        assert f'{address}"' in shown


def test_staff_see_which_texts_name_a_record(before):
    pages = shown_pages.naming_texts([workforce(), unit("legal"), unit("walruses")], before)
    names = {str(record): [link.text for link in links] for record, links in pages.items()}
    assert names == {
        "workforce": ["Page of Agency of Examples", "Page of Legal Advisor", "Page of Office of Penguins"],
        "Legal Advisor (OLA)": ["Page of Agency of Examples"],
        "Office of Walruses": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "content", "follow"),
    [
        ("legal", {"name": "Law Office"}, True),
        ("legal", {"slug": "law"}, True),
        ("legal", {"summary": "It has other words, which no other text repeats."}, False),
        ("workforce", {"value": 21786}, True),
    ],
)
def test_staff_see_the_texts_that_follow_only_if_they_do(client, before, record, content, follow):
    draft = changed(workforce() if record == "workforce" else unit(record), at=before, **content)
    client.force_login(make_user(role="Publisher"))
    kind = draft.kind if isinstance(draft, Unit) else "figure"
    address = reverse(f"admin:directorates_{kind}_publish", args=[draft.pk])
    page = client.get(address).content.decode()
    assert "What changes" in page
    assert ("They change at the same time" in page) is follow
