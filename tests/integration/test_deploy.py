"""The pipeline from YAML to a running environment, and back to nothing: real Terraform, provider and boto3."""

from __future__ import annotations

import json
import os
import subprocess  # noqa: TID251 - plain Terraform, from a shell
from pathlib import Path
from typing import Any

import pytest

from integration.project_fixtures import Copy, copy

__all__ = ["copy"]

pytestmark = pytest.mark.integration

ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"
REQUIREMENTS = 'module.artifacts.aws_s3_object.this["requirements"]'


@pytest.fixture(scope="module")
def fleet(copy: Copy) -> Copy:
    """dev deployed alone, then stage and prod together with it."""
    alone = copy.ok("--sandbox", "deploy", "dev", "--yes", "--output", "json").envelope
    assert alone["data"][0]["data"]["status"] == "AVAILABLE"
    together = copy.ok("--sandbox", "deploy", "--all", "--yes", "--output", "json").envelope
    assert [item["environment"] for item in together["data"]] == ["dev", "prod", "stage"]
    assert {item["data"]["status"] for item in together["data"]} == {"AVAILABLE"}
    return copy


def test_second_plan_is_empty_everywhere(fleet: Copy) -> None:
    run = fleet.ok("--sandbox", "plan", "--all", "--detailed-exitcode", "--output", "json")
    assert all(item["data"]["plan"]["changes"] == [] for item in run.envelope["data"])


def test_deploy_tells_what_a_person_needs(fleet: Copy) -> None:
    run = fleet.ok("--sandbox", "deploy", "dev", "--yes")
    for text in (
        "sandbox start --airflow",
        "s3://retail-dev-mwaa-111111111111-eu-west-1",
        "AVAILABLE",
        "release",
        "no changes",
    ):
        assert text in run.out
    assert run.out.count("\n") < 12


def test_each_environment_lives_in_its_own_account(fleet: Copy) -> None:
    for name in ("dev", "stage", "prod"):
        assert fleet.client("mwaa", name).list_environments()["Environments"] == [f"retail-{name}"]


def test_bucket_holds_the_dags_and_not_the_artifacts_of_terraform_twice(fleet: Copy) -> None:
    listing = fleet.client("s3").list_objects_v2(Bucket=fleet.model("dev").bucket_name)["Contents"]
    keys = {entry["Key"] for entry in listing}
    assert {"dags/first_steps.py", "requirements.txt", "plugins.zip", "startup.sh"} <= keys
    assert not any(key.startswith("dags/plugins/") or key == "dags/requirements.txt" for key in keys)


CHANGES: dict[str, Any] = {
    "environment_class": "mw1.medium",
    "airflow_configuration_options": {"core.parallelism": "64"},
    "logging_configuration": {"task_logs": {"enabled": True, "log_level": "DEBUG"}},
}


def merge(document: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict):
            merge(document[key], value)
        else:
            document[key] = value


def test_changed_class_option_and_log_level_update_just_these_in_place(fleet: Copy) -> None:
    path = fleet.root / "envs" / "dev.yaml"
    before = path.read_text()
    try:
        fleet.change("dev", lambda document: merge(document, {"mwaa": CHANGES}))
        run = fleet.ok("--sandbox", "plan", "dev", "--output", "json")
        [change] = run.envelope["data"][0]["data"]["plan"]["changes"]
        assert (change["address"], change["action"]) == (ENVIRONMENT, "update")
        assert {attribute["name"] for attribute in change["attributes"]} == set(CHANGES)
        options = next(item for item in change["attributes"] if item["name"] == "airflow_configuration_options")
        assert options["after"] == "(sensitive)"
    finally:
        path.write_text(before)


def test_changed_requirements_update_the_object_and_the_environment(fleet: Copy) -> None:
    path = fleet.root / "dags" / "requirements.txt"
    before = path.read_text()
    try:
        path.write_text(before + "\n# changed\n")
        assert fleet.plan_of("dev") == {ENVIRONMENT: "update", REQUIREMENTS: "update"}
    finally:
        path.write_text(before)


