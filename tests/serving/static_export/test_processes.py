"""The pages of an export are made in several processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.pages import pages
from agency_site.serving.static_export.processes import spread
from tests.serving.static_export.conftest import StaticCopy

# A parallel test run has threads of its own. An export has none when it forks.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def test_results_come_in_order_from_other_processes():
    with spread(lambda number: (number * 2, os.getpid()), count=2) as spread_map:
        found = list(spread_map(range(500)))
    assert [result for result, _ in found] == list(range(0, 1000, 2))
    assert os.getpid() not in {process for _, process in found}


def test_one_process_is_this_one():
    with spread(lambda number: os.getpid(), count=1) as spread_map:
        assert set(spread_map(range(3))) == {os.getpid()}


def _fail(number):
    raise ExportError(f"the page {number} failed")


def test_the_error_of_another_process_keeps_its_words():
    with pytest.raises(ExportError, match="the page 7 failed"), spread(_fail, count=2) as mapped:
        list(mapped([7]))


def test_a_process_that_is_killed_is_an_error_in_words():
    with (
        pytest.raises(
            ExportError, match="ended, perhaps because the machine has too little memory"
        ),
        spread(lambda number: os._exit(9), count=2) as mapped,
    ):
        list(mapped([7]))


#: Starts two processes that wait for ever.
_WAITING = """
import time
import django
django.setup()
from agency_site.serving.static_export.processes import spread
def wait(number):
    print("waiting", flush=True)
    time.sleep(3600)
with spread(wait, count=2) as mapped:
    list(mapped(range(32)))
"""


def test_processes_end_with_the_export_that_was_killed():
    export = subprocess.Popen(
        [sys.executable, "-c", _WAITING],
        cwd=Path(__file__).resolve().parents[3],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "agency_site.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with export:
        for _ in range(2):
            assert export.stdout.readline() == "waiting\n"
        export.kill()
        # The pipe ends when its last process has ended.
        assert export.communicate(timeout=30)[0] == ""


@pytest.mark.styles
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_the_same_release_as_one(sample, tmp_path, monkeypatch):
    at = timezone.now()
    copies = [StaticCopy(tmp_path / name) for name in ("one", "two")]
    for number, copy in enumerate(copies, 1):
        copy.export(at=at, is_present=True, processes=number)
    assert copies[0].contents() == copies[1].contents()

    # A page that fails in another process ends the export with that page's sentence.
    monkeypatch.setattr(pages.links, "find_links", lambda *_, **about: _fail(about["address"]))
    with pytest.raises(ExportError, match="the page / failed"):
        copies[1].export(processes=2)
    assert [one.name for one in copies[1].folder.releases.iterdir()] == copies[1].folder.names()
    assert not (copies[1].path / "partial").exists()
