"""The twelve operations: method, path and input shape. Source: botocore service model mwaa/2020-07-01 (1.43.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mwaactl.sandbox.mwaa.exceptions import ValidationException
from mwaactl.sandbox.mwaa.shapes import Anything, Flag, ListOf, MapOf, Number, Shape, Structure, Text

ENVIRONMENT_NAME = Text(1, 80, r"^[a-zA-Z][0-9a-zA-Z-_]*$")
ENVIRONMENT_ARN = Text(1, 1224, r"^arn:aws(-[a-z]+)?:airflow:[a-z0-9\-]+:\d{12}:environment/\w+.*$")
RELATIVE_PATH = Text(1, 1024, r".*")
# Terraform's provider takes a path or a version away by sending "" (verified on 5.100.0).
RELATIVE_PATH_OR_NONE = Text(0, 1024, r".*")
OBJECT_VERSION_OR_NONE = Text(0, 1024)
TAG_KEY = Text(1, 128, r"^[\w\s.:/=+\-@]*$")
TAG_VALUE = Text(1, 256, r"^[\w\s.:/=+\-@]*$")
TAG_MAP = MapOf(TAG_KEY, TAG_VALUE, 1, 50)
LOG_MODULES = ("DagProcessingLogs", "SchedulerLogs", "TaskLogs", "WebserverLogs", "WorkerLogs")
MODULE_LOGGING = Structure(
    {"Enabled": Flag(), "LogLevel": Text(enum=("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"))},
    ("Enabled", "LogLevel"),
)
SECURITY_GROUPS = ListOf(Text(1, 1024, r"^sg-[a-zA-Z0-9\-._]+$"), 1, 5)

# What CreateEnvironment and UpdateEnvironment have in common.
SETTINGS: dict[str, Shape] = {
    "AirflowConfigurationOptions": MapOf(Text(1, 64, r"^[a-z]+([a-z0-9._]*[a-z0-9_]+)?$"), Text(1, 65536, r"^[ -~]+$")),
    "AirflowVersion": Text(1, 32, r"^[0-9a-z.]+$"),
    "DagS3Path": RELATIVE_PATH,
    "EnvironmentClass": Text(1, 1024),
    "ExecutionRoleArn": Text(1, 1224, r"^arn:aws(-[a-z]+)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$"),
    "LoggingConfiguration": Structure(dict.fromkeys(LOG_MODULES, MODULE_LOGGING)),
    "MaxWebservers": Number(1),
    "MaxWorkers": Number(1),
    "MinWebservers": Number(1),
    "MinWorkers": Number(1),
    "PluginsS3ObjectVersion": OBJECT_VERSION_OR_NONE,
    "PluginsS3Path": RELATIVE_PATH_OR_NONE,
    "RequirementsS3ObjectVersion": OBJECT_VERSION_OR_NONE,
    "RequirementsS3Path": RELATIVE_PATH_OR_NONE,
    "Schedulers": Number(None, 5),
    "SourceBucketArn": Text(1, 1224, r"^arn:aws(-[a-z]+)?:s3:::[a-z0-9.\-]+$"),
    "StartupScriptS3ObjectVersion": OBJECT_VERSION_OR_NONE,
    "StartupScriptS3Path": RELATIVE_PATH_OR_NONE,
    "WebserverAccessMode": Text(enum=("PRIVATE_ONLY", "PUBLIC_ONLY", "PUBLIC_AND_PRIVATE")),
    "WeeklyMaintenanceWindowStart": Text(1, 9, r"(MON|TUE|WED|THU|FRI|SAT|SUN):([01]\d|2[0-3]):(00|30)"),
}
CREATE = Structure(
    {
        **SETTINGS,
        "EndpointManagement": Text(enum=("CUSTOMER", "SERVICE")),
        "KmsKey": Text(1, 1224, r"^(((arn:aws(-[a-z]+)?:kms:[-a-z0-9]+:\d+:)?key\/)?[-a-z0-9]+|(arn:.*:)?alias/.+)$"),
        "Name": ENVIRONMENT_NAME,
        "NetworkConfiguration": Structure(
            {
                "SubnetIds": ListOf(Text(1, 1024, r"^subnet-[a-zA-Z0-9\-._]+$"), 2, 2),
                "SecurityGroupIds": SECURITY_GROUPS,
            },
            ("SubnetIds", "SecurityGroupIds"),
        ),
        "Tags": TAG_MAP,
    },
    ("Name", "DagS3Path", "ExecutionRoleArn", "NetworkConfiguration", "SourceBucketArn"),
)
UPDATE = Structure(
    {
        **SETTINGS,
        "Name": ENVIRONMENT_NAME,
        "NetworkConfiguration": Structure({"SecurityGroupIds": SECURITY_GROUPS}, ("SecurityGroupIds",)),
        "WorkerReplacementStrategy": Text(enum=("FORCED", "GRACEFUL")),
    },
    ("Name",),
)
ONE = Structure({"Name": ENVIRONMENT_NAME}, ("Name",))
LIST = Structure({"MaxResults": Number(1, 25), "NextToken": Text(0, 2048)})
TAGS_OF = Structure({"ResourceArn": ENVIRONMENT_ARN}, ("ResourceArn",))
TAG = Structure({"ResourceArn": ENVIRONMENT_ARN, "Tags": TAG_MAP}, ("ResourceArn", "Tags"))
UNTAG = Structure({"ResourceArn": ENVIRONMENT_ARN, "TagKeys": ListOf(TAG_KEY, 0, 50)}, ("ResourceArn", "TagKeys"))
REST = Structure(
    {
        "Name": ENVIRONMENT_NAME,
        "Path": Text(1, 64),
        "Method": Text(enum=("GET", "PUT", "POST", "PATCH", "DELETE")),
        "QueryParameters": Anything(),
        "Body": Anything(),
    },
    ("Name", "Path", "Method"),
)
METRICS = Structure(
    {
        "EnvironmentName": ENVIRONMENT_NAME,
        "MetricData": ListOf(Structure({"MetricName": Text(1, 255)}, ("MetricName", "Timestamp")), 0, 1000),
    },
    ("EnvironmentName", "MetricData"),
)


@dataclass(frozen=True)
class Operation:
    """One operation: `path` is a pattern with one group, named as the member of the input that it fills."""

    name: str
    method: str
    path: str
    shape: Structure

    def input(self, found: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """The validated input, from the path and the rest. Raises ValidationException in AWS's words."""
        given = {**body, **found}
        wrong = list(self.shape.violations(given))
        if wrong:
            errors = "1 validation error" if len(wrong) == 1 else f"{len(wrong)} validation errors"
            raise ValidationException(f"{errors} detected: {'; '.join(wrong)}")
        return {name: given[name] for name in self.shape.members if given.get(name) is not None}


