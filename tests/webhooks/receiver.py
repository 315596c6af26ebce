"""A system of the city that receives messages, as docs/webhooks.md shows it: a process of its own with a file of what it took.

`python receiver.py PORT FILE SECRET [HOW]`: `how` is a file with what it does now: `take`, `500`, `410`, `hang`, `redirect`.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether a message comes from who has the secret, and now."""
    sent = headers.get("webhook-timestamp", "")
    if not sent.isdigit() or abs(time.time() - int(sent)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, each) for each in headers["webhook-signature"].split(" "))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        _, _, file, secret, how = sys.argv
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        does = Path(how).read_text().strip()
        line = {"id": headers.get("webhook-id"), "does": does, "genuine": genuine(secret, headers, body), "body": json.loads(body), "host": headers["host"]}  # fmt: skip
        with Path(file).open("a") as log:
            log.write(json.dumps(line) + "\n")
        if does == "hang":
            time.sleep(60)
        self.send_response({"take": 204, "hang": 204, "redirect": 302}.get(does) or int(does))
        if does == "redirect":
            self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        """Quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
