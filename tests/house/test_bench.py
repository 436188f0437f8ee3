"""The pages that the bench compares can be made, so a change of a template is noticed before the bench runs."""

import subprocess
import sys

import pytest

from bin.production import ROOT, Site

pytestmark = pytest.mark.styles
ASK = """
from django.test import RequestFactory
from {module} import application
request = RequestFactory(HTTP_HOST="www.agency.gov", HTTP_X_FORWARDED_PROTO="https").get({path!r})
started = []
body = b"".join(application(request.environ, lambda status, headers, _=None: started.append(status)))
print(started[0], b"Learn more about" in body)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("bench"), LOG_LEVEL="ERROR", PYTHONPATH=str(ROOT))
    site.prepare()
    return site


@pytest.mark.parametrize(
    ("module", "path"),
    [("bin.bench.plain", "/"), ("bin.bench.plain", "/bare/"), ("bin.bench.cold", "/")],
)
def test_a_page_of_the_bench_can_be_made(site, module, path):
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module, path=path)],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("200 OK True\n", "")
