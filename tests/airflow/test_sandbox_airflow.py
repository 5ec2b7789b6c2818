"""Real Airflows in the sandbox: made, changed, rolled back, removed, and nothing left of one that was killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_environment import NAME, Demo, start, wait_for

from integration.sandbox_fixtures import client
from mwaactl.adapters.orphans import marked
from mwaactl.adapters.sandbox import Sandbox
from mwaactl.sandbox.airflow.components import Ports

DAG = """
import os
from datetime import datetime
import boto3
from airflow.decorators import dag, task

@dag(schedule="@once", start_date=datetime(2024, 1, 1), catchup=False, is_paused_upon_creation=False)
def proof():
    @task
    def write():
        print("said by the task")
        is_kept = os.environ["AIRFLOW_HOME"] != "/evil"
        body = f"{os.environ['AIRFLOW_ENV_NAME']} {os.environ.get('GREETING', '')} {is_kept}"
        boto3.client("s3").put_object(Bucket="BUCKET", Key="proof.txt", Body=body)
    write()

proof()
"""


@pytest.fixture(scope="module", params=["2.10.3", "3.3.1"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """An environment with a DAG, requirements that cannot be installed, and a startup script."""
    made = start(tmp_path_factory.mktemp("project"))
    try:
        made.put("dags/proof.py", DAG.replace("BUCKET", made.ground.bucket))
        made.put("requirements.txt", "a-package-that-nobody-made==1.0\n")
        made.put("startup.sh", 'export GREETING="good morning"\nexport AIRFLOW_HOME=/evil\necho said by startup.sh\n')
        made.create(
            AirflowVersion=request.param, RequirementsS3Path="requirements.txt", StartupScriptS3Path="startup.sh"
        )
        shown = made.settled()
        assert shown["Status"] == "AVAILABLE", shown["LastUpdate"]
        # Before any test updates the environment: the task runs once, with what startup.sh exports at first.
        wait_for(lambda: "Contents" in made.s3.list_objects_v2(Bucket=made.ground.bucket, Prefix="proof.txt"))
        yield made
        made.settled()
        made.delete()
        assert marked(made.sandbox.directory) == [], "deleting an environment ends its processes"
        assert list(made.folder.iterdir()) == [], "deleting an environment removes its folder"
    finally:
        made.sandbox.stop()
        assert marked(made.sandbox.directory) == []


def test_environment_comes_up_and_its_task_sees_the_sandbox_as_aws(demo: Demo) -> None:
    proof = demo.s3.get_object(Bucket=demo.ground.bucket, Key="proof.txt")["Body"].read().decode()
    assert proof == "retail-dev good morning True"
    wait_for(lambda: "said by the task" in demo.log("Task"))
    assert "said by startup.sh" in demo.log("Scheduler")
    assert "a-package-that-nobody-made" in demo.log("Scheduler")


def test_dag_is_seen_soon_after_it_is_published_and_gone_after_it_is_deleted(demo: Demo) -> None:
    demo.settled()
    demo.put("dags/deep/er/second.py", DAG.replace("proof", "second"))
    wait_for(lambda: "second" in demo.dags(), 15.0)
    demo.s3.delete_object(Bucket=demo.ground.bucket, Key="dags/deep/er/second.py")
    wait_for(lambda: "second" not in demo.dags(), 60.0)


def test_update_that_cannot_start_is_rolled_back_and_one_that_can_is_taken(demo: Demo) -> None:
    if demo.shown()["AirflowVersion"] == "2.10.3":  # each update takes two starts: one fault for each version
        rejected_option(demo)
    else:
        failing_startup_script(demo)


def rejected_option(demo: Demo) -> None:
    demo.settled()
    demo.mwaa.update_environment(Name=NAME, AirflowConfigurationOptions={"core.parallelism": "many"})
    shown = demo.settled()
    assert shown["Status"] == "UPDATE_FAILED"
    assert "AirflowConfigurationOptions" not in shown or shown["AirflowConfigurationOptions"] == {}
    assert "parallelism" in shown["LastUpdate"]["Error"]["ErrorMessage"].lower()
    for said in (
        demo.program("status", "dev").out,
        demo.program("logs", "dev", "--type", "scheduler").out.partition("the update was rolled back: ")[2],
        demo.program("logs", "dev").err,
    ):
        assert "parallelism" in said.lower()
    assert "proof" in demo.dags()
    assert marked(demo.sandbox.directory)


def failing_startup_script(demo: Demo) -> None:
    demo.settled()
    failing = demo.put("startup.sh", "set -e\necho before the failure\nfalse\n")
    demo.mwaa.update_environment(Name=NAME, StartupScriptS3Path="startup.sh", StartupScriptS3ObjectVersion=failing)
    shown = demo.settled()
    assert shown["Status"] == "UPDATE_FAILED"
    reason = "startup.sh ended with 1 before its end: before the failure"
    assert shown["LastUpdate"]["Error"]["ErrorMessage"] == reason
    assert reason in demo.program("status", "dev").out
    assert reason in demo.program("logs", "dev", "--type", "scheduler").out
    assert reason in demo.program("logs", "dev").err
    working = demo.put("startup.sh", "export GREETING=hello\n")
    demo.mwaa.update_environment(Name=NAME, StartupScriptS3Path="startup.sh", StartupScriptS3ObjectVersion=working)
    assert demo.settled()["Status"] == "AVAILABLE"
    assert "a-package-that-nobody-made" in demo.program("status", "dev").out


def test_killed_sandbox_leaves_nothing_after_the_next_start(tmp_path: Path) -> None:
    made = start(tmp_path)
    try:
        made.create(AirflowVersion="2.10.3")
        assert made.settled()["Status"] == "AVAILABLE"
        os.kill(made.state.pid, signal.SIGKILL)
        assert marked(tmp_path)
        told: list[str] = []
        again = Sandbox(made.sandbox.directory, told.append).start(airflow=True)
        assert "environments and buckets; mwaactl --sandbox deploy ENV makes them anew" in told[0]
        assert marked(tmp_path) == []
        assert client(again, "mwaa").list_environments()["Environments"] == []
    finally:
        made.sandbox.stop()
    assert marked(tmp_path) == []
    assert not made.folder.exists()


def test_port_is_given_out_once() -> None:
    ports = Ports()
    assert len({ports.free() for _ in range(50)}) == 50
