"""The limits of InvokeRestApi and what the sandbox's web server does with an Airflow that misbehaves, on the wire."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mwaactl.sandbox.airflow.spec import Place, Running, Spec
from mwaactl.sandbox.web import airflow_http, rest
from mwaactl.sandbox.web.rest import RestApi, RestCall
from mwaactl.sandbox.web.server import Site
from mwaactl.sandbox.web.servers import WebServers
from mwaactl.sandbox.web.tokens import Kind

pytestmark = [pytest.mark.integration, pytest.mark.spread]


class FakeAirflow(BaseHTTPRequestHandler):
    """Answers as `answer` of the server says: status, headers, body. Keeps what it was asked."""

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        status, headers, body = self.server.answer(self)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = handle_any  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """A fake on a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeAirflow)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Callable[[FakeAirflow], tuple[int, list[tuple[str, str]], bytes]] = lambda _: (200, [], b"{}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """A client that has gone away is what these tests are about."""


@pytest.fixture
def fake() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def running(url: str, version: str = "2.10.3") -> Running:
    spec = Spec("demo", "1" * 12, "eu-west-1", "aws", {"AirflowVersion": version}, uuid.uuid4())
    return Running(spec, Place(Path("/nowhere")), url, "admin", "secret", Path("/nowhere/python"), {})


def test_call_goes_to_the_version_of_the_api_with_query_and_body(fake: Server) -> None:
    query = {"limit": 5, "only_active": True, "tags": ["a b", "c"], "order_by": "-id"}
    RestApi(running(fake.url)).call(RestCall("PATCH", "/dags/a%20b é?", query, {"is_paused": False}))
    method, path, headers, body = fake.asked[-1]
    assert (method, body) == ("PATCH", b'{"is_paused": false}')
    assert path == "/api/v1/dags/a%20b%20%C3%A9%3F?limit=5&only_active=true&tags=a+b&tags=c&order_by=-id"
    assert headers["Authorization"] == "Basic YWRtaW46c2VjcmV0"
    RestApi(running(fake.url)).call(RestCall("GET", "/api/v1/dags", {}))
    assert fake.asked[-1][1] == "/api/v1/api/v1/dags", "MWAA adds the prefix, whatever the path"


def test_token_of_airflow_3_is_asked_for_once_and_again_when_it_has_expired(fake: Server) -> None:
    valid = "first"

    def answer(request: FakeAirflow) -> tuple[int, list[tuple[str, str]], bytes]:
        if request.path == "/auth/token":
            return 201, [], json.dumps({"access_token": valid}).encode()
        return (200, [], b"[1]") if request.headers["Authorization"] == f"Bearer {valid}" else (401, [], b"{}")

    fake.answer = answer
    api = RestApi(running(fake.url, "3.3.1"))
    assert [api.call(RestCall("GET", "/dags", {})).document for _ in range(3)] == [[1]] * 3
    valid = "second"
    assert api.call(RestCall("GET", "/dags", {})).status == 200
    assert [path for _, path, _, _ in fake.asked].count("/auth/token") == 2


def test_answer_after_10_seconds_is_none(fake: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rest.LIMIT_S == 10.0
    monkeypatch.setattr(rest, "LIMIT_S", 0.3)
    fake.answer = lambda _: time.sleep(1) or (200, [], b"{}")  # type: ignore[func-returns-value]
    began = time.monotonic()
    reply = RestApi(running(fake.url)).call(RestCall("GET", "/dags", {}))
    assert (reply.status, reply.document["title"]) == (504, "Gateway Timeout")
    assert time.monotonic() - began < 0.9


def test_answer_that_drips_is_ended_at_the_limit_too(fake: Server) -> None:
    def drip(request: FakeAirflow) -> tuple[int, list[tuple[str, str]], bytes]:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(20):
            request.wfile.write(b"x")
            time.sleep(0.1)
        return 200, [], b""

    fake.answer = drip
    with pytest.raises(TimeoutError):
        airflow_http.ask(fake.url, airflow_http.Question("GET", "/", limit_s=0.5))


def test_answer_of_more_than_6_megabytes_is_refused(fake: Server) -> None:
    fake.answer = lambda _: (200, [], b'"' + b"x" * (6 * 1024 * 1024 - 2) + b'"')
    assert len(RestApi(running(fake.url)).call(RestCall("GET", "/dags", {})).document) == 6 * 1024 * 1024 - 2
    fake.answer = lambda _: (200, [], b'"' + b"x" * (6 * 1024 * 1024 - 1) + b'"')
    assert RestApi(running(fake.url)).call(RestCall("GET", "/dags", {})).status == 413


def test_answer_that_is_no_json_is_a_text_and_none_is_none(fake: Server) -> None:
    fake.answer = lambda _: (500, [], b"<h1>no</h1>")
    assert RestApi(running(fake.url)).call(RestCall("GET", "/dags", {})).document == "<h1>no</h1>"
    fake.answer = lambda _: (204, [], b"")
    assert RestApi(running(fake.url)).call(RestCall("DELETE", "/dags/x", {})).document is None


def test_airflow_that_does_not_listen_is_bad_gateway() -> None:
    reply = RestApi(running("http://127.0.0.1:1")).call(RestCall("GET", "/dags", {}))
    assert (reply.status, reply.document["title"]) == (502, "Bad Gateway")


class Browser:
    """Requests to a listener, with a Host of one's own choice."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        found = reply.status, reply.headers, reply.read()
        connection.close()
        return found


@pytest.fixture
def servers() -> Iterator[WebServers]:
    made = WebServers()
    yield made
    made.stop()


def site(url: str | None, version: str = "2.10.3") -> Site:
    now = running(url, version) if url else None
    return Site(uuid.uuid4(), "demo.c1.eu-west-1.airflow.amazonaws.com", lambda: now)


def test_proxy_hands_on_path_body_cookies_and_redirects(fake: Server, servers: WebServers) -> None:
    cookies = [
        ("Set-Cookie", "a=1; Secure; Path=/"),
        ("Set-Cookie", "b=2; HttpOnly"),
        ("Location", f"{fake.url}/home?x=1"),
    ]
    fake.answer = lambda _: (302, cookies, b"body")
    listener = servers.listen(site(fake.url))
    status, headers, body = Browser(listener.address)("POST", "/a%2Fb/%C3%A9?q=%20", b"sent", Cookie="a=1")
    assert (status, body, headers["Location"]) == (302, b"body", "/home?x=1")
    assert headers.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    method, path, sent, got = fake.asked[-1]
    assert (method, path, got, sent["Cookie"]) == ("POST", "/a%2Fb/%C3%A9?q=%20", b"sent", "a=1")
    assert sent["Host"] == listener.address


def test_other_names_of_this_machine_are_refused(fake: Server, servers: WebServers) -> None:
    listener = servers.listen(site(fake.url))
    for host in ("evil.example.com", f"evil.example.com:{listener.address.partition(':')[2]}", "localhost", ""):
        assert Browser(listener.address)("GET", "/", Host=host)[0] == 421
    assert fake.asked == []
    assert Browser(listener.address)("GET", "/", Host="demo.c1.eu-west-1.airflow.amazonaws.com")[0] == 200


def test_two_environments_have_hosts_of_their_own_for_their_cookies(fake: Server, servers: WebServers) -> None:
    first, second = servers.listen(site(fake.url)), servers.listen(site(fake.url))
    assert first.address != second.address
    assert Browser(first.address)("GET", "/", Host=second.address)[0] == 421


def test_closed_server_frees_its_port_and_forgets_its_tokens(fake: Server, servers: WebServers) -> None:
    of = site(fake.url)
    address = servers.listen(of).address
    token = servers.tokens.issue(Kind.CLI, of.identity)
    servers.close(of.identity)
    with pytest.raises(ConnectionRefusedError):
        Browser(address)("GET", "/")
    assert servers.at(address) is None
    assert not servers.tokens.accept(Kind.CLI, of.identity, token)


def test_server_outlives_its_airflow_and_keeps_its_port(fake: Server, servers: WebServers) -> None:
    now: list[Running] = []
    of = Site(uuid.uuid4(), "demo.c1.eu-west-1.airflow.amazonaws.com", lambda: now[0] if now else None)
    browser = Browser(servers.listen(of).address)
    assert browser("GET", "/")[0] == 503
    now.append(running(fake.url))
    assert browser("GET", "/")[0] == 200
    now[0] = running("http://127.0.0.1:1")
    assert browser("GET", "/")[0] == 502
    assert servers.listen(of).address == browser.address


@pytest.mark.parametrize(("version", "path"), [("2.10.3", "/aws_mwaa/login"), ("3.3.1", "/pluginsv2/aws_mwaa/login")])
def test_login_when_airflow_refuses_then_it_is_said(fake: Server, servers: WebServers, version: str, path: str) -> None:
    of = site(fake.url, version)
    browser = Browser(servers.listen(of).address)
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert browser("POST", path, b"token=wrong", **form)[0] == 403
    assert fake.asked == []
    token = servers.tokens.issue(Kind.WEB, of.identity)
    fake.answer = lambda _: (500, [], b"broken")
    status, headers, body = browser("POST", path, f"token={token}".encode(), **form)
    assert (status, headers["Set-Cookie"]) == (502, None)
    assert b"500" in body
    assert b"secret" not in body
