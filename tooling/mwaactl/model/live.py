"""An MWAA environment as AWS reports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LiveEnvironment:
    """What GetEnvironment says, as far as a person wants to know it."""

    name: str
    status: str
    airflow_version: str
    environment_class: str
    webserver_url: str | None
    source_bucket: str
    dag_s3_path: str
    last_update_status: str | None = None
    last_update_error: str | None = None

    @property
    def is_usable(self) -> bool:
        """Does Airflow run in it? After UPDATE_FAILED it does, with the previous configuration."""
        return self.status in ("AVAILABLE", "UPDATE_FAILED", "MAINTENANCE")

    @property
    def is_changing(self) -> bool:
        """Is AWS still working on it?"""
        return self.status in ("CREATING", "UPDATING", "CREATING_SNAPSHOT", "ROLLING_BACK", "DELETING", "PENDING")
