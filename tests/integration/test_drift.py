"""Changes made behind Terraform's back, found by the real program with real Terraform."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integration.project_fixtures import Copy, make_quick_copy, wait_until

pytestmark = pytest.mark.integration

NAME = "retail-dev"
SECRET = "hunter2-very-secret"
BACKDOOR = "arn:aws:iam::111111111111:policy/backdoor"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy with dev deployed; without the bucket's lifecycle rule, which alone takes 55 s."""
    made = make_quick_copy(tmp_path_factory.mktemp("drift"))
    made.ok("sandbox", "start", "--creation-seconds", "1")
    made.ok("--sandbox", "deploy", "dev", "--yes")
    yield made
    made.ok("sandbox", "stop")


def tampered(copy: Copy) -> None:
    """What somebody did in the console."""
    mwaa, logs, ec2, iam = (copy.client(service) for service in ("mwaa", "logs", "ec2", "iam"))
    arn = mwaa.get_environment(Name=NAME)["Environment"]["Arn"]
    mwaa.update_environment(
        Name=NAME,
        WebserverAccessMode="PRIVATE_ONLY",
        AirflowConfigurationOptions={
            "core.default_timezone": "utc",
            "core.dagbag_import_timeout": "61",
            "smtp.smtp_password": SECRET,
        },
    )
    mwaa.tag_resource(ResourceArn=arn, Tags={"by": "console"})
    logs.put_retention_policy(logGroupName=f"airflow-{NAME}-Task", retentionInDays=3)
    logs.delete_log_group(logGroupName=f"airflow-{NAME}-Worker")
    copy.client("cloudwatch").delete_alarms(AlarmNames=[f"{NAME}-queued-tasks"])
    iam.create_policy(PolicyName="backdoor", PolicyDocument=json.dumps(ALL))
    iam.attach_role_policy(RoleName=f"{NAME}-execution", PolicyArn=BACKDOOR)
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{NAME}-mwaa"]}])
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=groups["SecurityGroups"][0]["GroupId"], IpPermissions=[ssh])
    wait_until(lambda: mwaa.get_environment(Name=NAME)["Environment"]["Status"] == "AVAILABLE", "the update")


def files_of(copy: Copy) -> dict[str, str]:
    """Digests of the work tree, without what git ignores."""
    files = (path for path in copy.root.rglob("*") if path.is_file())
    own = (path.relative_to(copy.root) for path in files)
    return {
        str(path): hashlib.sha256((copy.root / path).read_bytes()).hexdigest()
        for path in own
        if path.parts[0] != ".mwaactl"
    }


def state_versions(copy: Copy) -> list[tuple[str, str]]:
    """Everything that was ever written to the state's bucket: states and locks."""
    listing = copy.client("s3").list_object_versions(Bucket=copy.model("dev").state_bucket)
    entries = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
    return sorted((entry["Key"], entry["VersionId"]) for entry in entries)


def messages_of(data: dict[str, Any]) -> dict[str, list[str]]:
    return {one["address"]: [item["message"] for item in one["attributes"]] for one in data["resources"]}


