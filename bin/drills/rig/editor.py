"""A process on a host that runs `changes`. It starts once, so a change takes less than a second."""

import json
import os
import subprocess
import sys
import time

from bin.production import ROOT


class Editor:
    """Runs `changes` in a process; use it as a context. Other output goes to `editor-output` in the site's folder."""

    def __init__(self, site):
        self._site = site

    def __enter__(self):
        with open(self._site.folder / "editor-output", "a") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bin.drills.rig.editor"],
                cwd=ROOT,
                env=self._site.environment | {"DJANGO_SETTINGS_MODULE": "agency_site.settings"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def run(self, name, *arguments):
        """Run a function of `changes`; return its result, and its end in seconds since 1970."""
        print(json.dumps([name, arguments]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            output = (self._site.folder / "editor-output").read_text()[-3000:]
            raise AssertionError(f"the editor could not {name}:\n{output}")
        return json.loads(line)


def _serve():
    import django

    django.setup()
    from bin.drills.rig import changes

    # Keep this stream for answers, even if the code prints.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        returned = getattr(changes, name)(*arguments)
        print(json.dumps([returned, time.time()]), file=answers, flush=True)


if __name__ == "__main__":
    _serve()
