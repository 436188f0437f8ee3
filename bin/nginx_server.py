"""Runs a real nginx with a shipped configuration, and an application that can be stopped."""

import http.client
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bin.production import HOST, free_port

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
LIVE = "https://live.agency.gov"


def _write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "tls.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "tls.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Application:
    """Replaces the site's own server: gives set answers, and can be stopped."""

    def __init__(self):
        self.port = free_port()
        self.status = 200
        self._server = None

    def start(self):
        application = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                forwarded = [self.headers[f"X-Forwarded-{name}"] for name in ("Proto", "For")]
                body = f"live {self.path} {self.headers['Host']} {forwarded}".encode()
                self.send_response(application.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def is_stopped(self):
        return self._server is None

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Nginx:
    """Runs a shipped configuration on a port of this machine.

    `static_copy` has the `path` of an export, `application` has a `port`. `changes` are pairs of a text in the
    configuration and its replacement. Without `over_tls` nginx speaks http.
    """

    def __init__(
        self,
        folder,
        static_copy,
        configuration,
        *,
        application=None,
        changes=(),
        port=None,
        over_tls=True,
        static_root=None,
    ):
        self.folder, self.port = folder, port or free_port()
        folder.mkdir(exist_ok=True)
        _write_certificate(folder)
        values = {
            "HOST": HOST,
            "STATIC_COPY": static_copy.path,
            "STATIC_ROOT": static_root or folder / "static",
            "PAGE_CACHE": folder / "pages",
            "TLS_CERTIFICATE": folder / "tls.pem",
            "TLS_KEY": folder / "tls.key",
            "STATIC_COPY_MAPS": folder / "maps.conf",
            "LIVE": LIVE,
        }
        (folder / "static").mkdir(exist_ok=True)
        own = [
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port}{' ssl http2' * over_tls};"),
        ]
        if application:
            own.append(("127.0.0.1:8000", f"127.0.0.1:{application.port}"))
        for source, name, replaced in (
            ("nginx-static-copy-maps.conf", "maps.conf", ()),
            (configuration, "site.conf", [*changes, *own]),
        ):
            words = (DEPLOY / source).read_text()
            for variable, value in values.items():
                words = words.replace(f"${{{variable}}}", str(value))
            for old, new in replaced:
                assert old in words, f"{configuration} says nowhere: {old}"
                words = words.replace(old, new)
            (folder / name).write_text(words)
        types = next(path for path in map(Path, ("/etc/nginx/mime.types", "/usr/local/nginx/conf/mime.types")) if path.is_file())  # fmt: skip
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            # As root, nginx would read the test's files as another user.
            f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\nerror_log {folder}/error.log;\npid {folder}/pid;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ include {types}; access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
            f"{temporary}include {folder}/site.conf; }}\n"
        )

    def command(self, *arguments):
        return [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise AssertionError((self.folder / "error.log").read_text())

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(timeout=20)

    def get(self, path, *, method="GET", **headers):
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=trusting
        )
        connection.request(method, path, headers={"Host": HOST, "X-Forwarded-For": "9.9.9.9"} | headers)  # fmt: skip
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response
