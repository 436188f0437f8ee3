"""`make serve`: the production server on this machine, behind nginx if there is one."""

import http.client
import signal
import subprocess
import sys

import pytest

from bin.nginx_server import NGINX
from bin.production import ROOT, Site, free_port, until

pytestmark = pytest.mark.styles


def serve(site, port, *, without_nginx):
    """Start the program; return its process."""
    code = "import bin.serve_local as program, pathlib; "
    code += "program.NGINX = None; " * without_nginx
    code += f"program.main({port}, pathlib.Path({str(site.folder)!r}))"
    with open(site.output, "a") as stream:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=site.environment,
            stdout=stream,
            stderr=stream,
        )


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.headers["Server"], answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("without_nginx", "server", "words"),
    [
        pytest.param(
            False,
            "nginx",
            "behind nginx, as in production",
            marks=pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
        ),
        (True, "granian", "without nginx, which keeps pages in production"),
    ],
)
def test_the_site_is_served_until_ctrl_c(tmp_path, without_nginx, server, words):
    local = {
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PLAIN_HTTP_ON_LOCALHOST": "true",
        "BEHIND_TLS_PROXY": "false",
        "TRUSTED_PROXY_COUNT": "0",
    }
    site, port = Site(tmp_path, **local), free_port()
    site.prepare()
    process = serve(site, port, without_nginx=without_nginx)
    try:
        until(lambda: process.poll() is not None or words in site.output.read_text(), 60)
        until(lambda: _answers(port), 30)
        status, name, page = ask(port, "/")
        assert (status, name) == (200, server)
        assert f'href="http://127.0.0.1:{port}/"' in page
        assert ask(port, "/admin/login/")[0] in (200, 302)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert not _answers(port)
    assert "Traceback" not in site.output.read_text()


def _answers(port):
    try:
        return ask(port, "/")[0] == 200
    except OSError:
        return False
