import os
import time
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from agency_site.serving.page_cache.wrapper import DATABASE_UNAVAILABLE
from directorates.views import unavailable


def test_the_process_lives_and_says_so_without_asking_the_database(client):
    """This test has no database mark, so any query would fail."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_tells_the_state_of_each_part(client):
    response = client.get("/readyz")
    names = ("database", "migrations", "guards", "disk", "cache", "pages")
    parts = dict.fromkeys(names, "ok")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "parts": parts})
    assert "no-store" in response["Cache-Control"]


def test_not_ready_without_the_database(client, monkeypatch):
    def fail(*args):
        raise OperationalError("away")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "reason": "database: not reached",
        "parts": {"database": "not reached", "disk": "ok"},
    }


@pytest.mark.django_db
def test_not_ready_for_a_fault_of_the_program_which_is_called_so(client, monkeypatch):
    def fail(*args):
        raise ProgrammingError("no such column")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fail)
    reason = client.get("/readyz").json()["reason"]
    assert reason == "database: an error of this program (ProgrammingError)"


@pytest.mark.django_db
def test_not_ready_with_a_full_disk(client, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    found = os.statvfs(tmp_path)
    nearly_full = SimpleNamespace(f_bavail=2, f_frsize=found.f_frsize)
    known = os.statvfs
    monkeypatch.setattr(
        os, "statvfs", lambda path: nearly_full if path == tmp_path else known(path)
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == f"disk: full: {tmp_path} has room for less than 8 MiB"


@pytest.mark.django_db
def test_not_ready_after_a_write_that_found_a_disk_full(client, monkeypatch):
    monkeypatch.setattr(unavailable, "_full_until", time.monotonic() + 10)
    assert "disk: full" in client.get("/readyz").json()["reason"]


@pytest.mark.django_db
def test_not_ready_with_a_migration_that_is_not_applied(client):
    MigrationRecorder(connection).record_unapplied("directorates", "0002_roles")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == "migrations: not applied: directorates.0002_roles"


@pytest.mark.django_db
def test_not_ready_without_the_cache(client, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError("away")

    monkeypatch.setattr(caches["default"], "get", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == "cache: not reached (ConnectionError)"


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_the_probes_look_for_themselves_while_the_database_is_known_to_be_away(
    client, monkeypatch, path, status
):
    def fail(*args):
        raise OperationalError("away")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fail)
    response = client.get(path, **{DATABASE_UNAVAILABLE: True})
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_the_probes_need_no_https(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/about/").status_code == 301
