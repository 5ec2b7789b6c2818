"""Real Airflows of the sandbox behind its web server: one of each major version for the tests of a module."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from integration.project_fixtures import Copy, make_copy
from integration.sandbox_fixtures import Ground, client, make_ground
from mwaactl.adapters.orphans import marked
from mwaactl.adapters.sandbox import Sandbox, SandboxState

PATIENCE_S = 150.0
NAME = "retail-dev"
DAG = """
from datetime import datetime
from airflow.decorators import dag, task

@dag(schedule=None, start_date=datetime(2024, 1, 1), catchup=False)
def hello():
    @task
    def greet():
        print("hello")
    greet()

hello()
"""


@dataclass
class Web:
    """The sandbox of a copy of this repository, with its environment dev, whose Airflow runs."""

    copy: Copy
    state: SandboxState
    ground: Ground
    major: int

    @property
    def sandbox(self) -> Sandbox:
        return self.copy.sandbox

    @property
    def mwaa(self) -> Any:
        return client(self.state, "mwaa")

    @property
    def proxies(self) -> dict[str, str]:
        """Where a script made for MWAA has nothing: the host is reached by the sandbox's proxy."""
        return {"http": self.state.url}

    @property
    def prefix(self) -> str:
        return "/api/v1" if self.major == 2 else "/api/v2"

    @property
    def login_path(self) -> str:
        return "/aws_mwaa/login" if self.major == 2 else "/pluginsv2/aws_mwaa/login"

    @property
    def inner_port(self) -> str:
        """Where Airflow itself listens, which no browser shall see."""
        name = b"AIRFLOW__WEBSERVER__WEB_SERVER_PORT=" if self.major == 2 else b"AIRFLOW__API__PORT="
        variables = Path(f"/proc/{marked(self.sandbox.directory)[0]}/environ").read_bytes().split(b"\0")
        return next(one for one in variables if one.startswith(name)).removeprefix(name).decode()

    def cli(self, command: str, token: str | None = None, host: str | None = None) -> requests.Response:
        """As in the MWAA guide: a token, a POST."""
        given = self.mwaa.create_cli_token(Name=NAME)
        return requests.post(
            f"http://{host or given['WebServerHostname']}/aws_mwaa/cli",
            headers={"Authorization": f"Bearer {token or given['CliToken']}", "Content-Type": "text/plain"},
            data=command,
            proxies={} if host else self.proxies,
            timeout=150,
        )

    def said(self, command: str) -> tuple[str, str]:
        """What a command wrote."""
        answer = self.cli(command)
        assert answer.status_code == 200, answer.text
        return tuple(base64.b64decode(answer.json()[name]).decode() for name in ("stdout", "stderr"))  # type: ignore[return-value]

    def rest(self, method: str, path: str, **others: Any) -> dict[str, Any]:
        """By boto3."""
        found: dict[str, Any] = self.mwaa.invoke_rest_api(Name=NAME, Method=method, Path=path, **others)
        return found

    def listener(self) -> str:
        """Where a browser goes."""
        url = self.sandbox.web_server_url(self.mwaa.create_cli_token(Name=NAME)["WebServerHostname"])
        assert url
        return url


def wait_for(condition: Any, limit_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.3)


def delete(web: Web) -> None:
    """Last, as there is no other environment to do it with: nothing answers for one that is gone."""
    url = web.listener()
    host = web.mwaa.create_cli_token(Name=NAME)["WebServerHostname"]
    web.mwaa.delete_environment(Name=NAME)
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    assert web.sandbox.web_server_url(host) is None
    wait_for(lambda: web.mwaa.list_environments()["Environments"] == [])
    assert requests.get(f"http://{host}/", proxies=web.proxies, timeout=5).status_code == 503


@pytest.fixture(scope="module", params=["2.10.3", "3.3.1"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    copy = make_copy(tmp_path_factory.mktemp("project"))
    sandbox = copy.sandbox
    state = sandbox.start(airflow=True)
    try:
        made = Web(copy, state, make_ground(state), int(request.param[0]))
        client(state, "s3").put_object(Bucket=made.ground.bucket, Key="dags/hello.py", Body=DAG.encode())
        made.mwaa.create_environment(**made.ground.arguments(NAME, AirflowVersion=request.param))

        def shown() -> dict[str, Any]:
            return made.mwaa.get_environment(Name=NAME)["Environment"]  # type: ignore[no-any-return]

        wait_for(lambda: shown()["Status"] != "CREATING")
        assert shown()["Status"] == "AVAILABLE", shown()["LastUpdate"]
        wait_for(lambda: made.rest("GET", "/dags")["RestApiResponse"]["total_entries"] == 1, 30.0)
        yield made
        delete(made)
    finally:
        sandbox.stop()
        assert marked(sandbox.directory) == []
