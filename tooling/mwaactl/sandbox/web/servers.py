"""The web servers of all environments, each with a listener of its own once somebody wants to open it in a browser.

Each listens at an address of its own in 127.0.0.0/8, where the system allows it (Linux): browsers keep cookies by host
and not by port, so signing in to one Airflow at 127.0.0.1 would sign out of the other. Elsewhere it is 127.0.0.1.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mwaactl.sandbox.web.server import Site, StartResponse, WebServer
from mwaactl.sandbox.web.tokens import Tokens

log = logging.getLogger(__name__)
COMMON = "127.0.0.1"


@dataclass(frozen=True)
class Listener:
    """A server on the loopback. `url` has no trailing slash."""

    http: Any
    thread: threading.Thread
    address: str

    @property
    def url(self) -> str:
        """Where a browser goes."""
        return f"http://{self.address}"


class WebServers:
    """At most one for each environment. `on_request` is called for each request that comes by a listener."""

    def __init__(self, on_request: Callable[[], None] = lambda: None) -> None:
        self.tokens = Tokens()
        self.on_request = on_request
        self._servers: dict[uuid.UUID, WebServer] = {}
        self._listeners: dict[uuid.UUID, Listener] = {}
        self._lock = threading.Lock()

    def of(self, site: Site) -> WebServer:
        """The web server of an environment."""
        with self._lock:
            return self._servers.setdefault(site.identity, WebServer(site, self.tokens))

    def listen(self, site: Site) -> Listener:
        """Its listener, which is started by the first call and keeps its port as long as the environment is there."""
        server = self.of(site)
        with self._lock:
            if site.identity not in self._listeners:
                self._listeners[site.identity] = self._listener(server)
            return self._listeners[site.identity]

    def at(self, address: str) -> WebServer | None:
        """The one whose listener is at HOST:PORT: clients of the sandbox reach it by its proxy, too."""
        with self._lock:
            return next((one for one in self._servers.values() if one.own_address == address), None)

    def close(self, identity: uuid.UUID) -> None:
        """End an environment's web server: listener, tokens, everything."""
        with self._lock:
            server, listener = self._servers.pop(identity, None), self._listeners.pop(identity, None)
        self.tokens.forget(identity)
        if listener is not None:
            listener.http.shutdown()
            # werkzeug closes the socket in that thread, after `shutdown` has returned: only its end frees the port.
            listener.thread.join()
        if server is not None:
            server.end()

    def stop(self) -> None:
        """End all of them."""
        for identity in list(self._servers):
            self.close(identity)

    def _listener(self, server: WebServer) -> Listener:
        from mwaactl.sandbox.wire import Handler, Server

        def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            self.on_request()
            return server(environ, start_response)

        host = own_host(server.site.identity)
        try:
            http = Server(host, 0, application, handler=Handler)
        except (OSError, SystemExit):  # werkzeug ends the process where it cannot listen
            host = COMMON
            http = Server(host, 0, application, handler=Handler)
        server.own_address = f"{host}:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        log.info("%s answers on http://%s", server.site.host, server.own_address)
        return Listener(http, thread, server.own_address)


def own_host(identity: uuid.UUID) -> str:
    """An address of the loopback that is hardly any other environment's."""
    first, second, third = identity.bytes[:3]
    return f"127.{64 + first % 128}.{second}.{1 + third % 254}"
