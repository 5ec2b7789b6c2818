"""Plain Terraform in the sandbox: the scenarios of the AWS provider's acceptance tests for aws_mwaa_environment.

All scenarios share each step (see acceptance/main.tf), since a Terraform run costs seconds and a step nothing more.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sandbox_fixtures import ACCOUNT, REGION, Terraform, client, inside, plain_terraform

from mwaactl.adapters.sandbox import SandboxState

pytestmark = [pytest.mark.integration, pytest.mark.terraform]

LOGS = ("dag_processing_logs", "scheduler_logs", "task_logs", "webserver_logs", "worker_logs")
BEFORE = {"log_level": "CRITICAL", "logs_enabled": "true", "plugins": "one"}
AFTER = {"log_level": "INFO", "logs_enabled": "false", "plugins": "two"}
EMPTY_PLAN = ("plan", "-detailed-exitcode", "-lock=false")


def test_environment_when_run_through_the_acceptance_scenarios_then_every_plan_comes_to_rest(
    state: SandboxState, tmp_path: Path
) -> None:
    terraform = initialized(state, tmp_path)

    terraform.variables = {**BEFORE, "airflow_configuration_options": options("1", "16")}
    terraform("apply", "-auto-approve")
    terraform(*EMPTY_PLAN)
    first = values(state)
    check_defaults(first["aws_mwaa_environment.basic"])
    check_full(first["aws_mwaa_environment.full"])
    check_logs(first["aws_mwaa_environment.log"], is_on=True, level="CRITICAL")
    check_options(first["aws_mwaa_environment.options"], "1", "16")

    terraform.variables = {**AFTER, "airflow_configuration_options": options("2", "32")}
    changed = terraform("apply", "-auto-approve").stdout
    assert "0 added, 4 changed, 0 destroyed" in changed
    second = values(state)
    check_logs(second["aws_mwaa_environment.log"], is_on=False, level="INFO")
    check_options(second["aws_mwaa_environment.options"], "2", "32")
    pinned = "plugins_s3_object_version"
    assert second["aws_mwaa_environment.full"][pinned] == second["aws_s3_object.plugins"]["version_id"]
    assert second["aws_mwaa_environment.full"][pinned] != first["aws_mwaa_environment.full"][pinned]

    terraform.variables = dict(AFTER)
    client(state, "mwaa").delete_environment(Name="basic")
    terraform("state", "rm", "aws_mwaa_environment.full")
    imported = 'import {\n  to = aws_mwaa_environment.full\n  id = "full"\n}\n'
    (terraform.directory / "import.tf").write_text(imported, encoding="utf-8")
    again = terraform("apply", "-auto-approve").stdout
    assert "1 imported, 1 added, 1 changed, 0 destroyed" in again
    third = values(state)
    assert not third["aws_mwaa_environment.options"]["airflow_configuration_options"]
    assert third["aws_mwaa_environment.full"] == {**second["aws_mwaa_environment.full"], "timeouts": None}
    terraform(*EMPTY_PLAN)

    terraform("destroy", "-auto-approve")
    check_nothing_left(state)


def initialized(state: SandboxState, directory: Path) -> Terraform:
    """The acceptance configuration with its state in the sandbox's S3, locked by a lock file."""
    bucket = f"tfstate-{ACCOUNT}"
    place = {"LocationConstraint": REGION}
    client(state, "s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    root = directory / "acceptance"
    shutil.copytree(Path(__file__).with_name("acceptance"), root)
    terraform = plain_terraform(root, inside(state))
    backend = {"bucket": bucket, "key": "acceptance/terraform.tfstate", "region": REGION, "use_lockfile": "true"}
    terraform("init", *(f"-backend-config={key}={value}" for key, value in backend.items()))
    return terraform


def values(state: SandboxState) -> dict[str, dict[str, Any]]:
    """The attributes of all resources, by address, from the state in the bucket: `terraform show` costs seconds."""
    body = client(state, "s3").get_object(Bucket=f"tfstate-{ACCOUNT}", Key="acceptance/terraform.tfstate")["Body"]
    with body:
        resources = json.load(body)["resources"]
    return {f"{one['type']}.{one['name']}": one["instances"][0]["attributes"] for one in resources}


def options(retries: str, parallelism: str) -> str:
    """The variable as JSON, which is HCL too."""
    return json.dumps({"core.default_task_retries": retries, "core.parallelism": parallelism})


def check_options(environment: dict[str, Any], retries: str, parallelism: str) -> None:
    """As testAccEnvironmentConfig_airflowOptions expects."""
    assert environment["airflow_configuration_options"] == json.loads(options(retries, parallelism))


def check_defaults(environment: dict[str, Any]) -> None:
    """As testAccEnvironmentConfig_basic expects."""
    expected = {
        "schedulers": 2,
        "min_workers": 1,
        "max_workers": 10,
        "environment_class": "mw1.small",
        "webserver_access_mode": "PRIVATE_ONLY",
        "dag_s3_path": "dags/",
        "arn": f"arn:aws:airflow:{REGION}:{ACCOUNT}:environment/basic",
        "status": "AVAILABLE",
    }
    assert {name: environment[name] for name in expected} == expected
    for computed in ("airflow_version", "created_at", "service_role_arn", "webserver_url"):
        assert environment[computed]
    assert environment["weekly_maintenance_window_start"]
    (logging,) = environment["logging_configuration"]
    for module in LOGS:
        (block,) = logging[module]
        assert (block["enabled"], block["log_level"]) == (module == "task_logs", "INFO")
        assert bool(block["cloud_watch_log_group_arn"]) == (module == "task_logs")


def check_logs(environment: dict[str, Any], *, is_on: bool, level: str) -> None:
    """As testAccEnvironmentConfig_logging expects."""
    (logging,) = environment["logging_configuration"]
    for module in LOGS:
        (block,) = logging[module]
        assert (block["enabled"], block["log_level"]) == (is_on, level)
        assert bool(block["cloud_watch_log_group_arn"]) == is_on


def check_full(environment: dict[str, Any]) -> None:
    """As testAccEnvironmentConfig_full expects."""
    expected = {
        "airflow_version": "2.10.3",
        "environment_class": "mw1.medium",
        "max_workers": 20,
        "min_workers": 15,
        "max_webservers": 3,
        "schedulers": 3,
        "plugins_s3_path": "plugins.zip",
        "requirements_s3_path": "requirements.txt",
        "startup_script_s3_path": "startup.sh",
        "webserver_access_mode": "PUBLIC_ONLY",
        "weekly_maintenance_window_start": "SAT:03:00",
        "tags": {"Name": "full", "Environment": "production"},
    }
    assert {name: environment[name] for name in expected} == expected
    assert environment["kms_key"].startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")


def check_nothing_left(state: SandboxState) -> None:
    """Only the bucket with the state remains, and the log groups, which MWAA itself leaves behind too."""
    assert client(state, "mwaa").list_environments()["Environments"] == []
    assert [bucket["Name"] for bucket in client(state, "s3").list_buckets()["Buckets"]] == [f"tfstate-{ACCOUNT}"]
    assert client(state, "iam").list_roles()["Roles"] == []
    assert [vpc for vpc in client(state, "ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
    locks = client(state, "s3").list_objects_v2(Bucket=f"tfstate-{ACCOUNT}")["Contents"]
    assert [one["Key"] for one in locks] == ["acceptance/terraform.tfstate"]
