import pytest

from directorates.rules.search import spelling


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("kite", "kite", 0), ("kite", "kites", 1), ("kite", "ktie", 1), ("kite", "bite", 1),
        ("kite", "kit", 1), ("kite", "", 4), ("", "kite", 4), ("procurement", "porcurment", 2),
    ],
)  # fmt: skip
def test_the_distance_is_the_number_of_mistakes(one, other, expected):
    assert spelling.distance(one, other) == expected


def similar(word, *candidates):
    own = set(spelling.trigrams(word))
    shared = [(other, len(own.intersection(spelling.trigrams(other)))) for other in candidates]
    return spelling.find_similar(word, [pair for pair in shared if pair[1]])


def test_a_short_word_may_have_one_mistake_and_a_long_one_two():
    assert similar("kyte", "kite", "kits") == ["kite"]
    assert similar("procurmant", "procurement") == ["procurement"]
    assert similar("kytes", "kitty") == []


def test_a_word_that_begins_so_comes_first():
    assert similar("procur", "procurement", "procure", "procul") == [
        "procure",
        "procurement",
        "procul",
    ]


def test_the_order_of_the_candidates_does_not_matter():
    candidates = ["bond", "bonn", "boned", "blond", "bold"]
    assert similar("bondd", *candidates) == similar("bondd", *reversed(candidates))


def test_an_acronym_of_four_letters_is_found_with_its_middle_letters_swapped():
    asked = set(spelling.asked_trigrams("fioa"))
    shared = len(asked.intersection(spelling.trigrams("foia")))
    assert shared >= spelling.least_shared("fioa")
    assert spelling.find_similar("fioa", [("foia", shared)]) == ["foia"]


@pytest.mark.parametrize("word", ["opla", "procurement", "investigation"])
def test_a_word_with_one_mistake_shares_enough_letters(word):
    for place in range(len(word) - 1):
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        wrong = word[:place] + "q" + word[place + 1 :]
        for typed in (swapped, wrong, word[:place] + word[place + 1 :]):
            shared = set(spelling.trigrams(typed)).intersection(spelling.trigrams(word))
            assert len(word) < 6 or len(shared) >= spelling.least_shared(typed), typed
