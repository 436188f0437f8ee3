"""Answers to requests that are not passed to Django."""


class RefusedError(Exception):
    """The request is not passed to Django. The answer is `status` and the message."""

    def __init__(self, status, words, *, retry_after=None):
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


def plain_answer(status, words, *, retry_after=None, closes=False):
    """Return (headers, body) of a one-line text answer that no cache keeps."""
    body = f"{words}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    if closes:
        headers.append(("Connection", "close"))
    return headers, body
