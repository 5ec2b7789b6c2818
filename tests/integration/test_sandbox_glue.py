"""Glue jobs of the Python shell really run, seen by boto3 as on AWS."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sandbox_fixtures import ACCOUNT, REGION, client

from mwaactl.adapters.process import is_running
from mwaactl.adapters.sandbox import Sandbox, SandboxState
from retail.landing import CURATED, VALID, prefix_of_day

pytestmark = pytest.mark.integration

BUCKET = "glue-scripts"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/glue"
SAMPLE = Path(__file__).parents[2] / "modules/retail/scripts/clean_sales.py"
DAY = "2026-01-31"
HEADER = "sale_id,store_id,sold_at,sku,product,quantity,unit_price,currency\n"
ARGUMENTS = """
import os
import sys
from awsglue.utils import getResolvedOptions
import boto3
print(getResolvedOptions(sys.argv, ["JOB_NAME", "bucket", "kept"]))
print("to stderr", file=sys.stderr)
print(boto3.client("sts").get_caller_identity()["Account"], boto3.session.Session().region_name)
"""
SLEEPS = """
import os, subprocess, boto3
child = subprocess.Popen(["sleep", "120"])
boto3.client("s3").put_object(Bucket="glue-scripts", Key="pids", Body=f"{os.getpid()} {child.pid}".encode())
child.wait()
"""


def job(state: SandboxState, script: str, **others: Any) -> Any:
    """A Glue client that has the job `demo`."""
    s3, glue = client(state, "s3"), client(state, "glue")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key="scripts/demo.py", Body=script.encode())
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": f"s3://{BUCKET}/scripts/demo.py"}
    glue.create_job(**{"Name": "demo", "Role": ROLE, "Command": command, **others})
    return glue


def ended(glue: Any, run_id: str) -> dict[str, Any]:
    """The run once it is over."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        run: dict[str, Any] = glue.get_job_run(JobName="demo", RunId=run_id)["JobRun"]
        if "CompletedOn" in run:
            return run
        assert run["JobRunState"] in ("STARTING", "RUNNING", "STOPPING")
        time.sleep(0.1)
    pytest.fail(f"the run does not end: {run}")


def lines(state: SandboxState, kind: str, run_id: str) -> list[str]:
    events = client(state, "logs").get_log_events(
        logGroupName=f"/aws-glue/python-jobs/{kind}", logStreamName=run_id, startFromHead=True
    )
    return [event["message"] for event in events["events"]]


def pids(state: SandboxState) -> list[int]:
    """Processes of the job that sleeps, once it has told them."""
    s3, deadline = client(state, "s3"), time.monotonic() + 30
    while time.monotonic() < deadline:
        if "Contents" in s3.list_objects_v2(Bucket=BUCKET, Prefix="pids"):
            return [int(pid) for pid in s3.get_object(Bucket=BUCKET, Key="pids")["Body"].read().split()]
        time.sleep(0.1)
    pytest.fail("the script did not start")


def are_gone(found: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in found) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(is_running(pid) for pid in found)


def test_a_run_gets_arguments_and_the_sandbox_as_its_aws_and_logs(state: SandboxState) -> None:
    glue = job(state, ARGUMENTS, DefaultArguments={"--bucket": "default", "--kept": "as it is"}, Timeout=5)
    run_id = glue.start_job_run(JobName="demo", Arguments={"--bucket": "given", "--other": "x"})["JobRunId"]
    run = ended(glue, run_id)
    assert run["JobRunState"] == "SUCCEEDED", run
    assert "ErrorMessage" not in run
    assert (run["Id"], run["Attempt"], run["Timeout"]) == (run_id, 0, 5)
    assert run["Arguments"] == {"--bucket": "given", "--kept": "as it is", "--other": "x"}
    assert run["CompletedOn"] >= run["StartedOn"]
    assert lines(state, "output", run_id) == [
        "{'JOB_NAME': 'demo', 'bucket': 'given', 'kept': 'as it is'}",
        f"{ACCOUNT} {REGION}",
    ]
    assert lines(state, "error", run_id) == ["to stderr"]


def test_a_script_that_raises_fails_with_the_last_line_and_is_retried(state: SandboxState) -> None:
    glue = job(state, "raise ValueError('no such thing')", MaxRetries=1)
    run_id = glue.start_job_run(JobName="demo")["JobRunId"]
    run = ended(glue, run_id)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: no such thing")
    again, first = glue.get_job_runs(JobName="demo")["JobRuns"]
    assert (first["Id"], again["Attempt"], again["PreviousRunId"]) == (run_id, 1, run_id)
    assert ended(glue, again["Id"])["JobRunState"] == "FAILED"
    assert len(glue.get_job_runs(JobName="demo")["JobRuns"]) == 2


