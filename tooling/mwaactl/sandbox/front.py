"""The one WSGI application: control endpoints, faults, MWAA and all of moto behind one port, which is a proxy too."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from mwaactl.sandbox.fault_replies import fault_reply
from mwaactl.sandbox.faults import Call, FaultBook
from mwaactl.sandbox.mwaa.operations import find_operation
from mwaactl.sandbox.signature import Signature, find_signature
from mwaactl.sandbox.web.server import NO_AIRFLOW, WebServer

log = logging.getLogger(__name__)
StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# Hosts that the sandbox answers for. Everything else would be the outside world, which it never reaches.
OWN_HOST = re.compile(
    r"(127\.\d+\.\d+\.\d+|localhost|\[::1\]|(.+\.)?sandbox\.test|(.+\.)?(amazonaws\.com(\.cn)?|on\.aws))(:\d+)?"
)
MWAA_HOST = re.compile(r"(api|env|ops)\.(mwaa\.sandbox\.test|airflow\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?")
BUCKET_HOST = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+)\.(?P<host>127\.0\.0\.1(:\d+)?)")
"""How AWS SDKs call a bucket with a dot in its name, even where the endpoint is an IP address."""

WEBSERVER_HOST = re.compile(r"[0-9a-f-]{36}\.c\d\.[a-z0-9-]+\.airflow\.amazonaws\.com(:\d+)?")
PEEK = 4096  # bytes of a form body in which its Action stands
NOT_REACHED = "The sandbox answers for AWS only and never reaches the network: {host} is refused."
NO_TUNNEL = (
    "The sandbox is a proxy for plain HTTP only and opens no tunnel to {host}. Unset HTTPS_PROXY; "
    "inside the sandbox every AWS endpoint is plain HTTP."
)


class Front:
    """Routes each request. `last_request_at` is a monotonic time in seconds and counts real requests only."""

    def __init__(self, control: Application, faults: FaultBook) -> None:
        self._control = control
        self._faults = faults
        self._moto: Application | None = None
        self._loading = threading.Lock()
        self.last_request_at = time.monotonic()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """One request, as PEP 3333 says."""
        host = path_style(environ, environ.get("mwaactl.absolute_host") or environ.get("HTTP_HOST", ""))
        if environ["REQUEST_METHOD"] == "CONNECT":
            return refuse(start_response, "501 Not Implemented", NO_TUNNEL.format(host=environ["REQUEST_URI"]))
        if not OWN_HOST.fullmatch(host):
            return refuse(start_response, "502 Bad Gateway", NOT_REACHED.format(host=host or "a request without Host"))
        if environ["PATH_INFO"].startswith("/_sandbox/"):
            return self._control(environ, start_response)
        self.last_request_at = time.monotonic()
        web_server = find_web_server(host)
        if web_server is not None:
            return web_server(environ, start_response)
        if WEBSERVER_HOST.fullmatch(host):
            return refuse(start_response, "503 Service Unavailable", NO_AIRFLOW.format(host=host))
        try:
            return self._aws(environ, start_response, host)
        finally:
            self.last_request_at = time.monotonic()

    def _aws(self, environ: dict[str, Any], start_response: StartResponse, host: str) -> Iterable[bytes]:
        signature = find_signature(environ)
        service = "airflow" if MWAA_HOST.fullmatch(host) else signature.service if signature else ""
        call = Call(service, operation_of(environ, service), environ["REQUEST_METHOD"], environ["PATH_INFO"])
        environ["mwaactl.call"] = f"{service}:{call.operation}".rstrip(":")
        fault = self._faults.of_call(call)
        if fault is not None:
            if fault.get("cut") == "answer":  # carried out at once: delayed is only that the caller learns of its end
                prepare(environ, signature, service)
                list(self._moto_application()(environ, start_response))
            self._faults.delay(fault)
            if "cut" in fault:
                raise ConnectionAbortedError("cut, as a fault asks for")  # the server then closes the connection
            if "status" in fault:
                return fault_reply(fault, call, start_response)
            environ["mwaactl.clock_ahead_s"] = fault.get("clock_ahead_seconds", 0)
        prepare(environ, signature, service)
        try:
            return self._moto_application()(environ, start_response)
        except NotImplementedError as error:  # how moto says that it lacks an operation; SDKs would retry a 500
            fault = {"status": 501, "code": "NotImplemented", "message": f"The sandbox cannot do this: {error}."}
            return fault_reply(fault, call, start_response)
        except Exception:
            log.exception("%s failed", environ["mwaactl.call"])
            fault = {"status": 501, "code": "SandboxBug", "message": "A defect in the sandbox: see its log."}
            return fault_reply(fault, call, start_response)

    def touch(self) -> None:
        """Somebody uses the sandbox, by another way than this one."""
        self.last_request_at = time.monotonic()

    def _moto_application(self) -> Application:
        with self._loading:
            if self._moto is None:
                self._moto = load_moto()
            return self._moto


def path_style(environ: dict[str, Any], host: str) -> str:
    """The host, without the bucket in front of it, which goes into the path: moto knows no such host."""
    found = BUCKET_HOST.fullmatch(host)
    if found is None:
        return host
    environ["HTTP_HOST"] = found["host"]
    environ["PATH_INFO"] = f"/{found['bucket']}{environ['PATH_INFO']}"
    for name in ("REQUEST_URI", "RAW_URI"):
        path = re.sub(r"^[a-z]+://[^/]+", "", str(environ.get(name, "")))
        environ[name] = f"/{found['bucket']}{path}"
    return found["host"]


def find_web_server(host: str) -> WebServer | None:
    """The environment's web server that has this host, if any: that of WebserverUrl, or HOST:PORT of its listener."""
    if not WEBSERVER_HOST.fullmatch(host) and not host.startswith("127."):
        return None
    from mwaactl.sandbox.mwaa.access import find_web_server

    return find_web_server(host)


def load_moto() -> Application:
    """moto's server application with our service plugged in and our patches in place. Takes about a second."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from mwaactl.sandbox import glue, inbox, mwaa, redshift
    from mwaactl.sandbox.patches import patch_moto

    mwaa.plug_into_moto()
    glue.plug_into_moto()
    inbox.plug_into_moto()
    redshift.plug_into_moto()
    patch_moto()
    application: Application = DomainDispatcherApplication(create_backend_app)
    return application


def prepare(environ: dict[str, Any], signature: Signature | None, service: str) -> None:
    """Tell moto the account, and the service where it would not find it by itself."""
    if signature and signature.account_id:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = signature.account_id
    if service == "airflow":
        region = signature.region if signature else "us-east-1"
        environ["HTTP_HOST"] = f"airflow.{region}.amazonaws.com"
        if not signature:  # moto routes by the credential scope alone
            environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential=NONE/0/{region}/airflow/aws4_request, "


def operation_of(environ: dict[str, Any], service: str) -> str:
    """The operation's name; "" for REST services other than MWAA, which are known by method and path."""
    if service == "airflow":
        found = find_operation(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        return found[0].name if found else ""
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return target.rpartition(".")[2]
    query: str = environ.get("QUERY_STRING", "")
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = environ["wsgi.input"]
        query += "&" + body.read(PEEK).decode("utf-8", "replace")
        body.seek(0)
    return parse_qs(query).get("Action", [""])[0]


def refuse(start_response: StartResponse, status: str, message: str) -> list[bytes]:
    """A JSON reply with one message."""
    body = json.dumps({"message": message}).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
