"""Hostile requests as bytes, by family. Each has a mark that no answer may repeat."""

from itertools import product

from bin.production import HOST

#: The mark, which is nowhere on the site.
MARK = "zqxmark7"
#: The mark in text that a form may show again. It must not come back as markup.
MARKUP = "zq\"'><x7"
MARKUP_ENCODED = "zq%22%27%3E%3Cx7"

PLACES = [
    "/", "/about/", "/offices/", "/directorates/", "/survey/", "/survey/thanks/", "/admin/",
    "/accounts/login/", "/static/", "/media/logo/", "/preview/at/", "/shared/", "/sitemap.xml",
]  # fmt: skip
ODD = [
    b"%00", b"\x00", b"%c0%af", b"%c0%ae%c0%ae%c0%af", b"%ed%a0%80", b"%ed%b0%80", b"%ff%fe", b"%f8%88%80%80%80",
    b"%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"../../etc/passwd", b"..%5c..%5c", b"\\..\\..\\", b"%252e%252e%252f",
    b"//evil.example/", b"/%2fevil.example", b"/\\evil.example", b"%2f%2fevil.example", b"@evil.example", b":443/",
    b"%0d%0aSet-Cookie:%20", b"%0a", b"%0d", b"%09", b"%20", b"%7f", b"%u0041", b"%", b"%zz", b"%1", b";", b";x=1",
    b"\x80", b"\xff\xfe", "\u00e9\u4e2d".encode(), b"%e2%80%ae", b"%F0%9F%92%A9", b"*", b"'\"><script>", b"{{7*7}}",
    b"${7*7}", b"|ls", b"`id`", b"%3f", b"%23", b".php", b"~", b"%2500", b"\t", b"a" * 300, b"/" * 300, b"." * 300,
]  # fmt: skip
PARAMETERS = [
    "/offices/?page=", "/offices/?by=", "/offices/?part-of=", "/sitemap.xml?p=", "/?", "/about/?",
]  # fmt: skip
SHOWN_AGAIN = ["/survey/?page=", "/survey/thanks/?page=", "/accounts/login/?next="]
KILOBYTES = [8, 17, 64, 256, 1024]


def request(target, *headers, method="GET", host=HOST, body=b"", proto="https"):
    """Return a request as bytes. The target and each header line may be text or bytes."""
    given = [_bytes(line) for line in headers]
    lines = [b"%b %b HTTP/1.1" % (_bytes(method), _bytes(target))]
    if host is not None:
        lines.append(b"Host: " + _bytes(host))
    lines += [b"X-Forwarded-Proto: " + proto.encode(), *given]
    if not any(line.lower().startswith(b"connection") for line in given):
        lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _bytes(words):
    return words if isinstance(words, bytes) else words.encode()


def families(cold):
    """Yield (family, requests). `cold` is an iterator of addresses that were never requested.

    A request of the last family is (bytes, address of the page to poison).
    """
    yield "odd paths", list(_paths())
    yield "odd parameters", list(_parameters())
    yield "far too large", list(_sizes())
    yield "hosts", list(_hosts())
    yield "methods", list(_methods())
    yield "bodies", list(_bodies())
    yield "poison", list(_poison(cold))


def _paths():
    mark = MARK.encode()
    for place, odd in product(PLACES, ODD):
        yield request(place.encode() + odd + mark)
        yield request(place.encode() + mark + odd)
    for odd in ODD:
        yield request(odd + mark)


def _parameters():
    for place, odd in product(PARAMETERS, ODD):
        yield request(place.encode() + odd + MARK.encode())
    for place, odd in product(SHOWN_AGAIN, ODD):
        yield request(place.encode() + b"/" + odd + MARKUP_ENCODED.encode())
    for many in (100, 1000, 1001, 5000):
        pairs = "&".join(f"{MARK}{number}=1" for number in range(many))
        yield request(f"/offices/?{pairs}")
        yield request(f"/survey/?{pairs}")
        yield request(f"/accounts/login/?{pairs}")
    for cloak in (f"by=part-of;page={MARK}", f"page=1&page={MARK}", f"page[]={MARK}", f"by=part-of%26page={MARK}"):  # fmt: skip
        yield request(f"/offices/?{cloak}")


def _sizes():
    for kilobytes in KILOBYTES:
        long = MARK * (kilobytes * 128)
        yield request(f"/{long}")
        yield request(f"/offices/?page={long}")
        yield request("/about/", f"X-Long: {long}")
        yield request("/about/", f"Cookie: sessionid={long}")
        yield request("/admin/", f"Cookie: sessionid={long}")
        yield request("/about/", f"Accept-Encoding: {long}")
        yield request("/about/", f"If-None-Match: {long}")
        yield request("/about/", f"X-Request-ID: {long}")
        yield request("/survey/", f"Content-Type: {long}", method="POST")
        yield request("/about/", host=long)
        yield request("/about/", method=long)
    for many in (90, 101, 1000, 5000):
        yield request("/about/", *[f"X-{number}: {MARK}" for number in range(many)])


