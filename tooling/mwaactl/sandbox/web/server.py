"""The web server of one environment, as a browser or a script meets it: Airflow's own, and MWAA's additions to it.

`POST /aws_mwaa/cli` runs a command of Airflow's CLI, `/aws_mwaa/login` (Airflow 3: `/pluginsv2/aws_mwaa/login`) turns
a web login token into a session, `/aws_mwaa/aws-console-sso` is the page that does so in a browser. Sources: MWAA guide
("Create an Apache Airflow CLI token", "Create a web login token"), apache-airflow-providers-amazon `hooks/mwaa.py`.
Everybody who signs in is the one administrator: AWS's roles (Op, User, Viewer, Public) are not emulated.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from mwaactl.sandbox.airflow.spec import Running
from mwaactl.sandbox.web import sign_in
from mwaactl.sandbox.web.cli import Cli, FailedError, UnsupportedError, parsed
from mwaactl.sandbox.web.proxy import Proxy, plain_cookie
from mwaactl.sandbox.web.rest import RestApi
from mwaactl.sandbox.web.tokens import Kind, Tokens

log = logging.getLogger(__name__)
StartResponse = Callable[..., Any]
LONGEST_BODY = 1_000_000  # bytes of a command or a form
CONSOLE = "/aws_mwaa/aws-console-sso"
CLI = "/aws_mwaa/cli"
LOGINS = {2: "/aws_mwaa/login", 3: "/pluginsv2/aws_mwaa/login"}
NO_AIRFLOW = (
    "No Airflow runs behind {host}: it is being started, or the sandbox was started without "
    "(mwaactl sandbox stop, then mwaactl sandbox start --airflow)."
)
WRONG_HOST = "This is the web server of {host}, and answers for no other name: {asked} is refused."


@dataclass(frozen=True)
class Site:
    """Whose web server it is. `host` is the one of WebserverUrl; `find` gives the Airflow that runs at this moment."""

    identity: uuid.UUID
    host: str
    find: Callable[[], Running | None]


class _RefusedError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class _Parts:
    """What goes with one run of Airflow: an update of the environment replaces it."""

    running: Running
    proxy: Proxy
    cli: Cli
    rest: RestApi


class WebServer:
    """A WSGI application. `own_address` is HOST:PORT of a listener of its own, when it has one."""

    def __init__(self, site: Site, tokens: Tokens) -> None:
        self.site = site
        self.own_address = ""
        self._tokens = tokens
        self._lock = threading.Lock()
        self._parts: _Parts | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """One request, as PEP 3333 says."""
        try:
            return self._answer(environ, start_response)
        except _RefusedError as error:
            return _reply(start_response, error.status, {"message": error.message})

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("mwaactl.absolute_host") or environ.get("HTTP_HOST", "")
        if asked != self.own_address and asked.partition(":")[0] != self.site.host:  # also DNS rebinding ends here
            raise _RefusedError(421, WRONG_HOST.format(host=self.site.host, asked=asked or "none"))
        environ["HTTP_HOST"] = asked
        parts = self._current()
        if parts is None:
            raise _RefusedError(503, NO_AIRFLOW.format(host=self.site.host))
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
        login = LOGINS[min(parts.running.spec.airflow_major, 3)]
        if (method, path) == ("POST", CLI):
            return _reply(start_response, 200, self._cli(parts, environ))
        if (method, path) == ("POST", login):
            return _reply(start_response, 200, {}, self._login(parts, environ))
        if method == "GET" and path in (CONSOLE, f"/pluginsv2{CONSOLE}"):
            return _console(login, start_response)
        return parts.proxy(environ, start_response)

    def rest(self) -> RestApi | None:
        """The REST API; None while no Airflow runs."""
        parts = self._current()
        return parts.rest if parts else None

    def end(self) -> None:
        """End what was started for the Airflow."""
        with self._lock:
            parts, self._parts = self._parts, None
        if parts:
            parts.cli.end()

    def _current(self) -> _Parts | None:
        running = self.site.find()
        with self._lock:
            before = self._parts
            if before is None or before.running is not running:
                self._parts = _parts(running) if running else None
            now = self._parts
        if before is not None and before is not now:
            before.cli.end()
        return now

    def _cli(self, parts: _Parts, environ: dict[str, Any]) -> dict[str, str]:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _RefusedError(401, "A CLI token is missing: Authorization: Bearer TOKEN.")
        if not self._tokens.accept(Kind.CLI, self.site.identity, token.strip()):
            raise _RefusedError(403, "The CLI token is wrong, or older than 60 seconds.")
        try:
            words = parsed(environ["wsgi.input"].read(LONGEST_BODY), parts.running.spec.airflow_major)
            output = parts.cli.run(words)
        except UnsupportedError as error:  # 500, as on AWS (amazon-mwaa-docker-images#148)
            raise _RefusedError(500, f"{error} by the CLI of Amazon MWAA") from error
        except ValueError as error:  # UnicodeDecodeError is one
            raise _RefusedError(400, f"Not a command of the Airflow CLI: {error}") from error
        except TimeoutError as error:
            raise _RefusedError(504, str(error)) from error
        except FailedError as error:
            log.error("%s: %s", self.site.host, error)
            raise _RefusedError(500, str(error)) from error
        written = {"stdout": output.stdout, "stderr": output.stderr}
        return {name: base64.b64encode(text).decode() for name, text in written.items()}

    def _login(self, parts: _Parts, environ: dict[str, Any]) -> list[tuple[str, str]]:
        form = parse_qs(environ["wsgi.input"].read(LONGEST_BODY).decode("utf-8", "replace"))
        if not self._tokens.accept(Kind.WEB, self.site.identity, form.get("token", [""])[0]):
            raise _RefusedError(403, "The web login token is wrong, was used before, or is older than 60 seconds.")
        try:
            return [("Set-Cookie", plain_cookie(value)) for value in sign_in.cookies(parts.running)]
        except (sign_in.SignInError, OSError) as error:
            log.error("%s: %s", self.site.host, error)
            raise _RefusedError(502, f"Airflow does not sign us in: {error}") from error


def _parts(running: Running) -> _Parts:
    return _Parts(running, Proxy(running.api_url), Cli(running), RestApi(running))


def _reply(
    start_response: StartResponse, status: int, document: object, headers: Iterable[tuple[str, str]] = ()
) -> list[bytes]:
    start_response(
        f"{status} {HTTPStatus(status).phrase}",
        [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers],
    )
    return [json.dumps(document).encode()]


def _console(login: str, start_response: StartResponse) -> list[bytes]:
    body, policy = sign_in.page(login)
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    ]
    start_response("200 OK", headers)
    return [body]
