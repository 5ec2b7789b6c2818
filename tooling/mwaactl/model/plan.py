"""A Terraform plan as data: what would change, and what holds state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mwaactl.model.redaction import masked

# Losing one of these loses data or history: the environment's metadata database, DAGs, logs, keys, tables, secrets.
STATEFUL_TYPES = frozenset(
    {
        "aws_backup_vault",
        "aws_cloudwatch_log_group",
        "aws_db_instance",
        "aws_docdb_cluster",
        "aws_dynamodb_table",
        "aws_ebs_volume",
        "aws_ecr_repository",
        "aws_efs_file_system",
        "aws_glue_catalog_database",
        "aws_glue_catalog_table",
        "aws_kinesis_stream",
        "aws_kms_external_key",
        "aws_kms_key",
        "aws_kms_replica_key",
        "aws_mwaa_environment",
        "aws_neptune_cluster",
        "aws_opensearch_domain",
        "aws_rds_cluster",
        "aws_redshift_cluster",
        "aws_redshiftserverless_namespace",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
        "aws_sqs_queue",
    }
)
SENSITIVE = "(sensitive)"
UNKNOWN = "(known after apply)"


class Action(StrEnum):
    """What Terraform would do to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    READ = "read"
    NONE = "no-op"
    FORGET = "forget"


@dataclass(frozen=True)
class AttributeChange:
    """One top-level attribute before and after, as text; sensitive values are masked."""

    name: str
    before: str
    after: str
    forces_replacement: bool = False


@dataclass(frozen=True)
class ResourceChange:
    """One entry of the plan's `resource_changes`."""

    address: str
    type: str
    action: Action
    attributes: tuple[AttributeChange, ...] = ()

    @property
    def is_loss(self) -> bool:
        """Would this delete or replace something that holds state?"""
        return self.action in (Action.DELETE, Action.REPLACE) and self.type in STATEFUL_TYPES

    @property
    def forced_by(self) -> tuple[str, ...]:
        """The attributes that force a replacement."""
        return tuple(attribute.name for attribute in self.attributes if attribute.forces_replacement)

    def attribute(self, name: str) -> AttributeChange | None:
        """The change of one attribute, if it changes."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True)
class Plan:
    """All changes of one environment, in Terraform's order; reads and no-ops are left out.

    `imported` are the addresses of what is there and comes under Terraform's management, whether it changes or not.
    """

    environment: str
    changes: tuple[ResourceChange, ...]
    changed_outputs: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Is there nothing to apply?"""
        return not self.changes and not self.changed_outputs and not self.imported

    def count(self, action: Action) -> int:
        """How many resources get this action."""
        return sum(change.action is action for change in self.changes)

    @property
    def summary(self) -> str:
        """One line such as `3 to create, 1 to update`."""
        words = [f"{len(self.imported)} to import"] if self.imported else []
        words += [f"{self.count(action)} to {action}" for action in Action if self.count(action)]
        return ", ".join(words) or ("outputs only" if self.changed_outputs else "no changes")


def plan_from_json(environment: str, document: Mapping[str, Any]) -> Plan:
    """Read `terraform show -json PLANFILE` (format_version 1.x; unknown fields are ignored, as HashiCorp asks)."""
    changes = [_resource_change(entry) for entry in document.get("resource_changes", [])]
    outputs = [
        name
        for name, change in document.get("output_changes", {}).items()
        if change.get("actions", ["no-op"]) != ["no-op"]
    ]
    return Plan(
        environment,
        tuple(change for change in changes if change.action not in (Action.NONE, Action.READ)),
        tuple(sorted(outputs)),
        tuple(entry["address"] for entry in document.get("resource_changes", []) if entry["change"].get("importing")),
    )


def _resource_change(entry: Mapping[str, Any]) -> ResourceChange:
    change = entry["change"]
    action = _action(change["actions"])
    attributes: tuple[AttributeChange, ...] = ()
    if action in (Action.UPDATE, Action.REPLACE):
        attributes = _attributes(change)
    return ResourceChange(entry["address"], entry["type"], action, attributes)


def _action(actions: Sequence[str]) -> Action:
    if "delete" in actions and "create" in actions:
        return Action.REPLACE
    return Action(actions[0]) if len(actions) == 1 else Action.FORGET


def _attributes(change: Mapping[str, Any]) -> tuple[AttributeChange, ...]:
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    hidden_before, hidden_after = change.get("before_sensitive") or {}, change.get("after_sensitive") or {}
    forcing = {str(path[0]) for path in change.get("replace_paths", []) if path}
    found = []
    for name in sorted({*before, *after, *unknown}):
        is_unknown = bool(_has_true(unknown.get(name)))
        if before.get(name) == after.get(name) and not is_unknown:
            continue
        if is_unknown and name not in forcing and action_is_replace(change):
            continue  # every computed attribute of a replaced resource is new: saying so is noise
        is_hidden = _has_true(hidden_before.get(name)) or _has_true(hidden_after.get(name))
        found.append(
            AttributeChange(
                name,
                SENSITIVE if is_hidden else as_text(masked(name, before.get(name))),
                SENSITIVE if is_hidden else UNKNOWN if is_unknown else as_text(masked(name, after.get(name))),
                name in forcing,
            )
        )
    return tuple(found)


def action_is_replace(change: Mapping[str, Any]) -> bool:
    """Does this change of the plan JSON delete and create?"""
    return _action(change["actions"]) is Action.REPLACE


def as_text(value: object, limit: int = 80) -> str:
    """A value for one line of a plan: JSON-like, cut at `limit` characters."""
    import json

    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _has_true(marks: object) -> bool:
    if isinstance(marks, Mapping):
        return any(_has_true(mark) for mark in marks.values())
    if isinstance(marks, list):
        return any(_has_true(mark) for mark in marks)
    return marks is True