def _hosts():
    hosts = [
        None, "", MARK, f"{MARK}.example", f"{HOST}.{MARK}", f"{HOST}:{MARK}", f"{HOST}:99999", f"{HOST}:0", f"{HOST}:",
        f"{MARK}@{HOST}", f"{HOST}@{MARK}", f"{HOST}/{MARK}", f"{HOST}#{MARK}", f"{HOST}?{MARK}", f"{HOST}, {MARK}",
        f"{HOST} {MARK}", f"{HOST}\t{MARK}", "[::1]", f"[{MARK}]", "[::1", "127.0.0.1", "localhost", f".{HOST}",
        f"xn--{MARK}.example", "www.agency.gov\u3002".encode(), "ｗｗｗ.agency.gov".encode(), b"\xff\xfe", b"www\x00.agency.gov",
        f"{HOST}%00{MARK}", f"{HOST}\\{MARK}",
    ]  # fmt: skip
    for host, page in product(hosts, ("/", "/about/", "/survey/", "/accounts/login/", "/nothing/")):
        yield request(page, host=host)
        yield request(page, host=host, proto="http")
    for page in ("/", "/about/"):
        yield request(page, f"Host: {MARK}.example")
        yield request(page, f"Host: {MARK}.example", host=None, proto="http")
        for absolute in (f"http://{MARK}.example", f"https://{HOST}", f"http://{MARK}@{HOST}", "ftp://x", "//x"):  # fmt: skip
            yield request(absolute + page)
            yield request(absolute + page, host=f"{MARK}.example")
    yield request(f"{MARK}.example:443", method="CONNECT")
    yield request("*", method="OPTIONS")
    yield request("*")


