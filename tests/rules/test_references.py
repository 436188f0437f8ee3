import pytest
from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.compare.merging import join, merge
from directorates.rules.content import markup, text
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import (
    COUNTED,
    ROLES,
    UNIT_WORDS,
    CountReference,
    FigureReference,
    UnitReference,
    find_in_plain_text,
    find_in_rich_text,
    find_token_problems,
    markup_of,
    write_plain_text,
    write_rich_text,
)

WORKFORCE = '<span data-figure="workforce" data-form="more-than" data-digits="1">workforce</span>'
OPLA = '<span data-unit="opla" data-words="name" data-linked="yes">opla</span>'

identifiers = st.from_regex(r"[-a-zA-Z0-9_]{1,20}", fullmatch=True)
all_references = st.one_of(
    st.builds(
        lambda identifier, form, digits, is_number: FigureReference(
            identifier, form, digits if form.rounds else None, is_number
        ),
        identifiers,
        st.sampled_from(Form),
        st.integers(1, 15),
        st.booleans(),
    ),
    st.builds(UnitReference, identifiers, st.sampled_from(UNIT_WORDS), st.booleans()),
    st.builds(CountReference, st.sampled_from(COUNTED), identifiers, st.sampled_from(["", *ROLES])),
)


@given(st.lists(all_references, min_size=1, max_size=5))
def test_every_reference_survives_the_sanitizer_and_is_read_again(references):
    html = f"<p>{' and '.join(map(markup_of, references))}</p>"
    assert text.sanitize(html) == html
    assert find_in_rich_text(html) == tuple(references)
    assert text.find_rich_text_problems(html) == []


@given(all_references)
def test_every_token_is_read_again(reference):
    words = f"We have {reference.token}."
    (found,) = find_in_plain_text(words)
    assert found.token == reference.token
    assert find_token_problems(words) == []


@given(all_references)
def test_a_text_in_the_form_of_the_editor_keeps_its_references(reference):
    html = f"<ul><li>{markup_of(reference)} here</li></ul>"
    assert find_in_rich_text(markup.as_in_editor(html)) == (reference,)
    assert "<li><p><span" in markup.as_in_editor(html)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        # The words inside are the same for equal references.
        (f"<p>{WORKFORCE.replace('>workforce', '>more than 20,000 people')}</p>", f"<p>{WORKFORCE}</p>"),
        (f"<p>{WORKFORCE.replace('>workforce<', '><')}</p>", f"<p>{WORKFORCE}</p>"),
        # The order of the attributes, other attributes and markup inside do not count.
        (
            '<p><span class="x" data-linked="yes" data-unit="opla" onclick="x()" data-words="name"><a href="/x/">O</a><br></span></p>',
            f"<p>{OPLA}</p>",
        ),
        # All other spans leave their words.
        ('<p><span style="color:red">red</span></p>', "<p>red</p>"),
        ("<p><span>plain</span></p>", "<p>plain</p>"),
        ('<p><span data-figure="workforce">20,000</span></p>', "<p>20,000</p>"),
        ('<p><span data-figure="workforce" data-form="more-than">20,000</span></p>', "<p>20,000</p>"),
        ('<p><span data-figure="workforce" data-form="exact" data-digits="2">9</span></p>', "<p>9</p>"),
        ('<p><span data-figure="a b" data-form="exact">9</span></p>', "<p>9</p>"),
        ('<p><span data-unit="opla" data-words="slug">x</span></p>', "<p>x</p>"),
        ('<p><span data-count="person" data-of="ice">x</span></p>', "<p>x</p>"),
        (f"<p><span>a {WORKFORCE} b</span></p>", f"<p>a {WORKFORCE} b</p>"),
        (f'<p><span data-unit="opla" data-words="name" data-linked="yes">a {WORKFORCE} b</span></p>', f"<p>{OPLA}</p>"),
        # Blocks are no words of a reference, so none are lost.
        (f"{WORKFORCE.replace('>workforce<', '><p>One</p><p>Two</p><')}", "<p>One</p><p>Two</p>"),
        (f"<p>{WORKFORCE.removesuffix('</span>')}</p>", f"<p>{WORKFORCE}</p>"),
    ],
)  # fmt: skip
def test_the_sanitizer_keeps_references_and_no_other_span(typed, kept):
    assert text.sanitize(typed) == kept
    assert text.sanitize(kept) == kept


def test_a_file_with_half_a_reference_is_told_so():
    (problem,) = text.find_rich_text_problems('<p>\n<span data-figure="x">9</span></p>')
    assert problem.startswith("line 2: a span is no reference")


@pytest.mark.parametrize(
    "words",
    [
        "{figure workforce}",
        "{figure workforce more-than}",
        "{figure workforce exact 2}",
        "{figure workforce more-than 1 2 number}",
        "{unit opla}",
        "{unit opla slug}",
        "{count directorate}",
        "{count directorate ice huge}",
        "{count directorate ice operational more}",
        "{figure workforce exact",
        "{figure",
    ],
)
def test_a_token_that_is_no_reference_is_named_with_how_to_write_it(words):
    (problem,) = find_token_problems(f"We have {words}")
    assert words in problem
    assert "Write it like" in problem
    assert write_plain_text(words, lambda reference, place: "x") == words


def test_other_braces_are_plain_text():
    assert find_token_problems("A {set} of {figures}") == []


def _capitals(html):
    found = []
    write_rich_text(html, lambda reference, place: found.append(place.begins_sentence) or "")
    return found


@pytest.mark.parametrize(
    ("html", "begins"),
    [
        (f"<p>{WORKFORCE} work here. {WORKFORCE} work there.</p>", [True, True]),
        (f"<p>It has {WORKFORCE}, and {WORKFORCE}.</p>", [False, False]),
        (f"<p>A sentence.</p>\n<p>{WORKFORCE}</p>", [True]),
        (f"<p>“{WORKFORCE} are here.” It said: “{WORKFORCE}.”</p>", [True, False]),
        (f"<p>It ended. (<em>{WORKFORCE}</em> left (‘{WORKFORCE}’).)</p>", [True, False]),
        (f"<ul><li><p>It</p></li><li><p>{WORKFORCE}</p></li></ul>", [True]),
        (f"<p>In the U.S. {WORKFORCE}, e.g. {WORKFORCE}.</p>", [False, False]),
        (f'<p>He said “Yes.” {WORKFORCE} (of <a href="/x/">X.</a>) {WORKFORCE}</p>', [True, False]),
        (f"<p>About:{WORKFORCE}</p>", [False]),
    ],
)
def test_a_reference_knows_whether_it_begins_a_sentence(html, begins):
    assert _capitals(html) == begins


def test_a_reference_knows_whether_it_is_in_a_link():
    found = []
    html = f'<p>{WORKFORCE} <a href="/x/">{WORKFORCE} people</a> {WORKFORCE}</p>'
    write_rich_text(html, lambda reference, place: found.append(place.is_in_link) or "")
    assert found == [False, True, False]


def test_two_people_s_changes_beside_a_reference_are_merged():
    base = f"<p>We have {WORKFORCE}.</p><p>Second.</p>"
    theirs = f"<p>We have {WORKFORCE} today.</p><p>Second.</p>"
    mine = f"<p>We have {WORKFORCE}.</p><p>Second, changed.</p>"
    parts = merge(base, theirs, mine)
    merged = join(parts, choose=lambda part: part.mine)
    assert merged == f"<p>We have {WORKFORCE} today.</p><p>Second, changed.</p>"
