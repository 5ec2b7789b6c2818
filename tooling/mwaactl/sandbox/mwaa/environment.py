"""One environment: what it is set to, where it is in its life, and how GetEnvironment shows it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaactl.sandbox.mwaa.lifecycle import Course
from mwaactl.sandbox.mwaa.surroundings import log_group_name


@dataclass
class Environment:
    """An environment of the sandbox. All times are epoch seconds."""

    name: str
    account_id: str
    region: str
    partition: str
    settings: dict[str, Any]
    tags: dict[str, str]
    course: Course
    created_at: float
    error: tuple[str, str] | None = None  # code and message with which the operation under way will end
    wanted: dict[str, Any] | None = None  # settings that replace `settings` when the update under way ends well
    operation_at: float = 0.0
    strategy: str | None = None
    identity: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def arn(self) -> str:
        """The environment's ARN."""
        return f"arn:{self.partition}:airflow:{self.region}:{self.account_id}:environment/{self.name}"

    @property
    def webserver_host(self) -> str:
        """The host name of the web server."""
        return f"{self.identity}.c{self.identity.int % 9 + 1}.{self.region}.airflow.amazonaws.com"

    @property
    def endpoint_services(self) -> list[str]:
        """Names of the VPC endpoint services that this environment offers: database, and web server unless public."""
        names = [self._endpoint_service("database")]
        if self.settings["WebserverAccessMode"] != "PUBLIC_ONLY":
            names.append(self._endpoint_service("webserver"))
        return names

    def status_at(self, now: float) -> str:
        """Status at `now`, "" when deleted. Puts a finished update into effect."""
        status = self.course.status_at(now)
        if status == "AVAILABLE" and self.wanted is not None:
            self.settings, self.wanted = self.wanted, None
        return status

    def begin(self, course: Course, *, error: tuple[str, str] | None) -> None:
        """Start an operation that takes `course` and ends with `error`, if any."""
        self.course = course
        self.operation_at = course.started_at
        self.error = error

    def description(self, now: float) -> dict[str, Any]:
        """The member `Environment` of GetEnvironment's reply."""
        status = self.status_at(now)
        logging = self.settings["LoggingConfiguration"]
        shown = {
            **self.settings,
            "LoggingConfiguration": {module: self._logging(module, block) for module, block in logging.items()},
            "Name": self.name,
            "Arn": self.arn,
            "Status": status,
            "CreatedAt": self.created_at,
            "LastUpdate": self._last_update(now),
            "Tags": self.tags,
            "ServiceRoleArn": f"arn:{self.partition}:iam::{self.account_id}:role/aws-service-role/"
            "airflow.amazonaws.com/AWSServiceRoleForAmazonMWAA",
            "DatabaseVpcEndpointService": self._endpoint_service("database"),
            "CeleryExecutorQueue": f"arn:{self.partition}:sqs:{self.region}:{self.account_id}:"
            f"airflow-celery-{self.identity}",
        }
        if status != "CREATE_FAILED":
            shown["WebserverUrl"] = f"https://{self.webserver_host}"
        if self.settings["WebserverAccessMode"] != "PUBLIC_ONLY":
            shown["WebserverVpcEndpointService"] = self._endpoint_service("webserver")
        return shown

    def _last_update(self, now: float) -> dict[str, Any]:
        is_over = now >= self.course.ends_at
        update: dict[str, Any] = {
            "Status": "PENDING" if not is_over else "FAILED" if self.error else "SUCCESS",
            "CreatedAt": self.operation_at,
        }
        if self.error and is_over:
            update["Error"] = dict(zip(("ErrorCode", "ErrorMessage"), self.error, strict=True))
        if self.strategy:
            update["WorkerReplacementStrategy"] = self.strategy
        return update

    def _logging(self, module: str, block: Mapping[str, Any]) -> dict[str, Any]:
        if not block["Enabled"]:
            return dict(block)
        group = log_group_name(self.name, module)
        arn = f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:{group}"
        return {**block, "CloudWatchLogGroupArn": arn}

    def _endpoint_service(self, component: str) -> str:
        digits = uuid.uuid5(self.identity, component).hex[:17]
        return f"com.amazonaws.vpce.{self.region}.vpce-svc-{digits}"