def test_plugins_built_again_on_another_clock_and_umask_change_nothing(fleet: Copy) -> None:
    for path in (fleet.root / "dags" / "plugins").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    (fleet.root / ".mwaactl" / "dev" / "plugins.zip").unlink()
    assert fleet.plan_of("dev") == {}


def test_changed_tag_updates_tags_only(fleet: Copy) -> None:
    path = fleet.root / "envs" / "dev.yaml"
    before = path.read_text()
    try:
        fleet.change("dev", lambda document: merge(document, {"tags": {"owner": "somebody-else"}}))
        run = fleet.ok("--sandbox", "plan", "dev", "--output", "json")
        changes = run.envelope["data"][0]["data"]["plan"]["changes"]
        assert {change["action"] for change in changes} == {"update"}
        attributes = {attribute["name"] for change in changes for attribute in change["attributes"]}
        assert attributes <= {"tags", "tags_all"}
    finally:
        path.write_text(before)


def test_airflow_3_in_prod_is_refused_with_what_to_do_instead(fleet: Copy) -> None:
    path = fleet.root / "envs" / "prod.yaml"
    before = path.read_text()
    try:
        fleet.change("prod", lambda document: merge(document, {"mwaa": {"airflow_version": "3.0.6"}}))
        run = fleet.run("--sandbox", "deploy", "prod", "--yes", "--skip-checks", "--output", "json")
        assert run.code == 3, run.everything
        [error] = run.envelope["errors"]
        [finding] = [detail for detail in error["details"] if detail["id"] == "GUARD_REPLACE"]
        assert finding["address"] == ENVIRONMENT
        assert "forced by airflow_version" in finding["message"]
        assert "2.11.x first" in finding["hint"]
        assert (
            fleet.client("mwaa", "prod").get_environment(Name="retail-prod")["Environment"]["AirflowVersion"] != "3.0.6"
        )
    finally:
        path.write_text(before)


def test_plan_then_apply_applies_it_and_a_stale_one_is_refused(fleet: Copy) -> None:
    fleet.change("dev", lambda document: merge(document, {"mwaa": {"max_workers": 3}}))
    fleet.ok("--sandbox", "plan", "dev")
    fleet.change("dev", lambda document: merge(document, {"mwaa": {"max_workers": 4}}))
    stale = fleet.run("--sandbox", "apply", "dev", "--yes", "--output", "json")
    assert stale.code == 1
    assert stale.envelope["errors"][0]["code"] == "terraform.stale_plan"
    assert "the configuration" in stale.envelope["errors"][0]["message"]
    fleet.ok("--sandbox", "plan", "dev")
    fleet.ok("--sandbox", "apply", "dev", "--yes")
    assert fleet.client("mwaa").get_environment(Name="retail-dev")["Environment"]["MaxWorkers"] == 4
    again = fleet.run("--sandbox", "apply", "dev", "--yes", "--output", "json")
    assert again.envelope["errors"][0]["hint"] == "mwaactl --sandbox plan dev"


