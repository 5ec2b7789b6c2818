"""What the sandbox's web servers read and rewrite, without any Airflow."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from ipaddress import ip_address

import pytest

from mwaactl.sandbox.web import sign_in
from mwaactl.sandbox.web.cli import UnsupportedError, parsed
from mwaactl.sandbox.web.proxy import Proxy, encoded_path, plain_cookie
from mwaactl.sandbox.web.servers import own_host


def test_command_is_split_as_by_a_shell() -> None:
    body = b"""dags trigger -o json retail --conf '{"day": "it is"}'"""
    assert parsed(body, 2) == ["dags", "trigger", "-o", "json", "retail", "--conf", '{"day": "it is"}']
    assert parsed("variables set k 'grün & $(date)'".encode(), 3)[-1] == "grün & $(date)"


@pytest.mark.parametrize("body", [b"", b"  \n", b"variables set k 'open", b"variables set k \xff"])
def test_what_is_no_command_is_told_as_such(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(body, 2)


@pytest.mark.parametrize(
    ("body", "major"),
    [
        (b"webserver", 2),
        (b"scheduler -D", 3),
        (b"pools list", 2),
        (b"connections export /tmp/x", 2),
        (b"db reset -y", 2),
        (b"db shell", 3),
        (b"dags backfill x", 3),
        (b"assets list", 2),
        (b"--help", 2),
        (b"rm -rf /", 2),
    ],
)
def test_commands_that_mwaa_does_not_run_are_refused(body: bytes, major: int) -> None:
    with pytest.raises(UnsupportedError, match="is not supported"):
        parsed(body, major)


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        (
            {"REQUEST_URI": "/variables/a%2Fb?x=/y", "PATH_INFO": "/variables/a/b"},
            "/variables/a%2Fb",
        ),
        ({"REQUEST_URI": "http://host/a%20b?c", "PATH_INFO": "/a b"}, "/a%20b"),
        ({"REQUEST_URI": "http://host", "PATH_INFO": "/"}, "/"),
        ({"REQUEST_URI": "/x?next=http://host/", "PATH_INFO": "/x"}, "/x"),
        ({"PATH_INFO": "/x"}, "/x"),
    ],
)
def test_path_goes_on_as_it_came(environ: dict[str, str], path: str) -> None:
    assert encoded_path(environ) == path


def test_cookie_is_for_plain_http_and_any_host() -> None:
    given = "session=a.b-c; Secure; HttpOnly; Path=/; Domain=x.amazonaws.com; SameSite=Lax"
    assert plain_cookie(given) == "session=a.b-c; HttpOnly; Path=/; SameSite=Lax"
    assert plain_cookie("securely=1; Path=/") == "securely=1; Path=/"


@pytest.mark.parametrize(
    ("location", "rewritten"),
    [
        ("http://127.0.0.1:8080/auth/login/?next=x", "/auth/login/?next=x"),
        ("http://127.0.0.1:8080", "/"),
        ("http://127.0.0.1:80801/", "http://127.0.0.1:80801/"),
        ("http://127.0.0.1:8080.example.com/", "http://127.0.0.1:8080.example.com/"),
        ("https://example.com/", "https://example.com/"),
        ("/home", "/home"),
    ],
)
def test_redirect_to_airflows_own_address_stays_here(location: str, rewritten: str) -> None:
    assert Proxy("http://127.0.0.1:8080")._rewritten("Location", location) == rewritten


def test_page_allows_its_own_script_and_nothing_else() -> None:
    body, policy = sign_in.page("/aws_mwaa/login")
    found = re.search(r"<script>(.*)</script>", body.decode(), re.DOTALL)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert 'fetch("/aws_mwaa/login"' in found[1]


def test_addresses_of_environments_are_loopback_and_differ() -> None:
    hosts = {own_host(uuid.uuid4()) for _ in range(200)}
    assert len(hosts) > 195
    assert all(ip_address(host).is_loopback for host in hosts)
    assert not any(host.startswith("127.0.") or host.endswith((".0", ".255")) for host in hosts)
