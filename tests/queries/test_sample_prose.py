"""The prose of the sample agency: plain, and without numbers and names that the records have."""

from statistics import mean, median

import pytest

from directorates.models import Figure, Unit, UnitEdition
from directorates.queries import references, referring_texts
from directorates.queries.staff import content_check
from directorates.rules.checking import passages, readability
from directorates.rules.content.references import FigureReference, UnitReference
from tests.factories import DAY, NOON
from tests.sample import load_sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sample(db):
    load_sample()


def sentences_by_unit():
    """Return {unit: sentences of its summary and overview}, with the words of their references."""
    editions = list(UnitEdition.objects.in_force(NOON + DAY).select_related("unit"))
    facts = referring_texts.read_for(editions, at=NOON + DAY)
    return {
        edition.unit.identifier: [
            sentence
            for read in (
                passages.read_plain(edition.summary, facts),
                passages.read_rich(edition.overview, facts),
            )
            for passage in read.blocks
            for sentence in readability.sentences(passage.words)
        ]
        for edition in editions
    }


def test_sentences_are_short():
    lengths = [
        readability.count_words(sentence)
        for sentences in sentences_by_unit().values()
        for sentence in sentences
    ]
    assert mean(lengths) <= 20
    assert max(lengths) <= 30


def test_half_of_the_pages_need_ten_years_of_school_at_most():
    grades = [readability.grade(sentences) for sentences in sentences_by_unit().values()]
    assert median(grade for grade in grades if grade is not None) <= 10


def test_texts_refer_to_every_figure_and_every_unit():
    wanted = [
        one
        for edition in UnitEdition.objects.in_force(NOON + DAY)
        for own in referring_texts.find_in(edition).values()
        for one in own
    ]
    figures = {one.identifier for one in wanted if isinstance(one, FigureReference)}
    units = {one.identifier for one in wanted if isinstance(one, UnitReference)}
    assert figures == set(Figure.objects.values_list("identifier", flat=True))
    assert units == set(Unit.objects.values_list("identifier", flat=True))
    assert len(references.figures_in(wanted)) == 9


def test_the_check_finds_nothing():
    assert content_check.check_site(at=NOON + DAY).findings == ()


def test_only_one_directorate_answers_requests_for_records():
    legal = Unit.objects.get(identifier="opla").responsibilities.values_list("phrase", flat=True)
    assert all(phrase.startswith("Legal advice on ") for phrase in legal)
    answers = Unit.objects.get(identifier="ma").responsibilities.filter(
        phrase__startswith="Timely responses"
    )
    assert answers.count() == 1
