"""The site behind the shipped nginx: which answers nginx keeps, and how it shows them."""

import os
import re
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bin.drills.rig.front import behind_nginx, export
from bin.drills.rig.person import Person
from bin.nginx_server import NGINX
from bin.production import Site, until

pytestmark = [
    pytest.mark.styles,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine"),
]
PUBLISH = """
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Unit
unit = Unit.objects.get(kind="agency")
unit.summary = {words!r}
drafting.save(record=unit, relations={{}}, by=None, at=timezone.now())
publishing.publish(records=[unit], by=None, at=timezone.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("front"), LOG_LEVEL="ERROR")
    site.prepare()
    with site:
        yield site


@pytest.fixture(scope="module")
def static_copy(site):
    return export(site)


@pytest.fixture
def nginx(site, static_copy):
    """The nginx in front, without pages."""
    with behind_nginx(site, static_copy=static_copy) as nginx:
        yield nginx
    shutil.rmtree(nginx.folder)


def kept(nginx):
    """Return the keys of all answers that nginx keeps."""
    files = [path for path in (nginx.folder / "pages").rglob("*") if path.is_file()]
    return sorted(
        re.search(rb"^KEY: (.*)$", path.read_bytes(), re.MULTILINE)[1].decode() for path in files
    )


def of(*addresses, encoding=""):
    return sorted(f"{encoding} https www.agency.gov {address}" for address in addresses)


def test_nginx_keeps_each_page_once_for_each_encoding(nginx):
    for accepted in ("br, gzip", "gzip, deflate, br, zstd", "gzip", "gzip;q=0.5, br;q=0", "", "x"):
        nginx.get("/about/", **{"Accept-Encoding": accepted})
    assert kept(nginx) == sorted(
        key for encoding in ("br,gzip", "gzip", "") for key in of("/about/?", encoding=encoding)
    )


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip;q=0.5, br;q=0.1", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip", "gzip"),
        ("brotli", None),
        ("identity", None),
        ("", None),
    ],
)
def test_each_client_gets_an_encoding_that_it_takes(nginx, accepted, encoding):
    for _ in range(2):
        answer = nginx.get("/", **{"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_nothing_for_one_person_and_nothing_unlinked_is_ever_kept(site, nginx):
    person = Person(site, "editor")
    session = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    attempts = [
        ("/about/", {"Cookie": session}),
        ("/about/", {"Cookie": "x=1; sessionid=made-up"}),
        ("/about/", {"method": "POST"}),
        ("/about/?utm_source=news", {}),
        ("/about/?", {"Cookie": session}),
        ("/offices/?page=99", {}),
        ("/offices/?by=part-of&by=part-of", {}),
        ("/offices/?BY=part-of", {}),
        ("/nothing/", {}),
        ("//about/", {"Cookie": session}),
        ("/survey/", {}),
        ("/survey/thanks/", {}),
        ("/admin/", {"Cookie": session}),
        ("/admin/", {}),
        ("/accounts/login/", {}),
        ("/preview/units/1/", {"Cookie": session}),
        ("/shared/made-up-token/", {}),
        ("/healthz", {}),
        ("/readyz", {}),
        ("/metrics", {}),
        ("/about/", {"Host": "www.agency.gov.evil.example"}),
        ("/about/", {"Host": "other.example"}),
    ]
    for path, how in attempts * 2:
        answer = nginx.get(path, **how)
        assert "X-Accel-Expires" not in answer.headers
    assert kept(nginx) == []
    for path in ("/about/", "/offices/", "/offices/?by=part-of", "/about/?utm_source=news"):
        nginx.get(path)
    assert kept(nginx) == of("/about/?", "/offices/?", "/offices/?by=part-of")


def test_other_ways_to_write_an_address_make_no_copies(nginx):
    nginx.get("/about/")
    for path in ("/%61bout/", "/about%2F", "/./about/", "/x/../about/", "//about/", "/about/?#x"):
        nginx.get(path)
    nginx.get("/about/", method="HEAD")
    nginx.get("/about/", Range="bytes=0-10")
    assert kept(nginx) == of("/about/?")


def test_a_page_is_kept_without_its_application_and_marked_then(site, nginx):
    fresh = nginx.get("/about/")
    assert "Warning" not in fresh.headers
    site.stop()
    try:
        until(lambda: nginx.get("/about/").headers["Warning"], 5)
        answer = nginx.get("/about/")
        assert (answer.status, answer.body) == (200, fresh.body)
        assert answer.headers["Warning"] == '111 - "Revalidation Failed"'
        assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=5"
        # nginx never had this page, so it is from the static copy.
        other = nginx.get("/directorates/")
        assert (other.status, "Memento-Datetime" in other.headers) == (200, True)
    finally:
        site.start()
    until(lambda: not nginx.get("/about/").headers["Warning"], 10)
    assert nginx.get("/about/").headers["Cache-Control"] == fresh.headers["Cache-Control"]


def test_a_publication_is_seen_within_a_second_although_nobody_asked_meanwhile(site, nginx):
    """Also by each of many readers who come at once."""
    for path in ("/", "/about/"):
        nginx.get(path)
    time.sleep(1.2)
    site.python(PUBLISH.format(words="Seen through nginx."))
    time.sleep(1)
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: nginx.get("/about/"), range(30)))
    assert all(b"Seen through nginx." in one.body for one in answers)


def test_every_reader_is_told_that_the_application_hangs(site, nginx):
    kept_page = nginx.get("/about/")
    time.sleep(1.2)
    workers = site.workers()
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: nginx.get("/about/"), range(8)))
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    assert {(one.status, one.body) for one in answers} == {(200, kept_page.body)}
    assert all(one.headers["Warning"] for one in answers)


def test_what_is_sent_to_a_page_is_refused_in_words_without_the_application(site, nginx):
    site.stop()
    try:
        assert nginx.get("/about/", method="POST").status == 503
    finally:
        site.start()
