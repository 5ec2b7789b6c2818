"""The YAML of an environment that was made without mwaactl: what it says, what it leaves out, and what it means."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from mwaactl.adapters.project import Project
from mwaactl.model.adoption import LogGroup, Surroundings, adopted, as_yaml, notes, overlay
from mwaactl.model.clone import merged
from mwaactl.model.environment import Environment
from mwaactl.model.fields import FOR_EVER

TODAY = date(2026, 11, 24)
KEY = "arn:aws:kms:eu-west-1:111111111111:key/12345678-1234-1234-1234-123456789012"
LOGS = {
    f"{name}Logs": {"Enabled": True, "LogLevel": "INFO"}
    for name in ("DagProcessing", "Scheduler", "Task", "Webserver", "Worker")
}
LIVE: dict[str, Any] = {
    "Name": "team-airflow",
    "Status": "AVAILABLE",
    "AirflowVersion": "2.10.3",
    "EnvironmentClass": "mw1.small",
    "Schedulers": 2,
    "MinWorkers": 1,
    "MaxWorkers": 10,
    "MinWebservers": 2,
    "MaxWebservers": 2,
    "WebserverAccessMode": "PRIVATE_ONLY",
    "EndpointManagement": "SERVICE",
    "WeeklyMaintenanceWindowStart": "SUN:03:00",
    "DagS3Path": "dags",
    "SourceBucketArn": "arn:aws:s3:::the.teams.bucket",
    "ExecutionRoleArn": "arn:aws:iam::111111111111:role/team/airflow",
    "LoggingConfiguration": LOGS,
    "NetworkConfiguration": {
        "SubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
    },
}
GROUPS = {"task": LogGroup("airflow-team-airflow-Task", 30)}


def found(groups: dict[str, LogGroup] | None = None, **others: Any) -> Surroundings:
    """The live environment with other values; None removes one."""
    document = {key: value for key, value in {**deepcopy(LIVE), **others}.items() if value is not None}
    return Surroundings(document, "111111111111", "eu-west-1", "vpc-0123456789abcdef0", groups or {})


def model_of(root: Path, one: Surroundings, below: str = "") -> Environment:
    """The adopted environment as the project reads it."""
    (root / "terraform").mkdir()
    (root / "envs").mkdir()
    (root / "dags").mkdir()
    if below:
        (root / "envs" / "defaults.yaml").write_text(below)
    document = adopted("legacy", one, yaml.safe_load(below) if below else {}, "dags")
    (root / "envs" / "legacy.yaml").write_text(as_yaml(one, document, "defaults" if below else "", "mwaactl adopt"))
    return Project(root, TODAY).environment("legacy")


def defaults(root: Path) -> str:
    return (root / "envs" / "defaults.yaml").read_text()


def test_adopted_environment_means_what_runs(root: Path, tmp_path: Path) -> None:
    one = found(
        GROUPS,
        AirflowConfigurationOptions={"core.parallelism": "64"},
        EnvironmentClass="mw1.large",
        MaxWorkers=17,
        Schedulers=4,
        KmsKey=KEY,
        PluginsS3Path="a/plugins.zip",
        PluginsS3ObjectVersion="v1",
        RequirementsS3Path="a/requirements.txt",
    )
    model = model_of(tmp_path, one, defaults(root))
    assert model.mwaa_name == "team-airflow"
    assert model.bucket_name == "the.teams.bucket"
    assert model.protected
    assert model.retail is None
    assert model.mwaa.airflow_configuration_options == {"core.parallelism": "64"}  # none of the defaults'
    assert (model.mwaa.environment_class, model.mwaa.max_workers, model.mwaa.schedulers) == ("mw1.large", 17, 4)
    assert model.mwaa.log_retention_in_days == 30
    assert model.encryption.kms_key == KEY
    assert (model.mwaa.plugins_s3_path, model.mwaa.plugins_s3_object_version) == ("a/plugins.zip", "v1")
    assert (model.mwaa.requirements_s3_path, model.mwaa.requirements_s3_object_version) == ("a/requirements.txt", None)
    assert model.artifacts.plugins is None
    assert model.execution_role.existing == "arn:aws:iam::111111111111:role/team/airflow"
    assert model.network.existing is not None
    assert model.network.existing.vpc_id == "vpc-0123456789abcdef0"
    assert not model.monitoring.alarms
    assert {log["log_level"] for log in model.mwaa.logging_configuration.model_dump().values()} == {"INFO"}


def test_without_defaults_the_file_stands_alone(tmp_path: Path) -> None:
    model = model_of(tmp_path, found())
    assert model.project == "team-airflow"
    assert model.prefix == "team-airflow-legacy"
    assert model.encryption.kms_key == "aws_owned"
    document = yaml.safe_load((tmp_path / "envs" / "legacy.yaml").read_text())
    assert "extends" not in document
    assert "webserver_access_mode" not in document["mwaa"]  # mwaactl's own default


def test_only_what_differs_from_the_defaults_is_written(root: Path) -> None:
    below = yaml.safe_load(defaults(root))
    document = adopted("legacy", found(), below, "dags")
    assert "region" not in document
    assert "project" not in document
    assert "weekly_maintenance_window_start" not in document["mwaa"]
    assert document["retail"] is None
    assert document["artifacts"] == {"plugins": None, "requirements": None, "startup_script": None}
    assert document["execution_role"] == {"existing": LIVE["ExecutionRoleArn"]}


def test_name_that_mwaactl_would_have_given_is_not_written() -> None:
    document = adopted("legacy", found(Name="retail-legacy"), {"project": "retail"}, "dags")
    assert "name" not in document["mwaa"]


def test_what_the_defaults_ask_for_of_their_own_is_taken_back(tmp_path: Path) -> None:
    below = "\n".join(
        (
            "project: retail",
            "ttl: 8h",
            "network: {vpc_cidr: 10.1.0.0/16, availability_zones: [eu-west-1a, eu-west-1b]}",
            "bucket: {name: another, access_log_bucket: logs-of-all, force_destroy: true}",
            "execution_role: {services: {sns: {topics: [x]}}}",
            "tags: {Owner: everybody, cost-center: '7'}",
        )
    )
    model = model_of(tmp_path, found(Tags={"owner": "the team", "managed-by": "hand"}), below)
    assert model.ttl is None
    assert model.network.vpc_cidr is None
    assert (model.bucket.name, model.bucket.access_log_bucket, model.bucket.force_destroy) == (None, None, False)
    assert model.execution_role.services.sns is None
    assert model.tags == {"owner": "the team", "cost-center": "7"}


@pytest.mark.parametrize(
    ("days", "expected"), [((30, 90), 90), ((FOR_EVER, 90), FOR_EVER), ((FOR_EVER,), FOR_EVER), ((1,), 1)]
)
def test_logs_are_kept_as_long_as_any_is_now(days: tuple[int, ...], expected: int) -> None:
    groups = {f"log{number}": LogGroup(f"g{number}", one) for number, one in enumerate(days)}
    assert adopted("legacy", found(groups), {}, "dags")["mwaa"]["log_retention_in_days"] == expected


def test_log_that_is_off_stays_off_and_the_defaults_do_not_turn_it_on(root: Path, tmp_path: Path) -> None:
    model = model_of(tmp_path, found(LoggingConfiguration={"TaskLogs": LOGS["TaskLogs"]}), defaults(root))
    assert model.mwaa.logging_configuration.task_logs.enabled
    assert not model.mwaa.logging_configuration.scheduler_logs.enabled


@pytest.mark.parametrize("path", ["dags/", "/dags", "dags"])
def test_folder_of_dags_is_one_that_mwaactl_takes(path: str) -> None:
    assert (
        "dag_s3_path" not in adopted("legacy", found(DagS3Path=path), {"mwaa": {"dag_s3_path": "dags"}}, "dags")["mwaa"]
    )


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (found(Tags={"aws:cloudformation:stack-name": "old-stack"}), "CloudFormation stack old-stack"),
        (found(Tags={"empty": ""}), "tags without a value cannot be written, and the plan removes them: empty"),
        (found(GROUPS), "log groups that are not there yet are made"),
        (found({"a": LogGroup("a", 1), "b": LogGroup("b", 3)}), "all of them get the longest"),
        (found({"a": LogGroup("a", 1, KEY)}), "log groups get the environment's key"),
        (found(PluginsS3Path="p.zip"), "plugins stay as they lie in the bucket"),
    ],
    ids=["stack", "empty-tag", "missing", "retentions", "keys", "artifacts"],
)
def test_what_somebody_should_know_is_said(one: Surroundings, words: str) -> None:
    document = adopted("legacy", one, {}, "dags")
    assert any(words in note for note in notes(one, document)), notes(one, document)


def test_secrets_among_the_options_are_in_no_repr() -> None:
    assert "hunter2" not in repr(found(AirflowConfigurationOptions={"smtp.smtp_password": "hunter2"}))


@pytest.mark.parametrize(
    ("wanted", "below", "expected"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 2}, {"a": 1}, {"a": 2}),
        ({}, {"a": 1}, {"a": None}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a": {"c": 2}}),
        ({"a": {}}, {"a": {"b": 1}}, {"a": {"b": None}}),
        ({"a": {}}, {}, {}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1]}),
        ({"a": False}, {}, {"a": False}),
    ],
)
def test_overlay_is_the_least_that_makes_the_wanted(
    wanted: dict[str, Any], below: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert overlay(wanted, below) == expected
    assert merged(below, overlay(wanted, below)) in (
        wanted,
        {key: value for key, value in wanted.items() if value != {}},
    )


def test_imports_name_the_environment_and_its_log_groups_by_terraforms_keys() -> None:
    assert found(GROUPS).imports == {"environment": "team-airflow", "log_groups": {"task": GROUPS["task"].name}}
