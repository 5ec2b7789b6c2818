"""The arguments of aws_mwaa_environment, under their own names, and the retention of its log groups."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from mwaactl.model import catalog
from mwaactl.model.fields import OneOf, Pattern, RetentionOrNone, Section, did_you_mean, refused

LOG_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")

LogLevel = Annotated[str, OneOf(LOG_LEVELS, (("WARN", "did you mean WARNING?"), ("FATAL", "did you mean CRITICAL?")))]

MaintenanceWindow = Annotated[
    str,
    Pattern(
        r"(MON|TUE|WED|THU|FRI|SAT|SUN):([01]\d|2[0-3]):(00|30)",
        "DAY:HH:MM in UTC with DAY of MON to SUN and MM of 00 or 30, such as SUN:03:00",
        9,
        (
            (r"^(MON|TUE|WED|THU|FRI|SAT|SUN):\d\d:\d\d$", "windows begin at half and full hours from 00:00 to 23:30"),
            (r"(?i)^(mon|tue|wed|thu|fri|sat|sun)", "three capitals for the day, two digits for the hour"),
        ),
    ),
]

DagPath = Annotated[
    str,
    Pattern(
        r"(?!/)(?!s3:)(?!.*(^|/)\.\.(/|$))(?!.*//)[A-Za-z0-9!_.*'()/-]+(?<!/)",
        "a folder in the bucket, such as dags",
        1024,
        (
            ("^s3:", "leave out s3:// and the bucket"),
            ("^/", "leave out the leading /"),
            ("/$", "leave out the trailing /"),
        ),
    ),
]

OptionKey = Annotated[
    str,
    Pattern(
        r"[a-z]+([a-z0-9._]*[a-z0-9_]+)?",
        "section.option in small letters, such as core.default_timezone",
        64,
        (("^AIRFLOW__", "write it as section.option, such as core.default_timezone"), ("[A-Z]", "use small letters")),
    ),
]

OptionValue = Annotated[
    str,
    Pattern(
        r"[ -~]+",
        "1 to 65536 printable ASCII characters",
        65_536,
        ((r"^$", "MWAA refuses empty values; write null to remove the option"), (r"\n", "write it on one line")),
    ),
]


EnvironmentName = Annotated[
    str,
    Pattern(
        r"[a-zA-Z][0-9a-zA-Z_-]{0,79}",
        "a letter, then letters, digits, _ and -, at most 80 characters",
        80,
    ),
]

ObjectKey = Annotated[
    str,
    Pattern(
        r"(?!s3:)\S(.*\S)?",
        "the key of an object in the bucket, such as requirements.txt",
        1024,
        (("^s3:", "leave out s3:// and the bucket"),),
    ),
]

ObjectVersion = Annotated[str, Pattern(r"\S+", "the version id of an object, as S3 shows it", 1024)]


_OFFERED = tuple(known.version for known in catalog.airflow_versions() if not known.end_of_support)


def nearest_version(wanted: str) -> str:
    """A hint naming the newest version of the same minor, or the one that looks most like it, or nothing."""
    minor = ".".join(wanted.split(".")[:2])
    same = next((version for version in _OFFERED if version.rpartition(".")[0] == minor), "")
    return f"did you mean {same}?" if same else did_you_mean(wanted, _OFFERED)


def _airflow_version(value: str) -> str:
    """Only its form; whether MWAA still offers it depends on the day (rules_mwaa.version)."""
    if re.fullmatch(r"\d+\.\d+\.\d+", value):
        return value
    raise refused("is no version that MWAA offers", allowed=", ".join(_OFFERED), hint=nearest_version(value))


class ModuleLogs(Section):
    """One of the five logs. MWAA wants both keys."""

    enabled: bool = Field(description="Whether the log goes to CloudWatch Logs.")
    log_level: LogLevel = Field(description="Lowest level that is logged.")


def _logs(level: str) -> Any:
    return Field(default=ModuleLogs(enabled=True, log_level=level))


class Logging(Section):
    """The five logs of an environment. checkov wants scheduler, worker and web server on (CKV_AWS_242, 243, 244)."""

    dag_processing_logs: ModuleLogs = _logs("WARNING")
    scheduler_logs: ModuleLogs = _logs("WARNING")
    task_logs: ModuleLogs = _logs("INFO")
    webserver_logs: ModuleLogs = _logs("WARNING")
    worker_logs: ModuleLogs = _logs("WARNING")


class Mwaa(Section):
    """Limits: service model mwaa/2020-07-01; per-class counts: the catalog."""

    airflow_version: Annotated[str, AfterValidator(_airflow_version)] = Field(
        json_schema_extra={"enum": list(_OFFERED)},
        description="Airflow version that MWAA offers, in quotes. Never left out: the service would take the newest.",
    )
    environment_class: Annotated[str, OneOf(tuple(known.name for known in catalog.environment_classes()))] = Field(
        "mw1.small", description="Size of the environment. It sets how many tasks a worker runs."
    )
    schedulers: int | None = Field(
        None, ge=1, le=5, description="Number of schedulers: 1 on mw1.micro, else 2 to 5. Left out: 1 or 2."
    )
    min_workers: int = Field(1, ge=1, le=25, description="Workers that always run.")
    max_workers: int | None = Field(
        None, ge=1, le=25, description="Workers at the busiest. Left out: 10, and 1 on mw1.micro."
    )
    min_webservers: int | None = Field(
        None, ge=1, le=5, description="Web servers that always run: 1 on mw1.micro, else 2 to 5. Left out: 1 or 2."
    )
    max_webservers: int | None = Field(
        None, ge=1, le=5, description="Web servers at the busiest. Left out: as many as min_webservers."
    )
    webserver_access_mode: Annotated[str, OneOf(("PRIVATE_ONLY", "PUBLIC_ONLY"))] = Field(
        "PRIVATE_ONLY", description="Whether the web server is reachable from the internet or only from the VPC."
    )
    endpoint_management: Annotated[str, OneOf(("SERVICE", "CUSTOMER"))] = Field(
        "SERVICE", description="Who makes the VPC endpoints of database and web server. Cannot be changed later."
    )
    weekly_maintenance_window_start: MaintenanceWindow = Field(
        "SUN:03:00", description="Start of the weekly maintenance window in UTC."
    )
    dag_s3_path: DagPath = Field("dags", description="Folder of the DAGs in the bucket.")
    airflow_configuration_options: dict[OptionKey, OptionValue] = Field(
        default_factory=dict, description="Airflow options as section.option: text. Values are text, so quote numbers."
    )
    logging_configuration: Logging = Field(default_factory=Logging, description="The five logs.")
    log_retention_in_days: RetentionOrNone = Field(
        365, description="How long CloudWatch keeps the five logs, in days; 0 is for ever."
    )
    name: EnvironmentName | None = Field(
        None,
        description="Name of the environment, for one that had a name before mwaactl. Left out: "
        "<project>-<environment>. Cannot be changed later.",
    )
    plugins_s3_path: ObjectKey | None = Field(
        None, description="Key of a plugins.zip that lies in the bucket, where artifacts.plugins is none."
    )
    plugins_s3_object_version: ObjectVersion | None = Field(
        None, description="Its version. Left out: the one that MWAA has taken."
    )
    requirements_s3_path: ObjectKey | None = Field(
        None, description="Key of a requirements.txt that lies in the bucket, where artifacts.requirements is none."
    )
    requirements_s3_object_version: ObjectVersion | None = Field(
        None, description="Its version. Left out: the one that MWAA has taken."
    )
    startup_script_s3_path: ObjectKey | None = Field(
        None, description="Key of a startup script that lies in the bucket, where artifacts.startup_script is none."
    )
    startup_script_s3_object_version: ObjectVersion | None = Field(
        None, description="Its version. Left out: the one that MWAA has taken."
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_counts(cls, values: Any) -> Any:
        """Counts that depend on the class take the class's default when left out."""
        if not isinstance(values, dict):
            return values
        size = catalog.environment_class(str(values.get("environment_class", "mw1.small")))
        if size is None:
            return values
        fewest_webservers = values.get("min_webservers") or size.webservers.default
        counts = {
            "schedulers": size.schedulers.default,
            "max_workers": size.workers.default,
            "min_webservers": size.webservers.default,
            "max_webservers": fewest_webservers,
        }
        return {**values, **{key: count for key, count in counts.items() if values.get(key) is None}}

    @field_validator("webserver_access_mode", mode="before")
    @classmethod
    def _explain_public_and_private(cls, value: Any) -> Any:
        if value != "PUBLIC_AND_PRIVATE":
            return value
        hint = "it came to the AWS provider in version 6, and MWAA offers it from Airflow 3.2.1 on"
        raise refused("is refused by the AWS provider 5.100", allowed="PRIVATE_ONLY, PUBLIC_ONLY", hint=hint)

    @property
    def airflow_major(self) -> int:
        return int(self.airflow_version.split(".")[0])
