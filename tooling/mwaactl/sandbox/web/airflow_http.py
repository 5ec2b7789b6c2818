"""HTTP to an Airflow on this machine's loopback: no proxy of the user, no redirects, a limit on time and size."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

CHUNK = 65_536


class TooLargeError(Exception):
    """The answer is longer than allowed."""


@dataclass(frozen=True)
class Answer:
    """What Airflow answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body, which is UTF-8."""
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Question:
    """A request. `path` begins with / and is encoded; `limit_s` is for all of it, `limit_bytes` for the answer."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    limit_s: float = 10.0
    limit_bytes: int = 50_000_000


def ask(url: str, question: Question) -> Answer:
    """Ask the Airflow at `url`. Raises OSError when it does not answer (TimeoutError: not in time), TooLargeError."""
    deadline = time.monotonic() + question.limit_s
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=question.limit_s)
    try:
        connection.request(question.method, question.path, body=question.body, headers=dict(question.headers))
        wire = connection.sock
        reply = connection.getresponse()
        body = bytearray()
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError(f"no whole answer within {question.limit_s:g} s")
            wire.settimeout(left_s)
            chunk = reply.read1(CHUNK)
            if not chunk:
                return Answer(reply.status, reply.headers, bytes(body))
            body += chunk
            if len(body) > question.limit_bytes:
                raise TooLargeError(f"the answer is longer than {question.limit_bytes} bytes")
    except http.client.HTTPException as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
