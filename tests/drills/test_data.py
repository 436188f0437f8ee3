"""The drills about data that take seconds, with the real server.

Two drills run only in `make drill`. killed_while_publishing has long rounds, because a worker that dies twice
within seconds is not replaced. restore_elsewhere has 5,000 units, twice.
"""

import pytest

from bin.drills import disk_full, slow_database

pytestmark = pytest.mark.styles


def test_a_locked_and_a_frozen_database_hold_up_no_reader_of_finished_pages(tmp_path):
    report = slow_database.drill(tmp_path, seconds=14)
    assert report.lost == []


def test_a_full_disk_is_borne_and_told_in_words(tmp_path):
    if obstacle := disk_full.find_obstacle():
        pytest.skip(obstacle)
    report = disk_full.drill(tmp_path, seconds=2)
    assert report.lost == []
