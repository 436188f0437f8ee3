"""The index of the search is that of the records after every action, and after every way to write records."""

import pytest
from django.core.management import CommandError, call_command

from directorates.actions import responsibilities, search_index
from directorates.models import Responsibility, SearchTrigram, SearchWord, UnitEdition
from tests.actions.every_action import EVERY_CALL, run
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_agency,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
)
from tests.sample import load_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published(make_agency())


def words_of(**record):
    return set(SearchWord.objects.filter(**record).values_list("word", flat=True))


@pytest.mark.parametrize("call", EVERY_CALL)
def test_every_action_leaves_the_index_equal_to_a_rebuild(agency, call):
    name, how = EVERY_CALL[call]
    place = published(make_unit())
    person = make_user(is_superuser=True)
    run(name, how.prepare(place, person), by=person)
    assert search_index.find_differences() == ()


def test_loading_a_file_and_loading_it_again_leaves_the_index_equal_to_a_rebuild():
    load_sample()
    assert search_index.find_differences() == ()
    before = SearchWord.objects.count()
    load_sample()
    assert search_index.find_differences() == ()
    assert SearchWord.objects.count() == before


def test_a_loaded_synonym_takes_the_place_of_the_former_one(agency):
    file = 'format = 1\n[[responsibilities]]\nphrase = "Bonds"\nsynonyms = ["{}"]\n'
    loaded(file.format("sureties"))
    loaded(file.format("bail"))
    matter = Responsibility.objects.get()
    assert words_of(responsibility=matter) == {"bond", "=bond", "bail", "=bail"}
    assert not SearchTrigram.objects.filter(word="surety").exists()
    assert search_index.find_differences() == ()


def test_a_changed_synonym_takes_the_place_of_the_former_one(agency):
    matter = make_responsibility("Bonds", synonyms=["sureties"])
    matter.synonyms = ["bail"]
    responsibilities.save(responsibility=matter, by=None, at=NOON)
    assert words_of(responsibility=matter) == {"bond", "=bond", "bail", "=bail"}
    assert not SearchTrigram.objects.filter(word="surety").exists()


def test_a_deleted_responsibility_leaves_no_word(agency):
    matter = make_responsibility("Bonds")
    responsibilities.delete(responsibility=matter, by=None, at=NOON)
    assert not SearchWord.objects.filter(word="bond").exists()
    assert not SearchTrigram.objects.filter(word="bond").exists()


def test_a_word_that_another_name_has_keeps_its_trigrams(agency):
    matter = make_responsibility("Bonds")
    published(make_unit(name="Bond Office"))
    responsibilities.delete(responsibility=matter, by=None, at=NOON)
    assert SearchTrigram.objects.filter(word="bond").exists()


def test_the_words_of_an_edition_are_those_of_its_own_texts(agency):
    unit = make_unit(
        name="Office of Kites", acronym="IT", summary="", overview="<p>The <b>wind</b> is ours.</p>"
    )
    published(unit)
    published(changed(unit, name="Office of Balloons"), at=NOON + DAY)
    first, second = UnitEdition.objects.filter(unit=unit).order_by("number")
    common = {"it", "=it", "office", "wind"}
    assert words_of(unitedition=first) == common | {"kite", "=office of kite", "=kite"}
    assert words_of(unitedition=second) == common | {"balloon", "=office of balloon", "=balloon"}


def test_drafts_are_not_in_the_index(agency):
    unit = published(make_unit())
    changed(unit, name="Kite Office")
    make_figure(unit=unit, counts="kites")
    assert not SearchWord.objects.filter(word="kite").exists()


def lose(agency):
    SearchWord.objects.filter(word="agency").delete()


def add(agency):
    edition = UnitEdition.objects.get()
    SearchWord.objects.create(word="kite", weight=2, in_name=False, unitedition=edition)


def double(agency):
    word = SearchWord.objects.filter(word="agency").first()
    word.pk = None
    word.save()


def reweigh(agency):
    SearchWord.objects.filter(word="agency").update(weight=1)


def lose_trigram(agency):
    SearchTrigram.objects.filter(word="agency").first().delete()


def add_trigram(agency):
    SearchTrigram.objects.create(trigram="kit", word="kite")


@pytest.mark.parametrize("damage", [lose, add, double, reweigh, lose_trigram, add_trigram])
def test_a_damaged_index_is_found_and_built_anew(agency, damage):
    call_command("rebuild_search", check=True)
    damage(agency)
    with pytest.raises(CommandError, match="differs from the records at"):
        call_command("rebuild_search", check=True)
    call_command("rebuild_search", if_needed=True)
    call_command("rebuild_search", check=True)


def test_a_rebuild_makes_the_index_that_the_actions_made():
    load_sample()

    def rows():
        columns = ("word", "weight", "in_name", "unitedition", "figureedition", "responsibility")
        return (
            sorted(map(str, SearchWord.objects.values_list(*columns))),
            set(SearchTrigram.objects.values_list("trigram", "word")),
        )

    before = rows()
    call_command("rebuild_search")
    assert rows() == before
