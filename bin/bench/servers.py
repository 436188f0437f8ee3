"""Starts the servers that the bench compares, each with one process that answers."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bin.drills.rig.front import FROM_MANY_ADDRESSES, WITHOUT_TLS
from bin.nginx_server import Nginx
from bin.production import HOST, ROOT, Site, free_port

HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        sys.exit(f"The bench needs {program}. On Debian: apt-get install {program}")
    return found


class Servers:
    """Starts the servers to measure, and stops them at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def granian(self, application, env):
        """Start one worker with one thread; return (port, process id, seconds until the first answer)."""
        port, began = free_port(), time.monotonic()
        # The site as `bin/serve` starts it. The other applications have no gateway.
        interface = "rsgi" if "rsgi" in application else "wsgi"
        command = [
            Path(sys.executable).with_name("granian"), f"--interface={interface}", "--no-ws", "--workers=1",
            f"--port={port}", "--blocking-threads=1", "--log-level=error", application,
        ]  # fmt: skip
        process = self.start(command, env)
        wait(port)
        return port, process.pid, time.monotonic() - began

    def start(self, command, env=None):
        process = subprocess.Popen(
            command, cwd=ROOT, env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def nginx(self, root):
        """Start an nginx of few lines for the files of a folder; return its port and process id."""
        port = free_port()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            f"{self._owner()}worker_processes 1; pid {self.folder}/nginx.pid; error_log /dev/null; daemon off;"
            f"events {{ worker_connections 512; }} http {{ access_log off; sendfile on;"
            f" default_type text/html; keepalive_requests 1000000; server {{ listen 127.0.0.1:{port};"
            f" root {root}; index index.html; gzip_static on; }} }}"
        )
        process = self.start([need("nginx"), "-c", str(configuration), "-p", str(self.folder)])
        wait(port)
        return port, process.pid

    def front(self, name, static_copy, port):
        """Start the shipped nginx in front of an application; return its port and process id."""
        need("nginx")
        front = Nginx(
            self.folder / f"front-{name}",
            SimpleNamespace(path=static_copy),
            "nginx.conf",
            application=SimpleNamespace(port=port),
            changes=[*FROM_MANY_ADDRESSES, *WITHOUT_TLS],
            over_tls=False,
        )
        process = self.start(front.command())
        wait(front.port)
        return front.port, process.pid

    @staticmethod
    def _owner():
        """If root starts nginx, its workers would run as an account that cannot read the folder."""
        return "user root;" if os.geteuid() == 0 else ""

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


def wait(port):
    for _ in range(4000):
        try:
            return fetch(port, "/")
        except OSError:
            time.sleep(0.005)
    sys.exit(f"The server on port {port} did not start.")


def fetch(port, path, *, encoding="br"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=HEADERS | {"Accept-Encoding": encoding})
        response = connection.getresponse()
        response.content = response.read()
    finally:
        connection.close()
    if response.status != 200:
        sys.exit(f"Port {port} answers {path} with {response.status}.")
    return response


def make_site(folder, units):
    """Return a Site with an agency of this many units, for the bench's own servers."""
    folder.mkdir()
    site = Site(folder, LOG_LEVEL="ERROR", PYTHONPATH=str(ROOT))
    site.prepare(units=units)
    return site
