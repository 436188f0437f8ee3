"""The JSON-LD of pages, read back by a parser of RDF, and where there is none."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SDO

from directorates.actions import sharing
from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import SiteSettings, Unit, UnitEdition
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_unit,
    make_user,
    published,
    set_survey,
)
from tests.sample import load_fictional, load_sample
from tests.views.test_crawl import crawl

pytestmark = [
    pytest.mark.django_db,
    # The parser's own: it fills a graph by a class that its next release takes away.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]

NOW = timezone.now() - timedelta(days=2)
HOST = "http://testserver"
#: The part of schema.org's own context that the pages need, so the tests ask no other host.
CONTEXT = {
    "@vocab": str(SDO),
    **{key: {"@type": "@id"} for key in ("url", "item", "sameAs", "logo")},
}
HOSTILE = "</script><!--<script>alert(1)</script>\"\\' & \u202eRTL שלום مرحبا \u2028"


class BlockReader(HTMLParser):
    """Collects the data blocks and the scripts of a page as a browser reads them."""

    def __init__(self, markup):
        super().__init__()
        self.blocks, self.scripts, self.is_in_block = [], [], False
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.is_in_block = dict(attrs).get("type") == "application/ld+json"
            (self.blocks if self.is_in_block else self.scripts).append("")

    def handle_data(self, data):
        if self.is_in_block:
            self.blocks[-1] += data

    def handle_endtag(self, tag):
        self.is_in_block = False


def documents_of(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return [json.loads(block) for block in BlockReader(response.content.decode()).blocks]


def graph_of(client, *paths):
    """Return the merged graph of pages."""
    graph = Graph()
    for path in paths:
        (document,) = documents_of(client, path)
        assert document["@context"] == "https://schema.org"
        graph.parse(data=json.dumps(document | {"@context": CONTEXT}), format="json-ld")
    return graph


def identity(path):
    return URIRef(f"{HOST}{path}#organization")


def expected_parents():
    """Return {identity: the parent's identity} of all units in force, from the database alone."""
    editions = UnitEdition.objects.in_force(timezone.now())
    address = {edition.unit_id: edition.get_absolute_url() for edition in editions}
    return {
        identity(address[edition.unit_id]): identity(address[edition.parent_id])
        for edition in editions
        if edition.parent_id
    }


@pytest.mark.parametrize("load", [load_sample, lambda at: load_fictional(offices=60, at=at)])
def test_the_pages_together_give_back_every_parent_and_every_child(client, load):
    load(at=NOW)
    expected = expected_parents()
    paths = [str(one).removeprefix(HOST).partition("#")[0] for one in expected]
    graph = graph_of(client, "/about/", *paths)
    parents = dict(graph.subject_objects(SDO.parentOrganization))
    # The agency's own parent is no unit of the record.
    parents.pop(identity("/about/"))
    assert parents == expected
    children = set(graph.subject_objects(SDO.subOrganization))
    assert children == {(above, unit) for unit, above in expected.items()}
    names = {edition.name for edition in UnitEdition.objects.in_force(timezone.now())}
    assert names <= {str(name) for name in graph.objects(None, SDO.name)}


def test_the_overview_gives_back_its_sections_with_their_parents(client):
    load_sample(at=NOW)
    graph = graph_of(client, "/")
    expected = expected_parents()
    found = dict(graph.subject_objects(SDO.parentOrganization))
    assert {unit: found[unit] for unit in expected} == expected
    assert (URIRef(f"{HOST}/#website"), RDF.type, SDO.WebSite) in graph


def test_the_pages_give_back_the_dates(client):
    agency = published(make_agency(founded_on="1849"), at=NOW)
    unit = published(make_unit(slug="records", founded_on="2003-03-01"), at=NOW)
    day = NOW + timedelta(days=1)
    close(unit=unit, successors=[agency], by=None, at=day)
    graph = graph_of(client, "/about/", "/offices/records/")
    assert [str(one) for one in graph.objects(identity("/about/"), SDO.foundingDate)] == ["1849"]
    records = identity("/offices/records/")
    assert [str(one) for one in graph.objects(records, SDO.foundingDate)] == ["2003-03-01"]
    (dissolved,) = graph.objects(records, SDO.dissolutionDate)
    shown = re.search(r'closed on <time datetime="(.*?)"', client.get("/offices/records/").text)
    assert str(dissolved) == shown[1]


def test_the_workforce_of_the_sample_has_its_bound(client):
    load_sample(at=NOW)
    graph = graph_of(client, "/about/")
    (number,) = graph.objects(identity("/about/"), SDO.numberOfEmployees)
    assert [int(value) for value in graph.objects(number, SDO.minValue)] == [20000]


def test_hostile_texts_and_other_scripts_come_back_as_they_are(client):
    name = f"Agency {HOSTILE}"
    agency = published(make_agency(name=name, summary=HOSTILE[:160], slug="agency"), at=NOW)
    published(make_directorate(name=f"D {HOSTILE}", acronym="</script>", slug="d"), at=NOW)
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": HOSTILE, "heading": HOSTILE, "parent_organization": HOSTILE}
    )
    agency.refresh_from_db()
    for path in ("/", "/about/", "/directorates/d/", "/directorates/"):
        markup = client.get(path).content.decode()
        reader = BlockReader(markup)
        assert (len(reader.blocks), reader.scripts) == (1, []), path
        assert not set("<>&") & set(reader.blocks[0]), path
        assert HOSTILE[:20] in json.dumps(json.loads(reader.blocks[0]), ensure_ascii=False).replace(
            '\\"', '"'
        ), path
    (document,) = documents_of(client, "/about/")
    assert document["@graph"][0]["name"] == agency.name


def test_pages_that_search_engines_do_not_keep_have_none(client, settings):
    load_sample(at=NOW)
    draft = changed(Unit.objects.get(identifier="hsi"), name="Renamed")
    change_set = reviewing.create(title="A name", records=[draft], by=None, at=NOW)
    _, token = sharing.share(
        change_set=change_set, for_whom="Counsel", days=1, by=None, at=timezone.now()
    )
    client.force_login(make_user(is_superuser=True))
    set_prefix = reverse("directorates:preview-set", args=[change_set.pk])
    paths = [
        set_prefix,
        f"{set_prefix}about/",
        f"/shared/{token}/",
        "/preview/at/2100-10-01T09:30/",
        reverse("directorates:preview-unit", args=[draft.pk]),
        reverse("directorates:preview-overview", args=[draft.pk]),
    ]
    for path in paths:
        assert documents_of(client, path) == [], path
    assert documents_of(client, "/nothing/", status=404) == []
    set_survey()
    assert documents_of(client, "/survey/") == []


def test_every_indexed_page_has_one_document_or_none(client):
    load_sample(at=NOW)
    for path in crawl(client):
        found = documents_of(client, path)
        is_indexed = not path.startswith(("/survey/", "/search/?")) and "on=" not in path
        assert len(found) == is_indexed, path


def test_the_documents_take_no_query(client):
    load_sample(at=NOW)
    for path, most in (("/", 6), ("/about/", 9)):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) <= most, path
