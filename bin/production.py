"""Runs the site as in production on this machine, each time in a new folder."""

import atexit
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from email.message import Message
from pathlib import Path
from typing import NamedTuple

from bin.kept_files import keep
from directorates.exchange import fictional_agency

ROOT = Path(__file__).resolve().parents[1]
HOST = "www.agency.gov"


def free_port():
    """Return a port of this machine that no other run gets while this process lives.

    A socket that never listens reserves the port. A server can still bind the port, because both allow the
    reuse of an address. Only Linux has this rule; elsewhere the port is only free now.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port = holder.getsockname()[1]
    if sys.platform == "linux":
        atexit.register(holder.close)
    else:
        holder.close()
    return port


def _passed_on():
    """Return the variables that a server inherits. `bin/with-clock` shifts its clock by the last two."""
    of_the_clock = ("CLOCK_SHIFT", "PYTHONPATH") if "CLOCK_SHIFT" in os.environ else ()
    return ("PATH", "HOME", "LANG", *of_the_clock)


def environment(folder, **more):
    """Return the environment of a production server with all files in `folder`."""
    return {
        **{name: os.environ[name] for name in _passed_on() if name in os.environ},
        "SECRET_KEY": "a key for one run, made up here, of more than fifty characters",
        "ALLOWED_HOSTS": HOST,
        "BEHIND_TLS_PROXY": "true",
        "DATABASE_URL": f"sqlite:///{folder / 'agency.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "GENERATION_STAMP": str(folder / "generation_stamp"),
        "METRICS_FOLDER": str(folder / "metrics"),
        **more,
    }


def wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not open its port within 30 seconds")


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


class Site:
    """A site in `folder`. Use it as a context: `bin/serve` serves it within the block."""

    def __init__(self, folder, **more):
        self.folder, self.port = folder, free_port()
        self.output = folder / "output"
        self.process = None
        known = {"TRUSTED_PROXY_COUNT": "1", "GRANIAN_WORKERS": "2"}
        self.environment = environment(folder, **(known | {"GRANIAN_PORT": str(self.port)} | more))

    def prepare(self, *, units=7, file="directorates/sample/ice.toml"):
        """Bring database and files to this release and load an agency from a file, or a larger agency.

        A later site of the same run takes over files and database, because making them takes longer than most
        tests.
        """
        if units > 7:
            file = self.folder / "agency.toml"
            file.write_text(fictional_agency.generate(seed=1, offices=units - 9))
        static = Path(self.environment["STATIC_ROOT"])
        is_released = keep("static", static, lambda: self._run(["bin/prepare-release"]))
        loaded = f"agency-{hashlib.sha256((ROOT / file).read_bytes()).hexdigest()}"
        self._keep_database(loaded, lambda: self._load(file, is_released))

    def _load(self, file, is_released):
        self._keep_database("database", lambda: None if is_released else self._make_tables())
        self.manage("load_agency", str(file))

    def _make_tables(self):
        self.manage("createcachetable")
        self.manage("migrate", "--no-input", "--verbosity=0")

    def _keep_database(self, name, make):
        """Copy a database of SQLite that an earlier site made. One of another kind is made for each site."""
        kind, _, path = self.environment["DATABASE_URL"].partition(":///")
        if kind == "sqlite":
            keep(name, Path(path), make)
        else:
            make()

    def manage(self, *command):
        """Run a management command; return its output. Raises CalledProcessError."""
        return self._run([sys.executable, "manage.py", *command])

    def python(self, code):
        """Run code in the site's shell, as a person at the server would; return its output."""
        return self.manage("shell", "--no-imports", "--verbosity=0", "--command", code)

    def _run(self, command):
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, text=True, stdout=subprocess.PIPE
        )
        return done.stdout

    def start(self):
        with open(self.output, "a") as stream:
            self.process = subprocess.Popen(
                ["bin/serve"], cwd=ROOT, env=self.environment, stdout=stream, stderr=stream
            )
        wait_for(self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=40)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def ask(self, path, *, method="GET", body=None, **headers):
        """Send a request over a new connection, as a proxy does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        known = {"Host": HOST, "X-Forwarded-Proto": "https", "Connection": "close"}
        try:
            connection.request(method, path, body=body, headers=known | headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def workers(self):
        """Return the process ids of the running workers."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        return {int(number) for number in listed.stdout.split()}

    def lines(self):
        """Return the server's log so far, by line."""
        return self.output.read_text().splitlines()


def until(condition, seconds=30):
    """Wait until a condition is true; return the seconds. Raises AssertionError after the time limit."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"not so within {seconds} seconds")
