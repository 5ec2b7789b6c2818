"""The YAML of an environment that was made without mwaactl: what GetEnvironment says, in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from mwaactl.model.fields import FOR_EVER
from mwaactl.model.log_event import LogType
from mwaactl.model.mwaa import Mwaa
from mwaactl.model.rules import ADDED_TAGS
from mwaactl.model.rules_existing import ARTIFACTS

_LOGS = {
    LogType.DAG_PROCESSING: "DagProcessingLogs",
    LogType.SCHEDULER: "SchedulerLogs",
    LogType.TASK: "TaskLogs",
    LogType.WEBSERVER: "WebserverLogs",
    LogType.WORKER: "WorkerLogs",
}
"""The five logs as GetEnvironment calls them."""

_STACK = "aws:cloudformation:stack-name"

_ARGUMENTS = {
    "airflow_version": "AirflowVersion",
    "environment_class": "EnvironmentClass",
    "schedulers": "Schedulers",
    "min_workers": "MinWorkers",
    "max_workers": "MaxWorkers",
    "min_webservers": "MinWebservers",
    "max_webservers": "MaxWebservers",
    "webserver_access_mode": "WebserverAccessMode",
    "endpoint_management": "EndpointManagement",
    "weekly_maintenance_window_start": "WeeklyMaintenanceWindowStart",
}
"""Keys of `mwaa` by the fields of GetEnvironment (service model mwaa/2020-07-01) whose values they hold as they are."""


@dataclass(frozen=True)
class LogGroup:
    """A log group of an environment. `retention_in_days` is FOR_EVER where CloudWatch never empties it."""

    name: str
    retention_in_days: int = FOR_EVER
    kms_key: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """An environment and what it refers to. `document` is GetEnvironment's, `log_groups` go by Terraform's keys."""

    document: Mapping[str, Any] = field(repr=False)  # options may hold secrets
    account_id: str
    region: str
    vpc_id: str
    log_groups: Mapping[str, LogGroup] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.document["Name"])

    @property
    def bucket(self) -> str:
        """Name of the bucket of DAGs."""
        return str(self.document["SourceBucketArn"]).rsplit(":", maxsplit=1)[-1]

    @property
    def dag_folder(self) -> str:
        """Where DAG files lie in the bucket, without a / at either end."""
        return str(self.document["DagS3Path"]).strip("/")

    @property
    def imports(self) -> dict[str, Any]:
        """The root module's variable `imports`: IDs by which Terraform finds what is there."""
        groups = {key: group.name for key, group in sorted(self.log_groups.items())}
        return {"environment": self.name, "log_groups": groups}


def log_group_key(kind: LogType) -> str:
    """Terraform's key of a log group, such as `dag_processing`."""
    return kind.name.lower()


def adopted(name: str, found: Surroundings, below: Mapping[str, Any], dags: str) -> dict[str, Any]:
    """What envs/NAME.yaml says on top of `below`, the files that it extends. None removes what they say.

    Everything that mwaactl might change is set to what it is now; all that the environment refers to is left to others.
    `dags` is the folder of its DAG files in the repository.
    """
    project = below.get("project") or _slug(found.name.removesuffix(f"-{name}"))
    wanted: dict[str, Any] = {
        "project": project,
        "account_id": found.account_id,
        "region": found.region,
        "protected": True,
        "tags": _tags(found.document, _section(below, "tags")),
        "mwaa": _mwaa(found, _section(below, "mwaa"), f"{project}-{name}"),
        "network": {**_section(below, "network"), "existing": _network(found)},
        "encryption": {**_section(below, "encryption"), "kms_key": found.document.get("KmsKey") or "aws_owned"},
        "bucket": {**_section(below, "bucket"), "existing": found.bucket},
        "artifacts": {**_section(below, "artifacts"), "dags": dags},
        "execution_role": {
            **{key: value for key, value in _section(below, "execution_role").items() if not value},
            "existing": found.document["ExecutionRoleArn"],
        },
        "monitoring": {**_section(below, "monitoring"), "alarms": False, "dashboard": False},
    }
    for section, fields in _NOT_OURS.items():
        for key in fields:
            wanted[section].pop(key, None)
    if wanted["bucket"].get("force_destroy"):
        wanted["bucket"]["force_destroy"] = False
    others = {key: value for key, value in below.items() if key not in wanted and key not in ("retail", "ttl")}
    return overlay(wanted | others, below)


_NOT_OURS = {
    "network": ("vpc_cidr", "availability_zones"),
    "bucket": ("name", "access_log_bucket"),
    "artifacts": ARTIFACTS,
}
"""Keys that are for what mwaactl makes."""


