"""The shipped configuration in a real nginx, in front of an application that can be stopped."""

import re
import subprocess

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from agency_site.serving.static_export.files import layout
from bin.nginx_server import LIVE, NGINX, Application, Nginx
from directorates.models import Unit
from directorates.queries.pages import unit_list
from tests.factories import changed, make_unit, published
from tests.sample import LATELY, load_sample
from tests.serving.static_export.conftest import HOST, StaticCopy

pytestmark = [
    pytest.mark.styles,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine"),
]


@pytest.fixture(scope="module")
def static_copy(django_db_setup, django_db_blocker, tmp_path_factory):
    """A static copy with an old address and a list of several pages."""
    static_copy = StaticCopy(tmp_path_factory.mktemp("static_copy") / "static_copy")
    now = timezone.now()
    with (
        django_db_blocker.unblock(),
        override_settings(ALLOWED_HOSTS=[HOST]),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(unit_list, "UNITS_A_PAGE", 5)
        load_sample(at=LATELY)
        agency = Unit.objects.get(kind="agency")
        units = [make_unit(parent=agency, slug=f"office-{number}") for number in range(6)]
        published(*units, at=now)
        hsi = Unit.objects.get(identifier="hsi")
        published(changed(hsi, at=now, slug="hsi"), at=now)
        static_copy.export()
        published(changed(hsi, at=now, name="Another name"), at=timezone.now())
        static_copy.second = static_copy.export().release
        static_copy.first = static_copy.folder.names()[0]
        static_copy.folder.swap(static_copy.first)
        transaction.set_rollback(True)
    return static_copy


@pytest.fixture(scope="module")
def _application():
    application = Application()
    yield application
    application.stop()


@pytest.fixture
def application(_application):
    """The running application."""
    _application.status = 200
    if _application.is_stopped:
        _application.start()
    return _application


@pytest.fixture(scope="module")
def _front(static_copy, _application, tmp_path_factory):
    folder = tmp_path_factory.mktemp("front") / "nginx"
    with Nginx(folder, static_copy, "nginx.conf", application=_application) as nginx:
        yield nginx


@pytest.fixture
def front(_front, application):
    return _front


@pytest.fixture(scope="module")
def mirror(static_copy, tmp_path_factory):
    with Nginx(
        tmp_path_factory.mktemp("mirror") / "nginx", static_copy, "nginx-mirror.conf"
    ) as nginx:
        yield nginx


@pytest.mark.parametrize("configuration", ["nginx.conf", "nginx-mirror.conf"])
def test_nginx_accepts_the_configuration(static_copy, tmp_path, configuration):
    nginx = Nginx(tmp_path / "nginx", static_copy, configuration)
    tested = subprocess.run(nginx.command("-t"), capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    leftover = re.findall(r"\$\{[A-Z_]+\}", (nginx.folder / "site.conf").read_text())
    assert leftover == []


def test_the_application_answers_while_it_can(front, static_copy):
    answer = front.get("/offices/?page=2")
    assert answer.body.decode() == f"live /offices/?page=2 {HOST} ['https', '127.0.0.1']"
    assert "Server" not in answer.headers or "/" not in answer.headers["Server"]


def test_the_twin_answers_while_the_application_is_down_and_no_longer(
    front, static_copy, application
):
    application.stop()
    page = front.get("/directorates/hsi/")
    assert (page.status, page.body) == (200, static_copy.page("directorates/hsi/index.html"))
    assert page.headers["Warning"] == '111 - "Revalidation Failed"'
    assert page.headers["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert "Memento-Datetime" in page.headers
    old = front.get("/directorates/homeland-security-investigations/")
    assert (old.status, old.headers["Location"]) == (301, "/directorates/hsi/")
    slash = front.get("/about?a=1")
    assert (slash.status, slash.headers["Location"]) == (301, "/about/?a=1")
    application.start()
    assert front.get("/directorates/hsi/").body.startswith(b"live ")


@pytest.mark.parametrize(
    "path", ["/survey/", "/survey/?page=%2F", "/unknown/", "/offices/?page=99"]
)
def test_what_the_twin_cannot_say_is_not_available(front, static_copy, application, path):
    application.stop()
    answer = front.get(path)
    assert (answer.status, answer.body) == (503, static_copy.page("503.html"))
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/admin/", "/accounts/login/", "/preview/units/1/"])
def test_staff_are_told_and_never_shown_the_twin(front, static_copy, application, path):
    application.stop()
    answer = front.get(path)
    assert (answer.status, answer.body) == (503, static_copy.page("503-staff.html"))


def test_answers_sent_to_a_stopped_survey_are_refused_in_words(front, static_copy, application):
    application.stop()
    answer = front.get("/survey/", method="POST")
    assert (answer.status, answer.body) == (503, static_copy.page("503.html"))


def test_an_application_without_its_database_gives_way_to_the_twin(front, static_copy, application):
    application.status = 503
    assert front.get("/about/").body == static_copy.page("about/index.html")
    # Staff get the application's message, and monitoring its answer.
    assert front.get("/admin/").body.startswith(b"live /admin/")
    assert front.get("/healthz").status == 503


def test_a_page_that_is_not_there_is_the_applications_to_say(front, application):
    application.status = 404
    assert front.get("/unknown/").body.startswith(b"live ")


def test_static_files_need_no_application(front, static_copy, application):
    application.stop()
    (front.folder / "static/here.0123456789ab.css").write_text("a{}")
    here = front.get("/static/here.0123456789ab.css")
    assert (here.body, here.headers["Cache-Control"]) == (b"a{}", "public, max-age=31536000, immutable")  # fmt: skip
    fallen_back = front.get("/static/site.css")
    assert fallen_back.body == static_copy.page("static/site.css")
    assert fallen_back.headers["Cache-Control"] == "public, max-age=3600"
    assert front.get("/static/none.css").status == 404


def test_too_many_answers_are_refused(static_copy, application, tmp_path):
    with Nginx(tmp_path / "nginx", static_copy, "nginx.conf", application=application) as nginx:
        answers = (nginx.get("/survey/", method="POST") for _ in range(200))
        first = next(answers)
        refused = next((one for one in answers if one.status != 200), None)
    assert first.status == 200
    assert (refused.status, refused.body) == (429, static_copy.page("503.html"))


def test_a_larger_body_than_the_application_takes_is_refused(front):
    assert front.get("/survey/", method="POST", **{"Content-Length": "3000000"}).status == 413


@pytest.mark.django_db
def test_the_pages_of_the_static_copy_have_the_applications_headers(mirror, client, settings):
    settings.ALLOWED_HOSTS = [HOST]
    live = client.get("/", secure=True, headers={"host": HOST})
    answer = mirror.get("/about/")
    for name in (
        "Content-Type",
        "Content-Security-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
    ):
        assert answer.headers[name] == live.headers[name], name
    assert len(answer.headers.get_all("Cache-Control")) == 1


def test_every_page_is_served_as_it_was_exported(mirror, static_copy):
    manifest = static_copy.folder.manifest(static_copy.folder.current())
    lists = [one for one in manifest.pages() if "?" in one]
    assert len(lists) > 6
    for address, file in manifest.pages().items():
        if "/offices/office-" not in address:
            answer = mirror.get(address)
            assert answer.status == 200, address
            assert answer.body == (static_copy.current / file.path).read_bytes(), address


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/figures.csv", "/figures.json", "/figures/workforce.csv"])
def test_the_files_of_figures_have_the_applications_types(mirror, client, settings, path):
    settings.ALLOWED_HOSTS = [HOST]
    load_sample()
    live = client.get(path, secure=True, headers={"host": HOST})
    answer = mirror.get(path)
    for name in ("Content-Type", "Cross-Origin-Resource-Policy", "X-Content-Type-Options"):
        assert answer.headers[name] == live.headers[name], name


@pytest.mark.parametrize(
    "query",
    [
        "page=2&utm_source=mail", "page=2&page=3", "page=3&by=part-of", "by=name&page=1", "part-of=",
        "part-of=agency-none", "page=../../secret", "page=2%2F..", "by=", "page=", "xpage=2", "page",
        "page=2&part-of=immigration-and-customs-enforcement", "&&page=2&",
    ],
)  # fmt: skip
def test_nginx_finds_the_file_that_the_layout_names(mirror, static_copy, query):
    file = static_copy.current / "site" / layout.file_of(f"/offices/?{query}")
    answer = mirror.get(f"/offices/?{query}")
    if file.is_file():
        assert (answer.status, answer.body) == (200, file.read_bytes())
    else:
        assert (answer.status, answer.body) == (404, static_copy.page("404.html"))


def test_a_mirror_serves_compressed_files(mirror, static_copy):
    answer = mirror.get("/about/", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body == static_copy.page("about/index.html.gz")
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_mirror_sends_the_survey_to_the_live_site(mirror):
    answer = mirror.get("/survey/?page=%2Fabout%2F")
    assert (answer.status, answer.headers["Location"]) == (302, f"{LIVE}/survey/?page=%2Fabout%2F")


@pytest.mark.parametrize("path", ["/404.html", "/manifest.json", "/../manifest.json", "/.lock"])
def test_a_mirror_serves_pages_and_nothing_else(mirror, path):
    assert mirror.get(path).status in (400, 404)


def test_a_new_release_is_served_at_once(mirror, static_copy):
    assert b"Another name" not in mirror.get("/directorates/hsi/").body
    static_copy.folder.swap(static_copy.second)
    try:
        assert b"Another name" in mirror.get("/directorates/hsi/").body
    finally:
        static_copy.folder.swap(static_copy.first)
