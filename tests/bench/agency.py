"""An agency of any size, in a database and folder of its own."""

import subprocess
import sys

from directorates.formats import fictional_agency
from tests.production import ROOT, environment


class Agency:
    """A database with an agency of that many units, and what a server of it needs."""

    def __init__(self, folder, units):
        self.units = units
        folder.mkdir()
        self.folder = folder
        self.environment = environment(folder, LOG_LEVEL="ERROR", PYTHONPATH=str(ROOT))
        for command in (
            ("migrate", "--verbosity=0"),
            ("createcachetable",),
            ("load_agency", self._file()),
            ("collectstatic", "--noinput", "--verbosity=0"),
        ):
            self.manage(*command)

    def _file(self):
        if self.units == 7:
            return "directorates/sample/ice.toml"
        file = self.folder / "agency.toml"
        file.write_text(fictional_agency.generate(seed=1, offices=self.units - 9))
        return str(file)

    def manage(self, *command):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
