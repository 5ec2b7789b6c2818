"""What a plan would say of the MWAA environment, made from its YAML alone: for checks where nothing may be planned."""

from __future__ import annotations

from typing import Any

from mwaactl.model.environment import Environment
from mwaactl.model.state import MWAA_TYPE

ADDRESS = f"module.mwaa.{MWAA_TYPE}.this"

_AS_WRITTEN = (
    "airflow_configuration_options",
    "airflow_version",
    "dag_s3_path",
    "endpoint_management",
    "environment_class",
    "max_webservers",
    "max_workers",
    "min_webservers",
    "min_workers",
    "schedulers",
    "webserver_access_mode",
    "weekly_maintenance_window_start",
)
"""Arguments of the resource that are keys of `mwaa` under the same name: modules/mwaa hands them on as they are."""


def planned_environment(environment: Environment) -> dict[str, Any]:
    """A document in the form of `terraform show -json PLANFILE` with nothing in it but the MWAA environment."""
    mwaa = environment.mwaa
    logs = mwaa.logging_configuration.model_dump()
    values = {name: getattr(mwaa, name) for name in _AS_WRITTEN}
    values |= {
        "name": environment.mwaa_name,
        "kms_key": None if environment.encryption.kms_key == "aws_owned" else environment.encryption.kms_key,
        "logging_configuration": [{name: [log] for name, log in logs.items()}],
        "tags_all": _tags(environment),
    }
    resource = {"address": ADDRESS, "mode": "managed", "type": MWAA_TYPE, "name": "this", "values": values}
    module = {"address": "module.mwaa", "resources": [resource]}
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    return {
        "format_version": "1.2",
        "terraform_version": "",  # checkov takes nothing without it for a plan
        "planned_values": {"root_module": {"child_modules": [module]}},
        "resource_changes": [{**resource, "module_address": "module.mwaa", "change": change}],
        "configuration": {"root_module": {}},
    }


def _tags(environment: Environment) -> dict[str, str]:
    """As terraform/versions.tf sets them."""
    given = {**environment.tags, **({"ttl": environment.ttl} if environment.ttl else {})}
    return {
        **given,
        "environment": environment.name,
        "managed-by": "mwaactl",
        "project": environment.project,
    }
