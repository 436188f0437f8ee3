import pytest

from directorates.queries.pages import unit_list
from directorates.queries.pages.unit_list import UnknownPageError
from tests.factories import DAY, NOON, make_agency, make_directorate, make_unit, published
from tests.sample import load_fictional


@pytest.fixture
def agency(db):
    return published(make_agency())


def get(**changes):
    return unit_list.get(**{"kind": "office", "at": NOON} | changes)


def names(page):
    return [(group.name, [card.name for card in group.units]) for group in page.groups]


def test_offices_stand_in_the_order_of_their_names(agency):
    published(make_unit(name="B"), make_unit(name="A"))
    assert names(get()) == [("", ["A", "B"])]


def test_offices_can_stand_under_what_they_are_part_of(agency):
    division = make_directorate(name="Division")
    published(division, make_unit(name="B"), make_unit(name="A", parent=division))
    assert names(get(order="part-of")) == [("Agency of Examples", ["B"]), ("Division", ["A"])]


def test_a_list_can_be_of_one_units_offices(agency):
    division = make_directorate(slug="division")
    published(division, make_unit(name="B"), make_unit(name="A", parent=division))
    assert names(get(part_of="division")) == [("", ["A"])]


def test_drafts_and_scheduled_units_are_in_no_list(agency):
    make_unit(name="Draft")
    published(make_unit(name="Scheduled"), effective_from=NOON + DAY)
    assert get().total == 0


def test_the_list_is_paged(agency):
    published(*(make_unit(name=f"Office {number:03}") for number in range(120)))
    page = get(page="3")
    assert (page.page_count, page.total) == (3, 120)
    assert len(page.groups[0].units) == 20
    assert (page.previous_url, page.next_url) == ("/offices/?page=2", "")
    assert page.path == "/offices/?page=3"


def test_a_page_of_a_list_was_updated_when_the_newest_unit_on_it_was(agency):
    published(*(make_unit(name=f"Office {number:03}") for number in range(60)))
    newest = NOON + DAY
    published(make_unit(name="Office 059, second half"), at=newest)
    pages = [get(at=newest, page=number).updated_at for number in (1, 2)]
    assert pages == [NOON, newest]


@pytest.mark.parametrize(
    "query",
    [
        *({"page": page} for page in ("0", "9", "x", "01", "+1", " 1", "1_0", "１")),
        {"order": "size"},
        {"part_of": "nothing"},
    ],
    ids=str,
)
def test_an_unknown_page_is_refused(agency, query):
    with pytest.raises(UnknownPageError):
        get(**query)


def test_titles_and_descriptions_tell_the_pages_apart(agency):
    published(*(make_unit() for _ in range(60)))
    pages = [get(), get(page=2), get(order="part-of"), get(kind="directorate")]
    assert len({page.title for page in pages}) == len({page.description for page in pages}) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("offices", [60, 300])
@pytest.mark.parametrize("order", ["name", "part-of"])
def test_a_list_takes_the_same_queries_for_few_units_and_for_many(
    offices, order, django_assert_num_queries
):
    load_fictional(offices=offices)
    with django_assert_num_queries(4):
        get(order=order)
