"""Environments that are there come under management: one made by plain Terraform, one by boto3 with the least."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sandbox_fixtures import ACCOUNT, Ground, client, inside, make_ground, plain_terraform

from integration.project_fixtures import Copy, Run, end, make_copy, wait_until
from mwaactl.adapters.sandbox import SandboxState

pytestmark = pytest.mark.integration

OFFICE = "Team_Airflow-PROD"
BARE = "made-by-hand"
ADOPT_OFFICE = ("--sandbox", "adopt", "office", "--environment-name", OFFICE, "--account", ACCOUNT)
ADOPT_BARE = ("--sandbox", "adopt", "bare", "--environment-name", BARE, "--account", ACCOUNT)
UPLOADED = ".mwaactl/artifacts/requirements.txt"
OFFICE_DAGS = {".airflowignore", "nightly.py", "lib/helpers.py"}


@pytest.fixture(scope="module")
def brownfield(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A project with defaults and templates alone, and two environments in AWS that it does not know."""
    made = make_copy(tmp_path_factory.mktemp("brownfield"))
    for name in ("dev", "stage", "prod"):
        for path in (made.root / "envs").glob(f"{name}.*"):
            path.unlink()
    made.ok("sandbox", "start", "--creation-seconds", "1")
    state = made.sandbox.find()
    assert state is not None
    by_hand(state, make_ground(state))
    by_terraform(state, tmp_path_factory.mktemp("office"))
    yield made
    made.ok("sandbox", "stop")


def by_hand(state: SandboxState, ground: Ground) -> None:
    """CreateEnvironment with nothing but the required fields, and one DAG file."""
    client(state, "s3").put_object(Bucket=ground.bucket, Key="dags/hello.py", Body=b"from airflow import DAG\n")
    client(state, "mwaa").create_environment(**ground.arguments(BARE))
    wait_until_available(state, BARE)


def by_terraform(state: SandboxState, folder: Path) -> None:
    shutil.copytree(Path(__file__).with_name("brownfield"), folder, dirs_exist_ok=True)
    terraform = plain_terraform(folder, inside(state))
    terraform("init")
    terraform("apply", "-auto-approve")


def wait_until_available(state: SandboxState, name: str) -> None:
    mwaa = client(state, "mwaa")
    for _ in range(600):
        if mwaa.get_environment(Name=name)["Environment"]["Status"] == "AVAILABLE":
            return
    raise AssertionError(f"{name} did not become AVAILABLE")


def seen(copy: Copy, name: str) -> dict[str, Any]:
    """What GetEnvironment says, but for what every answer has anew, and for tags."""
    state = copy.sandbox.find()
    assert state is not None
    answer: dict[str, Any] = client(state, "mwaa").get_environment(Name=name)["Environment"]
    return {key: value for key, value in answer.items() if key not in ("LastUpdate", "Tags")}


def tags(copy: Copy, name: str) -> dict[str, str]:
    state = copy.sandbox.find()
    assert state is not None
    answer: dict[str, str] = client(state, "mwaa").get_environment(Name=name)["Environment"]["Tags"]
    return answer


def written(copy: Copy, name: str) -> Any:
    return yaml.safe_load((copy.root / "envs" / f"{name}.yaml").read_text())


def files(copy: Copy) -> set[str]:
    return {str(path.relative_to(copy.root)) for path in (copy.root / "envs").rglob("*") if path.is_file()}


def changes(run: Run) -> dict[str, str]:
    return {change["address"]: change["action"] for change in run.envelope["data"]["plan"]["changes"]}


def test_environment_of_plain_terraform_is_adopted_as_it_is(brownfield: Copy) -> None:
    before = seen(brownfield, OFFICE)
    known = files(brownfield)
    state = brownfield.sandbox.find()
    assert state is not None
    buckets = [bucket["Name"] for bucket in client(state, "s3").list_buckets()["Buckets"]]
    has_state = any("terraform-state" in name for name in buckets)  # where another test of this module came first
    shown = brownfield.ok(*ADOPT_OFFICE, "--dry-run")
    assert ("3 to import" if has_state else "plan: none, as the state bucket does not exist yet") in shown.out
    assert "requirements, startup_script stay as they lie in the bucket" in shown.out
    assert files(brownfield) == known

    run = brownfield.ok(*ADOPT_OFFICE, "--yes", "--output", "json")
    report = run.envelope["data"]
    assert set(changes(run).values()) <= {"create", "update"}
    assert "module.mwaa.aws_mwaa_environment.this" in report["plan"]["imported"]
    assert len(report["plan"]["imported"]) == 3
    made = {address for address, action in changes(run).items() if action == "create"}
    assert {address.split(".")[2].split("[")[0] for address in made} == {"aws_cloudwatch_log_group"}
    assert len(made) == 3

    assert seen(brownfield, OFFICE) == before
    assert tags(brownfield, OFFICE)["Owner"] == "the-office"
    assert tags(brownfield, OFFICE)["managed-by"] == "mwaactl"
    document = written(brownfield, "office")
    assert document["mwaa"]["name"] == OFFICE
    assert document["protected"] is True
    assert document["extends"] == "defaults"
    assert "weekly_maintenance_window_start" in document["mwaa"]
    assert "endpoint_management" not in document["mwaa"]  # as in the defaults
    assert document["mwaa"]["log_retention_in_days"] == 90
    folder = brownfield.root / "envs" / "office" / "dags"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == OFFICE_DAGS
    assert (folder / "lib" / "helpers.py").read_text() == "ANSWER = 42\n"

    assert brownfield.run("--sandbox", "plan", "office", "--detailed-exitcode").code == 0
    again = brownfield.ok(*ADOPT_OFFICE, "--yes")
    assert "under management already" in again.out
    assert seen(brownfield, OFFICE) == before


