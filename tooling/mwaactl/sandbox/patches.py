"""Corrections of moto (5.2.5): without most of them Terraform fails, or plans again. Each names its symptom."""

from __future__ import annotations

import json
from typing import Any


def patch_moto() -> None:
    """Apply all corrections."""
    _weigh_only_unconditional_bucket_policies()
    _keep_descriptions_of_group_rules()
    _give_execution_classes_to_spark_only()
    _update_glue_jobs()
    _interleave_log_streams()


def _weigh_only_unconditional_bucket_policies() -> None:
    """Symptom: 403 for every upload to a bucket whose policy denies plain HTTP (`aws:SecureTransport`).

    moto takes a condition whose key it has no value for as fulfilled enough to deny. The sandbox is plain HTTP in the
    place of TLS, and knows nothing of the other keys either, so statements with conditions are left out.
    """
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket

    def get_permission(self: Any, action: str, resource: str) -> Any:
        policy = json.loads(self.policy.decode()) if self.policy else {}
        statements = policy.get("Statement", [])
        statements = statements if isinstance(statements, list) else [statements]
        weighed = [statement for statement in statements if not statement.get("Condition")]
        if not weighed:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({**policy, "Statement": weighed})).is_action_permitted(action, resource)

    FakeBucket.get_permission = get_permission


def _keep_descriptions_of_group_rules() -> None:
    """Symptom: `aws_vpc_security_group_ingress_rule` with a referenced group and a description never comes to rest.

    moto reads a rule's description from its address range alone.
    """
    from moto.ec2.models.security_groups import SecurityGroupRule

    def description(self: Any) -> Any:
        return self.ip_range.get("Description") or self.source_group.get("Description")

    SecurityGroupRule.description = property(description)


def _give_execution_classes_to_spark_only() -> None:
    """Symptom: the second plan takes `execution_class = "STANDARD"` away from a Glue job of the Python shell."""
    from moto.glue.models import FakeJob

    whole = FakeJob.as_dict

    def as_dict(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = whole(self)
        if (self.command or {}).get("Name") == "pythonshell":
            found["ExecutionClass"] = None
        return found

    FakeJob.as_dict = as_dict


def _update_glue_jobs() -> None:
    """Symptom: 501 for UpdateJob, with which every change of an `aws_glue_job` ends.

    As in AWS, what JobUpdate leaves out goes back to nothing.
    """
    from moto.core.responses import ActionResult
    from moto.core.utils import camelcase_to_underscores, utcnow
    from moto.glue.responses import GlueResponse

    kept = {"Name", "CreatedOn", "ExecutionClass"}

    def update_job(self: Any) -> Any:
        name = self._get_param("JobName")
        job = self.glue_backend.get_job(name)
        update = self._get_param("JobUpdate") or {}
        for key in job.as_dict().keys() - kept:
            setattr(job, camelcase_to_underscores(key), update.get(key))
        job.default_arguments = job.default_arguments or {}
        job.execution_property = job.execution_property or {}
        job.last_modified_on = utcnow()
        return ActionResult({"JobName": name})

    GlueResponse.update_job = update_job


def _interleave_log_streams() -> None:
    """Symptom: `mwaactl logs` shows one stream after the other, so that the newest event is somewhere in the middle.

    CloudWatch sorts by time whatever `interleaved` says, which is ignored since 2019 (FilterLogEvents, API reference).
    """
    from moto.logs.models import LogGroup

    by_stream = LogGroup.filter_log_events

    def filter_log_events(self: Any, *arguments: Any) -> Any:
        return by_stream(self, *arguments[:-1], True)

    LogGroup.filter_log_events = filter_log_events
