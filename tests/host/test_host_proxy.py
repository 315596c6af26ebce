"""The proxy's shipped configuration, run by nginx itself in front of a stand-in for the product."""

import contextlib
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.conftest import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONF = Path(__file__).parents[2] / "deploy/nginx"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="no nginx here; `apt-get install nginx-light`"),
]


class Product(BaseHTTPRequestHandler):
    """Tells what reached it; `/stream` sends a piece, waits until it may go on, then sends another."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path.endswith("/stream"):
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"data: one\n\n")
            self.wfile.flush()
            self.go_on.wait(20)
            self.wfile.write(b"data: two\n\n")
            return
        told = "\n".join(f"{name.lower()}: {value}" for name, value in self.headers.items()).encode()
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # fmt: skip
    (folder / "privkey.pem").write_bytes(private)


def configuration(folder: Path, plain: int, tls: int, product: int) -> Path:
    """The shipped files, with paths and ports that a test may use."""
    site = (CONF / "onething.conf").read_text(encoding="utf-8")
    site = site.replace("/etc/onething/tls", str(folder)).replace("/var/log/nginx", str(folder))
    site = re.sub(r"listen \[::\].*\n", "", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ", f"listen 127.0.0.1:{tls} ")
    upstream = (CONF / "onething-upstream.conf").read_text(encoding="utf-8")
    upstream = re.sub(r"server 127.0.0.1:800[01]", f"server 127.0.0.1:{product}", upstream, count=1)
    upstream = re.sub(r"    server 127.0.0.1:8001.*\n", "", upstream)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    path = folder / "nginx.conf"
    path.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nworker_processes 1;\nevents {{}}\nhttp {{\n{temporary}{upstream}{site}}}\n"
    )
    return path


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Ports of plain HTTP and of TLS."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    certificate(folder)
    product = ThreadingHTTPServer(("127.0.0.1", 0), Product)
    threading.Thread(target=product.serve_forever, daemon=True).start()
    plain, tls = free_port(), free_port()
    conf = configuration(folder, plain, tls, product.server_port)
    asked = subprocess.run([str(NGINX), "-t", "-c", str(conf)], capture_output=True, text=True, timeout=30)
    assert asked.returncode == 0, asked.stderr
    assert "warn" not in asked.stderr, asked.stderr
    process = subprocess.Popen([str(NGINX), "-c", str(conf)], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls), timeout=1):
                break
            time.sleep(0.1)
        yield plain, tls
    finally:
        process.terminate()
        process.wait(10)
        product.shutdown()


def ask(
    tls: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> http.client.HTTPResponse:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection("127.0.0.1", tls, context=trusting, timeout=20)
    line.request(method, path, body, {"Host": "one.example.org", **headers})
    return line.getresponse()


def test_plain_http_leads_to_tls(proxy: tuple[int, int]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", proxy[0], timeout=10)
    line.request("GET", "/do/newborn?lang=zh", headers={"Host": "one.example.org"})
    answer = line.getresponse()
    assert answer.status == 301
    assert answer.headers["location"] == "https://one.example.org/do/newborn?lang=zh"


def test_what_a_visitor_claims_about_himself_is_replaced(proxy: tuple[int, int]) -> None:
    answer = ask(proxy[1], "/", **{"X-Forwarded-For": "10.9.9.9", "Forwarded": "for=10.9.9.9"})
    told = answer.read().decode()
    assert "x-forwarded-for: 127.0.0.1" in told
    assert "x-forwarded-proto: https" in told
    assert "host: one.example.org" in told
    assert "10.9.9.9" not in told


def test_events_are_not_held_back(proxy: tuple[int, int]) -> None:
    Product.go_on.clear()
    answer = ask(proxy[1], "/case/case_1/stream")
    try:
        assert answer.readline() == b"data: one\n"  # while the second is still to come
    finally:
        Product.go_on.set()
    assert b"data: two" in answer.read()


def test_figures_are_nobodys_and_too_large_a_body_is_refused(proxy: tuple[int, int]) -> None:
    assert ask(proxy[1], "/metrics").status == 404
    assert ask(proxy[1], "/filings/f/uploads", "POST", bytes(2 << 20), **{"Content-Length": str(2 << 20)}).status == 204
    assert ask(proxy[1], "/filings/f/uploads", "POST", b"", **{"Content-Length": str(90 << 20)}).status == 413
