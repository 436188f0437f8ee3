"""Four kinds of readers at once: behind nginx and without it, with kept connections and with new ones."""

from contextlib import ExitStack

from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import Load

NEW = {"Connection": "close"}


class Readers:
    """50 requests a second of each kind; use it as a context. Readers do not try twice, like browsers.

    If `nginx` is None, the readers behind it are left out.
    """

    def __init__(self, site, nginx):
        self.loads = {}
        places = [("without nginx", site.port, False)]
        if nginx:
            places.insert(0, ("behind nginx", nginx.port, True))
        for where, port, over_tls in places:
            for kind, headers in (("connections kept", {}), ("new connections", NEW)):
                self.loads[f"{where}, {kind}"] = Load(
                    port, SEEN, per_second=50, asks_again=False, over_tls=over_tls, headers=headers
                )

    def __enter__(self):
        with ExitStack() as stack:
            for load in self.loads.values():
                stack.enter_context(load)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self._stack.close()

    def judge(self, report, seconds):
        """Report the figures of all readers, and note failures behind nginx as losses. Failures without nginx
        are only reported."""
        for who, load in self.loads.items():
            failed = load.failed()
            slowest = max(one.seconds for one in load.outcomes) * 1000
            stale = sum(one.is_stale for one in load.outcomes)
            report.figures[who] = (
                f"{len(load.outcomes):,} requests, {len(failed)} failed, {stale} marked as stale,"
                f" slowest {slowest:.0f} ms"
            )
            report.expect(len(load.outcomes) > seconds * 10, f"{who}: too few requests were made")
            if who.startswith("behind"):
                report.expect(not failed, f"{who}: {len(failed)} failed: {failed[:3]}")
