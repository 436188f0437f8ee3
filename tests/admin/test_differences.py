"""The table of differences marks removed and added text, with words too."""

import pytest

from tests.admin.pages import form_data, table_of, url
from tests.factories import (
    changed,
    make_figure,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def removed(words):
    return (
        f'<del><span class="visually-hidden">removed: </span>{words}'
        '<span class="visually-hidden"> (end)</span></del>'
    )


def added(words):
    return (
        f'<ins><span class="visually-hidden">added: </span>{words}'
        '<span class="visually-hidden"> (end)</span></ins>'
    )


def structure(words):
    return f'<span class="differences__structure">{words}</span>'


def draft_table(client, before, after):
    office = changed(published(make_unit(overview=before)), overview=after)
    return table_of(client.get(url("office_publish", office.pk)))


def test_changed_words_are_marked_in_words_too(client, publisher, agency):
    table = draft_table(
        client, "<p>The office works for all.</p>", "<p>The office works for some.</p>"
    )

    assert f"<p>The office works for {removed('all')}.</p>" in table
    assert f"<p>The office works for {added('some')}.</p>" in table


def test_the_words_of_a_text_are_escaped(client, publisher, agency):
    office = changed(
        published(make_unit(summary="A plain sentence.")), summary="A <b>plain</b> one."
    )

    page = client.get(url("office_publish", office.pk)).content.decode()

    assert "<b>" not in page
    assert "&lt;" in page


def test_unchanged_paragraphs_collapse(client, publisher, agency):
    same = "<p>One stays.</p><p>Two stays.</p>"
    table = draft_table(client, f"{same}<p>It was so.</p>", f"{same}<p>It is so.</p>")

    assert "<summary>2 unchanged parts</summary><p>One stays.</p><p>Two stays.</p>" in table


def test_a_moved_paragraph_is_told_and_not_marked(client, publisher, agency):
    table = draft_table(
        client, "<p>It moves.</p><p>A.</p><p>B.</p>", "<p>A.</p><p>B.</p><p>It moves.</p>"
    )

    assert "Moved from here, unchanged: “It moves.”" in table
    assert "Moved to here, unchanged: “It moves.”" in table
    assert "<del>" not in table
    assert "<ins>" not in table


def test_another_level_of_a_heading_is_marked_beside_its_words(client, publisher, agency):
    table = draft_table(client, "<h2>Who we are</h2>", "<h3>Who we are</h3>")

    assert f"{removed('Heading 2')}</p><p>Who we are</p>" in table
    assert f"{added('Heading 3')}</p><p>Who we are</p>" in table


def test_another_address_of_a_link_is_marked(client, publisher, agency):
    table = draft_table(
        client, '<p>See <a href="/a/">us</a>.</p>', '<p>See <a href="/b/">us</a>.</p>'
    )

    assert f"See us {removed(structure('[/a/]'))}." in table
    assert f"See us {added(structure('[/b/]'))}." in table


def test_markup_alone_is_said_to_be_so(client, publisher, agency):
    table = draft_table(
        client, '<p><a href="/a/">A</a></p>', '<p><a href="/a/" title="t">A</a></p>'
    )

    assert "(the markup only)" in table


def test_values_that_are_no_text_are_marked_whole(client, publisher, agency):
    figure = changed(published(make_figure(unit=agency, value=1200)), value=1300)

    table = table_of(client.get(url("figure_publish", figure.pk)))

    assert removed("1,200") in table
    assert added("1,300") in table


def test_a_first_publication_marks_nothing(client, publisher, agency):
    office = make_unit(overview="<p>New.</p>")

    table = table_of(client.get(url("office_publish", office.pk)))

    assert "<p>New.</p>" in table
    assert "<ins>" not in table


def test_the_conflict_panel_marks_words(client, publisher, agency):
    office = published(make_unit(summary="We answer all questions."))
    address = url("office_change", office.pk)
    data = form_data(client.get(address), summary="We answer most questions.")
    changed(office, summary="We answer few questions.")

    table = table_of(client.post(address, data))

    assert f"We answer {removed('few')} questions." in table
    assert f"We answer {added('most')} questions." in table
