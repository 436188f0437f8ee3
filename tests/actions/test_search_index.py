"""The index of the search is that of the records after every action, and after every way to write records."""

import pytest
from django.core.management import CommandError, call_command

from directorates.actions import responsibilities, search_index
from directorates.actions.publishing import publishing
from directorates.exchange import agency_export
from directorates.models import Responsibility, SearchTrigram, SearchWord, UnitEdition
from directorates.queries.pages import search_page
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import (
    CountReference,
    FigureReference,
    UnitReference,
    markup_of,
)
from tests.actions.every_action import EVERY_CALL, run
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.sample import load_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


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


def _found(words, at):
    return [text_of(result.name) for result in search_page.get(words, at=at).units]


def text_of(pieces):
    return "".join(piece.text for piece in pieces)


@pytest.fixture
def referring():
    """An office whose text states a figure and names a unit."""
    agency = published_agency()
    figure = published(
        make_figure(unit=agency, identifier="workforce", value=21786, counts="people")
    )
    asked = published(make_unit(name="Office of Penguins", acronym="PNG"))
    refers = [
        FigureReference("workforce", Form.EXACT),
        UnitReference(asked.identifier, "name-and-acronym"),
    ]
    html = f"<p>{' '.join(map(markup_of, refers))} {markup_of(CountReference('office', agency.identifier))}</p>"
    return published(make_unit(name="Office of Ice", body=html)), figure, asked


def test_a_unit_is_found_by_the_words_of_its_references(referring):
    assert "Office of Ice" in _found("21,786", NOON)
    assert "Office of Ice" in _found("PNG", NOON)
    assert search_index.find_differences() == ()


def test_words_of_references_change_at_the_instant_of_a_publication(referring):
    _, figure, asked = referring
    published(
        changed(figure, value=22001), changed(asked, name="Office of Walruses", acronym="WLR"),
        effective_from=NOON + DAY,
    )  # fmt: skip
    for word, now, then in (("21,786", True, False), ("22,001", False, True), ("WLR", False, True)):
        assert ("Office of Ice" in _found(word, NOON)) == now
        assert ("Office of Ice" in _found(word, NOON + DAY)) == then
    # The office has neither name itself, so a past name of another unit leads to that one only.
    assert _found("penguins", NOON + DAY) == ["Office of Walruses"]
    assert search_index.find_differences() == ()


def test_a_withdrawal_takes_the_words_of_references_back(referring):
    office, figure, _ = referring
    published(changed(figure, value=22001), effective_from=NOON + DAY)
    published(changed(office, body="<p>Nothing.</p>"), effective_from=NOON + 2 * DAY)
    for record in (figure, office):
        newest = record.editions.order_by("number").last()
        publishing.withdraw(editions=[newest], by=None, at=NOON)
    assert "Office of Ice" in _found("21,786", NOON + 3 * DAY)
    assert _found("22,001", NOON + 3 * DAY) == []
    assert search_index.find_differences() == ()


def test_a_rebuilt_index_has_the_same_words_of_references(referring):
    _, figure, _ = referring
    published(changed(figure, value=22001), effective_from=NOON + DAY)
    rows = sorted(
        SearchWord.objects.values_list("word", "unitedition", "via_figure", "via_unit"), key=str
    )
    SearchWord.objects.filter(via_figure__isnull=False).delete()
    assert search_index.find_differences()
    search_index.rebuild()
    assert rows == sorted(
        SearchWord.objects.values_list("word", "unitedition", "via_figure", "via_unit"), key=str
    )


def test_a_loaded_file_has_the_words_of_its_references(referring):
    loaded(agency_export.dump())
    assert search_index.find_differences() == ()
