"""Two test runs at once, or a run beside the local site, share no port and no file."""

import http.server
import socket

import pytest
from django.conf import settings
from django.db import connection

from bin.production import free_port


def test_a_reserved_port_is_for_the_server_that_asks_for_it_alone():
    port = free_port()
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind(("127.0.0.1", port))
    http.server.ThreadingHTTPServer(("127.0.0.1", port), None).server_close()
    assert len({port, *(free_port() for _ in range(50))}) == 51


@pytest.mark.parametrize(
    "name", ["STATIC_ROOT", "MEDIA_ROOT", "GENERATION_STAMP", "METRICS_FOLDER"]
)
def test_a_run_writes_nothing_where_the_local_site_does(name):
    assert not getattr(settings, name).is_relative_to(settings.BASE_DIR)


def test_the_database_of_the_local_site_is_not_even_named():
    if connection.vendor == "sqlite":
        kept = [connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]]
        assert [str(name) for name in kept if str(settings.BASE_DIR) in str(name)] == []
