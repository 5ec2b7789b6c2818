"""open: log in to the web server of an environment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mwaactl.model.result import Result
from mwaactl.workflows.airflow_access import access
from mwaactl.workflows.tools import Toolbox


@dataclass(frozen=True)
class OpenReport:
    """The web server. `url` logs in whoever opens it first, within 60 seconds; None unless it was asked for."""

    environment: str
    host: str
    url: str | None = None


def run(tools: Toolbox, name: str, *, prints: bool = False) -> Result[OpenReport]:
    """Show the web server in the browser, logged in; with `prints` give the address instead.

    Raises NotReady when a private web server cannot be reached from here, ToolMissing without a browser.
    """
    from mwaactl.adapters.browser import open_page

    found = access(tools, name)
    token = found.api.web_token()
    server = found.web_server(token.host)
    if found.proxy:
        server = replace(server, browser_url=tools.sandbox.web_server_url(token.host))
    if prints:
        tools.warn(name, "this address logs in whoever opens it first; it works once, for 60 seconds")
        return Result("open", OpenReport(name, token.host, server.login_url(token.value)))
    tools.hide([token.value])
    if found.proxy or found.live.has_private_webserver:
        server.check_reachable()
    open_page(server.login_url(token.value), token.host)
    return Result("open", OpenReport(name, token.host))