def test_publish_uploads_what_changed_deletes_what_was_ours_and_leaves_the_rest(fleet: Copy) -> None:
    s3, bucket = fleet.client("s3"), fleet.model("dev").bucket_name
    s3.put_object(Bucket=bucket, Key="dags/of_another_team.py", Body=b"x")
    dag = fleet.root / "dags" / "extra.py"
    dag.write_text("from airflow import DAG\n")
    [added] = fleet.ok("--sandbox", "publish", "dev", "--dry-run", "--output", "json").envelope["data"]["difference"][
        "added"
    ]
    assert added["key"] == "dags/extra.py"
    fleet.ok("--sandbox", "publish", "dev", "--yes")
    assert s3.get_object(Bucket=bucket, Key="dags/extra.py")["Body"].read() == dag.read_bytes()
    dag.unlink()
    difference = fleet.ok("--sandbox", "publish", "dev", "--yes", "--output", "json").envelope["data"]["difference"]
    assert [change["key"] for change in difference["deleted"]] == ["dags/extra.py"]
    assert difference["added"] == difference["changed"] == []
    keys = {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert "dags/of_another_team.py" in keys
    assert "dags/extra.py" not in keys
    pointer = json.loads(s3.get_object(Bucket=bucket, Key=".mwaactl/current.json")["Body"].read())
    record = json.loads(s3.get_object(Bucket=bucket, Key=pointer["key"])["Body"].read())
    assert record["id"] == pointer["release"]
    assert all(file["version_id"] for file in record["files"].values())


def test_publish_mends_an_object_that_somebody_changed_behind_our_back(fleet: Copy) -> None:
    s3, bucket = fleet.client("s3"), fleet.model("dev").bucket_name
    s3.put_object(Bucket=bucket, Key="dags/first_steps.py", Body=b"broken")
    report = fleet.ok("--sandbox", "publish", "dev", "--yes", "--output", "json").envelope["data"]
    assert [change["key"] for change in report["difference"]["changed"]] == ["dags/first_steps.py"]
    body = s3.get_object(Bucket=bucket, Key="dags/first_steps.py")["Body"].read()
    assert body == (fleet.root / "dags" / "first_steps.py").read_bytes()


def test_status_and_doctor_see_the_fleet(fleet: Copy) -> None:
    rows = fleet.ok("--sandbox", "status", "--output", "json").envelope["data"]
    assert {row["environment"]: row["data"]["status"] for row in rows} == dict.fromkeys(
        ("dev", "prod", "stage"), "AVAILABLE"
    )
    doctor = fleet.ok("--sandbox", "doctor", "dev")
    assert "✗" not in doctor.out


def test_dashboard_shows_releases_dags_and_what_policy_found(fleet: Copy) -> None:
    data = fleet.ok("--sandbox", "dashboard", "stage", "--output", "json", "--out", "fleet.html").envelope["data"]
    [stage] = data["environments"]
    release = stage["standing"]["data"]["release"]
    assert [row["id"] for row in stage["releases"]["data"]["releases"] if row["is_current"]] == [release]
    dags = {dag["sketch"]["dag_id"]: dag["sketch"] for dag in stage["dags"]["data"]["dags"]}
    assert set(dags) == {"daily_retail_etl", "first_steps"}
    assert ["accept", "clean"] in dags["daily_retail_etl"]["edges"]
    judged = stage["policy"]["data"]
    assert judged["verdict"]["passed"] > 50
    assert judged["verdict"]["refusals"] == judged["changed_since"] == []
    kept = fleet.root / ".mwaactl" / "stage" / "sandbox" / "verdict.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    text = (fleet.root / "fleet.html").read_text()
    assert release in text
    assert "accept goes before clean" in text


def test_without_a_terminal_or_a_yes_nothing_happens(fleet: Copy) -> None:
    run = fleet.run("--sandbox", "destroy", "dev")
    assert run.code == 2
    assert "--yes" in run.err
    assert fleet.client("mwaa").get_environment(Name="retail-dev")["Environment"]["Status"] == "AVAILABLE"


def test_upgrade_of_prod_needs_its_name(fleet: Copy) -> None:
    path = fleet.root / "envs" / "prod.yaml"
    before = path.read_bytes()
    upgrade = ("--sandbox", "upgrade", "prod", "2.11.2", "--skip-checks", "--yes", "--output", "json")
    refused = fleet.run(*upgrade)
    assert refused.code == 3, refused.everything
    [error] = refused.envelope["errors"]
    assert [detail["id"] for detail in error["details"]] == ["UPGRADE_PROTECTED"]
    assert error["hint"] == "mwaactl --sandbox upgrade prod 2.11.2 --confirm prod"
    assert fleet.run(*upgrade, "--confirm", "retail").code == 3
    assert path.read_bytes() == before
    report = fleet.ok(*upgrade, "--confirm", "prod").envelope["data"]
    assert (report["airflow_version"], report["status"]) == ("2.11.2", "AVAILABLE")
    assert report["files"] == ["envs/prod.yaml", "envs/prod.tfvars"]
    back = ("--sandbox", "upgrade", "prod", "2.10.3", "--skip-checks", "--yes", "--confirm", "prod")
    fleet.ok(*back)
    path.write_bytes(before)
    assert fleet.plan_of("prod") == {}


@pytest.mark.last
def test_destroy_refuses_prod_without_its_name_and_then_leaves_nothing(fleet: Copy) -> None:
    refused = fleet.run("--sandbox", "destroy", "prod", "--yes", "--output", "json")
    assert refused.code == 3, refused.everything
    assert refused.envelope["errors"][0]["hint"] == "mwaactl --sandbox destroy prod --confirm prod"
    wrong = fleet.run("--sandbox", "destroy", "prod", "--yes", "--confirm", "retail")
    assert wrong.code == 3
    fleet.ok("--sandbox", "destroy", "--all", "--yes", "--confirm", "prod")
    for name in ("dev", "stage", "prod"):
        assert left_in(fleet, name) == {}


def left_in(fleet: Copy, name: str) -> dict[str, list[str]]:
    """What the account of environment `name` still holds, but for the state bucket and what every account has."""
    ec2, iam = fleet.client("ec2", name), fleet.client("iam", name)
    keys = fleet.client("kms", name)
    customer_keys = [
        key["KeyId"]
        for key in keys.list_keys()["Keys"]
        if (data := keys.describe_key(KeyId=key["KeyId"])["KeyMetadata"])["KeyManager"] == "CUSTOMER"
        and data["KeyState"] != "PendingDeletion"
    ]
    buckets = [bucket["Name"] for bucket in fleet.client("s3", name).list_buckets()["Buckets"]]
    found = {
        "environments": fleet.client("mwaa", name).list_environments()["Environments"],
        "buckets": [bucket for bucket in buckets if "terraform-state" not in bucket],
        "roles": [role["RoleName"] for role in iam.list_roles()["Roles"]],
        "policies": [policy["Arn"] for policy in iam.list_policies(Scope="Local")["Policies"]],
        "vpcs": [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
        "addresses": [address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]],
        "nat gateways": [
            gateway["NatGatewayId"]
            for gateway in ec2.describe_nat_gateways()["NatGateways"]
            if gateway["State"] != "deleted"
        ],
        "endpoints": [
            item["VpcEndpointId"] for item in ec2.describe_vpc_endpoints()["VpcEndpoints"] if item["State"] != "deleted"
        ],
        "log groups": [
            group["logGroupName"] for group in fleet.client("logs", name).describe_log_groups()["logGroups"]
        ],
        "alarms": [alarm["AlarmName"] for alarm in fleet.client("cloudwatch", name).describe_alarms()["MetricAlarms"]],
        "dashboards": [
            board["DashboardName"] for board in fleet.client("cloudwatch", name).list_dashboards()["DashboardEntries"]
        ],
        "topics": [topic["TopicArn"] for topic in fleet.client("sns", name).list_topics()["Topics"]],
        "keys": customer_keys,
    }
    return {what: names for what, names in found.items() if names}


def test_plain_terraform_works_without_mwaactl(fleet: Copy, tmp_path: Path) -> None:
    """A wrapper that can be removed: the rendered files and the AWS variables are all that Terraform needs."""
    lines = fleet.ok("sandbox", "env", "stage").out
    script = f"""
{lines}
export TF_DATA_DIR={tmp_path}/data TF_CLI_CONFIG_FILE={fleet.root}/.mwaactl/terraform.rc
terraform -chdir=terraform init -input=false -backend-config=../envs/stage.s3.tfbackend &&
terraform -chdir=terraform plan -input=false -detailed-exitcode -var-file=../envs/stage.tfvars
"""
    done = subprocess.run(["bash", "-c", script], cwd=fleet.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes." in done.stdout
