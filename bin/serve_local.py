"""Runs the production server on this machine, behind the shipped nginx if there is one.

python -m bin.serve_local PORT FOLDER
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bin.nginx_server import NGINX, Nginx
from bin.production import ROOT, free_port, wait_for

#: The address in a browser has a port, so nginx passes the port on.
WITH_PORT = [("Host              $host;", "Host $host:$server_port;")]
WORDS = """
  The site    http://127.0.0.1:{port}/ {how}
  Its state   http://127.0.0.1:{port}/readyz
  For staff   http://localhost:{port}/admin/
              make an account: DATABASE_URL={database} .venv/bin/python manage.py createsuperuser
"""
ALONE = """without nginx, which keeps pages in production.
              To have it: apt-get install nginx-light, or brew install nginx"""


def main(port, folder):
    # Ctrl+C reaches this process and its children at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not NGINX:
        _tell(port, ALONE)
        os.execve("bin/serve", ["bin/serve"], os.environ | {"GRANIAN_PORT": str(port)})
    application = SimpleNamespace(port=free_port())
    copy = SimpleNamespace(path=folder / "static_copy")
    environment = os.environ | {"GRANIAN_PORT": str(application.port), "TRUSTED_PROXY_COUNT": "1"}
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "export_site",
            copy.path,
            f"--origin=http://localhost:{port}",
        ],
        env=environment | {"LOG_LEVEL": "CRITICAL"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(["bin/serve"], env=environment)
    try:
        wait_for(application.port)
        front = Nginx(
            folder / "nginx",
            copy,
            "nginx.conf",
            application=application,
            changes=WITH_PORT,
            port=port,
            over_tls=False,
            static_root=os.environ["STATIC_ROOT"],
        )
        with front:
            _tell(port, "behind nginx, as in production")
            _wait_for_one(server, front.process)
    except KeyboardInterrupt:
        print("\nThe server is stopped.")
    finally:
        server.terminate()
        server.wait(timeout=40)


def _tell(port, how):
    print(WORDS.format(port=port, how=how, database=os.environ["DATABASE_URL"]), flush=True)


def _wait_for_one(*processes):
    """Wait until one of the processes ends, which only a fault does."""
    while all(process.poll() is None for process in processes):
        time.sleep(0.5)
    sys.exit("A part of the server has ended.")


if __name__ == "__main__":
    os.chdir(ROOT)
    main(int(sys.argv[1]), Path(sys.argv[2]))
