"""The three operations that lead to an environment's Airflow, and the way to its web server."""

from __future__ import annotations

from typing import Any

from mwaactl.sandbox.mwaa.exceptions import RestApiClientException, RestApiServerException, ValidationException
from mwaactl.sandbox.mwaa.models import MWAABackend, mwaa_backends
from mwaactl.sandbox.web.rest import RestCall, RestReply
from mwaactl.sandbox.web.server import Site, WebServer
from mwaactl.sandbox.web.tokens import Kind

NO_AIRFLOW = (
    "No Airflow runs in environment {name} of this sandbox, so its web server cannot be reached. "
    "The MWAA API, S3, and Terraform work on it."
)


def create_cli_token(backend: MWAABackend, name: str) -> dict[str, Any]:
    """The output of CreateCliToken. Raises ResourceNotFoundException unless the environment is up."""
    site = backend.site_of(name)
    token = backend.web_servers.tokens.issue(Kind.CLI, site.identity)
    return {"CliToken": token, "WebServerHostname": site.host}


def create_web_login_token(backend: MWAABackend, name: str) -> dict[str, Any]:
    """The output of CreateWebLoginToken. Raises ResourceNotFoundException unless the environment is up."""
    site = backend.site_of(name)
    return {
        "WebToken": backend.web_servers.tokens.issue(Kind.WEB, site.identity),
        "WebServerHostname": site.host,
        "IamIdentity": "user/sandbox",
        "AirflowIdentity": "sandbox",
    }


def invoke_rest_api(backend: MWAABackend, given: dict[str, Any]) -> dict[str, Any]:
    """The output of InvokeRestApi. Raises RestApiClientException, RestApiServerException for Airflow's own errors."""
    query = given.get("QueryParameters", {})
    if not isinstance(query, dict):
        raise ValidationException("QueryParameters must be a map.")
    rest = backend.web_servers.of(backend.site_of(given["Name"])).rest()
    if rest is None:
        detail = NO_AIRFLOW.format(name=given["Name"])
        problem = {"title": "Service Unavailable", "status": 503, "detail": detail}
        raise RestApiServerException(503, problem)
    reply = rest.call(RestCall(given["Method"], given["Path"], query, given.get("Body")))
    _check(reply)
    return {"RestApiStatusCode": reply.status, "RestApiResponse": reply.document}


def find_web_server(host: str) -> WebServer | None:
    """The web server with this host name, or whose listener is at this HOST:PORT."""
    servers = MWAABackend.web_servers
    found = servers.at(host)
    if found is not None:
        return found
    site = _find_site(host.partition(":")[0])
    return servers.of(site) if site else None


def listen(host: str) -> str | None:
    """The loopback address of the web server `host`; None while no Airflow runs behind it."""
    site = _find_site(host)
    return MWAABackend.web_servers.listen(site).url if site and site.find() else None


def _find_site(host: str) -> Site | None:
    backends = [one for account in list(mwaa_backends.values()) for one in list(account.values())]
    return next((site for backend in backends if (site := backend.find_site(host))), None)


def _check(reply: RestReply) -> None:
    if reply.status >= 500:
        raise RestApiServerException(reply.status, reply.document)
    if reply.status >= 400:
        raise RestApiClientException(reply.status, reply.document)
