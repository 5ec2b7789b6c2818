"""The way to the Airflow of an environment, for `dags list`, `dags run`, `open`, `airflow` and `publish --wait`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.airflow_rest import AirflowRest
    from mwaactl.adapters.aws import AirflowApi
    from mwaactl.adapters.webserver import WebServer
    from mwaactl.model.airflow_cli import CliReply
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

POLL_S = 0.1  # how soon Ctrl-C is noticed while waiting


@dataclass(frozen=True)
class Access:
    """An environment in which Airflow runs."""

    environment: Environment
    live: LiveEnvironment
    api: AirflowApi
    rest: AirflowRest
    proxy: str | None

    def web_server(self, host: str) -> WebServer:
        """Its web server, at the host that came with a token."""
        from mwaactl.adapters.webserver import WebServer

        return WebServer(host, self.proxy, self.live.has_private_webserver)

    def cli(self, *words: str) -> CliReply:
        """Run a command of the Airflow CLI, with a token of its own. Raises AirflowError, NotReady, AwsError."""
        token = self.api.cli_token()
        return self.web_server(token.host).run(token.value, words)


def access(tools: Toolbox, name: str) -> Access:
    """Find the environment `name` in AWS. Raises EnvironmentNotFound, and NotReady where no Airflow runs."""
    from mwaactl.adapters.airflow_rest import AirflowRest
    from mwaactl.adapters.aws import AirflowApi

    environment = tools.project.environment(name)
    account = tools.account(environment)
    account.check_caller()
    live = tools.environments(environment).environment(environment.mwaa_name)
    if not live.is_usable and live.status not in ("UPDATING", "CREATING_SNAPSHOT", "ROLLING_BACK"):
        raise NotReady(f'"{name}" is {live.status}: no Airflow runs in it.', hint=f"mwaactl status {name}")
    api = AirflowApi(account, environment.mwaa_name, live.has_private_webserver)
    major = live.airflow_version.partition(".")[0]
    rest = AirflowRest(api, int(major) if major.isdigit() else environment.airflow_major)
    return Access(environment, live, api, rest, dict(account.variables).get("HTTP_PROXY"))


def pause(tools: Toolbox, seconds: float) -> None:
    """Wait, and notice Ctrl-C meanwhile. Raises Aborted."""
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        tools.interrupt.report()
        tools.interrupt.check()
        time.sleep(min(POLL_S, rest))
