"""Reads the body of a request before a thread takes the request, within bounds of size and time."""

import asyncio

from agency_site.serving.gateway.refusals import RefusedError

#: In seconds, as long as nginx waits. nginx passes only complete bodies on.
MOST_SECONDS = 20
#: Enough for the forms and for the boundaries between their fields.
MOST_BYTES = 2 * 1024 * 1024 + 64 * 1024
#: For all bodies that a worker reads or holds for Django at the same time.
MOST_BYTES_IN_ALL = 64 * 1024 * 1024

TOO_LARGE = "What you sent is larger than this site takes."
TOO_SLOW = "What you sent did not arrive in time. Please send it again."
BROKEN_OFF = "What you sent did not arrive whole. Please send it again."
NO_LENGTH = "Your browser announced a length that is none."
TOO_MANY = "More was sent than can be taken at once. Please send it again in a moment."


class Bodies:
    """Reads bodies and counts the bytes that a worker holds."""

    def __init__(self):
        self.bytes_held = 0

    async def read(self, headers, protocol):
        """Return the body of a request. Raises RefusedError. Call `release` after use."""
        length = _announced_length(headers)
        pieces, size = [], 0
        try:
            async with asyncio.timeout(MOST_SECONDS):
                async for piece in _pieces(protocol):
                    size += len(piece)
                    self.bytes_held += len(piece)
                    pieces.append(piece)
                    if size > MOST_BYTES:
                        raise RefusedError(413, TOO_LARGE)
                    if self.bytes_held > MOST_BYTES_IN_ALL:
                        raise RefusedError(503, TOO_MANY, retry_after=5)
            if length is not None and size != length:
                raise RefusedError(400, BROKEN_OFF)
        except TimeoutError:
            self.bytes_held -= size
            raise RefusedError(408, TOO_SLOW) from None
        except BaseException:
            self.bytes_held -= size
            raise
        return b"".join(pieces)

    def release(self, body):
        self.bytes_held -= len(body)


def has_body(headers):
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _announced_length(headers):
    """Return the announced number of bytes, or None for a chunked body."""
    if "transfer-encoding" in headers:
        return None
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise RefusedError(400, NO_LENGTH)
    if len(length) > 12 or int(length) > MOST_BYTES:
        raise RefusedError(413, TOO_LARGE)
    return int(length)


async def _pieces(protocol):
    """Yield the pieces of a body. The server sends an empty piece at the end, and one more before it for a fault."""
    is_over = False
    async for piece in protocol:
        if is_over:
            raise RefusedError(400, BROKEN_OFF)
        if piece:
            yield piece
        is_over = not piece
