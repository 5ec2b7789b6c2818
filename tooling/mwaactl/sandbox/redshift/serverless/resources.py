"""A namespace (what is stored) and a workgroup (what computes), as the API shows them."""

from __future__ import annotations

import json
import secrets
import string
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mwaactl.sandbox.premises import Premises
from mwaactl.sandbox.redshift.copying import Account
from mwaactl.sandbox.redshift.warehouse import FOLDER

DEFAULT_DATABASE = "dev"
DEFAULT_USER = "admin"
AWS_OWNED_KEY = "AWS_OWNED_KMS_KEY"
PORT = 5439
NAMESPACE_MEMBERS = ("adminPasswordSecretKmsKeyId", "defaultIamRoleArn", "kmsKeyId", "logExports")
WORKGROUP_MEMBERS = ("enhancedVpcRouting", "maxCapacity", "publiclyAccessible", "securityGroupIds", "subnetIds")
DEFAULT_PARAMETERS = {
    "auto_mv": "true",
    "datestyle": "ISO, MDY",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "query_group": "default",
    "require_ssl": "false",
    "search_path": "$user, public",
    "use_fips_ssl": "false",
}
"""AWS shows every workgroup with all of these, whatever was asked for (acceptance tests of the provider)."""


@dataclass
class Owner:
    """The account and Region of a resource."""

    account_id: str
    region: str
    partition: str

    def arn(self, kind: str, identity: str) -> str:
        """Of a namespace or a workgroup."""
        return f"arn:{self.partition}:redshift-serverless:{self.region}:{self.account_id}:{kind}/{identity}"


@dataclass
class Namespace:
    """`settings` are members of the API."""

    name: str
    owner: Owner
    settings: dict[str, Any]
    secret_arn: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def arn(self) -> str:
        """Made of the id, as in AWS."""
        return self.owner.arn("namespace", self.id)

    @property
    def database(self) -> str:
        """The database that there is."""
        return str(self.settings.get("dbName") or DEFAULT_DATABASE)

    @property
    def folder(self) -> Path:
        """Where its databases lie."""
        return Premises.current.directory.resolve() / FOLDER / self.id

    @property
    def account(self) -> Account:
        """Who COPY is."""
        roles = self.settings.get("iamRoles") or []
        return Account(self.owner.account_id, self.settings.get("defaultIamRoleArn", ""), roles)

    def update(self, given: Mapping[str, Any]) -> None:
        """Take the members given, make or remove the secret."""
        self.settings.update({key: value for key, value in given.items() if key not in ("tags", "adminUserPassword")})
        wanted = self.settings.get("manageAdminPassword", False)
        if wanted and not self.secret_arn:
            self.secret_arn = self._make_secret()
        elif not wanted:
            self.remove_secret()

    def remove_secret(self) -> None:
        """Remove the administrator's secret, if there is one."""
        from moto.secretsmanager.models import secretsmanager_backends

        if self.secret_arn:
            backend = secretsmanager_backends[self.owner.account_id][self.owner.region]
            backend.delete_secret(self.secret_arn, recovery_window_in_days=None, force_delete_without_recovery=True)
            self.secret_arn = ""

    def description(self) -> dict[str, Any]:
        """The members of Namespace in the API."""
        found = {
            "adminUsername": self.settings.get("adminUsername") or DEFAULT_USER,
            "creationDate": self.created_at,
            "dbName": self.database,
            "iamRoles": [
                f"IamRole(applyStatus=in-sync, iamRoleArn={arn})" for arn in self.settings.get("iamRoles") or []
            ],
            "kmsKeyId": AWS_OWNED_KEY,
            "logExports": [],
            "namespaceArn": self.arn,
            "namespaceId": self.id,
            "namespaceName": self.name,
            "status": "AVAILABLE",
        }
        found.update({key: self.settings[key] for key in NAMESPACE_MEMBERS if self.settings.get(key)})
        if self.secret_arn:
            found["adminPasswordSecretArn"] = self.secret_arn
        return found

    def _make_secret(self) -> str:
        from moto.secretsmanager.models import secretsmanager_backends

        backend = secretsmanager_backends[self.owner.account_id][self.owner.region]
        password = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
        user = self.settings.get("adminUsername") or DEFAULT_USER
        secret = backend.create_managed_secret(
            "redshift",
            f"redshift!{self.name}-{user}",
            secret_string=json.dumps({"username": user, "password": password}),
            description=f"Secret associated with the Redshift Serverless namespace {self.arn}",
            kms_key_id=self.settings.get("adminPasswordSecretKmsKeyId"),
        )
        return str(secret.arn)


@dataclass
class Workgroup:
    """`settings` are members of the API."""

    name: str
    owner: Owner
    settings: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def arn(self) -> str:
        """Made of the id, as in AWS."""
        return self.owner.arn("workgroup", self.id)

    @property
    def namespace_name(self) -> str:
        """Whose data it computes on."""
        return str(self.settings["namespaceName"])

    def description(self) -> dict[str, Any]:
        """The members of Workgroup in the API."""
        given = {one["parameterKey"]: one["parameterValue"] for one in self.settings.get("configParameters") or []}
        parameters = {**DEFAULT_PARAMETERS, **given}
        address = f"{self.name}.{self.owner.account_id}.{self.owner.region}.redshift-serverless.amazonaws.com"
        found: dict[str, Any] = {
            "baseCapacity": self.settings.get("baseCapacity") or 128,
            "configParameters": [
                {"parameterKey": key, "parameterValue": value} for key, value in sorted(parameters.items())
            ],
            "creationDate": self.created_at,
            "endpoint": {"address": address, "port": self.settings.get("port") or PORT, "vpcEndpoints": []},
            "enhancedVpcRouting": False,
            "namespaceName": self.namespace_name,
            "port": self.settings.get("port") or PORT,
            "publiclyAccessible": False,
            "status": "AVAILABLE",
            "workgroupArn": self.arn,
            "workgroupId": self.id,
            "workgroupName": self.name,
            "workgroupVersion": "1.0",
        }
        found.update({key: self.settings[key] for key in WORKGROUP_MEMBERS if self.settings.get(key) is not None})
        return found