OPERATIONS = (
    Operation("CreateEnvironment", "PUT", r"/environments/(?P<Name>[^/]+)", CREATE),
    Operation("GetEnvironment", "GET", r"/environments/(?P<Name>[^/]+)", ONE),
    Operation("UpdateEnvironment", "PATCH", r"/environments/(?P<Name>[^/]+)", UPDATE),
    Operation("DeleteEnvironment", "DELETE", r"/environments/(?P<Name>[^/]+)", ONE),
    Operation("ListEnvironments", "GET", r"/environments/?", LIST),
    Operation("ListTagsForResource", "GET", r"/tags/(?P<ResourceArn>.+)", TAGS_OF),
    Operation("TagResource", "POST", r"/tags/(?P<ResourceArn>.+)", TAG),
    Operation("UntagResource", "DELETE", r"/tags/(?P<ResourceArn>.+)", UNTAG),
    Operation("CreateCliToken", "POST", r"/clitoken/(?P<Name>[^/]+)", ONE),
    Operation("CreateWebLoginToken", "POST", r"/webtoken/(?P<Name>[^/]+)", ONE),
    Operation("InvokeRestApi", "POST", r"/restapi/(?P<Name>[^/]+)", REST),
    Operation("PublishMetrics", "POST", r"/metrics/environments/(?P<EnvironmentName>[^/]+)", METRICS),
)


def find_operation(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that `method` and the decoded `path` ask for, with what the path says; None when there is none."""
    for operation in OPERATIONS:
        match = re.fullmatch(operation.path, path)
        if match and operation.method == method:
            return operation, match.groupdict()
    return None
