import pytest

from tests.admin.pages import words_of
from tests.factories import make_unit, make_user, published, published_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def test_results_are_grouped_and_the_word_is_marked(client, editor, agency):
    unit = published(make_unit(name="Office of <Tides>"))
    page = client.get("/admin/search/", {"q": "tides"}).content.decode()
    assert f'href="/admin/directorates/office/{unit.pk}/change/"' in page
    assert f'href="/admin/directorates/office/{unit.pk}/editions/1/"' in page
    assert "Office of &lt;<mark>Tides</mark>&gt;" in page
    assert "Published versions of units" in page


def test_every_staff_page_has_the_search_box_but_its_own_has_one_only(client, editor, agency):
    for address in ("/admin/", "/admin/calendar/", "/admin/directorates/office/"):
        assert 'id="header-search"' in client.get(address).content.decode(), address
    assert client.get("/admin/search/").content.decode().count('name="q"') == 1


def test_who_may_see_no_records_may_not_search(client):
    client.force_login(make_user(permissions=[]))
    assert client.get("/admin/search/", {"q": "x"}).status_code == 403
    assert "header-search" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "All words must be found."),
        ("   ", "There was no word in it."),
        ("\0", "There was no word in it."),
        ("x" * 10_000, "That is 10,000 characters long."),
        ("zzz\0zzz", "Nothing holds all these words."),
        ("😀 ' \" % _ \\ [", "Nothing holds all these words."),
    ],
)
def test_odd_input_is_answered_in_words(client, editor, agency, typed, words):
    response = client.get("/admin/search/", {"q": typed})
    assert response.status_code == 200
    assert words in words_of(response)
