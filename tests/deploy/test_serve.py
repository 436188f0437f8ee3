"""The server of `bin/serve`: two workers, their log, their numbers, and their replacement."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from bin.production import HOST, ROOT, Site, free_port, until

pytestmark = pytest.mark.styles

#: Invented for this run.
TOKEN = "a token for one test run"
HITS = "agency_site_page_cache_hits_total"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("serve"), METRICS_TOKEN=TOKEN)
    site.prepare()
    with site:
        yield site


def numbers(server):
    _, _, text = server.ask("/metrics", Authorization=f"Bearer {TOKEN}")
    found = re.findall(r"^(\S+) (\S+)$", text.decode(), re.MULTILINE)
    return {series: float(value) for series, value in found}


def test_it_is_alive_and_ready(server):
    status, _, body = server.ask("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok"), body
    settings = os.environ | {"ALLOWED_HOSTS": HOST, "GRANIAN_PORT": str(server.port)}
    subprocess.run(["bin/is-alive"], cwd=ROOT, env=settings, check=True)


def test_each_line_of_its_log_is_json_and_a_request_has_one(server):
    given = "0123456789abcdef0123"
    _, headers, _ = server.ask("/nothing/", **{"X-Request-ID": given})
    assert headers["X-Request-ID"] == given
    until(lambda: any(given in line for line in server.lines()))
    lines = [json.loads(line) for line in server.lines()]
    [line] = [line for line in lines if line.get("request_id") == given]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nothing/", 404)
    assert (line["level"], line["logger"]) == ("INFO", "directorates.request")
    # The server's own lines too.
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
    until(lambda: numbers(server).get("agency_site_workers") == 2)
    until(lambda: numbers(server)[HITS] >= 28)
    assert server.ask("/metrics")[0] == 404


def test_workers_are_replaced_and_no_reader_fails_whom_the_proxy_asks_for_again(server):
    """A connection to an ending worker breaks. nginx asks again for reads."""
    before, hits = server.workers(), numbers(server)[HITS]
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
    until(lambda: numbers(server)["agency_site_workers"] == 2)
    assert numbers(server)[HITS] >= hits


def test_a_server_that_is_stopped_while_its_workers_start_ends_at_once(server, tmp_path):
    output = tmp_path / "output"
    with open(output, "w") as stream:
        environment = server.environment | {"GRANIAN_PORT": str(free_port())}
        starting = subprocess.Popen(
            ["bin/serve"], cwd=ROOT, env=environment, stdout=stream, stderr=stream
        )
    try:
        until(lambda: "Spawning worker-2" in output.read_text())
        # The workers load the site for longer.
        time.sleep(0.3)
    finally:
        starting.terminate()
        starting.wait(timeout=40)
    assert "refused to gracefully stop" not in output.read_text()