def test_a_script_that_is_not_there_fails(state: SandboxState) -> None:
    glue = job(state, "")
    client(state, "s3").delete_object(Bucket=BUCKET, Key="scripts/demo.py")
    run = ended(glue, glue.start_job_run(JobName="demo")["JobRunId"])
    assert run["JobRunState"] == "FAILED"
    assert f"s3://{BUCKET}/scripts/demo.py does not exist" in run["ErrorMessage"]


def test_stop_ends_every_process_of_the_run_and_one_run_excludes_another(state: SandboxState) -> None:
    glue = job(state, SLEEPS)
    run_id = glue.start_job_run(JobName="demo")["JobRunId"]
    found = pids(state)
    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        glue.start_job_run(JobName="demo")
    reply = glue.batch_stop_job_run(JobName="demo", JobRunIds=[run_id, "jr_none"])
    assert reply["SuccessfulSubmissions"] == [{"JobName": "demo", "JobRunId": run_id}]
    assert [error["JobRunId"] for error in reply["Errors"]] == ["jr_none"]
    assert ended(glue, run_id)["JobRunState"] == "STOPPED"
    assert are_gone(found)
    assert glue.batch_stop_job_run(JobName="demo", JobRunIds=[run_id])["SuccessfulSubmissions"] == []


def test_reset_and_stop_of_the_sandbox_end_what_runs(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    try:
        state = sandbox.start()
        job(state, SLEEPS).start_job_run(JobName="demo")
        found = pids(state)
        sandbox.reset()
        assert are_gone(found)
        job(state, SLEEPS).start_job_run(JobName="demo")
        found = pids(state)
    finally:
        sandbox.stop()
    assert are_gone(found)
    assert not list(tmp_path.glob("glue/*"))


@pytest.mark.skipif(sys.platform != "linux", reason="what a killed sandbox leaves is found by /proc")
@pytest.mark.parametrize("command", ["start", "stop"])
def test_the_command_after_a_kill_ends_what_was_left(tmp_path: Path, command: str) -> None:
    sandbox = Sandbox(tmp_path)
    try:
        state = sandbox.start()
        job(state, SLEEPS).start_job_run(JobName="demo")
        found = pids(state)
        os.kill(state.pid, 9)
        getattr(sandbox, command)()
        assert are_gone(found)
        assert not list(tmp_path.glob("glue/*"))
    finally:
        sandbox.stop()


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"Command": {"Name": "glueetl", "ScriptLocation": "s3://x/y.py"}}, "this one is glueetl"),
        (
            {"DefaultArguments": {"--additional-python-modules": "pandas"}},
            "--additional-python-modules is not emulated",
        ),
        ({"Connections": {"Connections": ["warehouse"]}}, "connections are not emulated"),
    ],
)
def test_what_is_not_emulated_answers_an_error(state: SandboxState, others: dict[str, Any], message: str) -> None:
    glue = job(state, "", **others)
    with pytest.raises(ClientError, match=message):
        glue.start_job_run(JobName="demo")


def test_the_sample_cleans_a_day(state: SandboxState) -> None:
    glue, s3 = job(state, SAMPLE.read_text(encoding="utf-8")), client(state, "s3")
    sale = "S1-1,store-001,2026-01-31T09:03:11,APL-1,Apples,2,2.49,EUR\n"
    s3.put_object(Bucket=BUCKET, Key=prefix_of_day(VALID, DAY) + "store-001.csv", Body=(HEADER + sale).encode())
    arguments = {
        "bucket": BUCKET,
        "day": DAY,
        "source": prefix_of_day(VALID, DAY),
        "target": prefix_of_day(CURATED, DAY),
    }
    run_id = glue.start_job_run(JobName="demo", Arguments={f"--{key}": value for key, value in arguments.items()})
    assert ended(glue, run_id["JobRunId"])["JobRunState"] == "SUCCEEDED"
    assert lines(state, "output", run_id["JobRunId"])[0] == "store-001.csv: 1 lines"
    s3.head_object(Bucket=BUCKET, Key=prefix_of_day(CURATED, DAY) + "store-001.csv.gz")
    nothing = glue.start_job_run(
        JobName="demo", Arguments={f"--{key}": "none/" for key in arguments} | {"--bucket": BUCKET}
    )
    run = ended(glue, nothing["JobRunId"])
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", f"nothing to clean in s3://{BUCKET}/none/")
