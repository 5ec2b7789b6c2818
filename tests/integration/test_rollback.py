"""Rollback and promotion through the real program, with kills, gaps and other Airflow versions."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from integration.project_fixtures import wait_until
from integration.publish_fixtures import Shelf
from integration.release_fixtures import (
    FIRST,
    FOREIGN,
    SECOND,
    THIRD,
    asked,
    bodies,
    copy,
    dev,
    kill,
    publish,
    refused,
    run_here,
    shelves,
    stage,
    without_foreign,
)
from integration.sandbox_fixtures import make_ground

__all__ = ["copy", "dev", "shelves", "stage"]

pytestmark = pytest.mark.integration


def test_rollback_and_promotion_leave_exactly_the_bytes_of_the_release(dev: Shelf, stage: Shelf) -> None:
    dev.put(FOREIGN, b"theirs")
    stage.put(FOREIGN, b"theirs")
    first = publish(dev, FIRST)
    publish(dev, SECOND)
    assert without_foreign(dev) == bodies(SECOND)
    rolled = program(dev, "rollback", "dev")
    assert rolled["restored"] == first
    assert without_foreign(dev) == bodies(FIRST)

    promoted = program(dev, "promote", "dev", "stage")
    assert without_foreign(stage) == bodies(FIRST)
    source, target = dev.record(), stage.record()
    assert source["digest"] == target["digest"] == promoted["digest"]
    digests = {key: file["digest"] for key, file in source["files"].items()}
    assert {key: file["digest"] for key, file in target["files"].items()} == digests
    assert {key: hashlib.sha256(stage.body(key)).hexdigest() for key in digests} == digests
    assert target["origin"] == {"kind": "promote", "release": rolled["release"], "environment": "dev"}

    publish(dev, THIRD)
    assert without_foreign(dev) == bodies(THIRD)
    program(dev, "promote", "dev", "stage")
    assert without_foreign(stage) == bodies(THIRD)
    assert dev.claim() is None
    assert stage.claim() is None


def program(shelf: Shelf, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = shelf.copy.ok("--sandbox", *arguments, "--yes", "--output", "json").envelope["data"]
    return found


def test_two_rollbacks_go_two_releases_back_and_the_undo_is_named(dev: Shelf) -> None:
    for files in (FIRST, SECOND, THIRD):
        publish(dev, files)
    run = run_here(dev, "rollback", "dev", "--yes")
    assert dev.files() == bodies(SECOND)
    assert asked(dev, "rollback", "dev", "--yes")["difference"]["deleted"]
    assert dev.files() == bodies(FIRST)
    assert refused(dev, "rollback", "dev", "--yes")["code"] == "mwaa.not_ready"
    undo = run.out.partition("to undo it: mwaactl ")[2].split()
    asked(dev, *undo, "--yes")
    assert dev.files() == bodies(THIRD)


def test_dry_runs_and_a_missing_yes_change_nothing(dev: Shelf, stage: Shelf) -> None:
    first = publish(dev, FIRST)
    second = publish(dev, SECOND)
    before = dev.listing()
    report = asked(dev, "rollback", "dev", first[:-4], "--dry-run")
    assert (report["restored"], report["replaced"], report["release"]) == (first, second, None)
    assert [change["key"] for change in report["difference"]["deleted"]] == ["dags/b_dag.py"]
    assert asked(dev, "promote", "dev", "stage", "--dry-run")["release"] is None
    for arguments in (("rollback", "dev"), ("promote", "dev", "stage")):
        assert refused(dev, *arguments)["exit_code"] == 2
    assert dev.files() == bodies(SECOND)
    assert dev.listing() == before
    assert stage.listing() == set()


def test_rollback_to_bytes_that_are_gone_is_refused_before_anything_changes(dev: Shelf) -> None:
    publish(dev, FIRST)
    gone = dev.record()["files"]["dags/a_dag.py"]
    publish(dev, SECOND)
    dev.s3.delete_object(Bucket=dev.bucket, Key="dags/a_dag.py", VersionId=gone["version_id"])
    dev.s3.delete_object(Bucket=dev.bucket, Key=f".mwaactl/contents/{gone['digest']}")
    before = dev.listing()
    error = refused(dev, "rollback", "dev", "--yes")
    assert "dags/a_dag.py" in error["message"]
    assert "dags/query.sql" not in error["message"]
    assert "mwaactl --sandbox publish dev" in error["hint"]
    assert (dev.files(), dev.listing()) == (bodies(SECOND), before)
    assert "not restorable: 1 file gone" in run_here(dev, "releases", "dev").out


def test_killed_rollback_is_finished_by_the_next_one(dev: Shelf) -> None:
    first = publish(dev, FIRST)
    publish(dev, SECOND)
    kill(dev, "/dags/", "rollback", "dev", "--yes")
    assert dev.files() not in (bodies(FIRST), bodies(SECOND))
    assert asked(dev, "rollback", "dev", "--yes")["restored"] == first
    assert dev.files() == bodies(FIRST)
    assert dev.claim() is None


def test_killed_promotion_is_finished_by_the_next_one_or_undone_by_another(dev: Shelf, stage: Shelf) -> None:
    publish(dev, FIRST)
    asked(dev, "promote", "dev", "stage", "--yes")
    publish(dev, SECOND)
    kill(dev, "/dags/b_dag.py", "promote", "dev", "stage", "--yes")
    assert "dags/b_dag.py" in stage.listing()
    asked(dev, "promote", "dev", "stage", "--release", "previous", "--yes")
    assert stage.files() == bodies(FIRST)
    kill(dev, "/dags/b_dag.py", "promote", "dev", "stage", "--yes")
    asked(dev, "promote", "dev", "stage", "--yes")
    assert stage.files() == bodies(SECOND)
    assert stage.claim() is None


def test_promotion_to_another_airflow_is_refused_unless_forced(dev: Shelf, stage: Shelf) -> None:
    path = dev.copy.root / "envs" / "stage.yaml"
    before = path.read_text()
    publish(dev, FIRST)
    try:
        dev.copy.change("stage", lambda document: document.setdefault("mwaa", {}).update(airflow_version="2.9.2"))
        error = refused(dev, "promote", "dev", "stage", "--yes")
        assert (error["code"], error["exit_code"]) == ("policy.refused", 3)
        assert [finding["id"] for finding in error["details"]] == ["PROMOTE_AIRFLOW_OLDER"]
        assert stage.listing() == set()
        forced = run_here(dev, "promote", "dev", "stage", "--yes", "--force")
        assert "older" in forced.err
        assert stage.record()["airflow_version"] == "2.9.2"
    finally:
        path.write_text(before)


def test_promotion_to_airflow_3_names_the_lines_that_break(dev: Shelf, stage: Shelf) -> None:
    path = dev.copy.root / "envs" / "stage.yaml"
    before = path.read_text()
    publish(dev, {**FIRST, "a_dag.py": 'from airflow import DAG\nDAG("a", schedule_interval="@daily")\n'})
    try:
        dev.copy.change("stage", lambda document: document.setdefault("mwaa", {}).update(airflow_version="3.0.6"))
        error = refused(dev, "promote", "dev", "stage", "--dry-run")
        found = {finding["id"]: finding for finding in error["details"]}
        assert "PROMOTE_AIRFLOW_MAJOR" in found
        [lint] = [finding for name, finding in found.items() if name.startswith("AIR3")]
        assert (lint["file"], lint["line"]) == ("dags/a_dag.py", 2)
    finally:
        path.write_text(before)


def test_promotion_to_itself_or_of_damaged_bytes_is_refused(dev: Shelf, stage: Shelf) -> None:
    assert refused(dev, "promote", "dev", "dev", "--yes")["exit_code"] == 2
    release = publish(dev, FIRST)
    key = f".mwaactl/releases/{release}.json"
    digest = dev.record()["files"]["dags/a_dag.py"]["digest"]
    dev.put(key, dev.body(key).replace(digest.encode(), b"0" * 64))
    error = refused(dev, "promote", "dev", "stage", "--yes")
    assert "not those of the release" in error["message"]
    assert stage.listing() == set()


def test_what_a_rollback_does_not_bring_is_told_with_the_command_that_does(dev: Shelf) -> None:
    path, state = dev.copy.root / "envs" / "dev.yaml", dev.copy.sandbox.find()
    assert state is not None
    before = path.read_text()
    ground = make_ground(state, dev.copy.model("dev").account_id)
    mwaa = dev.copy.client("mwaa")
    try:
        dev.copy.change("dev", lambda document: document.update(bucket={"name": ground.bucket}))
        versions = [
            dev.s3.put_object(Bucket=ground.bucket, Key="requirements.txt", Body=body)["VersionId"]
            for body in (b"one", b"two")
        ]
        arguments = ground.arguments("retail-dev", RequirementsS3Path="requirements.txt", AirflowVersion="2.10.3")
        mwaa.create_environment(**arguments, RequirementsS3ObjectVersion=versions[0])
        first = publish(dev, FIRST)
        wait_until(lambda: status(mwaa) == "AVAILABLE", "the environment", 20)
        mwaa.update_environment(
            Name="retail-dev", RequirementsS3Path="requirements.txt", RequirementsS3ObjectVersion=versions[1]
        )
        wait_until(lambda: status(mwaa) == "AVAILABLE", "the update", 20)
        publish(dev, SECOND)
        [change] = asked(dev, "rollback", "dev", "--dry-run")["runtime"]
        assert (change["name"], change["released"]) == ("requirements", hashlib.sha256(b"one").hexdigest())
        run = run_here(dev, "rollback", "dev", "--yes")
        assert "! requirements is not as when it was released" in run.out
        assert "mwaactl --sandbox deploy dev" in run.out
        assert first in run.out
        shown = run_here(dev, "status", "dev").out
        assert re.search(r"\d+ s ago", shown), shown
    finally:
        path.write_text(before)


def status(mwaa: Any) -> str:
    return str(mwaa.get_environment(Name="retail-dev")["Environment"]["Status"])
