"""The numbers of several workers on one host, in one answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agency_site.serving.metrics import counting, exposition, files

ROOT = Path(__file__).resolve().parents[3]
HITS, BYTES, GENERATION = (
    "agency_site_page_cache_hits_total",
    "agency_site_page_cache_bytes",
    "agency_site_generation",
)
WORKER = """
import django, sys
django.setup()
from agency_site.serving.metrics import counting, files
counting.count("agency_site_page_cache_hits_total", 5)
counting.add_source(lambda: {"agency_site_page_cache_bytes": 100, "agency_site_generation": 7})
files.WorkerFile().write()
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_numbers(settings, tmp_path, monkeypatch):
    settings.METRICS_FOLDER = tmp_path / "metrics"
    monkeypatch.setattr(counting, "_counts", {})
    monkeypatch.setattr(counting, "_sources", [])


@pytest.fixture
def other_worker(tmp_path):
    """Start a process that writes its numbers; call the result to end it."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=os.environ | {"METRICS_FOLDER": str(tmp_path / "metrics")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "written\n"

    def end():
        process.kill()
        process.wait(timeout=10)

    yield end
    end()
    process.stdin.close()
    process.stdout.close()


def this_worker(hits=2):
    counting.count(HITS, hits)
    counting.add_source(lambda: {BYTES: 50, GENERATION: 9})
    files.WorkerFile().write()


def test_counts_and_sizes_are_added_and_states_are_not(other_worker):
    this_worker()
    numbers = files.read_all()
    assert (numbers[HITS], numbers[BYTES], numbers[GENERATION]) == (7, 150, 9)
    assert numbers["agency_site_workers"] == 2


def test_what_a_worker_counted_that_has_ended_is_kept_and_its_memory_is_not(other_worker):
    this_worker()
    other_worker()
    for _ in range(2):
        numbers = files.read_all()
        assert (numbers[HITS], numbers[BYTES]) == (7, 50)
        assert numbers["agency_site_workers"] == 1


def test_a_number_that_this_release_does_not_know_is_left_out(settings):
    this_worker()
    settings.METRICS_FOLDER.joinpath("retired.json").write_text('{"from_a_newer_release": 3}')
    assert "from_a_newer_release" not in files.read_all()


def test_a_request_falls_into_its_classes_of_duration():
    counting.count_request(view="x:y", method="GET", status=200, seconds=0.3)
    counting.count_request(view="x:y", method="BREW", status=405, seconds=20)
    numbers = counting.collect()
    name = "agency_site_request_duration_seconds"
    assert f'{name}_bucket{{view="x:y",le="0.25"}}' not in numbers
    assert numbers[f'{name}_bucket{{view="x:y",le="0.5"}}'] == 1
    assert numbers[f'{name}_bucket{{view="x:y",le="+Inf"}}'] == 2
    assert numbers[f'{name}_count{{view="x:y"}}'] == 2
    assert numbers['agency_site_requests_total{view="x:y",method="other",status="405"}'] == 1


def test_the_text_names_kind_and_meaning_once_a_family():
    counting.count_request(view="v", method="GET", status=200, seconds=0.3)
    text = exposition.write(counting.collect() | {GENERATION: 4})
    assert text.count("# TYPE agency_site_request_duration_seconds histogram\n") == 1
    assert "# HELP agency_site_generation How often the public record has changed.\n" in text
    assert "\nagency_site_generation 4\n" in text
    assert text.endswith("\n")


def test_a_folder_that_cannot_be_made_stops_no_worker(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.METRICS_FOLDER = tmp_path / "file" / "metrics"
    worker = files.WorkerFile()
    with pytest.raises(OSError):
        worker.write()
    settings.METRICS_FOLDER.parent.unlink()
    worker.write()
    assert files.read_all()["agency_site_workers"] == 1


def test_a_source_that_fails_takes_no_other_number_along(caplog):
    counting.add_source(lambda: 1 / 0)
    this_worker()
    assert files.read_all()[HITS] == 2
    assert "Some numbers of this worker cannot be read" in caplog.text


@pytest.mark.parametrize(
    "content", ["[]", "3", "{", f'{{"{HITS}": "many"}}', f'{{"{HITS}": null}}']
)
def test_a_file_that_holds_something_else_counts_for_nothing(settings, content):
    this_worker()
    settings.METRICS_FOLDER.joinpath("retired.json").write_text(content)
    assert files.read_all()[HITS] == 2


def test_numbers_of_the_dead_are_told_where_nothing_can_be_written(other_worker, monkeypatch):
    this_worker()
    other_worker()

    def refuse(path, numbers):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(files, "_replace", refuse)
        assert files.read_all()[HITS] == files.read_all()[HITS] == 7
    assert files.read_all()[HITS] == 7
