"""The server as `bin/serve` starts it: two workers, their log, their numbers, and their replacement."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_production_server import HOST, ROOT, free_port, wait_for

#: Made up for this run.
TOKEN = "a token for one test run"


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    output: Path

    def ask(self, path, **headers):
        """Ask over a connection of its own, as a proxy does; return (status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        known = {"Host": HOST, "X-Forwarded-Proto": "https", "Connection": "close"}
        connection.request("GET", path, headers=known | headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, response.headers, body

    def workers(self):
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return set(listed.stdout.split())

    def lines(self):
        return self.output.read_text().splitlines()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serve")
    port = free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "SECRET_KEY": "a key for one test run, of more than fifty characters",
        "ALLOWED_HOSTS": HOST,
        "BEHIND_TLS_PROXY": "true",
        "TRUSTED_PROXY_COUNT": "1",
        "DATABASE_URL": f"sqlite:///{folder / 'agency.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "GENERATION_STAMP": str(folder / "stamp"),
        "METRICS_FOLDER": str(folder / "metrics"),
        "METRICS_TOKEN": TOKEN,
        "GRANIAN_PORT": str(port),
        "GRANIAN_WORKERS": "2",
    }
    python = [sys.executable, "manage.py"]
    for command in (
        ["bin/prepare-release"],
        [*python, "load_agency", "directorates/sample/ice.toml"],
    ):
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    output = folder / "output"
    with open(output, "w") as stream:
        process = subprocess.Popen(
            ["bin/serve"], cwd=ROOT, env=environment, stdout=stream, stderr=stream
        )
    try:
        wait_for(port)
        yield Server(port, process, output)
    finally:
        process.terminate()
        process.wait(timeout=40)


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"not so within {seconds} seconds")


def test_it_is_alive_and_ready(server):
    status, _, body = server.ask("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok"), body
    environment = os.environ | {"ALLOWED_HOSTS": HOST, "GRANIAN_PORT": str(server.port)}
    subprocess.run(["bin/is-alive"], cwd=ROOT, env=environment, check=True)


def test_each_line_of_its_log_is_json_and_a_request_has_one(server):
    given = "0123456789abcdef0123"
    _, headers, _ = server.ask("/nothing/", **{"X-Request-ID": given})
    assert headers["X-Request-ID"] == given
    until(lambda: any(given in line for line in server.lines()))
    lines = [json.loads(line) for line in server.lines()]
    [line] = [line for line in lines if line.get("request_id") == given]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nothing/", 404)
    assert (line["level"], line["logger"]) == ("INFO", "directorates.request")
    # The server's own lines are no exception.
    assert {line["logger"] for line in lines} >= {"_granian", "directorates.request"}


def test_a_page_that_is_kept_is_logged_when_it_is_made_and_not_again(server):
    page = "/offices/?by=part-of"
    for _ in range(20):
        status, headers, _ = server.ask(page)
        assert (status, headers["X-Request-ID"]) == (200, None)
    made = [line for line in server.lines() if '"path": "/offices/"' in line]
    assert 1 <= len(made) <= 2


def test_the_numbers_of_both_workers_are_added_up(server):
    for _ in range(30):
        server.ask("/about/")

    def numbers():
        _, _, text = server.ask("/metrics", Authorization=f"Bearer {TOKEN}")
        return dict(re.findall(r"^(\S+) (\S+)$", text, re.MULTILINE))

    until(lambda: numbers().get("agency_site_workers") == "2")
    until(lambda: int(numbers().get("agency_site_page_cache_hits_total", 0)) >= 28)
    assert server.ask("/metrics")[0] == 404


def test_workers_are_replaced_and_no_reader_fails_whom_the_proxy_asks_for_again(server):
    """A connection that a worker has accepted as it ends is lost; nginx asks again for reads."""
    before = server.workers()
    stop, answers, failures = threading.Event(), [], []

    def ask_again_and_again():
        while not stop.is_set():
            for is_last_try in (False, True):
                try:
                    answers.append(server.ask("/about/")[0])
                    break
                except (OSError, http.client.HTTPException) as error:
                    if is_last_try:
                        failures.append(repr(error))

    readers = [threading.Thread(target=ask_again_and_again) for _ in range(3)]
    for reader in readers:
        reader.start()
    server.process.send_signal(signal.SIGHUP)
    try:
        until(lambda: len(server.workers() - before) >= 2 and not server.workers() & before, 60)
    finally:
        stop.set()
        for reader in readers:
            reader.join(timeout=30)
    assert failures == []
    assert set(answers) == {200}
    assert server.process.poll() is None
