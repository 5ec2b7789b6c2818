"""An MWAA environment as AWS reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

USABLE = ("AVAILABLE", "UPDATE_FAILED", "MAINTENANCE")
"""The statuses in which Airflow runs and MWAA takes a change."""


@dataclass(frozen=True)
class Pin:
    """The version of an object in the bucket that the environment was last updated to."""

    key: str
    version_id: str


@dataclass(frozen=True)
class LiveEnvironment:
    """What GetEnvironment says, as far as a person wants to know it.

    `artifacts` are what it runs of plugins, requirements and startup_script, by these names.
    `last_update_at` is when the last operation began, its creation included. `seen_at` is AWS's time of the answer.
    `execution_role` is an ARN.
    """

    name: str
    status: str
    airflow_version: str
    environment_class: str
    webserver_url: str | None
    source_bucket: str
    dag_s3_path: str
    last_update_status: str | None = None
    last_update_error: str | None = None
    webserver_access_mode: str = ""
    artifacts: Mapping[str, Pin] = field(default_factory=dict)
    last_update_at: datetime | None = None
    created_at: datetime | None = None
    seen_at: datetime | None = None
    execution_role: str = ""

    @property
    def is_usable(self) -> bool:
        """Does Airflow run in it? After UPDATE_FAILED it does, with the previous configuration."""
        return self.status in USABLE

    @property
    def has_private_webserver(self) -> bool:
        """Is the web server reachable from the VPC alone?"""
        return self.webserver_access_mode == "PRIVATE_ONLY"

    @property
    def is_changing(self) -> bool:
        """Is AWS still working on it?"""
        return self.status in ("CREATING", "UPDATING", "CREATING_SNAPSHOT", "ROLLING_BACK", "DELETING", "PENDING")
