"""The web server of an environment over HTTP: the CLI endpoint and the page to log in at."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shlex
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from mwaactl.errors import AirflowError, AwsError, MwaactlError, NotReady
from mwaactl.model.airflow_cli import CliReply

ANSWER_TIMEOUT_S = 180.0
REACH_TIMEOUT_S = 5.0
UNSUPPORTED = "MWAA does not run every command: https://docs.aws.amazon.com/mwaa/latest/userguide/airflow-cli-command-reference.html"


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would take the token to another place."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class WebServer:
    """The web server `host`. `proxy` is the sandbox's, behind which it speaks plain HTTP; in AWS there is none.

    `browser_url` is where a browser reaches it, when not by its host: browsers know nothing of the sandbox's proxy.
    """

    host: str
    proxy: str | None = None
    is_private: bool = False
    browser_url: str | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{'http' if self.proxy else 'https'}://{self.host}"

    def login_url(self, token: str) -> str:
        """The page that logs a browser in: the token is behind #, so it is never sent in a request line."""
        return f"{self.browser_url or self.url}/aws_mwaa/aws-console-sso?login=true#{quote(token, safe='')}"

    def check_reachable(self) -> None:
        """Raises NotReady or AwsError when a browser on this machine would wait in vain."""
        if self.browser_url:  # the sandbox has just said that somebody is there
            return
        if self.proxy:
            self._answer(Request(f"{self.url}/", method="GET"))  # noqa: S310 - http or https by construction
            return
        try:
            socket.create_connection((self.host.partition(":")[0], 443), REACH_TIMEOUT_S).close()
        except OSError as error:
            raise self._unreachable(error) from error

    def run(self, token: str, words: Sequence[str]) -> CliReply:
        """Run a command of the Airflow CLI, given without `airflow`. The token is used up.

        Raises AirflowError when the web server refuses it, NotReady when a private one cannot be reached from here.
        """
        request = Request(  # noqa: S310 - http or https by construction
            f"{self.url}/aws_mwaa/cli",
            method="POST",
            data=shlex.join(words).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"},
        )
        body = self._answer(request)
        try:
            document = json.loads(body)
            return CliReply(_decoded(document["stdout"]), _decoded(document["stderr"]))
        except (ValueError, KeyError, TypeError) as error:
            shown = body[:200].decode(errors="replace")
            raise AirflowError("The web server's answer is not one of the CLI endpoint.", cause=shown) from error

    def _answer(self, request: Request) -> bytes:
        try:
            with self._opener().open(request, timeout=ANSWER_TIMEOUT_S) as reply:
                body: bytes = reply.read()
                return body
        except HTTPError as error:
            with error:
                raise self._refused(error.code, _said(error.read())) from error
        except TimeoutError as error:
            raise AwsError(
                f"The web server has not answered within {ANSWER_TIMEOUT_S:.0f} s; the command may go on.",
                hint="ask for less, or use the REST API: mwaactl dags list, mwaactl dags run",
            ) from error
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise self._unreachable(reason) from error

    def _opener(self) -> OpenerDirector:
        if self.proxy:
            return build_opener(ProxyHandler({"http": self.proxy}), _NoRedirect)
        context = ssl.create_default_context()
        if bundle := os.environ.get("AWS_CA_BUNDLE"):  # as for every other call to AWS
            context.load_verify_locations(bundle)
        return build_opener(HTTPSHandler(context=context), _NoRedirect)

    def _refused(self, status: int, said: str) -> AirflowError:
        if status in (301, 302, 303, 307, 308, 401, 403):
            return AirflowError(
                f"The web server refuses the token: {said} [{status}]",
                status=status,
                hint="tokens live 60 s; your Airflow role must be allowed to use the CLI",
            )
        hint = None if self.proxy and status == 503 else UNSUPPORTED
        return AirflowError(f"The web server failed: {said} [{status}]", status=status, hint=hint)

    def _unreachable(self, reason: object) -> MwaactlError:
        if isinstance(reason, ssl.SSLCertVerificationError):
            hint = "behind a proxy that opens TLS, AWS_CA_BUNDLE names its certificate"
            return AwsError(f"The certificate of {self.host} is not to be trusted: {reason.verify_message}.", hint=hint)
        if self.is_private:
            return NotReady(
                f"The web server is private (PRIVATE_ONLY), and cannot be reached from here: {reason}.",
                hint="go through its VPC: a VPN, a bastion host, or a VPC endpoint and a load balancer; "
                "mwaactl logs and mwaactl status work from everywhere",
            )
        return AwsError(f"The web server {self.host} cannot be reached: {reason}.")


def _decoded(text: str) -> str:
    return base64.b64decode(text, validate=True).decode(errors="replace")


def _said(body: bytes) -> str:
    """The message of an error, from JSON or the first words of anything else."""
    text = body.decode(errors="replace")
    try:
        document = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200] or "no reason given"
    message = document.get("message") or document.get("detail") if isinstance(document, dict) else None
    return str(message or text)[:500]
