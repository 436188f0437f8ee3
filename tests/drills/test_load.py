"""The drills about load, processes and hostile clients that take seconds.

Longer drills run only in `make drill`: reloads (`reload`) and a burst of ten times the capacity (`burst`).
`origin_dead` stops the application or the database behind nginx. `make drill` also sends the other eleven
twelfths of the hostile requests and nine tenths of the random ones.
"""

import pytest

from bin.drills import (
    double_submit,
    hostile_requests,
    raw_requests,
    slow_and_rude_clients,
    workers_killed,
    working_together,
)
from bin.nginx_server import NGINX

pytestmark = pytest.mark.styles


def test_no_reader_fails_while_workers_are_killed(tmp_path):
    report = workers_killed.drill(tmp_path, seconds=3)
    # The number depends on the machine.
    assert report.figures["workers killed"] >= 1
    assert report.lost == []


def test_a_form_sent_many_times_at_once_has_one_effect(tmp_path):
    assert double_submit.drill(tmp_path, seconds=0).lost == []


def test_people_who_work_at_the_same_units_meet_no_deadlock_and_no_error(tmp_path):
    report = working_together.drill(tmp_path, seconds=8)
    assert report.figures["deadlocks"] == 0
    assert report.lost == []


def test_hostile_requests_are_refused_and_poison_no_page(tmp_path):
    report = hostile_requests.drill(tmp_path, seconds=5)
    assert report.figures["plain pages compared"] > 600
    assert report.lost == []


def test_requests_made_by_chance_are_answered_without_a_fault(tmp_path):
    report = raw_requests.drill(tmp_path, seconds=5)
    assert report.lost == []


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")
def test_slow_and_rude_clients_keep_no_reader_waiting(tmp_path):
    assert slow_and_rude_clients.drill(tmp_path, seconds=3).lost == []
