"""The consistency check: planted faults are found, and real organizations give few false alarms."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directorates.actions import checking
from directorates.actions.importing import importing
from directorates.models import Figure, SiteLink, SiteSettings, Unit
from directorates.queries import references
from directorates.queries.staff import checked_texts, content_check
from directorates.rules.checking.findings import Kind
from directorates.rules.content.references import CountReference, markup_of
from tests.factories import DAY, NOON, changed, make_figure, make_unit, make_user, published
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db

LATER = NOON + 5 * DAY
CANADA = Path(__file__).parent.parent / "data"
LONG = " ".join(["and then the office writes a short note about it"] * 4).capitalize() + "."
HARD = "<p>" + "The organizational responsibilities necessitate comprehensive interdepartmental coordination. " * 12 + "</p>"  # fmt: skip

#: Texts of offices below HSI: {kind: overviews with one fault each}.
PLANTED = {
    Kind.TYPED_FIGURE: [
        "<p>Homeland Security Investigations has more than 8,700 employees.</p>",
        "<p>Of 1,300 attorneys at the Office of the Principal Legal Advisor, one is here.</p>",
        "<p>The budget of U.S. Immigration and Customs Enforcement is approximately $8 billion.</p>",
    ],
    Kind.WRONG_FIGURE: [
        "<p>Homeland Security Investigations has 9,500 employees.</p>",
        "<p>The budget of U.S. Immigration and Customs Enforcement is $9 billion.</p>",
        "<p>U.S. Immigration and Customs Enforcement has 300 offices in the United States and around the world.</p>",
    ],
    Kind.OLD_NAME: [
        "<p>Complaints go to the Office of Professional Responsibility.</p>",
        "<p>Complaints go to OPR, which reads them.</p>",
    ],
    Kind.CLOSED_UNIT: [
        "<p>Files are kept by the Digital Records Office.</p>",
        "<p>Files are kept by DRO for a year.</p>",
    ],
    Kind.FORMER_HEAD: ["<p>Ada Example leads the work.</p>"],
    Kind.WRONG_COUNT: ["<p>The office has five offices below it.</p>"],
    Kind.WRONG_TABLE: [
        "<table><tbody><tr><th><p>Unit</p></th><th><p>Acronym</p></th></tr>"
        "<tr><td><p>Homeland Security Investigations</p></td><td><p>HIS</p></td></tr></tbody></table>"
    ],
    Kind.UNKNOWN_ACRONYM: ["<p>The office works with QXZ every day.</p>"],
    Kind.LONG_SENTENCE: [f"<p>{LONG}</p>"],
    Kind.HARD_TO_READ: [HARD],
    Kind.DEAD_LINK: [
        '<p>Look at <a href="/offices/no-such-office/">the office</a>.</p>',
        '<p>Look at <a href="/nowhere/">the page</a>.</p>',
    ],
}
#: Texts that look like faults.
INNOCENT = [
    "<p>Until 2025 this was the Office of Professional Responsibility.</p>",
    "<p>The form I-9 has 20 pages. In 2003 it had 12.</p>",
    "<p>It has 12 offices in Texas and three vans.</p>",
    '<p>Look at <a href="/directorates/homeland-security-investigations/">the directorate</a>.</p>',
    "<p>Office chairs and office hours are no units.</p>",
]


@pytest.fixture
def planted(db):
    load_sample()
    hsi, opr = Unit.objects.get(identifier="hsi"), Unit.objects.get(identifier="opr")
    published(changed(hsi, head_name="Ada Example"), at=NOON + DAY)
    published(changed(hsi, head_name="Ben Sample"), at=NOON + 2 * DAY)
    renamed = {"name": "Office of Integrity", "acronym": "OI"}
    # The label of its link keeps the old acronym: a fault.
    published(changed(opr, **renamed), at=NOON + 2 * DAY)
    records = published(
        make_unit(name="Digital Records Office", acronym="DRO", parent=hsi), at=NOON + DAY
    )
    published(changed(records, is_closed=True), at=NOON + 2 * DAY)
    texts = [text for texts in PLANTED.values() for text in texts] + INNOCENT
    offices = [
        make_unit(name=f"Place {number}", parent=hsi, summary="", overview=text)
        for number, text in enumerate(texts)
    ]
    make_unit(name="Below", parent=offices[[*texts].index(PLANTED[Kind.WRONG_COUNT][0])])
    published(*offices, at=NOON + 3 * DAY)
    published(Unit.objects.get(name="Below"), at=NOON + 3 * DAY)
    SiteLink.objects.create(
        settings=SiteSettings.objects.load(), text="Digital Records Office", url="/offices/"
    )
    return offices


def find():
    return content_check.check_site(at=LATER).findings


def test_twenty_planted_faults_are_found_and_nothing_else(planted):
    expected = Counter({kind: len(texts) for kind, texts in PLANTED.items()})
    # The label of a link, and a link at the foot of the pages.
    expected += Counter([Kind.OLD_NAME, Kind.CLOSED_UNIT])
    found = find()
    assert Counter(one.kind for one in found) == expected, "\n".join(map(str, found))
    assert len(found) == expected.total() == 20


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<p>Two offices were joined. DRO files it all. Both had vans.</p>", Kind.CLOSED_UNIT),
        ("<p>It was founded in 2003. Ada Example leads it.</p>", Kind.FORMER_HEAD),
        ("<p>OPR was its name. Ask OPR now. It had a van.</p>", Kind.OLD_NAME),
    ],
)
def test_only_words_of_its_own_sentence_excuse_a_name(planted, text, kind):
    at = NOON + 4 * DAY
    unit = published(changed(planted[-1], overview=text, at=at), at=at)
    found = content_check.check_records([unit], at=LATER).findings
    assert [one.kind for one in found] == [kind]


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (lambda: load_fictional(offices=400), {}),
        (lambda: _load_file("canada-34-en.toml"), {}),
        (lambda: _load_file("canada-34-fr.toml"), {}),
    ],
    ids=["fictional", "canada-en", "canada-fr"],
)
def test_false_alarms_are_counted(load, expected):
    """The numbers are those of the table in decision 0101."""
    load()
    assert Counter(one.kind.value for one in find()) == expected


def _load_file(name):
    path = CANADA / name
    importing.load(content=path.read_bytes(), file_name=name, by=None, at=NOON)


def test_the_number_of_queries_is_the_same_for_any_number_of_units():
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find()
        return len(queries)

    load_sample()
    before = count()
    published(*(make_unit() for _ in range(20)))
    published(make_figure(unit=Unit.objects.get(identifier="hsi")))
    assert count() == before


def test_texts_may_refer_to_more_counts_than_one_query_can_hold():
    load_sample()
    units = [Unit.objects.get(kind="agency").identifier, *(f"none-{n}" for n in range(600))]
    spans = "".join(f'<span data-count="office" data-of="{unit}">1</span>, ' for unit in units)
    make_unit(summary="", overview=f"<p>Short. {spans}</p>")
    assert not [one for one in find() if one.kind.contradicts]


@pytest.mark.parametrize("counted", ["unit", "office", "directorate"])
def test_a_count_in_a_text_has_the_number_of_the_page(planted, counted):
    wanted = {
        CountReference(counted, identifier, role)
        for identifier in (*Unit.objects.values_list("identifier", flat=True), "none")
        for role in ("", "operational")
    }
    make_unit(overview=f"<p>{' '.join(map(markup_of, wanted))}</p>")
    site = checked_texts.read(at=LATER)
    (checked,) = (one for one in site.texts() if one.words.count("<span") == len(wanted))
    counts = {one: number for one, number in checked.facts.counts.items() if one in wanted}
    assert counts == references.read(wanted, at=LATER).counts


def test_a_waiver_ends_when_the_text_changes(planted):
    check = content_check.check_site(at=LATER)
    finding = next(one for one in check.findings if one.kind == Kind.FORMER_HEAD)
    waiver = checking.waive(
        finding=finding, words=check.words[finding.key], reason="A quotation.", by=make_user(), at=LATER
    )  # fmt: skip
    after = content_check.check_site(at=LATER)
    assert finding not in after.findings
    assert [one.waiver for one in after.waived] == [waiver]
    unit = Unit.objects.get(pk=finding.place.record[1])
    published(changed(unit, overview="<p>Ada Example leads all the work.</p>"), at=LATER)
    assert any(one.kind == Kind.FORMER_HEAD for one in content_check.check_site(at=LATER).findings)


def test_a_click_puts_the_figure_into_the_draft(planted):
    finding = next(one for one in find() if one.found == "9,500 employees")
    checking.mend(finding=finding, by=make_user(), at=LATER)
    unit = Unit.objects.get(pk=finding.place.record[1])
    assert '<span data-figure="hsi-workforce" data-form="as-published">' in unit.overview
    assert content_check.check_records([unit], at=LATER).findings == ()


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("<p>OPR was its name.</p><p>Ask OPR now.</p>", "OPR", "<p>OPR was its name.</p><p>Ask REF now.</p>"),
        (
            "<p>HSI hired 9,500 employees. HSI has 9,500 employees.</p>",
            "9,500 employees",
            "<p>HSI hired 9,500 employees. HSI has REF.</p>",
        ),
    ],
)  # fmt: skip
def test_a_click_changes_the_words_that_were_found_and_no_others(planted, text, found, mended):
    unit = changed(planted[-1], overview=text)
    check = content_check.check_records([unit], at=LATER)
    (finding,) = (one for one in check.findings if one.found == found)
    saved = checking.mend(finding=finding, by=make_user(), at=LATER)
    assert re.sub(r"<span.*?</span>", "REF", saved.overview) == mended


def test_who_publishes_is_shown_what_will_contradict_it(planted):
    ero = changed(Unit.objects.get(identifier="ero"), name="Removal Operations", acronym="RO")
    office = changed(planted[-1], overview="<p>Ask Enforcement and Removal Operations.</p>")
    published(office, at=LATER)
    _, others = content_check.find_contradictions([ero], at=LATER)
    assert [(one.kind, one.place.record[1]) for one in others] == [(Kind.OLD_NAME, office.pk)]
    workforce = changed(
        Figure.objects.get(identifier="hsi-workforce"), value=9500, qualifier="exactly"
    )
    _, others = content_check.find_contradictions([workforce], at=LATER)
    assert others == []


def test_who_closes_or_moves_an_office_is_shown_the_counts_of_the_units_above(planted):
    at = NOON + 4 * DAY
    above, below = planted[-1], [make_unit(name=f"Part {n}", parent=planted[-1]) for n in range(2)]
    published(*below, at=at)
    published(changed(above, overview="<p>It has two offices.</p>", at=at), at=at)
    for change in ({"is_closed": True}, {"is_closed": False, "parent": planted[-2]}):
        _, others = content_check.find_contradictions([changed(below[0], **change)], at=LATER)
        assert [(one.kind, one.found) for one in others] == [(Kind.WRONG_COUNT, "two offices")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>The Digital Records Office's files are here.</p>", ["Digital Records Office"]),
        ("<p>The DRO’s files are here.</p>", ["DRO"]),
        ("<p>Ask the Office of Professional Responsibility (OPR).</p>", ["Office of Professional Responsibility (OPR)"]),
    ],
)  # fmt: skip
def test_a_name_is_found_once_in_whatever_form(planted, text, found):
    unit = changed(planted[-1], overview=text)
    findings = content_check.check_records([unit], at=LATER).findings
    assert [one.found for one in findings] == found
