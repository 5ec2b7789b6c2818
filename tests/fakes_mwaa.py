"""The wire of AWS around an Airflow: MWAA and STS as an HTTP proxy, and the web server's CLI endpoint on TLS."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fakes_airflow import FakeAirflow

ACCOUNT = "111111111111"
CALLER = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/somebody</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
VERSIONS = {2: "2.10.3", 3: "3.0.6"}
Raised = tuple[int, str, dict[str, Any]]  # HTTP status, name of the exception, body


@dataclass
class FakeMwaa:
    """One environment. `raises` are exceptions of the MWAA API that come before its answers; `cli` runs a command."""

    airflow: FakeAirflow
    name: str = "retail-dev"
    status: str = "AVAILABLE"
    access_mode: str = "PUBLIC_ONLY"
    raises: list[Raised] = field(default_factory=list)
    cli: Callable[[str], tuple[int, str, str]] = lambda words: (200, f"ran {words}\n", "")
    tokens: set[str] = field(default_factory=set)
    web_host: str = ""
    url: str = ""
    certificate: Path = Path()

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a program that takes this for AWS."""
        return {
            "AWS_ACCESS_KEY_ID": "FAKE",
            "AWS_SECRET_ACCESS_KEY": "fake",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_MWAA": "http://mwaa.sandbox.test",
            "AWS_CA_BUNDLE": str(self.certificate),
            "HTTP_PROXY": self.url,
            "http_proxy": self.url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """One request to AWS."""
        if b"Action=GetCallerIdentity" in body:
            return 200, {"content-type": "text/xml"}, CALLER.encode()
        if self.raises and path.startswith(("/restapi", "/clitoken", "/webtoken")):
            status, error, document = self.raises.pop(0)
            return status, {"x-amzn-errortype": error}, json.dumps(document).encode()
        if path == f"/environments/{self.name}":
            return 200, {}, json.dumps({"Environment": self._description()}).encode()
        if path in (f"/clitoken/{self.name}", f"/webtoken/{self.name}"):
            token = f"eyJhbGciOiJIUzI1NiJ9.eyJuIjo{len(self.tokens):04d}fQ.c2lnbmF0dXJl"
            self.tokens.add(token)
            key = "CliToken" if "cli" in path else "WebToken"
            return 200, {}, json.dumps({key: token, "WebServerHostname": self.web_host}).encode()
        if path == f"/restapi/{self.name}":
            return self._rest(json.loads(body))
        return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, b'{"message": "no such environment"}'

    def run(self, token: str, words: str) -> tuple[int, dict[str, str], bytes]:
        """One request to the CLI endpoint: a token is good for one."""
        if token not in self.tokens:
            return 403, {}, b'{"message": "Forbidden"}'
        self.tokens.remove(token)
        status, out, error = self.cli(words)
        if status != 200:
            return status, {}, out.encode()
        streams = {"stdout": out, "stderr": error}
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in streams.items()}
        return 200, {}, json.dumps(encoded).encode()

    def _rest(self, given: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        assert 1 <= len(given["Path"]) <= 64, given["Path"]
        query, body = given.get("QueryParameters") or {}, given.get("Body") or {}
        status, document = self.airflow.answer(given["Method"], given["Path"], query, body)
        answer = json.dumps({"RestApiStatusCode": status, "RestApiResponse": document}).encode()
        if status < 400:
            return 200, {}, answer
        name = "RestApiClientException" if status < 500 else "RestApiServerException"
        return 400, {"x-amzn-errortype": name}, answer

    def _description(self) -> dict[str, Any]:
        return {
            "Name": self.name,
            "Status": self.status,
            "AirflowVersion": VERSIONS[self.airflow.major],
            "WebserverAccessMode": self.access_mode,
            "WebserverUrl": f"https://{self.web_host}",
            "SourceBucketArn": f"arn:aws:s3:::retail-dev-mwaa-{ACCOUNT}-eu-west-1",
            "DagS3Path": "dags",
            "EnvironmentClass": "mw1.small",
            "LastUpdate": {"Status": "SUCCESS"},
        }


@contextmanager
def serving(mwaa: FakeMwaa, folder: Path) -> Iterator[FakeMwaa]:
    """Serve it while the block runs."""
    mwaa.certificate = folder / "certificate.pem"
    _make_certificate(mwaa.certificate)

    class Api(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            _send(self, *mwaa.answer(self.command, urlsplit(self.path).path, body))

        def log_message(self, *_: Any) -> None:
            return

        do_GET = do_POST = reply  # noqa: N815 - the names of http.server

    class Web(Api):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            assert self.path == "/aws_mwaa/cli"
            _send(self, *mwaa.run(self.headers["authorization"].removeprefix("Bearer "), body.decode()))

        do_GET = do_POST = reply  # noqa: N815 - the names of http.server

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mwaa.certificate)
    api, web = (ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (Api, Web))
    web.socket = context.wrap_socket(web.socket, server_side=True)
    mwaa.url, mwaa.web_host = f"http://127.0.0.1:{api.server_port}", f"127.0.0.1:{web.server_port}"
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True) for server in (api, web)]
    for thread in threads:
        thread.start()
    try:
        yield mwaa
    finally:
        for server in (api, web):
            server.shutdown()
            server.server_close()


def _send(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    handler.send_response(status)
    for name, value in {"content-type": "application/json", **headers, "content-length": str(len(body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _make_certificate(path: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
