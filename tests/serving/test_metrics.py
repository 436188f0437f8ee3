"""The numbers of several workers on one host, in one answer."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver
from prometheus_client import Counter, values

from agency_site.serving import metrics

ROOT = Path(__file__).resolve().parents[2]
#: Invented for this test.
TOKEN = "a token for one test run"
HITS, BYTES, GENERATION, WORKERS, UNAVAILABLE = (
    "agency_site_page_cache_hits_total",
    "agency_site_page_cache_bytes",
    "agency_site_generation",
    "agency_site_workers",
    "agency_site_unavailable_total",
)
OTHER_WORKER = f"""
import django, sys
django.setup()
from agency_site.serving import metrics
metrics.start(lambda: {{"{HITS}": 5, "{BYTES}": 100, "{GENERATION}": 7}})
metrics.count("{UNAVAILABLE}", 3)
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_FOLDER = tmp_path / "metrics"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setattr(metrics, "_worker", metrics.Worker(dict))
    yield settings.METRICS_FOLDER
    values.close_all_multiprocess_files()


@pytest.fixture
def start_other(folder):
    """Start processes that write their numbers, and end them after the test."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", OTHER_WORKER],
            cwd=ROOT,
            env=os.environ | {"METRICS_FOLDER": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "written\n"
        return process

    yield start
    for process in started:
        kill(process)
        process.stdin.close()
        process.stdout.close()


def kill(process):
    process.kill()
    process.wait(timeout=10)


def start_this(hits=2):
    metrics.start(lambda: {HITS: hits, BYTES: 50, GENERATION: 9})


def read():
    found = re.findall(r"^(\S+) (\S+)$", metrics.write_text().decode(), re.MULTILINE)
    return {series: float(value) for series, value in found}


def ask(client, authorization=f"Bearer {TOKEN}"):
    return client.get("/metrics", HTTP_AUTHORIZATION=authorization)


def test_counts_and_sizes_are_added_and_states_are_not(start_other):
    start_other()
    start_this()
    numbers = read()
    assert (numbers[HITS], numbers[BYTES], numbers[GENERATION]) == (7, 150, 9)
    assert (numbers[UNAVAILABLE], numbers[WORKERS]) == (3, 2)


def test_what_a_worker_counted_that_has_ended_is_kept_and_its_memory_is_not(start_other):
    start_this()
    kill(start_other())
    numbers = read()
    assert (numbers[HITS], numbers[BYTES], numbers[UNAVAILABLE]) == (7, 50, 3)
    assert numbers[WORKERS] == 1


def test_a_successor_adds_to_the_counters_and_takes_over_the_files(start_other, folder):
    kill(start_other())
    files = sorted(folder.iterdir())
    start_this()
    numbers = read()
    assert (numbers[HITS], numbers[BYTES], numbers[UNAVAILABLE]) == (7, 50, 3)
    assert sorted(folder.iterdir()) == files


def test_a_gauge_that_is_not_known_has_no_value_of_the_worker_before(start_other):
    kill(start_other())
    metrics.start(dict)
    assert BYTES not in read()


def test_hits_are_added_when_they_are_written_and_never_taken_away():
    source = {HITS: 0}
    metrics.start(lambda: source)
    written = []
    for hits in (10, 25, 25, 24, 30):
        source[HITS] = hits
        metrics._worker.write()
        source[HITS] += 1000
        written.append(read()[HITS])
    assert written == [10, 25, 25, 25, 30]


def test_a_number_that_this_release_does_not_know_is_left_out():
    start_this()
    Counter("from_another_release_total", "Counted by another release.", registry=None).inc()
    assert read()[HITS] == 2
    assert "from_another_release_total" not in read()


def test_a_request_falls_into_its_classes_of_duration():
    start_this()
    metrics.count_request(view="x:y", method="GET", status=200, seconds=0.3)
    metrics.count_request(view="x:y", method="BREW", status=405, seconds=20)
    numbers = read()
    name = "agency_site_request_duration_seconds"
    assert numbers[f'{name}_bucket{{le="0.25",view="x:y"}}'] == 0
    assert numbers[f'{name}_bucket{{le="0.5",view="x:y"}}'] == 1
    assert numbers[f'{name}_bucket{{le="+Inf",view="x:y"}}'] == 2
    assert numbers[f'{name}_count{{view="x:y"}}'] == 2
    assert numbers[f'{name}_sum{{view="x:y"}}'] == 20.3
    assert numbers['agency_site_requests_total{method="other",status="405",view="x:y"}'] == 1


def test_the_text_names_kind_and_meaning_once_a_family():
    start_this()
    metrics.count_request(view="v", method="GET", status=200, seconds=0.3)
    text = metrics.write_text().decode()
    assert text.count("# TYPE agency_site_request_duration_seconds histogram\n") == 1
    assert text.count(f"# TYPE {HITS} counter\n") == 1
    assert f"# HELP {GENERATION} How often the public record has changed.\n" in text
    assert f"\n{GENERATION} 9.0\n" in text
    assert "_created" not in text


def test_without_files_nothing_is_counted_and_nothing_fails():
    metrics.count(UNAVAILABLE)
    metrics.count_request(view="v", method="GET", status=200, seconds=0.3)


def test_a_folder_that_cannot_be_made_stops_no_worker(client, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.METRICS_FOLDER = tmp_path / "file" / "metrics"
    start_this()
    answer = ask(client)
    assert (answer.status_code, answer.text) == (
        503,
        "The numbers cannot be read: NotADirectoryError.\n",
    )
    settings.METRICS_FOLDER.parent.unlink()
    metrics._worker.write()
    assert read()[WORKERS] == 1


def test_a_worker_that_starts_while_the_disk_is_full_counts_as_soon_as_there_is_room(
    client, folder, monkeypatch, start_other
):
    kill(start_other())
    kept = sorted(folder.iterdir())

    def refuse(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", refuse)
        start_this()
        metrics.count(UNAVAILABLE)
        assert f"\n{UNAVAILABLE} 3.0\n" in ask(client).text
    metrics._worker.write()
    metrics.count(UNAVAILABLE)
    assert (read()[UNAVAILABLE], read()[HITS]) == (4, 7)
    assert sorted(folder.iterdir()) == kept


def test_every_file_has_its_blocks_because_a_full_disk_would_end_the_process(folder):
    start_this()
    files = [path.stat() for path in folder.glob("*.db")]
    assert len(files) == len(metrics.SIZES)
    assert all(file.st_blocks * 512 >= file.st_size >= 2**16 for file in files)


def names_of_views(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names_of_views(pattern.url_patterns, inner)
        else:
            yield prefix + (pattern.name or pattern.lookup_str)


def test_the_series_of_all_views_fit_into_the_files(folder):
    start_this()
    views = set(names_of_views(get_resolver().url_patterns))
    assert len(views) > 100
    for view in views:
        for method in ("GET", "HEAD", "POST", "BREW"):
            for status in (200, 302, 403, 404, 405, 500, 503):
                metrics.count_request(view=view, method=method, status=status, seconds=1)
    sizes = {path.name.rpartition("_")[0]: path.stat().st_size for path in folder.glob("*.db")}
    assert sizes == metrics.SIZES


def test_a_source_that_fails_takes_no_other_number_along(client):
    metrics.start(lambda: 1 / 0)
    metrics.count(UNAVAILABLE)
    assert f"\n{UNAVAILABLE} 1.0\n" in ask(client).text


@pytest.mark.parametrize("number", [0, 7, "x"], ids=["its own", "a dead worker's", "no number"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"words of another program " * 4000,
        b"\x00\x01\x00\x00" + bytes(2**16),
        b"\x03\x00\x00\x00" + bytes(2**20),
        b"\xff\xff\xff\xff" * 2**18,
        b"\x18\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00{\xff{]" + bytes(2**20),
    ],
)
def test_a_torn_or_foreign_file_counts_for_nothing(folder, number, content):
    folder.mkdir()
    for name in (f"worker_{number}.lock", f"counter_{number}.db", f"histogram_{number}.db"):
        folder.joinpath(name).write_bytes(content)
    folder.joinpath("notes.db").write_bytes(content)
    start_this()
    metrics.count_request(view="v", method="GET", status=200, seconds=0.3)
    numbers = read()
    assert (numbers[HITS], numbers[WORKERS]) == (2, 1)
    assert numbers['agency_site_request_duration_seconds_count{view="v"}'] == 1


def test_who_knows_the_token_gets_the_numbers_without_the_database(client):
    start_this()
    client.get("/healthz")
    response = ask(client)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    series = 'agency_site_requests_total{method="GET",status="200",view="serving:healthz"}'
    assert f"\n{series} 1.0\n" in response.text
    assert f"\n{WORKERS} 1.0\n" in response.text


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_to_whoever_does_not_know_it_there_is_no_such_page(client, authorization):
    assert ask(client, authorization).status_code == 404


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer", ""])
def test_without_a_token_set_nobody_gets_them(client, settings, authorization):
    settings.METRICS_TOKEN = ""
    assert ask(client, authorization).status_code == 404


def test_a_failed_sign_in_is_counted(client, db):
    start_this()
    client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert "\nagency_site_sign_in_failures_total 1.0\n" in ask(client).text


def test_the_numbers_are_written_every_second(monkeypatch):
    slept = []
    monkeypatch.setattr(metrics.time, "sleep", slept.append)
    start_this()
    metrics.wait_and_write()
    assert slept == [1]
