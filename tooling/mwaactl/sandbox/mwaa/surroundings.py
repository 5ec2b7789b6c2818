"""What MWAA looks at in the account around an environment: bucket, role, network, key, objects, log groups.

AWS makes these checks at the call itself and answers 400 (messages word for word from public threads, see
`airflow-and-sandbox.md` 6.4, where one is known). Everything is read from moto's own backends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from mwaactl.sandbox.mwaa.exceptions import ValidationException

SERVICE_PRINCIPAL = "airflow-env.amazonaws.com"
ARTIFACTS = ("Plugins", "Requirements", "StartupScript")
LOG_GROUP_SUFFIXES = {
    "DagProcessingLogs": "DAGProcessing",
    "SchedulerLogs": "Scheduler",
    "TaskLogs": "Task",
    "WebserverLogs": "WebServer",
    "WorkerLogs": "Worker",
}


class Surroundings:
    """One account in one Region, as MWAA sees it."""

    def __init__(self, account_id: str, region: str, partition: str) -> None:
        self.account_id = account_id
        self.region = region
        self.partition = partition

    def check(self, settings: Mapping[str, Any]) -> None:
        """Everything an environment with these `settings` stands on. Raises ValidationException."""
        bucket = settings["SourceBucketArn"].rpartition(":::")[2]
        self._check_role(settings["ExecutionRoleArn"], bucket, settings["DagS3Path"])
        self._check_bucket(bucket)
        self._check_network(settings["NetworkConfiguration"])
        if settings.get("KmsKey"):
            self._check_key(settings["KmsKey"])

    def with_object_versions(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """`settings` with the latest version of every artifact that is named without one.

        Raises ValidationException when an object or its pinned version does not exist.
        """
        complete = dict(settings)
        bucket = settings["SourceBucketArn"].rpartition(":::")[2]
        for artifact in ARTIFACTS:
            path, version = (settings.get(f"{artifact}S3{part}") for part in ("Path", "ObjectVersion"))
            if path:
                complete[f"{artifact}S3ObjectVersion"] = self._object_version(bucket, path, version)
            else:  # without a path a version means nothing
                complete.pop(f"{artifact}S3Path", None)
                complete.pop(f"{artifact}S3ObjectVersion", None)
        return complete

    def is_closed_to_itself(self, security_group_ids: list[str]) -> bool:
        """Does no rule of these groups let members of one of them in? Then the components cannot talk to each other."""
        groups = [self._ec2().get_security_group_from_id(group_id) for group_id in security_group_ids]
        sources = {
            rule.source_group.get("GroupId") for group in groups if group is not None for rule in group.ingress_rules
        }
        return not sources & set(security_group_ids)

    def has_endpoints(self, service_names: list[str]) -> bool:
        """Has the customer made a VPC endpoint to each of these services?"""
        made = {endpoint.service_name for endpoint in self._ec2().vpc_end_points.values()}
        return set(service_names) <= made

    def make_log_groups(self, environment: str, logging: Mapping[str, Any]) -> None:
        """Make `airflow-<environment>-*` for the modules that log, where it does not exist yet, as MWAA does."""
        from moto.logs.models import logs_backends

        logs = logs_backends[self.account_id][self.region]
        for module, block in logging.items():
            name = log_group_name(environment, module)
            if block["Enabled"] and name not in logs.groups:
                logs.create_log_group(name, {})

    def _check_role(self, arn: str, bucket: str, dag_path: str) -> None:
        from moto.iam.exceptions import NotFoundException
        from moto.iam.models import iam_backends

        iam = iam_backends[self.account_id][self.partition]
        try:
            role = iam.get_role_by_arn(arn)
        except NotFoundException:
            trusted: set[str] = set()
        else:
            trusted = set(_service_principals(role.assume_role_policy_document))
        if SERVICE_PRINCIPAL not in trusted:
            raise ValidationException(
                "Failed to assume role ARN. This could be due to the role's trust policy. Please ensure your role is "
                f"assumable by '{SERVICE_PRINCIPAL}' Service Principal and try again."
            )
        documents = list(role.policies.values())
        documents += [
            version.document
            for policy in role.managed_policies.values()
            for version in policy.versions
            if version.is_default
        ]
        if not _permits(documents, "s3:GetObject", f"arn:{self.partition}:s3:::{bucket}/{dag_path.strip('/')}/x"):
            raise ValidationException(
                f"Provided role does not have sufficient permissions for s3 location {bucket}/{dag_path.strip('/')}"
            )

    def _check_bucket(self, name: str) -> None:
        from moto.s3.models import s3_backends

        bucket = s3_backends[self.account_id][self.partition].buckets.get(name)
        if bucket is None:
            raise ValidationException(f"Unable to find s3 bucket {name}")
        block = bucket.public_access_block
        flags = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
        if block is None or not all(str(getattr(block, flag)).lower() == "true" for flag in flags):
            raise ValidationException(f"Provided bucket does not have BlockPublicAccess set for s3 bucket {name}")
        if not bucket.is_versioned:
            raise ValidationException(f"Provided bucket does not have versioning enabled for s3 bucket {name}")

    def _check_network(self, network: Mapping[str, Any]) -> None:
        from moto.ec2.exceptions import InvalidSubnetIdError

        ec2 = self._ec2()
        try:
            subnets = [ec2.get_subnet(subnet_id) for subnet_id in network["SubnetIds"]]
        except InvalidSubnetIdError as error:
            raise ValidationException(f"Unable to find the subnets {', '.join(network['SubnetIds'])}") from error
        if len({subnet.availability_zone for subnet in subnets}) < 2:
            raise ValidationException("The two subnets must be in different Availability Zones.")
        if len({subnet.vpc_id for subnet in subnets}) > 1:
            raise ValidationException("The two subnets must be in the same VPC.")
        for group_id in network["SecurityGroupIds"]:
            group = ec2.get_security_group_from_id(group_id)
            if group is None:
                raise ValidationException(f"Unable to find the security group {group_id}")
            if group.vpc_id != subnets[0].vpc_id:
                raise ValidationException(f"The security group {group_id} is not in the VPC of the subnets.")

    def _check_key(self, key: str) -> None:
        from moto.kms.models import kms_backends

        kms = kms_backends[self.account_id][self.region]
        try:
            state = kms.keys[kms.get_key_id(key)].key_state
        except KeyError:
            raise ValidationException(f"Unable to find the KMS key {key}. Aliases are not supported.") from None
        if state != "Enabled":
            raise ValidationException(f"The KMS key {key} is not enabled.")

    def _object_version(self, bucket: str, path: str, version: str | None) -> str:
        from moto.s3.models import s3_backends

        s3 = s3_backends[self.account_id][self.partition]
        found = s3.get_object(bucket, path, version_id=version or None)
        if found is None:
            named = f"version {version} of the file" if version else "the file"
            raise ValidationException(f"Unable to read {named} s3://{bucket}/{path}")
        return str(found.version_id)

    def _ec2(self) -> Any:
        from moto.ec2.models import ec2_backends

        return ec2_backends[self.account_id][self.region]


def log_group_name(environment: str, module: str) -> str:
    """The log group that MWAA writes one module's log to, for example `airflow-retail-dev-Task`."""
    return f"airflow-{environment}-{LOG_GROUP_SUFFIXES[module]}"


def _service_principals(trust_policy: str) -> Iterator[str]:
    for statement in _statements(trust_policy):
        principal = statement.get("Principal", {})
        if statement.get("Effect") == "Allow" and isinstance(principal, dict):
            yield from _list(principal.get("Service", []))


def _permits(documents: list[str], action: str, resource: str) -> bool:
    """Does some statement allow it? Conditions and denials are not weighed: this finds the policy that is not there."""
    return any(
        statement.get("Effect") == "Allow"
        and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _list(statement.get("Action", [])))
        and any(fnmatchcase(resource, pattern) for pattern in _list(statement.get("Resource", [])))
        for document in documents
        for statement in _statements(document)
    )


def _statements(policy: str) -> list[dict[str, Any]]:
    return _list(json.loads(policy).get("Statement", []))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
