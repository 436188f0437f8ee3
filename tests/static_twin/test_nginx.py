"""The shipped configuration under a real nginx, in front of an application that can be stopped."""

import http.client
import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from directorates.models import Unit
from directorates.static_twin import layout
from tests.factories import changed, make_unit, published
from tests.sample import load_sample
from tests.static_twin.conftest import HOST, Twin

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
LIVE = "https://live.agency.gov"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "tls.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "tls.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Application:
    """Stands for the site's own server: answers with what it was told, and can be stopped."""

    def __init__(self):
        self.port = _free_port()
        self.status = 200
        self._server = None

    def start(self):
        application = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                told = [self.headers[f"X-Forwarded-{name}"] for name in ("Proto", "For")]
                body = f"live {self.path} {self.headers['Host']} {told}".encode()
                self.send_response(application.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def is_stopped(self):
        return self._server is None

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Nginx:
    """Runs one of the shipped configurations on a port of this machine."""

    def __init__(self, folder, twin, configuration, *, application=None):
        self.folder, self.port = folder, _free_port()
        folder.mkdir()
        _write_certificate(folder)
        values = {
            "HOST": HOST,
            "TWIN": twin.path,
            "STATIC_ROOT": folder / "static",
            "TLS_CERTIFICATE": folder / "tls.pem",
            "TLS_KEY": folder / "tls.key",
            "TWIN_MAPS": folder / "maps.conf",
            "LIVE": LIVE,
        }
        (folder / "static").mkdir()
        for source, name in (("nginx-twin-maps.conf", "maps.conf"), (configuration, "site.conf")):
            words = (DEPLOY / source).read_text()
            for variable, value in values.items():
                words = words.replace(f"${{{variable}}}", str(value))
            words = words.replace("listen 80;", f"listen 127.0.0.1:{_free_port()};")
            words = words.replace("listen 443 ", f"listen 127.0.0.1:{self.port} ")
            if application:
                words = words.replace("127.0.0.1:8000", f"127.0.0.1:{application.port}")
            (folder / name).write_text(words)
        types = next(path for path in map(Path, ("/etc/nginx/mime.types", "/usr/local/nginx/conf/mime.types")) if path.is_file())  # fmt: skip
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            # As root, nginx would read the test's files as somebody else.
            f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\nerror_log {folder}/error.log;\npid {folder}/pid;\n"
            "events { worker_connections 64; }\n"
            f"http {{ include {types}; access_log off;\n{temporary}include {folder}/site.conf; }}\n"
        )

    def command(self, *arguments):
        return [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *arguments]

    def __enter__(self):
        self._process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise AssertionError((self.folder / "error.log").read_text())

    def __exit__(self, *error):
        self._process.terminate()
        self._process.wait(timeout=20)

    def get(self, path, *, method="GET", **headers):
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=trusting
        )
        connection.request(method, path, headers={"Host": HOST, "X-Forwarded-For": "9.9.9.9"} | headers)  # fmt: skip
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response


@pytest.fixture(scope="module")
def twin(django_db_setup, django_db_blocker, tmp_path_factory):
    """A twin with an old address and a list of several pages, exported once."""
    twin = Twin(tmp_path_factory.mktemp("twin") / "twin")
    now = timezone.now()
    with django_db_blocker.unblock(), override_settings(ALLOWED_HOSTS=[HOST]), transaction.atomic():
        load_sample(at=now - timedelta(hours=2))
        agency = Unit.objects.get(kind="agency")
        units = [make_unit(parent=agency, slug=f"office-{number}") for number in range(101)]
        published(*units, at=now)
        hsi = Unit.objects.get(identifier="hsi")
        published(changed(hsi, at=now, slug="hsi"), at=now)
        twin.export()
        published(changed(hsi, at=now, name="Another name"), at=timezone.now())
        twin.second = twin.export().release
        twin.first = twin.folder.names()[0]
        twin.folder.swap(twin.first)
        transaction.set_rollback(True)
    return twin


@pytest.fixture(scope="module")
def _application():
    application = Application()
    yield application
    application.stop()


@pytest.fixture
def application(_application):
    """The application, started and in order."""
    _application.status = 200
    if _application.is_stopped:
        _application.start()
    return _application


@pytest.fixture(scope="module")
def _front(twin, _application, tmp_path_factory):
    folder = tmp_path_factory.mktemp("front") / "nginx"
    with Nginx(folder, twin, "nginx.conf", application=_application) as nginx:
        yield nginx


@pytest.fixture
def front(_front, application):
    return _front


@pytest.fixture(scope="module")
def mirror(twin, tmp_path_factory):
    with Nginx(tmp_path_factory.mktemp("mirror") / "nginx", twin, "nginx-mirror.conf") as nginx:
        yield nginx


