import pytest

from directorates.rules.content.counting import count_of, counted, in_words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no"), (1, "one"), (10, "ten"), (11, "11"), (4000, "4,000")]
)
def test_a_number_up_to_ten_is_a_word(number, words):
    assert in_words(number) == words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({}, ""),
        ({"directorate": 0, "office": 0}, ""),
        ({"office": 1}, "1 office"),
        ({"directorate": 2, "office": 1200}, "2 directorates and 1,200 offices"),
        ({"agency": 0, "bureau": 1, "directorate": 2, "office": 3}, "1 bureau, 2 directorates and 3 offices"),
    ],
    ids=str,
)  # fmt: skip
def test_things_are_counted_in_one_phrase(numbers, words):
    assert counted(numbers) == words


def test_the_numbers_of_a_phrase_can_be_words():
    assert (
        counted({"directorate": 4, "office": 1}, write=in_words)
        == "four directorates and one office"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((3, "directorate", "operational"), "three operational directorates"),
        ((1, "office"), "one office"),
        ((0, "office", "supporting"), "no supporting offices"),
        ((638, "office"), "638 offices"),
    ],
)
def test_records_are_counted_in_words(arguments, words):
    assert count_of(*arguments) == words
