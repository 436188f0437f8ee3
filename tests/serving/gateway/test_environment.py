import pytest

from agency_site.serving.gateway.environment import make_environ

PROXIED = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.5")]


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 1


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    "forged",
    ["X_Forwarded_For", "X_Forwarded-For", "X-Forwarded_For", "x_forwarded_for", "X-Forwarded-For.", "X Forwarded"],
)  # fmt: skip
def test_no_other_name_speaks_for_the_proxy(make_scope, forged, is_first):
    line = (forged, "198.51.100.66")
    environ = make_environ(make_scope(*([line, *PROXIED] if is_first else [*PROXIED, line])))
    assert environ["HTTP_X_FORWARDED_FOR"] == "203.0.113.5"
    assert "198.51.100.66" not in environ.values()


@pytest.mark.parametrize("forged", ["X_Forwarded_Proto", "X-Forwarded_Proto"])
def test_no_other_name_makes_a_request_secure(make_scope, forged):
    environ = make_environ(make_scope((forged, "https"), ("X-Forwarded-Proto", "http")))
    assert environ["HTTP_X_FORWARDED_PROTO"] == "http"
    assert "HTTP_X_FORWARDED_PROTO" not in make_environ(make_scope((forged, "https")))


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        (["https"], "https"),
        (["HTTPS"], "https"),
        (["https", "https"], "https"),
        (["https, http"], "http"),
        (["https", "http"], "http"),
        (["http", "https"], "http"),
        (["https,"], "http"),
        ([""], "http"),
    ],
)
def test_a_request_is_secure_only_if_all_who_say_something_say_so(make_scope, lines, scheme):
    environ = make_environ(make_scope(*[("X-Forwarded-Proto", line) for line in lines]))
    assert environ["HTTP_X_FORWARDED_PROTO"] == scheme


def test_a_site_without_proxies_believes_no_forwarded_header(make_scope, settings):
    settings.TRUSTED_PROXY_COUNT = 0
    environ = make_environ(make_scope(*PROXIED, ("X-Request-ID", "0123456789")))
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID"} & set(environ)
    assert environ["REMOTE_ADDR"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        ("text/plain; charset=rot13", "text/plain"),
        ("text/plain;charset=unicode_escape", "text/plain"),
        ('text/plain; CHARSET = "utf-16"', "text/plain"),
        ('text/plain; charset="utf-16', "text/plain"),
        ("multipart/form-data; charset=x; boundary=b", "multipart/form-data; boundary=b"),
        ("multipart/form-data; boundary=b; charset=a; charset=b", "multipart/form-data; boundary=b"),
        ("application/json", "application/json"),
    ],
)  # fmt: skip
def test_no_request_chooses_how_it_is_read(make_scope, content_type, read):
    assert make_environ(make_scope(("Content-Type", content_type)))["CONTENT_TYPE"] == read


def test_cookies_and_other_headers_are_joined_each_in_its_way(make_scope):
    lines = [("Cookie", "a=1"), ("Cookie", "b=2"), ("Accept", "x"), ("Accept", "y")]
    environ = make_environ(make_scope(*lines))
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1;b=2", "x,y")


def test_the_host_of_a_whole_address_counts_where_no_header_names_one(make_scope):
    assert make_environ(make_scope(authority="www.agency.gov"))["HTTP_HOST"] == "www.agency.gov"
    named = make_scope(("Host", "other"), authority="www.agency.gov")
    assert make_environ(named)["HTTP_HOST"] == "other"


def test_addresses_of_both_kinds_are_taken_apart(make_scope):
    environ = make_environ(make_scope(server="[::1]:8000", client="[2001:db8::1]:50000"))
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("::1", "8000")
    assert environ["REMOTE_ADDR"] == "2001:db8::1"


def test_words_beyond_ascii_reach_django_as_they_were(make_scope):
    path = make_environ(make_scope(path="/é\ufffd/"))["PATH_INFO"]
    assert path.encode("latin-1").decode() == "/é\ufffd/"
