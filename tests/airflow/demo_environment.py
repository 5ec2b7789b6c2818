"""An environment with a real Airflow, named as dev is in the YAML, in the sandbox of a copy of this repository."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.project_fixtures import Copy, Run, make_copy
from integration.sandbox_fixtures import Ground, client, make_ground
from mwaactl.adapters.sandbox import AIRFLOW_FOLDER, Sandbox, SandboxState

PATIENCE_S = 150.0
NAME = "retail-dev"
WAYS = ("CREATING", "CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "DELETING")
LOGGING = {
    kind: {"Enabled": True, "LogLevel": "INFO"}
    for kind in ("TaskLogs", "SchedulerLogs", "DagProcessingLogs", "WebserverLogs", "WorkerLogs")
}


@dataclass
class Demo:
    """A running sandbox, and what environments in it stand on. The methods are about the one named NAME."""

    copy: Copy
    state: SandboxState
    ground: Ground

    @property
    def sandbox(self) -> Sandbox:
        return self.copy.sandbox

    @property
    def folder(self) -> Path:
        """Below it each Airflow has its own."""
        return self.sandbox.directory / AIRFLOW_FOLDER

    @property
    def mwaa(self) -> Any:
        return client(self.state, "mwaa")

    @property
    def s3(self) -> Any:
        return client(self.state, "s3")

    def put(self, key: str, text: str) -> str:
        """Put an object into the bucket; its version."""
        version: str = self.s3.put_object(Bucket=self.ground.bucket, Key=key, Body=text.encode())["VersionId"]
        return version

    def create(self, **settings: Any) -> None:
        """Begin to create the environment, all of whose logs are on, from INFO on."""
        arguments = self.ground.arguments(NAME, **{"LoggingConfiguration": LOGGING, **settings})
        self.mwaa.create_environment(**arguments)

    def delete(self) -> None:
        """Delete it, and wait until it is gone."""
        self.mwaa.delete_environment(Name=NAME)
        wait_for(lambda: NAME not in self.mwaa.list_environments()["Environments"])

    def program(self, *arguments: str) -> Run:
        """`mwaactl --sandbox ARGUMENTS`, which must succeed."""
        return self.copy.ok("--sandbox", *arguments)

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = self.mwaa.get_environment(Name=NAME)["Environment"]
        return found

    def settled(self) -> dict[str, Any]:
        """The environment, once nothing is under way."""
        wait_for(lambda: self.shown()["Status"] not in WAYS)
        return self.shown()

    @property
    def database(self) -> Path:
        (found,) = self.folder.glob("*/home/airflow.db")
        return found

    def dags(self) -> set[str]:
        """Ids of the DAGs that Airflow has parsed and not lost."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            columns = {row[1] for row in connection.execute("PRAGMA table_info(dag)")}
            condition = "is_active" if "is_active" in columns else "not is_stale"
            return {row[0] for row in connection.execute(f"SELECT dag_id FROM dag WHERE {condition}")}

    def log(self, kind: str) -> str:
        """All of a log group."""
        logs = client(self.state, "logs")
        events = logs.filter_log_events(logGroupName=f"airflow-{NAME}-{kind}", limit=10_000)["events"]
        return "\n".join(event["message"] for event in events)


def wait_for(condition: Callable[[], Any], limit_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.3)


def start(folder: Path) -> Demo:
    """A copy of this repository in `folder`, whose sandbox gives each environment an Airflow."""
    copy = make_copy(folder)
    state = copy.sandbox.start(airflow=True)
    return Demo(copy, state, make_ground(state))
