"""Messages to visitors and staff after an error, and the log."""

import errno
import sqlite3

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError

from directorates.views import unavailable
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def full_disk():
    error = OperationalError("database or disk is full")
    error.__cause__ = sqlite3.OperationalError("database or disk is full")
    error.__cause__.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.fixture
def fail(client, monkeypatch):
    """Return a function that requests a page whose view raises an error."""
    client.raise_request_exception = False

    def ask(path, error):
        def broken(*args, **kwargs):
            raise error

        monkeypatch.setattr("directorates.queries.visibility.site_settings", broken)
        return client.get(path)

    return ask


@pytest.fixture(autouse=True)
def _no_full_disk(monkeypatch):
    monkeypatch.setattr(unavailable, "_full_until", 0.0)


@pytest.mark.parametrize("kind", [IntegrityError, DataError, ProgrammingError])
@pytest.mark.parametrize("path", ["/survey/", "/admin/"])
def test_a_fault_of_the_program_is_no_outage_and_is_logged(client, fail, caplog, kind, path):
    client.force_login(make_user(is_superuser=True))
    response = fail(path, kind("a fault of ours"))
    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert "a fault of ours" in caplog.text


def test_an_outage_is_told_as_one(client, fail):
    response = fail("/survey/", OperationalError("the connection was refused"))
    assert response.status_code == 503
    assert response["Retry-After"] == "30"


@pytest.mark.parametrize("error", [full_disk(), OSError(errno.ENOSPC, "No space left")])
def test_a_full_disk_is_told_to_staff_and_to_monitoring(client, fail, monkeypatch, error):
    client.force_login(make_user(is_superuser=True))
    response = fail("/admin/", error)
    assert response.status_code == 503
    assert "server is full" in response.text
    assert "What you typed is still in your form" in response.text
    monkeypatch.undo()
    assert unavailable.found_a_full_disk


def test_a_full_disk_is_no_visitors_business(client, fail):
    response = fail("/survey/", full_disk())
    assert response.status_code == 503
    assert "full" not in response.text
    assert unavailable.found_a_full_disk()
