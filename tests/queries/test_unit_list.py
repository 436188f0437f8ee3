import pytest

from directorates.actions.publishing.closing import close
from directorates.queries.pages import unit_list
from directorates.queries.pages.unit_list import UnknownPageError
from tests.factories import (
    DAY,
    NOON,
    make_directorate,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)
from tests.sample import load_fictional


@pytest.fixture
def agency(db):
    return published_agency()


def get(**changes):
    return unit_list.get(**{"kind": "office", "at": NOON} | changes)


def names(page):
    return [(group.name, [unit.name for unit in group.units]) for group in page.groups]


def test_offices_stand_under_their_letters_in_the_order_of_their_names(agency):
    published(make_unit(name="B"), make_unit(name="A"), make_unit(name="Another"))
    assert names(get()) == [("A", ["A", "Another"]), ("B", ["B"])]


def test_a_unit_stands_where_its_telling_word_is(agency):
    published(make_unit(name="Office of the Treasurer"), make_unit(name="Office Services"))
    (office, treasurer) = get().groups
    assert (office.name, treasurer.name) == ("O", "T")
    line = treasurer.units[0]
    assert (line.before, line.telling, line.after) == ("Office of the ", "Treasurer", "")


def test_staff_choose_the_word_by_which_a_unit_is_sorted(agency):
    published(make_unit(name="Field Office Boston", sorted_under="Boston"))
    (group,) = get().groups
    assert (group.name, group.units[0].before, group.units[0].telling) == (
        "B",
        "Field Office ",
        "Boston",
    )


def test_all_units_of_every_kind_are_in_one_list(agency):
    published(make_directorate(name="Division of Tides"), make_unit(name="Archives"))
    expected = [("A", ["Archives"]), ("E", ["Agency of Examples"]), ("T", ["Division of Tides"])]
    assert names(get(kind="")) == expected


def test_offices_can_stand_under_what_they_are_part_of(agency):
    division = make_directorate(name="Division")
    published(division, make_unit(name="B"), make_unit(name="A", parent=division))
    assert names(get(by="part-of")) == [("Agency of Examples", ["B"]), ("Division", ["A"])]


def test_the_list_by_parent_is_in_the_order_of_the_tree_with_links_to_all_units_above(agency):
    zoning, arts = make_directorate(name="Zoning"), make_directorate(name="Arts")
    maps = make_unit(name="Maps", parent=zoning)
    published(zoning, arts, maps, make_unit(name="Atlases", parent=maps), make_unit(name="Music", parent=arts))  # fmt: skip
    groups = get(by="part-of").groups
    assert [group.name for group in groups] == ["Arts", "Zoning", "Maps"]
    assert [link.text for link in groups[2].above] == ["Agency of Examples", "Zoning"]
    assert all(link.url for link in groups[2].above)
    assert groups[2].url == maps.editions.get().get_absolute_url()


def test_a_list_can_be_of_one_units_offices(agency):
    division = make_directorate(slug="division")
    published(division, make_unit(name="B"), make_unit(name="A", parent=division))
    assert names(get(part_of="division")) == [("A", ["A"])]


def test_a_list_can_be_of_the_units_with_one_responsibility(agency):
    maps = make_responsibility("Maps")
    published(make_unit(name="A", responsibilities=[maps]), make_unit(name="B"))
    page = get(kind="", handles="maps")
    assert (names(page), page.handles) == ([("A", ["A"])], "Maps")


def test_closed_units_are_listed_only_if_asked_for_with_what_took_their_place(agency):
    heir, old = make_unit(name="Heir"), make_unit(name="Old")
    published(heir, old)
    at = NOON + DAY
    close(unit=old, successors=[heir], by=None, at=at)
    assert names(get(at=at)) == [("H", ["Heir"])]
    line = get(at=at, closed="yes").groups[1].units[0]
    assert (line.name, line.is_closed) == ("Old", True)
    assert [link.text for link in line.successors] == ["Heir"]


def test_drafts_and_scheduled_units_are_in_no_list(agency):
    make_unit(name="Draft")
    published(make_unit(name="Scheduled"), effective_from=NOON + DAY)
    assert get().total == 0


def test_the_list_is_paged(agency):
    published(*(make_unit(name=f"Office {number:03}") for number in range(120)))
    page = get(page="2")
    assert (page.page_count, page.total) == (2, 120)
    assert len(page.groups[0].units) == 20
    assert (page.previous_url, page.next_url) == ("/offices/", "")
    assert page.path == "/offices/?page=2"


def test_a_letter_leads_to_the_page_on_which_it_begins(agency):
    units = [make_unit(name=f"A {number:03}") for number in range(110)]
    published(*units, make_unit(name="B"))
    expected = [("A", "#letter-a"), ("B", "/offices/?page=2#letter-b")]
    assert [(link.text, link.url) for link in get().letters] == expected


def test_every_choice_of_a_filter_has_the_number_of_its_units(agency):
    division = make_directorate(name="Division")
    published(division, make_unit(parent=division), make_unit(), make_unit(is_closed=True))
    filters = get(kind="").filters
    assert [(choice.label, choice.count) for choice in filters.kinds] == [
        ("All", 4),
        ("Agency", 1),
        ("Directorates", 1),
        ("Offices", 2),
    ]
    assert filters.closed.count == 1
    assert [(choice.label, choice.count) for choice in filters.parents] == [
        ("Division", 1),
        ("Agency of Examples (AOE)", 2),
    ]


def test_the_list_for_print_has_more_names_on_a_page(agency):
    published(*(make_unit(name=f"Office {number:03}") for number in range(120)))
    page = get(view="names")
    assert (page.page_count, page.is_of_names) == (1, True)
    assert page.path == "/units/?kind=office&view=names"


def test_a_page_of_a_list_was_updated_when_the_newest_unit_on_it_was(agency):
    published(*(make_unit(name=f"Office {number:03}") for number in range(110)))
    newest = NOON + DAY
    published(make_unit(name="Office 109, second half"), at=newest)
    pages = [get(at=newest, page=number).updated_at for number in (1, 2)]
    assert pages == [NOON, newest]


@pytest.mark.parametrize(
    "query",
    [
        *({"page": page} for page in ("0", "9", "x", "01", "+1", " 1", "1_0", "１")),
        {"by": "size"},
        {"kind": "bureau"},
        {"closed": "no"},
        {"view": "cards"},
        {"part_of": "nothing"},
        {"part_of": "a b\0"},
        {"handles": "nothing"},
        {"handles": "' OR 1=1"},
    ],
    ids=str,
)
def test_an_unknown_page_is_refused(agency, query):
    with pytest.raises(UnknownPageError):
        get(**query)


def test_titles_and_descriptions_tell_the_pages_apart(agency):
    published(*(make_unit() for _ in range(110)))
    pages = [
        get(),
        get(page=2),
        get(by="part-of"),
        get(kind="directorate"),
        get(kind=""),
        get(closed="yes"),
        get(view="names"),
    ]
    assert len({page.title for page in pages}) == len({page.description for page in pages}) == 7


@pytest.mark.django_db
@pytest.mark.parametrize("offices", [60, 300])
@pytest.mark.parametrize("by", ["name", "part-of"])
def test_a_list_takes_the_same_queries_for_few_units_and_for_many(
    offices, by, django_assert_num_queries
):
    load_fictional(offices=offices)
    with django_assert_num_queries(5):
        get(by=by)
