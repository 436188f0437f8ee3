import pytest

from directorates.actions import responsibilities
from directorates.models import Generation, Responsibility
from tests.admin.pages import form_data, save, url, words_of
from tests.factories import (
    NOON,
    loaded,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def test_synonyms_are_typed_with_commas_or_one_a_line(client, editor):
    matter = make_responsibility(synonyms=["bail", "surety"])
    address = url("responsibility_change", matter.pk)
    assert form_data(client.get(address))["synonyms"] == "bail\nsurety"

    save(client, address, synonyms="bail,  surety  bond\n\nbail; deposit,")

    matter.refresh_from_db()
    assert matter.synonyms == ["bail", "surety bond", "deposit"]


def test_no_synonyms_are_an_empty_list(client, editor):
    matter = make_responsibility(synonyms=["bail"])

    save(client, url("responsibility_change", matter.pk), synonyms="")

    matter.refresh_from_db()
    assert matter.synonyms == []


def test_the_history_says_that_a_file_brought_a_responsibility(client, editor):
    loaded('format = 1\n[[responsibilities]]\nphrase = "Bonds"\n')
    typed = Responsibility(phrase="Visas")
    responsibilities.save(responsibility=typed, by=None, at=NOON)
    in_use = {
        phrase: "This record was loaded from a file. The load itself"
        in words_of(
            client.get(url("responsibility_history", Responsibility.objects.get(phrase=phrase).pk))
        )
        for phrase in ("Bonds", "Visas")
    }
    assert in_use == {"Bonds": True, "Visas": False}


def test_a_phrase_is_edited_until_it_stands_on_a_page(client, editor, agency):
    matter = make_responsibility("Bonds")
    address = url("responsibility_change", matter.pk)
    save(client, address, phrase="Bond management")
    matter.refresh_from_db()
    assert matter.phrase == "Bond management"
    published(make_unit(responsibilities=[matter]))

    page = words_of(client.get(address))
    client.post(address, {"phrase": "Another", "synonyms": ""})

    assert "so it can no longer be changed" in page
    matter.refresh_from_db()
    assert matter.phrase == "Bond management"


def test_the_action_itself_refuses_to_rename_what_pages_show(agency):
    matter = make_responsibility("Bonds")
    published(make_unit(responsibilities=[matter]))
    matter.phrase = "Another"

    with pytest.raises(responsibilities.ResponsibilityInUseError, match="cannot be renamed"):
        responsibilities.save(responsibility=matter, by=None, at=None)


def test_new_synonyms_of_what_pages_show_change_what_the_public_sees(client, editor, agency):
    matter = make_responsibility("Bonds")
    address = url("responsibility_change", matter.pk)
    generation = Generation.objects.current()
    save(client, address, synonyms="bail")
    assert Generation.objects.current() == generation
    published(make_unit(responsibilities=[matter]))
    generation = Generation.objects.current()

    save(client, address, synonyms="bail, surety")

    assert Generation.objects.current() == generation + 1


def test_a_responsibility_in_use_is_not_deleted(client, editor, agency):
    matter = make_responsibility()
    make_unit(responsibilities=[matter])

    response = client.post(url("responsibility_delete", matter.pk), {"post": "yes"})

    assert response.status_code == 403
    with pytest.raises(responsibilities.ResponsibilityInUseError):
        responsibilities.delete(responsibility=matter, by=None, at=None)
    assert Responsibility.objects.exists()


def test_a_selection_with_one_in_use_is_not_deleted(client, editor, agency):
    used, unused = make_responsibility(), make_responsibility()
    make_unit(responsibilities=[used])
    data = {"action": "delete_selected", "post": "yes"}

    client.post(
        url("responsibility_changelist"),
        data | {"_selected_action": [str(used.pk), str(unused.pk)]},
    )
    assert Responsibility.objects.count() == 2
    client.post(url("responsibility_changelist"), data | {"_selected_action": [str(unused.pk)]})

    assert list(Responsibility.objects.all()) == [used]


def test_the_list_takes_the_same_queries_for_few_and_many(
    client, editor, agency, django_assert_num_queries
):
    make_responsibility()
    address = url("responsibility_changelist")
    client.get(address)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(address)
    for _ in range(20):
        make_unit(responsibilities=[make_responsibility()])

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(address)


QUERIES_OF_THE_LIST = 10
