"""The backend of Redshift Serverless of one account and Region, in moto's layout."""

from __future__ import annotations

import re
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.utilities.tagging_service import TaggingService

from mwaactl.sandbox.redshift.serverless.exceptions import (
    ConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from mwaactl.sandbox.redshift.serverless.resources import (
    DEFAULT_PARAMETERS,
    Namespace,
    Owner,
    Workgroup,
)
from mwaactl.sandbox.redshift.warehouse import close_below

NAME = re.compile(r"[a-z0-9-]{3,64}")
CAPACITIES = range(8, 1025, 8)
LIMITS = re.compile(r"max_[a-z_]+")  # query monitoring rules, which may be among the parameters


class RedshiftServerlessBackend(BaseBackend):  # type: ignore[misc]
    """All namespaces and workgroups."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.namespaces: dict[str, Namespace] = {}
        self.workgroups: dict[str, Workgroup] = {}
        self.tagger = TaggingService("tags", "key", "value")

    @property
    def _owner(self) -> Owner:
        return Owner(self.account_id, self.region_name, self.partition)

    def create_namespace(self, given: dict[str, Any]) -> Namespace:
        """Raises ValidationException, ConflictException."""
        name = _checked_name(given.get("namespaceName"), "namespaceName")
        if name in self.namespaces:
            raise ConflictException(f"Namespace {name} already exists.")
        _check_roles(given)
        made = Namespace(name, self._owner, {})
        made.update(given)
        self.namespaces[name] = made
        self.tagger.tag_resource(made.arn, given.get("tags") or [])
        return made

    def namespace(self, name: str) -> Namespace:
        """Raises ResourceNotFoundException."""
        if name not in self.namespaces:
            raise ResourceNotFoundException(f"Namespace {name} not found.")
        return self.namespaces[name]

    def update_namespace(self, given: dict[str, Any]) -> Namespace:
        """Raises ResourceNotFoundException, ValidationException."""
        found = self.namespace(given["namespaceName"])
        _check_roles({**found.settings, **given})
        found.update(given)
        return found

    def delete_namespace(self, name: str) -> Namespace:
        """Remove it and its data. Raises ResourceNotFoundException, ConflictException."""
        found = self.namespace(name)
        if any(workgroup.namespace_name == name for workgroup in self.workgroups.values()):
            raise ConflictException(f"Namespace {name} has a workgroup: delete that first.")
        found.remove_secret()
        close_below(found.folder)
        self.tagger.delete_all_tags_for_resource(found.arn)
        return self.namespaces.pop(name)

    def create_workgroup(self, given: dict[str, Any]) -> Workgroup:
        """Raises ValidationException, ConflictException, ResourceNotFoundException."""
        name = _checked_name(given.get("workgroupName"), "workgroupName")
        if name in self.workgroups:
            raise ConflictException(f"Workgroup {name} already exists.")
        namespace = self.namespace(given.get("namespaceName", "")).name
        if any(workgroup.namespace_name == namespace for workgroup in self.workgroups.values()):
            raise ConflictException(f"There is already a workgroup associated with the namespace {namespace}.")
        self._check(given)
        made = Workgroup(name, self._owner, {key: value for key, value in given.items() if key != "tags"})
        self.workgroups[name] = made
        self.tagger.tag_resource(made.arn, given.get("tags") or [])
        return made

    def workgroup(self, name: str) -> Workgroup:
        """Raises ResourceNotFoundException."""
        if name not in self.workgroups:
            raise ResourceNotFoundException(f"Workgroup {name} not found.")
        return self.workgroups[name]

    def update_workgroup(self, given: dict[str, Any]) -> Workgroup:
        """Raises ResourceNotFoundException, ValidationException."""
        found = self.workgroup(given["workgroupName"])
        self._check(given)
        found.settings.update(given)
        return found

    def delete_workgroup(self, name: str) -> Workgroup:
        """The data stays with the namespace. Raises ResourceNotFoundException."""
        found = self.workgroup(name)
        self.tagger.delete_all_tags_for_resource(found.arn)
        return self.workgroups.pop(name)

    def check_arn(self, arn: str) -> str:
        """Raises ResourceNotFoundException."""
        known = {one.arn for one in self.namespaces.values()} | {one.arn for one in self.workgroups.values()}
        if arn not in known:
            raise ResourceNotFoundException(f"Resource {arn} not found.")
        return arn

    def _check(self, given: dict[str, Any]) -> None:
        """Capacity, parameters, and what must be there in the VPC."""
        if given.get("baseCapacity") is not None and given["baseCapacity"] not in CAPACITIES:
            raise ValidationException("Base capacity must be 8 to 1024 RPUs, in steps of 8.")
        for one in given.get("configParameters") or []:
            key = one["parameterKey"]
            if key not in DEFAULT_PARAMETERS and not LIMITS.fullmatch(key):
                raise ValidationException(f"The parameter key {key} isn't supported.")
        self._check_network(given)

    def _check_network(self, given: dict[str, Any]) -> None:
        from moto.ec2.models import ec2_backends

        ec2 = ec2_backends[self.account_id][self.region_name]
        subnets = {subnet_id: zone for zone, found in ec2.subnets.items() for subnet_id in found}
        for subnet_id in given.get("subnetIds") or []:
            if subnet_id not in subnets:
                raise ValidationException(f"The subnet ID '{subnet_id}' does not exist.")
        if given.get("subnetIds") and len({subnets[one] for one in given["subnetIds"]}) < 3:
            raise ValidationException("Subnets of at least three Availability Zones are required.")
        for group_id in given.get("securityGroupIds") or []:
            if ec2.get_security_group_from_id(group_id) is None:
                raise ValidationException(f"The security group '{group_id}' does not exist.")


def find_namespace(account_id: str, region: str, workgroup_name: str) -> Namespace | None:
    """The namespace whose data a workgroup computes on."""
    backend: RedshiftServerlessBackend = redshiftserverless_backends[account_id][region]
    workgroup = backend.workgroups.get(workgroup_name)
    return backend.namespaces[workgroup.namespace_name] if workgroup else None


def _checked_name(name: str | None, member: str) -> str:
    if not name or not NAME.fullmatch(name):
        raise ValidationException(f"{member} must be 3 to 64 small letters, digits and hyphens.")
    return name


def _check_roles(given: dict[str, Any]) -> None:
    default = given.get("defaultIamRoleArn")
    if default and default not in (given.get("iamRoles") or []):
        raise ValidationException("The default IAM role must be one of the IAM roles of the namespace.")


redshiftserverless_backends: Any = BackendDict(RedshiftServerlessBackend, "redshift")
