"""A connection to PostgreSQL that waits for an answer within the limits of `patience`."""

import time

from psycopg import Connection, OperationalError

from agency_site.serving import patience


class ImpatientConnection(Connection):
    #: Longer than the server's limit on a statement, because the server's error says more.
    most_seconds = float("inf")

    def wait(self, gen, *arguments, **keywords):
        return super().wait(self._until_it_is_over(gen), *arguments, **keywords)

    def _until_it_is_over(self, gen):
        """Pass the generator's requests on, and close the connection when the time is over."""
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                # psycopg returns here ten times a second while nothing is ready.
                ready = yield wanted
                waited = time.monotonic() - began
                if not ready and patience.is_over(waited, most=self.most_seconds):
                    self.close()
                    raise OperationalError(f"the database gave no answer for {waited:.1f} seconds")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value


def connection_class(most_seconds):
    """Return a class of connections that wait this many seconds if the thread has no other limit."""
    return type("ImpatientConnection", (ImpatientConnection,), {"most_seconds": most_seconds})
