"""Signs in to a real Airflow as its administrator, for whoever holds a web login token."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from mwaactl.sandbox.airflow.spec import Running
from mwaactl.sandbox.web.airflow_http import Answer, Question, ask

LIMIT_S = 30.0
FORM = "application/x-www-form-urlencoded"
CSRF = re.compile(r"<input[^>]*name=\"csrf_token\"[^>]*value=\"([^\"]+)\"")
TOKEN_COOKIE = "_token"  # noqa: S105 - a name
READ_BY_SCRIPTS = ("3.0.", "3.1.")
"""Versions whose pages read the cookie by a script, so that it must not be hidden from them (HttpOnly)."""

SCRIPT = """
const token = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, "", location.pathname);
const say = text => { document.getElementById("said").textContent = text; };
fetch("LOGIN", {method: "POST", body: new URLSearchParams({token}), credentials: "same-origin"})
  .then(async reply => { const { message } = await reply.json(); reply.ok ? location.replace("/") : say(message); })
  .catch(error => say(String(error)));
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Airflow</title></head>
<body><p id="said">Signing in to Airflow.</p><noscript><p>This page needs JavaScript.</p></noscript>
<script>%s</script></body></html>
"""


class SignInError(Exception):
    """Airflow does not let us in, and why."""


def cookies(running: Running) -> list[str]:
    """Values of Set-Cookie that make a browser's session one of the administrator. Raises SignInError, OSError."""
    if running.spec.airflow_major < 3:
        return _session_cookies(running)
    hidden = "" if running.spec.airflow_version.startswith(READ_BY_SCRIPTS) else "; HttpOnly"
    return [f"{TOKEN_COOKIE}={bearer(running)}; Path=/; SameSite=Lax{hidden}"]


def bearer(running: Running) -> str:
    """A token of Airflow 3's API, valid for a day unless api_auth.jwt_expiration_time says otherwise.

    Raises SignInError, OSError.
    """
    body = json.dumps({"username": running.user, "password": running.password}).encode()
    answer = ask(
        running.api_url,
        Question("POST", "/auth/token", body, {"Content-Type": "application/json"}, limit_s=LIMIT_S),
    )
    try:
        return str(json.loads(answer.body)["access_token"])
    except (ValueError, KeyError, TypeError):
        raise SignInError(f"Airflow gives no token [{answer.status}]: {answer.text[:200]}") from None


def basic(running: Running) -> str:
    """The Authorization header for Airflow 2's API."""
    return "Basic " + base64.b64encode(f"{running.user}:{running.password}".encode()).decode()


def page(login_path: str) -> tuple[bytes, str]:
    """The page that takes the token from behind # and posts it to `login_path`; with its Content-Security-Policy."""
    script = SCRIPT.replace("LOGIN", login_path)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{digest}'; connect-src 'self'; frame-ancestors 'none'"
    return (PAGE % script).encode(), policy


def _session_cookies(running: Running) -> list[str]:
    """Fill in the form of Flask-AppBuilder, as a browser would: Airflow 2 has no other way to a session."""
    form = ask(running.api_url, Question("GET", "/login/", limit_s=LIMIT_S))
    found = CSRF.search(form.text)
    if not found:
        raise SignInError(f"Airflow shows no form to sign in with [{form.status}]")
    filled = urlencode({"username": running.user, "password": running.password, "csrf_token": found[1]}).encode()
    headers = {"Content-Type": FORM, "Cookie": _sent_back(form)}
    answer = ask(running.api_url, Question("POST", "/login/", filled, headers, limit_s=LIMIT_S))
    given = answer.headers.get_all("Set-Cookie") or []
    if answer.status != 302 or "/login" in answer.headers.get("Location", "") or not given:
        raise SignInError(f"Airflow does not accept the sandbox's administrator [{answer.status}]")
    return given


def _sent_back(answer: Answer) -> str:
    jar: SimpleCookie = SimpleCookie()
    for one in answer.headers.get_all("Set-Cookie") or []:
        jar.load(one)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
