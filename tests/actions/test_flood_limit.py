from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from directorates.actions import flood_limit
from directorates.actions.flood_limit import Limit, count_submission

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    cache.clear()
    monkeypatch.setattr(flood_limit, "FROM_ONE_ADDRESS", Limit(most=2, seconds=600))
    monkeypatch.setattr(flood_limit, "IN_ALL", Limit(most=4, seconds=60))
    yield
    cache.clear()


def count(address, at=NOW):
    return count_submission(address, at=at)


def test_one_address_may_send_so_many_in_a_while():
    assert [count("192.0.2.1") for _ in range(3)] == [0, 0, 600]


def test_the_wait_is_what_is_left_of_the_while():
    late = NOW + timedelta(seconds=590)

    assert [count("192.0.2.1", late) for _ in range(3)] == [0, 0, 10]
    assert count("192.0.2.1", late + timedelta(seconds=10)) == 0


def test_a_flood_is_logged_once_and_without_the_address(caplog):
    for _ in range(20):
        count("192.0.2.1")

    assert [record.getMessage() for record in caplog.records] == [
        "More than 2 answers from one address in 600 seconds: more are refused for 600 seconds."
    ]


def test_another_address_is_not_held_up():
    for _ in range(3):
        count("192.0.2.1")

    assert count("192.0.2.2") == 0


def test_all_addresses_together_may_send_so_many_a_minute():
    assert [count(f"192.0.2.{number}") for number in range(5)] == [0, 0, 0, 0, 60]


def test_what_one_address_is_refused_does_not_use_up_the_share_of_all():
    for _ in range(20):
        count("192.0.2.1")

    assert count("192.0.2.2") == 0


def test_the_addresses_of_one_ipv6_network_are_one_visitor():
    assert [count(f"2001:db8::{number}") for number in range(1, 4)] == [0, 0, 600]
    assert count("2001:db8:0:1::1") == 0


def test_an_ipv4_address_in_ipv6_form_is_the_same_visitor():
    assert [count("192.0.2.1"), count("::ffff:192.0.2.1"), count("192.0.2.1")] == [0, 0, 600]


@pytest.mark.parametrize("address", ["", "unknown", "fe80::1%eth0", "x" * 9999])
def test_an_odd_address_is_no_error(address):
    assert count(address) == 0


def test_the_address_is_not_kept(monkeypatch):
    keys = []
    monkeypatch.setattr(flood_limit.cache, "add", lambda key, *args, **kwargs: keys.append(key))

    count("192.0.2.1")

    assert keys
    assert not any("192.0.2.1" in key for key in keys)
