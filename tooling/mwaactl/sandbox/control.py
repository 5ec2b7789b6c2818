"""The control endpoints below /_sandbox/: health; with the token stop, reset, webserver, inbox, faults."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs

from mwaactl.errors import SandboxError
from mwaactl.sandbox.faults import FaultBook

MAXIMUM_BODY = 1_000_000
TOKEN_HEADER = "HTTP_X_MWAACTL_TOKEN"  # noqa: S105 - the name of a header


@dataclass(frozen=True)
class Identity:
    """Which server this is. `token` is the secret that control calls carry; `started_at` is in epoch seconds."""

    port: int
    started_at: float
    instance: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    def health(self) -> dict[str, Any]:
        """What GET /_sandbox/health answers: everything but the token."""
        return {
            "pid": os.getpid(),
            "port": self.port,
            "started_at": self.started_at,
            "version": version("mwaactl"),
            "instance": self.instance,
        }


class Control:
    """The WSGI application of the control endpoints."""

    def __init__(self, identity: Identity, faults: FaultBook, *, stop: Callable[[], None]) -> None:
        self._identity = identity
        self._faults = faults
        self._stop = stop

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request, as PEP 3333 says."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/_sandbox/")
        status, reply = self._reply(method, path, environ)
        body = json.dumps(reply).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _reply(self, method: str, path: str, environ: dict[str, Any]) -> tuple[str, Any]:
        if (method, path) == ("GET", "health"):
            return "200 OK", self._identity.health()
        if not secrets.compare_digest(environ.get(TOKEN_HEADER, ""), self._identity.token):
            return "403 Forbidden", {"message": "The x-mwaactl-token header must carry the token of sandbox.json."}
        actions = {
            ("POST", "stop"): self._stopping,
            ("POST", "reset"): self._reset,
            ("GET", "webserver"): self._web_server,
            ("GET", "inbox"): self._inbox,
            ("GET", "faults"): self._listing,
            ("PUT", "faults"): self._replace_faults,
            ("DELETE", "faults"): self._forget_faults,
        }
        action = actions.get((method, path))
        if action is None:
            known = ", ".join(f"{verb} /_sandbox/{name}" for verb, name in (("GET", "health"), *actions))
            return "404 Not Found", {"message": f"No such control endpoint; there are: {known}."}
        try:
            return "200 OK", action(environ)
        except SandboxError as error:
            return "400 Bad Request", {"message": error.what}

    def _stopping(self, _environ: dict[str, Any]) -> Any:
        self._stop()
        return {"stopping": True}

    def _reset(self, _environ: dict[str, Any]) -> Any:
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()
        self._faults.replace([])
        return {"reset": True}

    def _web_server(self, environ: dict[str, Any]) -> Any:
        """The loopback address of the web server `host`, as WebserverUrl names it; null while no Airflow runs there."""
        from mwaactl.sandbox.mwaa.access import listen

        return {"url": listen(parse_qs(environ.get("QUERY_STRING", "")).get("host", [""])[0])}

    def _inbox(self, environ: dict[str, Any]) -> Any:
        """What was published to SNS, by `topic` or to all."""
        from mwaactl.sandbox.inbox import messages

        return {"messages": messages(parse_qs(environ.get("QUERY_STRING", "")).get("topic", [""])[0])}

    def _listing(self, _environ: dict[str, Any]) -> Any:
        return {"faults": self._faults.listing()}

    def _replace_faults(self, environ: dict[str, Any]) -> Any:
        try:
            asked = json.loads(environ["wsgi.input"].read(MAXIMUM_BODY))
        except ValueError:
            raise SandboxError("The body is not JSON.") from None
        self._faults.replace(asked)
        return {"faults": self._faults.listing()}

    def _forget_faults(self, _environ: dict[str, Any]) -> Any:
        self._faults.replace([])
        return {"faults": []}