def test_environment_with_the_required_fields_alone_is_adopted_after_a_kill_with_new_tags_alone(
    brownfield: Copy,
) -> None:
    before = seen(brownfield, BARE)
    process = brownfield.start(*ADOPT_BARE, "--yes")
    wait_until((brownfield.root / "envs" / "bare.yaml").is_file, "its YAML")
    end(process.pid)  # between the files and Terraform
    process.wait()
    assert seen(brownfield, BARE) == before

    run = brownfield.ok(*ADOPT_BARE, "--yes", "--output", "json")
    for change in run.envelope["data"]["plan"]["changes"]:
        if change["action"] != "create":
            assert change["action"] == "update"
            assert {attribute["name"] for attribute in change["attributes"]} <= {"tags", "tags_all"}, change
    assert seen(brownfield, BARE) == before
    assert brownfield.run("--sandbox", "plan", "bare", "--detailed-exitcode").code == 0
    status = brownfield.ok("--sandbox", "status", "bare", "--output", "json").envelope["data"]
    assert status[0]["data"]["status"] == "AVAILABLE"


def test_without_a_yes_nothing_is_left_behind(brownfield: Copy) -> None:
    known, before = files(brownfield), tags(brownfield, BARE)
    run = brownfield.run("--sandbox", "adopt", "unsure", "--environment-name", BARE, "--account", ACCOUNT)
    assert run.code == 2
    assert files(brownfield) == known
    assert tags(brownfield, BARE) == before


@pytest.mark.parametrize(
    ("name", "environment", "words"),
    [
        ("nobody", "nobody", f"--environment-name is one of: {OFFICE}, {BARE}"),
        ("Bad_Name", BARE, "cannot be the name of an environment"),
        ("defaults", BARE, "cannot be the name of an environment"),
    ],
)
def test_what_cannot_be_adopted_is_refused_in_words(brownfield: Copy, name: str, environment: str, words: str) -> None:
    known = files(brownfield)
    run = brownfield.run("--sandbox", "adopt", name, "--environment-name", environment, "--account", ACCOUNT, "--yes")
    assert run.code in (1, 2)
    assert words in run.err
    assert "Traceback" not in run.err
    assert files(brownfield) == known


def requirements_into_git(copy: Copy, state: SandboxState, bucket: str) -> None:
    """The environment gets a requirements.txt from the repository, and an object of others stays as it is."""
    s3 = client(state, "s3")
    s3.put_object(Bucket=bucket, Key="requirements.txt", Body=b"# of somebody else\n")
    (copy.root / "envs" / "bare" / "requirements.txt").write_text("# of this repository\n")
    copy.change("bare", lambda document: document["artifacts"].update(requirements="envs/bare/requirements.txt"))
    waive_what_policy_has_against(copy, "bare")
    assert copy.plan_of("bare") == {
        'module.artifacts.aws_s3_object.this["requirements"]': "create",
        "module.mwaa.aws_mwaa_environment.this": "update",
    }
    copy.ok("--sandbox", "deploy", "bare", "--yes")
    assert seen(copy, BARE)["RequirementsS3Path"] == UPLOADED
    assert s3.get_object(Bucket=bucket, Key=UPLOADED)["Body"].read() == b"# of this repository\n"
    assert copy.run("--sandbox", "plan", "bare", "--detailed-exitcode").code == 0


def waive_what_policy_has_against(copy: Copy, name: str) -> None:
    """As somebody would who takes it as it is for now."""
    refused = copy.run("--sandbox", "plan", name, "--output", "json")
    assert refused.code == 3, refused.everything
    [error] = refused.envelope["errors"]
    waivers = [
        {
            "check": finding["id"],
            "resource": finding["address"],
            "environment": name,
            "reason": "it was so before",
            "owner": "tests",
            "expires": "2999-12-31",
        }
        for finding in error["details"]
    ]
    (copy.root / "envs" / "waivers.yaml").write_text(json.dumps(waivers))


@pytest.mark.last
def test_adopted_environment_is_deployed_and_destroyed_and_what_is_others_stays(brownfield: Copy) -> None:
    state = brownfield.sandbox.find()
    assert state is not None
    s3, bucket = client(state, "s3"), f"ground-{ACCOUNT}"
    brownfield.ok(*ADOPT_BARE, "--yes")  # nothing to do where it is adopted already
    requirements_into_git(brownfield, state, bucket)
    published = brownfield.ok("--sandbox", "publish", "bare", "--yes", "--output", "json").envelope["data"]
    assert published["bucket"] == bucket
    brownfield.ok("--sandbox", "destroy", "bare", "--yes", "--confirm", "bare")
    assert BARE not in client(state, "mwaa").list_environments()["Environments"]
    assert s3.get_object(Bucket=bucket, Key="dags/hello.py")["Body"].read() == b"from airflow import DAG\n"
    assert s3.get_object(Bucket=bucket, Key="requirements.txt")["Body"].read() == b"# of somebody else\n"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix=UPLOADED)
    assert client(state, "iam").get_role(RoleName="ground")["Role"]