@pytest.mark.parametrize("configuration", ["nginx.conf", "nginx-mirror.conf"])
def test_nginx_accepts_the_configuration(twin, tmp_path, configuration):
    nginx = Nginx(tmp_path / "nginx", twin, configuration)
    tested = subprocess.run(nginx.command("-t"), capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    leftover = re.findall(r"\$\{[A-Z_]+\}", (nginx.folder / "site.conf").read_text())
    assert leftover == []


def test_the_application_answers_while_it_can(front, twin):
    answer = front.get("/offices/?page=2")
    assert answer.body.decode() == f"live /offices/?page=2 {HOST} ['https', '127.0.0.1']"
    assert "Server" not in answer.headers or "/" not in answer.headers["Server"]


def test_the_twin_answers_while_the_application_is_down_and_no_longer(front, twin, application):
    application.stop()
    page = front.get("/directorates/hsi/")
    assert (page.status, page.body) == (200, twin.page("directorates/hsi/index.html"))
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
def test_what_the_twin_cannot_say_is_not_available(front, twin, application, path):
    application.stop()
    answer = front.get(path)
    assert (answer.status, answer.body) == (503, twin.page("503.html"))
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/admin/", "/accounts/login/", "/preview/units/1/"])
def test_staff_are_told_and_never_shown_the_twin(front, twin, application, path):
    application.stop()
    answer = front.get(path)
    assert (answer.status, answer.body) == (503, twin.page("503-staff.html"))


def test_answers_sent_to_a_stopped_survey_are_refused_in_words(front, twin, application):
    application.stop()
    answer = front.get("/survey/", method="POST")
    assert (answer.status, answer.body) == (503, twin.page("503.html"))


def test_an_application_without_its_database_gives_way_to_the_twin(front, twin, application):
    application.status = 503
    assert front.get("/about/").body == twin.page("about/index.html")
    # Staff see the application's own words, and monitoring its own answer.
    assert front.get("/admin/").body.startswith(b"live /admin/")
    assert front.get("/healthz").status == 503


def test_a_page_that_is_not_there_is_the_applications_to_say(front, application):
    application.status = 404
    assert front.get("/unknown/").body.startswith(b"live ")


def test_static_files_need_no_application(front, twin, application):
    application.stop()
    (front.folder / "static/here.0123456789ab.css").write_text("a{}")
    here = front.get("/static/here.0123456789ab.css")
    assert (here.body, here.headers["Cache-Control"]) == (b"a{}", "public, max-age=31536000, immutable")  # fmt: skip
    fallen_back = front.get("/static/site.css")
    assert fallen_back.body == twin.page("static/site.css")
    assert fallen_back.headers["Cache-Control"] == "public, max-age=3600"
    assert front.get("/static/none.css").status == 404


def test_too_many_answers_are_refused(twin, application, tmp_path):
    with Nginx(tmp_path / "nginx", twin, "nginx.conf", application=application) as nginx:
        answers = (nginx.get("/survey/", method="POST") for _ in range(200))
        first = next(answers)
        refused = next((one for one in answers if one.status != 200), None)
    assert first.status == 200
    assert (refused.status, refused.body) == (429, twin.page("503.html"))


def test_a_larger_body_than_the_application_takes_is_refused(front):
    assert front.get("/survey/", method="POST", **{"Content-Length": "3000000"}).status == 413


@pytest.mark.django_db
def test_the_twins_pages_have_the_applications_headers(mirror, client, settings):
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
    ):
        assert answer.headers[name] == live.headers[name], name
    assert len(answer.headers.get_all("Cache-Control")) == 1


def test_every_page_is_served_as_it_was_exported(mirror, twin):
    manifest = twin.folder.manifest(twin.folder.current())
    lists = [one for one in manifest.pages() if "?" in one]
    assert len(lists) > 6
    for address, file in manifest.pages().items():
        if "/offices/office-" not in address:
            answer = mirror.get(address)
            assert answer.status == 200, address
            assert answer.body == (twin.current / file.path).read_bytes(), address


@pytest.mark.parametrize(
    "query",
    [
        "page=2&utm_source=mail", "page=2&page=3", "page=3&by=part-of", "by=name&page=1", "part-of=",
        "part-of=agency-none", "page=../../secret", "page=2%2F..", "by=", "page=", "xpage=2", "page",
        "page=2&part-of=immigration-and-customs-enforcement", "&&page=2&",
    ],
)  # fmt: skip
def test_nginx_finds_the_file_that_the_layout_names(mirror, twin, query):
    file = twin.current / "site" / layout.file_of(f"/offices/?{query}")
    answer = mirror.get(f"/offices/?{query}")
    if file.is_file():
        assert (answer.status, answer.body) == (200, file.read_bytes())
    else:
        assert (answer.status, answer.body) == (404, twin.page("404.html"))


def test_a_mirror_serves_compressed_files(mirror, twin):
    answer = mirror.get("/about/", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body == twin.page("about/index.html.gz")
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_mirror_sends_the_survey_to_the_live_site(mirror):
    answer = mirror.get("/survey/?page=%2Fabout%2F")
    assert (answer.status, answer.headers["Location"]) == (302, f"{LIVE}/survey/?page=%2Fabout%2F")


@pytest.mark.parametrize("path", ["/404.html", "/manifest.json", "/../manifest.json", "/.lock"])
def test_a_mirror_serves_pages_and_nothing_else(mirror, path):
    assert mirror.get(path).status in (400, 404)


def test_a_new_release_is_served_at_once(mirror, twin):
    assert b"Another name" not in mirror.get("/directorates/hsi/").body
    twin.folder.swap(twin.second)
    try:
        assert b"Another name" in mirror.get("/directorates/hsi/").body
    finally:
        twin.folder.swap(twin.first)