def overlay(wanted: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """The least to write on `below`, by the rules of `extends`, so that `wanted` comes out."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        beneath = below.get(key)
        if isinstance(value, Mapping) and (isinstance(beneath, Mapping) or not value):
            inner = overlay(value, beneath if isinstance(beneath, Mapping) else {})
            if inner:
                found[key] = inner
        elif key not in below or value != beneath:
            found[key] = value
    return found | {key: None for key in below if key not in wanted}


def as_yaml(found: Surroundings, document: Mapping[str, Any], extends: str, command: str) -> str:
    """The text of envs/NAME.yaml; `extends` is empty where there is nothing to extend."""
    content = {**({"extends": extends} if extends else {}), **document}
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return (
        "# yaml-language-server: $schema=schema.json\n"
        f"# {found.name}, made without mwaactl. Written by: {command}\n"
        "# Network, bucket, role and key are others' and stay as they are: docs/adopt.md.\n"
        f"{body}"
    )


def notes(found: Surroundings, document: Mapping[str, Any]) -> tuple[str, ...]:
    """What somebody who adopts this environment should know, beside the plan."""
    return tuple(_notes(found, document))


def _notes(found: Surroundings, document: Mapping[str, Any]) -> Iterator[str]:
    given = found.document
    if stack := _given_tags(given).get(_STACK):
        yield (
            f"it belongs to the CloudFormation stack {stack}: give the environment DeletionPolicy: Retain there and "
            "take it out of the stack, or two tools will change it"
        )
    kept = [name for name in ARTIFACTS if document.get("mwaa", {}).get(f"{name}_s3_path")]
    if kept:
        yield f"{', '.join(kept)} stay as they lie in the bucket, at the version that runs; docs/adopt.md: into git"
    lost = [key for key, value in _given_tags(given).items() if not key.startswith("aws:") and not value]
    if lost:
        yield f"tags without a value cannot be written, and the plan removes them: {', '.join(sorted(lost))}"
    missing = [key for key in map(log_group_key, LogType) if key not in found.log_groups]
    if missing:
        yield f"log groups that are not there yet are made: {', '.join(missing)}"
    if len({group.retention_in_days for group in found.log_groups.values()}) > 1:
        yield "its log groups are kept for different times; all of them get the longest, so that no log is lost"
    if any(group.kms_key != given.get("KmsKey") for group in found.log_groups.values()):
        yield "log groups get the environment's key, which must let CloudWatch Logs use it (docs/adopt.md)"
    yield "alarms and dashboard are off; monitoring.alarms: true and monitoring.dashboard: true make them"


def _mwaa(found: Surroundings, below: Mapping[str, Any], usual_name: str) -> dict[str, Any]:
    given = found.document
    here: dict[str, Any] = {key: given[name] for key, name in _ARGUMENTS.items() if given.get(name) is not None}
    here["dag_s3_path"] = found.dag_folder
    here["airflow_configuration_options"] = dict(given.get("AirflowConfigurationOptions") or {})
    here["logging_configuration"] = _logging(given.get("LoggingConfiguration") or {})
    if found.log_groups:
        here["log_retention_in_days"] = _longest(found.log_groups)
    for name, field_name in zip(ARTIFACTS, ("Plugins", "Requirements", "StartupScript"), strict=True):
        if given.get(f"{field_name}S3Path"):
            here[f"{name}_s3_path"] = given[f"{field_name}S3Path"]
            here[f"{name}_s3_object_version"] = given.get(f"{field_name}S3ObjectVersion")
    usual = {key: _default(key) for key in here if key not in below}
    wanted = {key: value for key, value in here.items() if value is not None and usual.get(key) != value}
    if found.name != usual_name:
        wanted["name"] = found.name
    kept = {key: value for key, value in below.items() if key not in here and key in ("log_retention_in_days",)}
    return {**kept, **wanted}


def _default(key: str) -> Any:
    default = Mwaa.model_fields[key].get_default(call_default_factory=True)
    return default.model_dump() if hasattr(default, "model_dump") else default


def _logging(given: Mapping[str, Any]) -> dict[str, Any]:
    """Both keys of each log: MWAA turns off what is not named (service model, ModuleLoggingConfigurationInput)."""
    found = {}
    for kind, name in _LOGS.items():
        one = given.get(name) or {}
        found[f"{log_group_key(kind)}_logs"] = {
            "enabled": bool(one.get("Enabled", False)),
            "log_level": str(one.get("LogLevel") or "INFO"),
        }
    return found


def _longest(groups: Mapping[str, LogGroup]) -> int:
    days = [group.retention_in_days for group in groups.values()]
    return FOR_EVER if FOR_EVER in days else max(days)


def _network(found: Surroundings) -> dict[str, Any]:
    given = found.document["NetworkConfiguration"]
    return {
        "vpc_id": found.vpc_id,
        "subnet_ids": list(given["SubnetIds"]),
        "security_group_ids": list(given["SecurityGroupIds"]),
    }


def _tags(given: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, str]:
    """Its own tags on top of those of all environments. What differs in capitals only is one tag to IAM: its own."""
    own = {
        key: value
        for key, value in _given_tags(given).items()
        if value and not key.startswith("aws:") and key.lower() not in ADDED_TAGS
    }
    known = {key.lower() for key in own}
    return {**{key: value for key, value in below.items() if key.lower() not in known}, **own}


def _given_tags(given: Mapping[str, Any]) -> Mapping[str, str]:
    return given.get("Tags") or {}


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}


def _slug(text: str) -> str:
    """A name that `project` takes, made of any."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].strip("-") or "mwaa"
