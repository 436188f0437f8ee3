"""A WSGI application that returns constant bytes: what the server itself can do, and no more."""

BODY = b"x" * 4000
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
