"""What changed in the organization: `/changes/`, its feeds, and two versions compared."""

import re
from datetime import UTC, datetime
from html import unescape
from xml.etree import ElementTree

import pytest

from directorates.actions.publishing.closing import close
from tests.clock import set_clock
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    published,
)
from tests.kept_rows import kept

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def noon(day):
    return datetime(2026, 3, day, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    set_clock(monkeypatch, noon(20))


@pytest.fixture
def five_changes():
    return make_five_changes()


@kept
def make_five_changes():
    """Make a rename, a move, a merge, a split and a closing, on five days."""
    agency = make_agency()
    north, south = (make_directorate(name=n, slug=n.lower()) for n in ("North", "South"))
    published(agency, north, south, at=noon(2))
    names = ("Records", "Mail", "Post", "Tasks", "Museum")
    units = {n: make_unit(name=n, slug=n.lower(), parent=north) for n in names}
    published(*units.values(), at=noon(2))
    published(make_figure(unit=units["Records"], value=111, counts="clerks"), at=noon(2))
    published(
        changed(units["Records"], name="Archives", slug="archives"),
        at=noon(4),
        change_note="A new law names it so.",
    )
    published(changed(units["Records"], parent=south), at=noon(6))
    close(unit=units["Mail"], successors=[units["Post"]], by=None, at=noon(8))
    heirs = [
        make_unit(name=n, slug=n.lower(), parent=north)
        for n in ("Early tasks", "Late tasks")
        for n in [n.replace(" ", "-")]
    ]
    published(*heirs, at=noon(10))
    close(unit=units["Tasks"], successors=heirs, by=None, at=noon(10).replace(hour=18))
    close(unit=units["Museum"], successors=[], by=None, at=noon(12))
    return units


def html(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split()).replace(" .", ".").replace(" ;", ";")


def positions(text, *sentences):
    return [text.index(sentence) for sentence in sentences]


FIVE = (
    "Closed",
    "Closed; its place was taken by Early-tasks and Late-tasks",
    "Closed; its place was taken by Post",
    "Moved from North to South",
    "Renamed from Records to Archives",
)


def test_the_page_tells_the_five_changes_newest_first(client, five_changes):
    page = words(html(client, "/changes/"))
    assert "7 changes, newest first" in page
    page = page[page.index("newest first") :]
    assert positions(page, *FIVE) == sorted(positions(page, *FIVE))
    assert "March 2026" in page
    assert "A new law names it so." in page
    assert "The record begins on March 2, 2026" in page


def test_each_change_leads_to_the_unit_on_that_day(client, five_changes):
    page = html(client, "/changes/")
    assert 'href="/offices/archives/?on=2026-03-06"' in page
    assert html(client, "/offices/archives/?on=2026-03-06")


def test_every_day_shows_the_right_name_parent_figures_and_links(client, five_changes):
    def main(address):
        page = html(client, address)
        return page[page.index('<nav class="usa-breadcrumb') : page.index("</main>")]

    before = main("/offices/records/?on=2026-03-03")
    assert "Records" in before and "North" in before and "111" in before
    assert 'href="/directorates/north/?on=2026-03-03"' in before
    renamed = main("/offices/archives/?on=2026-03-04")
    assert "North" in renamed and "South" not in renamed and "111" in renamed
    moved = main("/offices/archives/?on=2026-03-07")
    assert 'href="/directorates/south/?on=2026-03-07"' in moved
    assert "This office has closed" not in main("/offices/mail/?on=2026-03-07")
    merged = main("/offices/mail/?on=2026-03-08")
    assert "has closed" in merged and 'href="/offices/post/?on=2026-03-08"' in merged
    split = main("/offices/tasks/?on=2026-03-10")
    assert "Early-tasks" in split and "Late-tasks" in split
    assert "Museum" in words(main("/offices/?on=2026-03-11"))
    assert "Museum" not in words(main("/offices/?on=2026-03-12"))
    assert "Early-tasks" not in words(main("/offices/?on=2026-03-09"))


#: The names in force on a day, of those that a change of the five began or ended.
IN_FORCE = {
    3: {"Records", "Mail", "Tasks", "Museum"},
    5: {"Archives", "Mail", "Tasks", "Museum"},
    9: {"Archives", "Tasks", "Museum"},
    11: {"Archives", "Early-tasks", "Late-tasks", "Museum"},
    13: {"Archives", "Early-tasks", "Late-tasks"},
}


@pytest.mark.parametrize("address", ["/structure/", "/structure/chart.svg", "/units/", "/offices/"])
@pytest.mark.parametrize("day", IN_FORCE)
def test_every_page_of_many_units_has_the_names_of_the_day(client, five_changes, address, day):
    page = html(client, f"{address}?on=2026-03-{day:02}")
    text = page[page.rindex("<h1") :] if "<h1" in page else page
    shown = {name for name in set.union(*IN_FORCE.values()) if f">{name}<" in text}
    assert shown == IN_FORCE[day]


@pytest.mark.parametrize(("day", "parent"), [(5, "north"), (7, "south")])
def test_the_chart_of_a_day_has_the_branches_of_that_day(client, five_changes, day, parent):
    for name in ("north", "south"):
        for address in ("/structure/", "/structure/chart.svg"):
            chart = html(client, f"{address}?of={name}&on=2026-03-{day:02}")
            assert (">Archives<" in chart) == (name == parent), (address, name)


def test_the_changes_of_one_unit_are_its_own_and_those_of_units_that_closed_into_it(
    client, five_changes
):
    page = words(html(client, "/changes/?of=archives"))
    assert "2 changes" in page and "Mail" not in page
    page = words(html(client, "/changes/?of=post"))
    assert "1 change" in page and "Mail" in page


def test_a_former_slug_leads_to_the_present_one(client, five_changes):
    assert client.get("/changes/?of=records")["Location"] == "/changes/?of=archives"
    assert (
        client.get("/changes/feed.atom?of=records")["Location"] == "/changes/feed.atom?of=archives"
    )
    html(client, "/changes/?of=nothing", 404)
    html(client, "/changes/?of=%22%27", 404)
    html(client, "/changes/?page=2", 404)
    html(client, "/changes/?page=01", 404)


def test_nothing_scheduled_withdrawn_or_of_a_draft_is_a_change(client, five_changes):
    post = five_changes["Post"]
    published(changed(post, name="SCHEDULED"), at=noon(15), effective_from=noon(25))
    changed(five_changes["Museum"], name="DRAFT")
    for address in ("/changes/", "/changes/feed.atom", "/changes/?of=post", "/offices/post/"):
        page = html(client, address)
        assert "SCHEDULED" not in page and "DRAFT" not in page


def test_a_site_without_changes_says_so(client):
    assert "Nothing has changed" in html(client, "/changes/")
    published(make_agency(), at=noon(2))
    assert "Nothing has changed" in html(client, "/changes/")


def test_the_number_of_queries_is_fixed(client, five_changes, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get("/changes/")
    with django_assert_max_num_queries(10):
        client.get("/changes/feed.atom")


def feed(client, address="/changes/feed.atom"):
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def test_the_feed_tells_the_five_changes_newest_first(client, five_changes):
    titles = [entry.findtext(f"{ATOM}title") for entry in feed(client).iter(f"{ATOM}entry")]
    texts = [title.partition(": ")[2] for title in titles if "Created" not in title]
    assert texts == list(FIVE)


def test_the_feed_has_what_its_standard_requires(client, five_changes):
    found = feed(client)
    assert found.findtext(f"{ATOM}id").startswith("tag:testserver,")
    assert found.findtext(f"{ATOM}author/{ATOM}name") == "Agency of Examples"
    assert found.findtext(f"{ATOM}updated") == "2026-03-12T17:00:00+00:00"
    ids = [entry.findtext(f"{ATOM}id") for entry in found.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 7
    for entry in found.iter(f"{ATOM}entry"):
        assert re.fullmatch(
            r"tag:testserver,2026-01-01:changes/\d+/\d+", entry.findtext(f"{ATOM}id")
        )
        assert entry.findtext(f"{ATOM}updated") and entry.findtext(f"{ATOM}title")
    [own] = [link for link in found.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == "http://testserver/changes/feed.atom"


def test_the_ids_of_the_feed_stay_after_later_changes(client, five_changes):
    before = {e.findtext(f"{ATOM}id") for e in feed(client).iter(f"{ATOM}entry")}
    published(changed(five_changes["Post"], name="Letters"), at=noon(19))
    after = {e.findtext(f"{ATOM}id") for e in feed(client).iter(f"{ATOM}entry")}
    assert before < after


def test_an_empty_feed_does_not_depend_on_the_clock(client):
    published(make_agency(), at=noon(2))
    assert feed(client).findtext(f"{ATOM}updated") == "2026-03-02T17:00:00+00:00"


def test_a_unit_has_a_feed_of_its_own(client, five_changes):
    page = html(client, "/offices/archives/")
    assert 'rel="alternate" type="application/atom+xml"' in page
    assert 'href="/changes/feed.atom?of=archives"' in page
    found = feed(client, "/changes/feed.atom?of=archives")
    assert len(found.findall(f"{ATOM}entry")) == 2


def test_a_name_with_markup_is_text_in_the_feed(client, five_changes):
    published(changed(five_changes["Post"], name="A <b> & C"), at=noon(19))
    entry = next(feed(client).iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}title") == "A <b> & C: Renamed from Post to A <b> & C"
    assert "&lt;b&gt;" in entry.findtext(f"{ATOM}summary")


#: RFC 4287, appendix B: which elements an element has once, at most once, and any number of times.
ELEMENTS = {
    "feed": (
        {"id", "title", "updated"},
        {"generator", "icon", "logo", "rights", "subtitle"},
        {"author", "category", "contributor", "entry", "link"},
    ),
    "entry": (
        {"id", "title", "updated"},
        {"content", "published", "rights", "source", "summary"},
        {"author", "category", "contributor", "link"},
    ),
    "author": ({"name"}, {"email", "uri"}, set()),
}
#: A pattern of each attribute, beside `xml:lang` on any element.
IRI = r'[a-z][a-z0-9+.-]*:(//\[[0-9a-f:]+\])?[^][\s<>"{}|\\^`]*'
ATTRIBUTES = {
    "link": {"href": IRI, "rel": f"[^:]+|{IRI}", "type": ".+/.+"},
    "title": {"type": "text|html"},
    "summary": {"type": "text|html"},
}
LANGUAGE = {"{http://www.w3.org/XML/1998/namespace}lang": "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"}
#: RFC 3339.
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
TEXTS = {"id": IRI, "updated": INSTANT, "published": INSTANT, "name": r"(?s).*\S.*"}


def problems_of(element):
    """Return what is wrong with an element of a feed and those in it, as (element, problem)."""
    name = element.tag.removeprefix(ATOM)
    inside = [child.tag.removeprefix(ATOM) for child in element]
    once, at_most_once, often = ELEMENTS.get(name, (set(), set(), set()))
    patterns = LANGUAGE | ATTRIBUTES.get(name, {})
    problems = [
        *(f"{child}, {inside.count(child)} times" for child in once if inside.count(child) != 1),
        *(f"more than one {child}" for child in at_most_once if inside.count(child) > 1),
        *(f"{child} in it" for child in set(inside) - once - at_most_once - often),
        *(
            f"{attribute}={value}"
            for attribute, value in element.attrib.items()
            if not re.fullmatch(patterns.get(attribute, "(?!)"), value)
        ),
    ]
    if not re.fullmatch(TEXTS.get(name, "(?s).*"), element.text or ""):
        problems.append(f"the text {element.text}")
    if (name in ELEMENTS and element.text) or element.tail:
        problems.append("loose text")
    if name == "link" and "href" not in element.attrib:
        problems.append("no address")
    return [(name, problem) for problem in problems] + [
        p for child in element for p in problems_of(child)
    ]


def problems_of_feed(found):
    """Return what is wrong with a whole feed: in its elements, and between them."""
    assert found.tag == f"{ATOM}feed"
    entries = found.findall(f"{ATOM}entry")
    problems = problems_of(found)
    if list(found)[len(found) - len(entries) :] != entries:
        problems.append(("feed", "entries before other elements"))
    if found.find(f"{ATOM}author") is None and any(
        e.find(f"{ATOM}author") is None for e in entries
    ):
        problems.append(("feed", "no author"))
    ids = [element.text for element in found.iter(f"{ATOM}id")]
    if len(ids) != len(set(ids)):
        problems.append(("feed", "an id twice"))
    for element in (found, *entries):
        relations = [link.get("rel", "alternate") for link in element.findall(f"{ATOM}link")]
        if relations.count("alternate") != 1 or len(relations) != len(set(relations)):
            problems.append((element.tag, f"the links {relations}"))
    return problems


@pytest.mark.parametrize("of", ["", "?of=archives", "?of=post", "?of=early-tasks", "?of=north"])
def test_the_feeds_are_valid(client, five_changes, of):
    published(
        changed(five_changes["Post"], name="“Post” <b> & 'é' 😀 ]]> \u2028"),
        at=noon(19),
        change_note="It has <i>&amp;</i> ]]>",
    )
    assert problems_of_feed(feed(client, f"/changes/feed.atom{of}")) == []


def test_the_feed_of_an_empty_site_is_valid(client):
    assert problems_of_feed(feed(client)) == []
    published(make_agency(), at=noon(2))
    assert problems_of_feed(feed(client)) == []


def test_the_feed_of_a_site_without_a_domain_is_valid_at_an_ip_address(client, settings):
    settings.ALLOWED_HOSTS = ["[::1]"]
    client.defaults["HTTP_HOST"] = "[::1]:8000"
    assert problems_of_feed(feed(client)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("<id>tag:", "<id>"), ("</id>", "</id><id>tag:x</id>"), ("<title>", "<title type='svg'>"),
     ("+00:00</updated>", "</updated>"), (' rel="self"', ""), ("/feed.atom", "/feed atom"),
     ("<author><name>Agency of Examples</name></author>", ""), ("<name>", "<name> </name><name>"),
     ("</feed>", "<entry/></feed>"), ("<id>", "loose<id>"), (' href="', ' src="'),
     ("</feed>", "<rights/></feed>"), ("<summary ", "<summary/><summary "), ("</entry>", "<icon/></entry>")],
)  # fmt: skip
def test_an_invalid_feed_is_found(client, five_changes, right, wrong):
    content = client.get("/changes/feed.atom").content.decode()
    assert right in content
    assert problems_of_feed(ElementTree.fromstring(content.replace(right, wrong, 1)))


def test_an_entry_twice_in_a_feed_is_found(client, five_changes):
    found = feed(client)
    found.append(found[-1])
    assert problems_of_feed(found) == [("feed", "an id twice")]


def test_a_units_page_has_its_history(client, five_changes):
    page = html(client, "/offices/archives/")
    history = words(page[page.index('id="changes"') :])
    found = positions(history, "Moved from North to South", "Renamed from Records", "First entry")
    assert found == sorted(found)
    assert '<a href="/offices/archives/?on=2026-03-04">' in page
    assert "It has nothing from before" in history


def test_the_history_of_a_past_day_ends_there(client, five_changes):
    page = html(client, "/offices/archives/?on=2026-03-05")
    assert "Moved from" not in page
    assert "Shown here" in page
    assert '<a href="/offices/archives/?on=2026-03-02">' in page


def test_two_versions_are_compared_word_by_word(client, five_changes):
    post = five_changes["Post"]
    published(changed(post, overview="<p>It brings letters and parcels.</p>"), at=noon(14))
    published(changed(post, overview="<p>It brings letters and large parcels.</p>"), at=noon(16))
    assert 'href="/compare/?of=post&amp;from=2&amp;to=3"' in html(client, "/offices/post/")
    page = html(client, "/compare/?of=post&from=2&to=3")
    assert re.search(r"<ins>.*large.*</ins>", page)
    assert '<meta name="robots" content="noindex">' in page
    assert 'href="/compare/?of=post&amp;from=1&amp;to=2"' in page
    assert "\n" not in re.search(r"<p>It brings.*?</p>", page, re.DOTALL)[0]


@pytest.mark.parametrize("address", ["/changes/", "/offices/lamps/?on=2026-03-05"])
def test_a_comparison_is_of_the_unit_whose_address_another_unit_has_now(client, address):
    published(make_agency(), at=noon(2))
    lamps = published(make_unit(name="Lamps", slug="lamps"), at=noon(3))
    published(changed(lamps, body="<p>All lamps.</p>"), at=noon(4))
    published(changed(lamps, slug="old-lamps"), at=noon(6))
    published(make_unit(name="Lamp Posts", slug="lamps"), at=noon(8))
    page = html(client, address)
    (compared,) = re.findall(r'href="(/compare/[^"]*)"', page)
    assert "What changed in the text of Lamps" in words(html(client, unescape(compared)))
    if "on=" in address:
        assert "/changes/feed.atom?of=old-lamps" in page


def test_the_comparison_names_other_units_as_the_public_knows_them(client, five_changes):
    from directorates.models import Unit

    changed(Unit.objects.get(slug="south"), name="SECRET")
    changed(five_changes["Post"], name="SECRET")
    page = html(client, "/compare/?of=archives&from=2&to=3")
    assert "South" in page and "SECRET" not in page
    page = html(client, "/compare/?of=mail&from=1&to=2")
    assert "Post" in page and "SECRET" not in page


@pytest.mark.parametrize(
    "query",
    ["", "of=post", "of=post&from=1&to=1", "of=post&from=1&to=2", "of=nothing&from=1&to=2",
     "of=mail&from=01&to=2", "of=mail&from=%00&to=2", "of=mail&from=-1&to=2",
     "of=mail&from=99999999999999999999&to=2", "of=mail&from=²&to=1"],
)  # fmt: skip
def test_versions_that_are_not_there_are_not_compared(client, five_changes, query):
    html(client, f"/compare/?{query}", 404)


def test_a_scheduled_version_is_not_compared(client, five_changes):
    published(changed(five_changes["Post"], name="S"), at=noon(15), effective_from=noon(25))
    html(client, "/compare/?of=post&from=1&to=2", 404)
