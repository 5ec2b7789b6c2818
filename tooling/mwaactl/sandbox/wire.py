"""HTTP/1.1 for the sandbox, on werkzeug's threaded server.

werkzeug closes the connection after every reply, since an application may leave part of a body unread. Here each body
is read whole before the application starts, so connections are kept alive, which uploads of many small files and
Terraform's thousands of calls are faster by. werkzeug itself knows `Expect: 100-continue`, chunked bodies, and the
absolute-form request targets (`GET http://host/path`) by which clients talk to a proxy; tried with the Terraform
provider 5.100.0, botocore and the AWS CLI. moto's handler adds S3 metadata headers with underscores.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

log = logging.getLogger(__name__)
IN_MEMORY = 8_000_000  # bytes of a body that are held in memory; longer ones go to a temporary file
CHUNK = 1_000_000


class Handler(MotoRequestHandler):  # type: ignore[misc]
    """One connection, which may carry many requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else replies in two writes wait 40 ms for the client's acknowledgement
    wbufsize = -1  # headers and body leave together
    clock_ahead_s = 0.0

    def run_wsgi(self) -> None:
        """Answer one request."""
        began = time.monotonic()
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        environ["mwaactl.absolute_host"] = urlsplit(self.path).netloc if "://" in self.path else ""
        if self.command == "CONNECT":
            environ["PATH_INFO"] = "/"
        with self._whole_body(environ) as body:
            environ["wsgi.input"] = body
            status = self._answer(environ)
        took_ms = (time.monotonic() - began) * 1000
        log.info("%s %s %s %s %.0f ms", self.command, environ.get("mwaactl.call", ""), self.path, status, took_ms)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer, by a clock that a fault may have set."""
        return str(super().date_time_string((timestamp or time.time()) + self.clock_ahead_s))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: `run_wsgi` logs each request once it is answered."""

    def _whole_body(self, environ: dict[str, Any]) -> IO[bytes]:
        body: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
        source = environ["wsgi.input"]
        if environ.pop("HTTP_TRANSFER_ENCODING", ""):  # then werkzeug has made a stream that ends with the last chunk
            while chunk := source.read(CHUNK):
                body.write(chunk)
            environ["CONTENT_LENGTH"] = str(body.tell())
        else:
            left = int(environ.get("CONTENT_LENGTH") or 0)
            while left > 0 and (chunk := source.read(min(left, CHUNK))):
                left -= body.write(chunk)
            if left:
                raise ConnectionError("the client closed the connection in the middle of a body")
        body.seek(0)
        return body

    def _answer(self, environ: dict[str, Any]) -> str:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_exc_info: Any) -> None:
            began[:] = [(status, headers)]  # and no write(): none of the applications here uses it

        reply: Iterable[bytes] = self.server.app(environ, start_response)
        try:
            content = list(reply)
        finally:
            getattr(reply, "close", lambda: None)()
        self.clock_ahead_s = environ.get("mwaactl.clock_ahead_s", 0.0)
        status, headers = began[0]
        self._send(status, headers, content)
        return status.split()[0]

    def _send(self, status: str, headers: list[tuple[str, str]], content: list[bytes]) -> None:
        code, _, reason = status.partition(" ")
        has_body = self.command != "HEAD" and code not in ("204", "304")
        names = {name.lower() for name, _ in headers}
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() in ("connection", "transfer-encoding") or (name.lower() == "content-length" and has_body):
                continue
            if name.lower() in ("date", "server"):  # send_response has sent them
                continue
            self.send_header(name, value)
        if has_body or (self.command == "HEAD" and "content-length" not in names):
            self.send_header("Content-Length", str(sum(map(len, content))))
        self.end_headers()
        if has_body:
            self.wfile.writelines(content)
        self.wfile.flush()


class Server(ThreadedWSGIServer):
    """A thread per connection; they are daemons, so open connections do not keep a stopping process alive."""

    daemon_threads = True
    request_queue_size = 256
    block_on_close = False
