"""A connection to PostgreSQL that waits for an answer only as long as `patience` says."""

import time

from psycopg import Connection, OperationalError

from agency_site.serving import patience


class ImpatientConnection(Connection):
    #: Longer than the server's own limit on a statement, which says better what was wrong.
    most_seconds = float("inf")

    def wait(self, gen, *arguments, **keywords):
        return super().wait(self._until_it_is_over(gen), *arguments, **keywords)

    def _until_it_is_over(self, gen):
        """Pass on what the generator asks for, and close the connection once it took too long."""
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                # psycopg looks up ten times a second; nothing is ready then.
                ready = yield wanted
                waited = time.monotonic() - began
                if not ready and patience.is_over(waited, most=self.most_seconds):
                    self.close()
                    raise OperationalError(f"the database gave no answer for {waited:.1f} seconds")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value


def connection_class(most_seconds):
    """Return a class of connections that wait so many seconds, where the thread has no other limit."""
    return type("ImpatientConnection", (ImpatientConnection,), {"most_seconds": most_seconds})