def test_drift_when_nobody_touched_anything_then_there_is_none_and_then_all_of_it_in_plain_words(dev: Copy) -> None:
    (dev.root / "envs" / "dev.tfvars").write_text("# stale")  # drift may not mend it
    model = dev.model("dev")
    lock = {
        "ID": "1",
        "Who": "somebody@elsewhere",
        "Operation": "OperationTypeApply",
        "Created": "2026-11-22T01:02:03Z",
    }
    key = f"{model.state_key}.tflock"
    dev.client("s3").put_object(Bucket=model.state_bucket, Key=key, Body=json.dumps(lock).encode())
    saved = dev.root / ".mwaactl" / "dev" / "sandbox" / "plan.tfplan"
    saved.write_bytes(b"what plan saved")
    before = files_of(dev), state_versions(dev)

    first = dev.ok("--sandbox", "drift", "--all", "--output", "json")
    assert "somebody@elsewhere holds the state for apply" in first.err
    untouched = first.envelope
    assert {item["environment"]: item["data"]["status"] for item in untouched["data"]} == {
        "dev": "no drift",
        "prod": "not deployed",
        "stage": "not deployed",
    }
    assert all(item["data"]["resources"] == [] for item in untouched["data"])

    tampered(dev)
    run = dev.run("--sandbox", "drift", "dev", "--output", "json")
    assert run.code == 4, run.everything
    assert run.envelope["exit_code"] == 4
    [outcome] = run.envelope["data"]
    environment = f"the environment {NAME}"
    assert messages_of(outcome["data"]) == {
        'module.monitoring.aws_cloudwatch_metric_alarm.this["queued-tasks"]': [
            f"the alarm {NAME}-queued-tasks was deleted outside of Terraform"
        ],
        'module.mwaa.aws_cloudwatch_log_group.this["task"]': [
            f"the retention in days of the log group airflow-{NAME}-Task was changed outside of Terraform from 30 to 3"
        ],
        'module.mwaa.aws_cloudwatch_log_group.this["worker"]': [
            f"the log group airflow-{NAME}-Worker was deleted outside of Terraform"
        ],
        "module.mwaa.aws_mwaa_environment.this": [
            f"the Airflow option core.dagbag_import_timeout of {environment} was changed outside of Terraform "
            "from 60 to 61",
            f"the Airflow option smtp.smtp_password of {environment} was set outside of Terraform to (hidden)",
            f"the tag by of {environment} was set outside of Terraform to console",
            f"the web server access mode of {environment} was changed outside of Terraform "
            "from PUBLIC_ONLY to PRIVATE_ONLY",
        ],
        "module.iam[0].aws_iam_role.this": [
            f"the policy {BACKDOOR} was added outside of Terraform to the IAM role {NAME}-execution"
        ],
        "module.security_group[0].aws_security_group.this": [
            f"the ingress rule tcp 22, 0.0.0.0/0 was added outside of Terraform to the security group {NAME}-mwaa"
        ],
    }
    stays = {
        one["address"] for one in outcome["data"]["resources"] if not all(a["is_restored"] for a in one["attributes"])
    }
    assert stays == {"module.iam[0].aws_iam_role.this", "module.security_group[0].aws_security_group.this"}

    assert SECRET not in run.everything
    left = [path for path in (dev.root / ".mwaactl" / "dev").rglob("*") if path.is_file()]
    assert not [path for path in left if SECRET.encode() in path.read_bytes()]
    assert saved.read_bytes() == b"what plan saved"
    assert (files_of(dev), state_versions(dev)) == before


def test_diff_shows_a_deployed_environment_beside_one_that_is_not(dev: Copy) -> None:
    run = dev.ok("--sandbox", "diff", "dev", "stage", "--output", "json")
    data = run.envelope["data"]
    assert data["notes"] == ["stage: not deployed"]
    rows = {row["key"]: row for section in data["sections"] for row in section["rows"]}
    assert (rows["Airflow in AWS"]["a"], rows["Airflow in AWS"]["b"]) == ("2.10.3", None)
    requirements = (dev.root / "dags" / "requirements.txt").read_bytes()
    assert rows["requirements.txt in the bucket"]["a"] == hashlib.sha256(requirements).hexdigest()[:12]
    assert rows["release"]["a"]
    assert rows["account_id"]["differs"]
    assert dev.run("--sandbox", "diff", "dev", "stage", "--detailed-exitcode").code == 4


def test_diff_without_credentials_still_compares_the_configuration(dev: Copy, tmp_path: Path) -> None:
    alone = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
    }
    run = replace(dev, environment=alone).ok("diff", "dev", "prod", "--output", "json")
    data = json.loads(run.out)["data"]
    assert [note.partition(":")[0] for note in data["notes"]] == ["dev", "prod"]
    assert all("credentials" in note for note in data["notes"])
    assert "not looked at in AWS" in run.err
    rows = {row["key"]: row for section in data["sections"] for row in section["rows"]}
    assert rows["protected"] == {"key": "protected", "a": "false", "b": "true", "differs": True}
    assert "release" not in rows
