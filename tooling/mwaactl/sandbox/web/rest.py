"""Airflow's REST API as InvokeRestApi hands it on.

Sources: MWAA guide "Invoking the Apache Airflow REST API" (10 s, 6 MB, no /api/v1 in the path); service model
mwaa/2020-07-01 (an error of Airflow's is RestApiClientException below 500 and RestApiServerException from 500 on).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from mwaactl.sandbox.airflow.spec import Running
from mwaactl.sandbox.web import sign_in
from mwaactl.sandbox.web.airflow_http import Answer, Question, TooLargeError, ask

LIMIT_S = 10.0
LIMIT_BYTES = 6 * 1024 * 1024
PREFIXES = {2: "/api/v1", 3: "/api/v2"}
PATH_CHARACTERS = "/%~:@!$&'()*+,;="  # what stands in a path as it is (RFC 3986), and % of what is encoded already


@dataclass(frozen=True)
class RestCall:
    """The members of InvokeRestApi's input."""

    method: str
    path: str
    query: Mapping[str, Any]
    body: Any = None


@dataclass(frozen=True)
class RestReply:
    """Airflow's status and its answer as a JSON value; None for an empty one, a text for one that is no JSON."""

    status: int
    document: Any


class RestApi:
    """The API of one Airflow, as its administrator."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._bearer = ""
        self._lock = threading.Lock()

    def call(self, asked: RestCall) -> RestReply:
        """One call. Where Airflow does not answer, 413, 502 or 504 in the words of its problems."""
        try:
            answer = self._ask(asked, renewed=False)
            if answer.status == 401:  # the token of Airflow 3 has expired, or Airflow was started anew
                answer = self._ask(asked, renewed=True)
        except TooLargeError:
            return _problem(413, "Payload Too Large", f"The answer is longer than {LIMIT_BYTES} bytes.")
        except TimeoutError:
            return _problem(504, "Gateway Timeout", f"Airflow has not answered within {LIMIT_S:g} s.")
        except (OSError, sign_in.SignInError) as error:
            return _problem(502, "Bad Gateway", f"Airflow does not answer: {error}")
        return RestReply(answer.status, _document(answer))

    def _ask(self, asked: RestCall, *, renewed: bool) -> Answer:
        path = PREFIXES[min(self._running.spec.airflow_major, 3)] + quote(asked.path, safe=PATH_CHARACTERS)
        if asked.query:
            path += "?" + urlencode({name: _in_query(value) for name, value in asked.query.items()}, doseq=True)
        headers = {"Accept": "application/json", "Authorization": self._authorization(renewed=renewed)}
        body = None
        if asked.body is not None:
            body = json.dumps(asked.body).encode()
            headers["Content-Type"] = "application/json"
        question = Question(asked.method, path, body, headers, limit_s=LIMIT_S, limit_bytes=LIMIT_BYTES)
        return ask(self._running.api_url, question)

    def _authorization(self, *, renewed: bool) -> str:
        if self._running.spec.airflow_major < 3:
            return sign_in.basic(self._running)
        with self._lock:
            if renewed or not self._bearer:
                self._bearer = sign_in.bearer(self._running)
            return f"Bearer {self._bearer}"


def _in_query(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_query(one) for one in value]
    return value if isinstance(value, str) else json.dumps(value)  # true, not Python's True


def _document(answer: Answer) -> Any:
    if not answer.body:
        return None
    try:
        return json.loads(answer.body)
    except ValueError:
        return answer.text


def _problem(status: int, title: str, detail: str) -> RestReply:
    return RestReply(status, {"title": title, "status": status, "detail": detail})
