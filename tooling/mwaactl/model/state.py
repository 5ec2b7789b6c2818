"""What mwaactl reads of a Terraform state (format version 4) and of its lock object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPTIONS = "airflow_configuration_options"
"""The argument of the MWAA environment that the provider marks as sensitive as a whole."""

MWAA_TYPE = "aws_mwaa_environment"


@dataclass(frozen=True)
class StateLock:
    """The lock object of the S3 backend: who holds it, for what, since when."""

    id: str
    who: str
    operation: str
    since: str


@dataclass(frozen=True)
class State:
    """Serial, outputs and what needs care of one environment's state. Sensitive outputs are left out.

    `object_digests` are the SHA-256 digests of uploaded artifacts by their S3 version ids.
    """

    serial: int
    lineage: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    tainted_environments: tuple[str, ...] = ()
    resource_count: int = 0
    object_digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Does the state hold no resource?"""
        return self.resource_count == 0


def state_from_json(document: Mapping[str, Any]) -> State:
    """Read a state file."""
    managed = [resource for resource in document.get("resources", []) if resource.get("mode") == "managed"]
    return State(
        serial=int(document.get("serial", 0)),
        lineage=str(document.get("lineage", "")),
        outputs={
            name: output.get("value")
            for name, output in document.get("outputs", {}).items()
            if not output.get("sensitive")
        },
        tainted_environments=tuple(
            _address(resource)
            for resource in managed
            if resource["type"] == MWAA_TYPE and any(i.get("status") == "tainted" for i in resource["instances"])
        ),
        object_digests={
            str(attributes["version_id"]): str(attributes["source_hash"])
            for resource in managed
            if resource["type"] == "aws_s3_object"
            for attributes in (instance.get("attributes", {}) for instance in resource["instances"])
            if attributes.get("version_id") and attributes.get("source_hash")
        },
        resource_count=sum(len(resource["instances"]) for resource in managed),
    )


def lock_from_json(document: Mapping[str, Any]) -> StateLock:
    """Read a `.tflock` object."""
    return StateLock(
        id=str(document.get("ID", "")),
        who=str(document.get("Who", "somebody")),
        operation=str(document.get("Operation", "")).removeprefix("OperationType").lower(),
        since=str(document.get("Created", "")).split(".", maxsplit=1)[0].replace("T", " "),
    )


def _address(resource: Mapping[str, Any]) -> str:
    own = f"{resource['type']}.{resource['name']}"
    return f"{resource['module']}.{own}" if resource.get("module") else own