def _methods():
    methods = [
        "TRACE", "TRACK", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "PROPFIND", "LOCK", "get", "Get", "gEt", MARK,
        "GET\x00", "G\xc9T", "", "POST", "HEAD", "BREW", "GET,POST", "A" * 5000,
    ]  # fmt: skip
    places = ["/", "/about/", "/offices/", "/survey/", "/accounts/login/", "/admin/", "/healthz"]
    for method, place in product(methods, places):
        yield request(place, f"X-Mark: {MARK}", method=method)
    for method, place in product(("DELETE", "PUT", "POST", "TRACE", MARK), places):
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            yield request(place, f"{name}: {method}")
            yield request(f"{place}?_method={method}", f"{name}: {method}", method="POST")
    for version in (b"HTTP/0.9", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9.9", b"HTTP/1.1x", b"", MARK.encode()):  # fmt: skip
        yield request("/about/").replace(b"HTTP/1.1", version, 1)
    yield b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 30
    yield MARK.encode() * 100 + b"\r\n\r\n"


def _bodies():
    forms = ["/survey/", "/accounts/login/", "/admin/login/", "/about/", "/admin/"]
    urlencoded = "Content-Type: application/x-www-form-urlencoded"
    kinds = [
        urlencoded, f"{urlencoded}; charset=utf-16", f"{urlencoded}; charset=utf-7", f"{urlencoded}; charset={MARK}",
        "Content-Type: multipart/form-data", f"Content-Type: multipart/form-data; boundary={MARK}",
        "Content-Type: multipart/form-data; boundary=" + "b" * 300, "Content-Type: application/json", "Content-Type: \xff",
        "Content-Type: text/xml",
    ]  # fmt: skip
    odd = [
        b"", b"a", b"&&&===", b"token=%00&page=%00&trust=%00&comments=%00", b"token=%ed%a0%80&comments=%ed%a0%80",
        b"token=%ff&page=%ff&trust=%ff", b"login=%00&password=%00&next=%00", b"trust=4&trust=5&page=//evil.example/",
        b"&".join(b"a%d=1" % number for number in range(1100)), b"\x00" * 1000, b"\xff" * 1000,
        f"--{MARK}\r\nContent-Disposition: form-data; name=\"token\"; filename=\"x\"\r\n\r\nx\r\n--{MARK}--".encode(),
        f"--{MARK}\r\nContent-Disposition: form-data\r\n\r\n".encode(), f"comments={MARKUP_ENCODED}&page={MARKUP_ENCODED}".encode(),
        f"login={MARKUP_ENCODED}&password=x&next={MARKUP_ENCODED}".encode(), b'{"a": ' * 500,
    ]  # fmt: skip
    for form, kind, body in product(forms, kinds, odd):
        yield request(form, kind, f"Content-Length: {len(body)}", method="POST", body=body)
    for form in forms:
        large = b"comments=" + b"x" * (3 * 1024 * 1024)
        for kind in kinds[0], kinds[5]:
            yield request(form, kind, f"Content-Length: {len(large)}", method="POST", body=large)
    yield from _smuggled(urlencoded)


def _smuggled(kind):
    inner = request(f"/{MARK}/")
    chunked = b"5\r\na=b&c\r\n0\r\n\r\n"
    for lengths in (
        ["-1"], [MARK], ["1e3"], ["5, 5"], ["5", "6"], ["5", "5"], ["9" * 20], ["+5"], ["0x5"], [" 5 "], [""], ["5\x00"],
    ):  # fmt: skip
        lines = [f"Content-Length: {length}" for length in lengths]
        yield request("/survey/", kind, *lines, method="POST", body=b"a=b&c" + inner)
        yield request("/about/", *lines, body=b"a=b&c" + inner)
    for line in (
        "Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:\x0bchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", " Transfer-Encoding: chunked", "X: x\nTransfer-Encoding: chunked",
    ):  # fmt: skip
        for more in ([], ["Content-Length: 3"], [f"Content-Length: {len(chunked) + len(inner)}"]):
            for target, method in (("/survey/", "POST"), ("/about/", "GET")):
                body = chunked + inner
                yield request(target, kind, line, *more, method=method, body=body)
    for size in (b"-1", b"5;x=" + MARK.encode(), b"0x5", b"g", b"5 ", b"f" * 20, b""):
        body = size + b"\r\na=b&c\r\n0\r\nX-Mark: y\r\n\r\n" + inner
        yield request("/survey/", kind, "Transfer-Encoding: chunked", method="POST", body=body)


def _poison(cold):
    headers = [
        f"X-Forwarded-Host: {MARK}.example", f"X-Host: {MARK}.example", f"Forwarded: host={MARK}.example;proto=http",
        f"X-Original-URL: /{MARK}", f"X-Rewrite-URL: /{MARK}", f"X-Forwarded-Prefix: /{MARK}", f"X-Script-Name: /{MARK}",
        f"Script-Name: /{MARK}", f"Path-Info: /{MARK}", f"X-Forwarded-Server: {MARK}", f"X-Forwarded-Scheme: {MARK}",
        f"X-Forwarded-Port: {MARK}", "X-Forwarded-Port: 8443", "X-Forwarded-Ssl: off", f"X-Forwarded-For: {MARK}",
        f"Via: {MARK}", f"User-Agent: {MARK}", f"Referer: https://{MARK}.example/", f"Origin: https://{MARK}.example",
        f"Accept-Language: {MARK}", "Accept-Language: de", f"Cookie: csrftoken={MARK}", f"Cookie: messages={MARK}",
        f"Cookie: sessionid={MARK}", f"Cookie: xsessionid={MARK}", f"Cookie: sessionid ={MARK}", f"Cookie: {MARK}",
        f"Cookie: django_language={MARK}", f"Authorization: Basic {MARK}", f"X-Request-ID: {MARK}{MARK}", "Range: bytes=0-9",
        "Range: bytes=5-1", f"Range: {MARK}", "If-Range: x", "If-None-Match: *", 'If-None-Match: "x"', f"If-None-Match: {MARK}",
        "If-Match: x", "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT", f"If-Modified-Since: {MARK}", "If-Unmodified-Since: x",
        "Accept-Encoding: br", "Accept-Encoding: gzip;q=0", "Accept-Encoding: *;q=0", "Accept-Encoding: identity;q=0",
        f"Accept-Encoding: {MARK}", "Accept-Encoding: gzip, br, zstd", f"Accept: {MARK}", "Accept: application/json",
        f"Expect: {MARK}", "Expect: 100-continue", f"X-Mark: a\r\nSet-Cookie: {MARK}=1", f"X-Mark: a\nb: {MARK}", "X_Forwarded_Proto: http",
        "X-Forwarded-Proto: http", f"X-Forwarded-Proto: {MARK}", "Cache-Control: no-store", "Pragma: no-cache", "Connection: keep-alive, Host",
        "Connection: close, X-Forwarded-Proto", f"Upgrade: {MARK}", "Upgrade: h2c", f"TE: {MARK}", f"Surrogate-Key: {MARK}",
        "Sec-Fetch-Site: cross-site", f"X-HTTP-Method-Override: {MARK}", f"Content-Type: {MARK}", f"Content-Encoding: {MARK}",
    ]  # fmt: skip
    for line in headers:
        for method in ("GET", "HEAD"):
            page = next(cold)
            yield request(page, line, method=method), page
    # A body where none belongs, and parameters that the page does not have.
    for body in (f"page={MARK}".encode(), b"\x00" * 100):
        page = next(cold)
        yield request(page, f"Content-Length: {len(body)}", body=body), page
    for query in (f"utm_source={MARK}", f"x={MARK}&part-of={MARK}", f"{MARK}", f";{MARK}", f"%00{MARK}", f"%0d%0a{MARK}: x"):  # fmt: skip
        page = next(cold)
        yield request(f"{page}?{query}"), page
    for host in (
        HOST.upper(),
        f"{HOST}.",
        f"{HOST}:443",
        f"{HOST}:80",
        f"{HOST}:1",
        f"{HOST}:00443",
    ):
        for proto in ("https", "http", "HTTPS", "https,http", "http,https", " https"):
            page = next(cold)
            yield request(page, host=host, proto=proto), page
