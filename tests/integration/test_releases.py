"""Releases through the real program: listed, compared, kept for long and removed."""

from __future__ import annotations

import json

import pytest

from integration.publish_fixtures import Shelf
from integration.release_fixtures import (
    FIRST,
    SECOND,
    THIRD,
    asked,
    bodies,
    copy,
    dev,
    publish,
    refused,
    run_here,
    shelves,
)

__all__ = ["copy", "dev", "shelves"]

pytestmark = pytest.mark.integration

CONTENTS = ".mwaactl/contents/"


def test_releases_tell_who_when_what_and_where_a_rollback_goes(dev: Shelf) -> None:
    never = run_here(dev, "releases", "dev")
    assert "mwaactl --sandbox publish dev" in never.out
    ids = [publish(dev, files) for files in (FIRST, SECOND, THIRD)]
    report = asked(dev, "releases", "dev", "--limit", "2")
    assert report["total"] == 3
    newest, before = report["releases"]
    assert [newest["id"], before["id"]] == [ids[2], ids[1]]
    assert (newest["is_current"], newest["is_previous"]) == (True, False)
    assert (before["is_current"], before["is_previous"]) == (False, True)
    assert before["changed"] == {"added": 1, "changed": 1, "deleted": 1}
    assert newest["created_by"]
    assert newest["caller"].startswith("arn:aws:")
    assert newest["airflow_version"] == "2.10.3"
    assert newest["gone"] == before["gone"] == []
    assert 0 <= newest["age_s"] < 60
    rows = run_here(dev, "releases", "dev").out.splitlines()[1:]
    assert [row.split()[0] for row in rows if row.strip()] == ids[::-1]
    assert "current" in rows[0]
    assert "previous" in rows[1]


def test_damaged_record_hides_no_other(dev: Shelf) -> None:
    first, second, third = (publish(dev, files) for files in (FIRST, SECOND, THIRD))
    dev.put(f".mwaactl/releases/{second}.json", b"{}")
    run = run_here(dev, "releases", "dev", "--output", "json")
    report = run.envelope["data"]
    assert [row["id"] for row in report["releases"]] == [third, first]
    assert report["unreadable"] == [second]
    assert second in run.err
    error = refused(dev, "rollback", "dev", "--yes")
    assert error["code"] == "release.unreadable"
    asked(dev, "rollback", "dev", first, "--yes")
    assert dev.files() == bodies(FIRST)


def test_environment_without_a_bucket_names_the_command_that_makes_one(dev: Shelf) -> None:
    for arguments in (("releases", "prod"), ("rollback", "prod", "--yes"), ("promote", "prod", "dev", "--yes")):
        error = refused(dev, *arguments)
        assert (error["code"], error["hint"]) == ("mwaa.not_ready", "mwaactl --sandbox deploy prod")


def test_two_releases_are_compared_by_files_and_by_lines(dev: Shelf) -> None:
    first, second = publish(dev, FIRST), publish(dev, SECOND)
    publish(dev, THIRD)
    difference = asked(dev, "releases", "dev", "--diff", first, second, "--patch")
    assert (difference["a"], difference["b"]) == (first, second)
    assert {kind: [one["key"] for one in difference[kind]] for kind in ("added", "changed", "deleted")} == {
        "added": ["dags/b_dag.py"],
        "changed": ["dags/a_dag.py"],
        "deleted": ["dags/query.sql"],
    }
    assert difference["unchanged"] == 1
    patches = {patch["key"]: patch["lines"] for patch in difference["patches"]}
    assert patches["dags/a_dag.py"][-2:] == ["-# one", "+# two"]
    text = run_here(dev, "releases", "dev", "--patch").out
    assert "-# two\n+# three" in text
    assert asked(dev, "releases", "dev", "--diff", "current", "current")["unchanged"] == 3
    assert refused(dev, "releases", "dev", "--diff", "2")["exit_code"] == 2
    assert refused(dev, "releases", "dev", first)["exit_code"] == 2


def test_secrets_in_files_are_not_shown(dev: Shelf) -> None:
    publish(dev, FIRST)
    publish(dev, {**FIRST, "query.sql": "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0"})
    for form in ("text", "json"):
        out = run_here(dev, "releases", "dev", "--patch", "--output", form).out
        assert "query.sql" in out
        assert "wJalrXUtnFEMI" not in out


def test_kept_releases_can_be_restored_after_the_lifecycle_rule_removed_every_replaced_version(dev: Shelf) -> None:
    first, second = publish(dev, FIRST), publish(dev, SECOND)
    publish(dev, THIRD)
    expire(dev)
    assert [row["gone"] for row in asked(dev, "releases", "dev")["releases"]] == [[], [], []]
    asked(dev, "rollback", "dev", "--yes")
    assert dev.files() == bodies(SECOND)
    expire(dev)
    asked(dev, "rollback", "dev", "--yes")
    assert dev.files() == bodies(FIRST)
    expire(dev)
    lines = asked(dev, "releases", "dev", "--diff", first, second, "--patch")["patches"][0]["lines"]
    assert lines[-2:] == ["-# one", "+# two"]


def test_old_records_go_and_what_only_they_held_once_a_day(dev: Shelf) -> None:
    dev.copy.change("dev", lambda document: document.update(artifacts={"keep_releases": 2}))
    try:
        ids = [publish(dev, files) for files in (FIRST, SECOND, THIRD)]
        assert records(dev) == set(ids[1:])
        assert len(dev.listing(CONTENTS)) == 3  # nothing is collected twice on one day
        publish(dev, FIRST)
        yesterday(dev)
        last = publish(dev, THIRD)
        kept = records(dev)
        assert len(kept) == 2
        assert last in kept
        needed = {file["digest"] for one in kept for file in record(dev, one)["files"].values()}
        stored = {key.removeprefix(CONTENTS) for key in dev.listing(CONTENTS)}
        assert stored
        assert stored <= needed
        expire(dev)
        asked(dev, "rollback", "dev", "--yes")
        assert dev.files() == bodies(FIRST)
        expire(dev)
        assert [row["gone"] for row in asked(dev, "releases", "dev")["releases"]] == [
            [],
            [],
            [],
        ]  # and what it restored
    finally:
        dev.copy.change("dev", lambda document: document.pop("artifacts"))


def expire(shelf: Shelf) -> None:
    """What the bucket's lifecycle rule does some day: delete every version that is not the current one."""
    for page in shelf.s3.get_paginator("list_object_versions").paginate(Bucket=shelf.bucket):
        for entry in page.get("Versions", []):
            if not entry["IsLatest"]:
                shelf.s3.delete_object(Bucket=shelf.bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def records(shelf: Shelf) -> set[str]:
    return {key.rpartition("/")[2].removesuffix(".json") for key in shelf.listing(".mwaactl/releases/")}


def record(shelf: Shelf, release: str) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = json.loads(shelf.body(f".mwaactl/releases/{release}.json"))
    return found


def yesterday(shelf: Shelf) -> None:
    """Date the current release back."""
    current = shelf.record() | {"created_at": "2020-01-01T00:00:00+00:00"}
    shelf.put(f".mwaactl/releases/{current['id']}.json", json.dumps(current).encode())
