"""Hands requests on to an Airflow, such that a browser stays where it is.

On werkzeug's ProxyMiddleware, which is a dependency anyway (moto's) and is WSGI on both sides, as everything here: it
streams the body, drops hop-by-hop headers and answers 502 when nobody listens. What it lacks is done here: encoded
paths, redirects to Airflow's own address, and cookies that only TLS would carry. No WebSockets (WSGI has none, and
Airflow's pages use none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.middleware.http_proxy import ProxyMiddleware

StartResponse = Callable[..., Any]
LIMIT_S = 120  # between two bytes; a page of Airflow 2 that parses a DAG takes its time


class Proxy:
    """Everything of the Airflow at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._middleware = ProxyMiddleware(_nothing, {}, timeout=LIMIT_S)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """One request. Airflow sees the Host of the browser, from which it makes most of its addresses."""

        def start(status: str, headers: list[tuple[str, str]], *_exc_info: Any) -> Any:
            return start_response(status, [(name, self._rewritten(name, value)) for name, value in headers])

        options = {
            "target": self._url,
            "remove_prefix": False,
            "host": environ["HTTP_HOST"],
            "headers": {},
            "ssl_context": None,
        }
        application = self._middleware.proxy_to(options, encoded_path(environ), "/")
        return application(environ, start)

    def _rewritten(self, name: str, value: str) -> str:
        if name.lower() == "location" and (value + "/").startswith(self._url + "/"):
            return value.removeprefix(self._url) or "/"
        return plain_cookie(value) if name.lower() == "set-cookie" else value


def encoded_path(environ: dict[str, Any]) -> str:
    """The path as it was sent: PEP 3333 decodes it, and %2F and letters beyond ASCII cannot be told any more."""
    sent: str = environ.get("REQUEST_URI") or environ["PATH_INFO"]
    if "://" in sent:  # the absolute form, by which one talks to a proxy
        return urlsplit(sent).path or "/"
    return sent.partition("?")[0]


def plain_cookie(value: str) -> str:
    """A Set-Cookie for plain HTTP and for whatever host the browser knows: without Secure and Domain."""
    pair, *attributes = value.split(";")
    kept = [one for one in attributes if one.partition("=")[0].strip().lower() not in ("secure", "domain")]
    return ";".join((pair, *kept))


def _nothing(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]
