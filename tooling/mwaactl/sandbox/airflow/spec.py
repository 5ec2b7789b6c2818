"""What the parts of the sandbox's Airflow tell each other about one environment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl.adapters.sandbox import TEMPORARY_LINK


class StartError(Exception):
    """Why an Airflow does not come up, in the words of the log."""


@dataclass(frozen=True)
class Spec:
    """An environment as the MWAA API knows it. `settings` are members of the API, defaults filled in."""

    name: str
    account_id: str
    region: str
    partition: str
    settings: Mapping[str, Any]
    identity: uuid.UUID

    @property
    def airflow_version(self) -> str:
        """Such as 2.10.3."""
        return str(self.settings["AirflowVersion"])

    @property
    def airflow_major(self) -> int:
        """2 or 3."""
        return int(self.airflow_version.partition(".")[0])

    @property
    def bucket(self) -> str:
        """The bucket with the DAGs."""
        return str(self.settings["SourceBucketArn"]).rpartition(":::")[2]


@dataclass(frozen=True)
class Place:
    """The folders of one environment below the sandbox's own folder."""

    root: Path

    @property
    def home(self) -> Path:
        """AIRFLOW_HOME: the database, airflow.cfg and web server settings."""
        return self.root / "home"

    @property
    def database(self) -> Path:
        """The metadata database."""
        return self.root / "home" / "airflow.db"

    @property
    def passwords(self) -> Path:
        """The passwords of SimpleAuthManager, in Airflow 3."""
        return self.root / "home" / "passwords.json"

    @property
    def temporary(self) -> Path:
        """A link to the TMPDIR of all its processes, which is elsewhere: the path of a socket has 107 characters."""
        return self.root / TEMPORARY_LINK

    @property
    def artifacts(self) -> Path:
        """plugins.zip, requirements.txt and startup.sh as they came from the bucket."""
        return self.root / "artifacts"

    @property
    def dags(self) -> Path:
        """The DAG folder, a copy of what is below DagS3Path in the bucket."""
        return self.root / "dags"

    @property
    def plugins(self) -> Path:
        """plugins.zip, unpacked."""
        return self.root / "plugins"

    @property
    def task_logs(self) -> Path:
        """Where tasks, and the DAG processor for each file, log to (logging.base_log_folder)."""
        return self.root / "logs"

    @property
    def output(self) -> Path:
        """What each process wrote: COMPONENT.log, such as scheduler.log, requirements.log, startup.log."""
        return self.root / "output"


@dataclass(frozen=True)
class Running:
    """An Airflow that answers.

    `api_url` is its own web server on the loopback, without a trailing slash; `user` and `password` are an
    administrator there. `python` and `variables` are what a command of the Airflow CLI needs to work in it.
    """

    spec: Spec
    place: Place
    api_url: str
    user: str
    password: str
    python: Path
    variables: Mapping[str, str]
