import random

from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.compare.prose import tokens
from directorates.rules.compare.words import Fate, Segment, compare_words

sentences = st.lists(st.sampled_from(["the", "office", "of", ",", "fraud", "-", "\n"])).map(
    " ".join
)
texts = st.one_of(st.text(), sentences)


def compared(before, after):
    return compare_words(tokens(before), tokens(after))


def joined(segments, *fates):
    return "".join(segment.text for segment in segments if segment.fate in fates)


def marked(before, after):
    signs = {Fate.KEPT: "{}", Fate.REMOVED: "-{}-", Fate.ADDED: "+{}+"}
    return "".join(signs[part.fate].format(part.text) for part in compared(before, after))


@given(texts, texts)
def test_kept_and_removed_give_the_old_text_and_kept_and_added_the_new_one(before, after):
    segments = compared(before, after)

    assert joined(segments, Fate.KEPT, Fate.REMOVED) == before
    assert joined(segments, Fate.KEPT, Fate.ADDED) == after


@given(texts, texts)
def test_no_segment_is_empty(before, after):
    assert all(segment.text for segment in compared(before, after))


@given(texts)
def test_equal_texts_are_kept_whole(text):
    assert joined(compared(text, text), Fate.KEPT) == text


def test_a_changed_word_is_marked():
    assert marked("It works for all.", "It works for some.") == "It works for -all-+some+."


def test_a_number_and_a_joined_word_are_one_word():
    assert marked("about 1,200 well-known people", "about 1,300 well-kept people") == (
        "about -1,200 well-known-+1,300 well-kept+ people"
    )


def test_a_changed_phrase_is_one_change():
    assert marked("We read old grey books here.", "We read new blue books here.") == (
        "We read -old grey-+new blue+ books here."
    )


def test_texts_with_little_in_common_are_replaced_whole():
    assert marked("The office of fraud", "A bureau for the gold of kings in exile") == (
        "-The office of fraud-+A bureau for the gold of kings in exile+"
    )


def test_nothing_and_a_text():
    assert compared("", "New") == (Segment(Fate.ADDED, "New"),)
    assert compared("Old", "") == (Segment(Fate.REMOVED, "Old"),)
    assert compared("", "") == ()


def test_a_text_of_twenty_thousand_words_is_compared_by_words():
    chance = random.Random(1)
    words = [chance.choice(["the", "of", "and", f"word{n % 900}"]) for n in range(20_000)]
    changed = [word if chance.random() > 0.02 else "other" for word in words]

    segments = compared(" ".join(words), " ".join(changed))

    kept = joined(segments, Fate.KEPT)
    assert len(kept.split()) > 19_000
    assert joined(segments, Fate.KEPT, Fate.ADDED) == " ".join(changed)
