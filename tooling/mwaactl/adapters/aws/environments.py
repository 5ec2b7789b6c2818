"""The MWAA service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.aws.session import Account, is_absent, translating
from mwaactl.errors import EnvironmentNotFound
from mwaactl.model.live import LiveEnvironment, Pin
from mwaactl.model.upgrade_path import WorkerReplacement

if TYPE_CHECKING:
    from mypy_boto3_mwaa import MWAAClient
    from mypy_boto3_mwaa.literals import WorkerReplacementStrategyType


@dataclass(frozen=True)
class Environments:
    """MWAA environments of one account and Region."""

    account: Account

    def names(self) -> tuple[str, ...]:
        """All MWAA environments of the account and Region, in alphabetical order."""
        client: MWAAClient = self.account.client("mwaa")
        with translating("mwaa", "ListEnvironments"):
            pages = client.get_paginator("list_environments").paginate()
            return tuple(sorted(name for page in pages for name in page["Environments"]))

    def document(self, name: str) -> Mapping[str, Any]:
        """GetEnvironment's answer, options with their values: they may hold secrets. Raises EnvironmentNotFound."""
        raw: Mapping[str, Any] = self._answer(name)["Environment"]
        return raw

    def environment(self, name: str) -> LiveEnvironment:
        """What AWS says about the environment. Raises EnvironmentNotFound."""
        answer = self._answer(name)
        raw: Mapping[str, Any] = answer["Environment"]
        date = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        last = raw.get("LastUpdate", {})
        failure = last.get("Error", {})
        url = raw.get("WebserverUrl")
        return LiveEnvironment(
            name=raw["Name"],
            status=raw["Status"],
            airflow_version=raw.get("AirflowVersion", "unknown"),
            environment_class=raw.get("EnvironmentClass", "unknown"),
            webserver_url=url if not url or url.startswith("http") else f"https://{url}",
            source_bucket=raw.get("SourceBucketArn", "").rsplit(":", maxsplit=1)[-1],
            dag_s3_path=raw.get("DagS3Path", ""),
            last_update_status=last.get("Status"),
            webserver_access_mode=raw.get("WebserverAccessMode", ""),
            artifacts=_pins(raw),
            last_update_at=last.get("CreatedAt") or raw.get("CreatedAt"),
            created_at=raw.get("CreatedAt"),
            seen_at=parsedate_to_datetime(date) if date else None,
            execution_role=raw.get("ExecutionRoleArn", ""),
            last_update_error=f"{failure.get('ErrorCode', '')}: {failure.get('ErrorMessage', '')}" if failure else None,
        )

    def _answer(self, name: str) -> Any:
        from botocore.exceptions import ClientError

        client: MWAAClient = self.account.client("mwaa")
        with translating("mwaa", "GetEnvironment"):
            try:
                return client.get_environment(Name=name)
            except ClientError as error:
                if is_absent(error):
                    raise EnvironmentNotFound(
                        f"There is no MWAA environment {name} in account {self.account.account_id}, "
                        f"{self.account.region}."
                    ) from error
                raise

    def update_version(self, name: str, version: str, replacement: WorkerReplacement | None = None) -> None:
        """Begin an update to another Airflow version, and change nothing else. Raises AwsError when MWAA refuses.

        Without `replacement` MWAA replaces workers as it does by default.
        """
        client: MWAAClient = self.account.client("mwaa")
        with translating("mwaa", "UpdateEnvironment"):
            if replacement is None:
                client.update_environment(Name=name, AirflowVersion=version)
            else:
                strategy: WorkerReplacementStrategyType = (
                    "GRACEFUL" if replacement is WorkerReplacement.GRACEFUL else "FORCED"
                )
                client.update_environment(Name=name, AirflowVersion=version, WorkerReplacementStrategy=strategy)


def _pins(raw: Mapping[str, Any]) -> dict[str, Pin]:
    """Key and version of each artifact that GetEnvironment names."""
    fields = {"plugins": "Plugins", "requirements": "Requirements", "startup_script": "StartupScript"}
    return {
        name: Pin(raw[f"{prefix}S3Path"], raw[f"{prefix}S3ObjectVersion"])
        for name, prefix in fields.items()
        if raw.get(f"{prefix}S3Path") and raw.get(f"{prefix}S3ObjectVersion")
    }
