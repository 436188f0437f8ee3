import pytest

from directorates.models import UnitContent
from directorates.queries import referring_texts
from directorates.queries.differences import ReferenceWords, labeled_differences
from directorates.queries.pages import version_comparison
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import FigureReference, markup_of
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workforce():
    agency = published_agency()
    return published(make_figure(unit=agency, identifier="workforce", value=21786, counts="people"))


def stating(form, digits=None, before=""):
    return f"<p>{before}It has {markup_of(FigureReference('workforce', form, digits))}.</p>"


def compared(before, after, **options):
    facts = referring_texts.read_for([before, after], at=NOON)
    sides = ({"body": one.body, "summary": one.summary} for one in (before, after))
    words = ReferenceWords(facts, facts, **options)
    return labeled_differences(UnitContent, *sides, words=words)


def test_staff_compare_references_as_words_with_their_record(workforce):
    office = make_unit(body=stating(Form.EXACT), summary="It has {figure workforce exact}.")
    before = published(office).editions.get()
    after = changed(office, body=stating(Form.MORE_THAN, 1), summary="It has many.")
    body, summary = compared(before, after)
    assert body.before == ("It has 21,786 people [figure workforce, exact].",)
    assert body.after == ("It has more than 20,000 people [figure workforce, more than, 1 digit].",)
    assert summary.before == ("It has 21,786 people [figure workforce, exact].",)


def test_a_typed_number_and_a_reference_differ(workforce):
    office = published(make_unit(body="<p>It has 21,786 people.</p>"))
    before, after = office.editions.get(), changed(office, body=stating(Form.EXACT))
    (body,) = compared(before, after)
    assert not body.is_invisible
    (public,) = compared(before, after, with_records=False)
    assert public.is_invisible


def test_a_record_that_is_not_there_is_named(workforce):
    gone = f"<p>It has {markup_of(FigureReference('gone', Form.EXACT))}.</p>"
    (body,) = compared(make_unit(body="<p>A.</p>"), make_unit(body=gone, summary=""))[:1]
    assert body.after == ("It has [figure gone, exact].",)


def test_the_public_compares_the_words_that_readers_saw(workforce):
    office = published(make_unit(slug="penguins", body=stating(Form.EXACT)))
    published(changed(workforce, value=22001), at=NOON + DAY)
    published(changed(office, body=stating(Form.EXACT, before="Now: ")), at=NOON + 2 * DAY)
    page = version_comparison.get(at=NOON + 2 * DAY, of="penguins", before="1", after="2")
    (body,) = page.differences
    assert body.before == ("It has 21,786 people.",)
    assert body.after == ("Now: It has 22,001 people.",)


def test_a_figure_that_changes_is_no_change_of_a_text(workforce):
    office = published(make_unit(body=stating(Form.EXACT)))
    published(changed(workforce, value=22001), at=NOON + DAY)
    office.refresh_from_db()
    assert not office.has_unpublished_changes
    saved_again = changed(
        office, body=stating(Form.EXACT).replace(">workforce<", ">22,001 people<")
    )
    assert not saved_again.has_unpublished_changes
