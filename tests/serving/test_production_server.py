"""The site with its production server and settings, over this machine's network."""

import base64
import gzip
import hashlib
import http.client
import re
import socket
from html.parser import HTMLParser

import brotli
import pytest

from bin.production import HOST, Site

pytestmark = pytest.mark.styles


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve the sample agency; return the port."""
    site = Site(tmp_path_factory.mktemp("production"), LOG_LEVEL="WARNING", GRANIAN_WORKERS="1")
    site.prepare()
    with site:
        yield site.port


def fetch(port, path, *, scheme="https", host=HOST):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": host, "X-Forwarded-Proto": scheme, "Accept-Encoding": "gzip, br"}
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def decoded(response, body):
    """Decode a body: gzip for the first visitors of a page, then brotli."""
    decode = {"gzip": gzip.decompress, "br": brotli.decompress}
    return decode.get(response.headers["Content-Encoding"], bytes)(body)


class FileReader(HTMLParser):
    """Collects the files that a browser loads for a page."""

    def __init__(self):
        super().__init__()
        self.files = set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "link" and attributes["rel"] in ("stylesheet", "icon", "alternate icon"):
            self.files.add(attributes["href"])
        if tag in ("script", "img") and "src" in attributes:
            self.files.add(attributes["src"])


def page_files(port, path):
    response, body = fetch(port, path)
    assert response.status == 200
    markup = decoded(response, body)
    reader = FileReader()
    reader.feed(markup.decode())
    return len(body), sorted(reader.files)


def test_the_first_view_of_the_overview_weighs_at_most_80_kb(server):
    weight, files = page_files(server, "/")
    assert any(file.endswith(".css") for file in files)
    assert all(file.startswith("/static/") for file in files), "a file comes from elsewhere"
    for file in files:
        response, body = fetch(server, file)
        assert response.status == 200
        weight += len(body)
    assert weight <= 80_000


def test_the_stylesheet_weighs_at_most_12_kb_in_brotli(server):
    _, files = page_files(server, "/")
    (stylesheet,) = [file for file in files if file.endswith(".css")]
    response, body = fetch(server, stylesheet)
    assert response.headers["Content-Encoding"] == "br"
    assert b"usa-" in brotli.decompress(body)
    assert len(body) <= 12_000


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_every_script_has_the_digest_of_the_file_that_is_sent(server, path):
    markup = decoded(*fetch(server, path)).decode()
    scripts = re.findall(r'<script src="([^"]+)"([^>]*)>', markup)
    assert scripts
    for address, attributes in scripts:
        content = decoded(*fetch(server, address))
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert f'integrity="sha384-{digest}"' in attributes, address


@pytest.mark.parametrize(
    ("suffix", "policy"),
    [(".css", "same-origin"), (".js", "same-origin"), (".svg", "cross-origin")],
)
def test_other_sites_may_show_the_pictures_and_nothing_else(server, suffix, policy):
    _, files = page_files(server, "/")
    response, _ = fetch(server, next(file for file in files if file.endswith(suffix)))
    assert response.headers["Cross-Origin-Resource-Policy"] == policy


def test_hashed_files_are_kept_for_good(server):
    _, files = page_files(server, "/")
    response, _ = fetch(server, files[0])
    assert "immutable" in response.headers["Cache-Control"]


def test_http_leads_to_https(server):
    response, _ = fetch(server, "/about/", scheme="http")
    assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/about/")


def test_https_is_asked_for_a_year(server):
    response, _ = fetch(server, "/")
    policy = response.headers["Strict-Transport-Security"]
    assert policy == "max-age=31536000; includeSubDomains; preload"


def test_the_official_banner_stands_on_a_government_host(server):
    page = decoded(*fetch(server, "/")).decode()
    assert "Here’s how you know" in page.replace("'", "’")


def test_the_sign_in_page_has_its_scripts_and_a_secure_cookie(server):
    response, _ = fetch(server, "/accounts/login/")
    assert "Secure" in response.headers["Set-Cookie"]
    _, files = page_files(server, "/accounts/login/")
    scripts = [file for file in files if file.endswith(".js")]
    assert len(scripts) == 4
    assert [fetch(server, file)[0].status for file in files] == [200] * len(files)


def test_another_host_is_refused(server):
    response, _ = fetch(server, "/", host="evil.example")
    assert response.status == 400


def test_a_header_that_django_cannot_read_is_refused(server):
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=10)
    long = {"Host": HOST, "X-Forwarded-Proto": "https", "Content-Type": "x" * 20_000}
    connection.request("POST", "/survey/", headers=long)
    response = connection.getresponse()
    assert (response.status, response.read()) == (400, b"Invalid Content-Type header.\n")
    connection.close()


def test_an_error_page_is_served_without_debugging(server):
    response, body = fetch(server, "/nothing/")
    assert response.status == 404
    page = decoded(response, body)
    assert b"Page not found" in page
    assert b"Traceback" not in page


def test_health_needs_no_https(server):
    response, body = fetch(server, "/healthz", scheme="http")
    assert (response.status, body) == (200, b'{"status": "ok"}')


def send(port, *lines, body=b""):
    """Send a raw request; return the raw answer."""
    sent = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(sent)
        return client.makefile("rb").read()


def status_of(answer):
    return int(answer.split()[1])


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("proxy", "client", "status"), [("https", "http", 200), ("http", "https", 301)]
)
def test_no_client_speaks_for_the_proxy(server, proxy, client, status, order):
    lines = [f"X-Forwarded-Proto: {proxy}", f"X_Forwarded_Proto: {client}"][::order]
    answer = send(server, "GET /survey/ HTTP/1.1", f"Host: {HOST}", *lines)
    assert status_of(answer) == status


@pytest.mark.parametrize(
    "charset", ["rot13", "unicode_escape", "hex", "undefined", "idna", "utf-16"]
)
@pytest.mark.parametrize(
    "path", ["/offices/?page=1&x=%C3%A9", "/survey/?page=/about/", "/nothing/?x=1"]
)
def test_no_request_chooses_how_it_is_read(server, path, charset):
    answer = send(
        server, f"GET {path} HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https",
        f"Content-Type: text/plain; charset={charset}",
    )  # fmt: skip
    assert status_of(answer) == (404 if "nothing" in path else 200)


def test_clients_that_send_slowly_shut_nobody_out(server):
    """There are more slow clients than threads, and readers, a survey and a sign-in meanwhile."""
    slow = [socket.create_connection(("127.0.0.1", server), timeout=10) for _ in range(24)]
    head = (
        f"POST /survey/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\nContent-Length: 900\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\na="
    )
    try:
        for client in slow:
            client.sendall(head.encode())
        for path in ("/survey/", "/accounts/login/", "/nothing/", "/about/", "/readyz"):
            assert fetch(server, path)[0].status == (404 if path == "/nothing/" else 200)
    finally:
        for client in slow:
            client.close()


def test_a_form_that_comes_in_chunks_is_read(server):
    answer = send(
        server, "POST /survey/ HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https",
        "Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked",
        body=b"e\r\ncomments=typed\r\n0\r\n\r\n",
    )  # fmt: skip
    assert status_of(answer) == 422
    assert b">\ntyped</textarea>" in answer
