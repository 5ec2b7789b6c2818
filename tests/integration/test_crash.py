"""Whatever is killed in the middle of a deploy: the next one completes, or explains and names a command."""

from __future__ import annotations

import json
import signal
import subprocess  # noqa: TID251 - type of the program under test
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.project_fixtures import Copy, children_of, end, make_quick_copy, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.spread]

DEPLOY = ("--sandbox", "deploy", "dev", "--yes")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """A copy of its own: these tests break things. Creation is slow enough to be interrupted.

    Left out is the bucket's lifecycle rule: the provider takes 55 s for it whatever happens, and many deploys are made.
    """
    made = make_quick_copy(tmp_path / "project")
    made.ok("sandbox", "start", "--creation-seconds", "5")
    yield made
    made.ok("sandbox", "stop")


def creating(copy: Copy) -> bool:
    """Has the creation of the MWAA environment begun?"""
    if copy.sandbox.find() is None:
        return False
    return "retail-dev" in copy.client("mwaa").list_environments()["Environments"]


def deploying(copy: Copy) -> subprocess.Popen[bytes]:
    """A deploy in the background whose MWAA environment is being created."""
    process = copy.start(*DEPLOY)
    wait_until(lambda: creating(copy) or process.poll() is not None, "the environment's creation")
    assert process.poll() is None, copy.output_of(process)
    return process


def locked(copy: Copy) -> bool:
    """Is there a lock object beside the state?"""
    bucket = copy.model("dev").state_bucket
    listing = copy.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    return any(entry["Key"].endswith(".tflock") for entry in listing)


def assert_deployed(copy: Copy) -> None:
    assert copy.client("mwaa").get_environment(Name="retail-dev")["Environment"]["Status"] == "AVAILABLE"
    assert not locked(copy)


def assert_nothing_left_to_do(copy: Copy) -> None:
    assert copy.run("--sandbox", "plan", "dev", "--detailed-exitcode").code == 0


def test_killed_mwaactl_leaves_terraform_to_finish_and_the_next_deploy_completes(copy: Copy) -> None:
    process = deploying(copy)
    [terraform] = children_of(process.pid, "terraform")
    end(process.pid)
    process.wait()
    busy = copy.run(*DEPLOY, "--output", "json")
    assert busy.code == 1
    assert busy.envelope["errors"][0]["code"] == "environment.busy"
    assert "was killed" in busy.envelope["errors"][0]["message"]
    wait_until(lambda: not Path(f"/proc/{terraform}").exists(), "Terraform to finish", 120)
    assert not locked(copy)
    copy.ok(*DEPLOY)
    assert_deployed(copy)
    assert_nothing_left_to_do(copy)


def test_killed_terraform_leaves_a_lock_that_is_explained_and_removed_by_the_printed_command(copy: Copy) -> None:
    process = deploying(copy)
    [terraform] = children_of(process.pid, "terraform")
    end(terraform)
    output = copy.output_of(process)
    assert process.returncode == 1
    assert "signal 9" in output
    assert locked(copy)
    refused = copy.run(*DEPLOY, "--output", "json")
    [error] = refused.envelope["errors"]
    assert error["code"] == "terraform.locked"
    assert "held by" in error["message"]
    assert "since" in error["message"]
    assert error["hint"].endswith("mwaactl --sandbox unlock dev")
    doctor = copy.run("--sandbox", "doctor", "dev")
    assert "mwaactl --sandbox unlock dev" in doctor.out
    copy.ok("--sandbox", "unlock", "dev", "--yes")
    assert not locked(copy)
    again = copy.run(*DEPLOY, "--output", "json")
    if again.code != 0:  # what Terraform made but could not record any more
        assert again.envelope["errors"][0]["details"], again.everything
        assert "import it or delete it" in again.envelope["errors"][0]["hint"]


def test_killed_sandbox_is_started_anew_and_the_next_deploy_completes(copy: Copy) -> None:
    process = deploying(copy)
    state = copy.sandbox.find()
    assert state is not None
    end(state.pid)
    output = copy.output_of(process)
    assert process.returncode != 0
    assert "Traceback" not in output
    copy.ok(*DEPLOY)
    assert_deployed(copy)


def test_interrupt_waits_for_terraform_keeps_state_and_lock_clean_and_the_next_deploy_keeps_the_environment(
    copy: Copy,
) -> None:
    process = deploying(copy)
    created = copy.client("mwaa").get_environment(Name="retail-dev")["Environment"]["CreatedAt"]
    end(process.pid, signal.SIGINT)
    output = copy.output_of(process)
    assert process.returncode == 130, output
    assert "waiting for Terraform" in output
    assert "mwaactl --sandbox deploy dev" in output
    assert not locked(copy)
    copy.ok(*DEPLOY)
    assert_deployed(copy)
    assert_nothing_left_to_do(copy)
    assert copy.client("mwaa").get_environment(Name="retail-dev")["Environment"]["CreatedAt"] == created


def test_failed_operation_says_why_and_what_to_do_next(copy: Copy, tmp_path: Path) -> None:
    fault = {
        "environment": "retail-dev",
        "on": "create",
        "end": "CREATE_FAILED",
        "error_code": "INCORRECT_CONFIGURATION",
        "error_message": "You may need to check the execution role",
    }
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([fault]))
    copy.ok("sandbox", "faults", str(faults))
    failed = copy.run(*DEPLOY)
    assert failed.code == 1
    assert "INCORRECT_CONFIGURATION" in failed.err
    assert "check the execution role" in failed.err
    assert "mwaactl --sandbox logs dev --type scheduler shows more" in failed.err
    assert "mwaactl --sandbox deploy dev, which replaces the failed environment" in failed.err
    copy.ok("sandbox", "faults", "--clear")
    copy.ok(*DEPLOY)
    assert_deployed(copy)

    faults.write_text(json.dumps([{**fault, "on": "update", "end": "UPDATE_FAILED", "error_message": "not with this"}]))
    copy.ok("sandbox", "faults", str(faults))
    options = {"core.parallelism": "64"}
    copy.change("dev", lambda document: document["mwaa"].update(airflow_configuration_options=options))
    failed = copy.run(*DEPLOY)
    assert failed.code == 1
    assert "rolls the update back" in failed.err
    assert "not with this" in failed.err
    assert "Airflow runs as before the update; mend it, then mwaactl --sandbox deploy dev" in failed.err
    status = copy.ok("--sandbox", "status", "dev").out
    assert "UPDATE_FAILED" in status
    assert "not with this" in status


def test_one_environment_failing_does_not_stop_another(copy: Copy, tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"environment": "retail-stage", "on": "create", "end": "CREATE_FAILED"}]))
    copy.ok("sandbox", "faults", str(faults))
    run = copy.run("--sandbox", "deploy", "dev", "stage", "--yes", "--output", "json")
    assert run.code == 1
    assert run.envelope["status"] == "partial"
    dev, stage = run.envelope["data"]
    assert dev["data"]["status"] == "AVAILABLE"
    assert stage["error"]["code"] == "terraform.failed"
    assert_deployed(copy)
