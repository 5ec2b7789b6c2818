"""What the tests of publishing share: a copy whose dev has a bucket and a state, but no environment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integration.project_fixtures import Copy, make_copy

STATE = {
    "version": 4,
    "serial": 1,
    "lineage": "tests",
    "resources": [{"mode": "managed", "type": "aws_s3_bucket", "name": "this", "instances": [{}]}],
}
HELD_S = 30.0
"""Longer than a test takes to look at who waits for an answer: it then clears the faults, and the call goes on."""
PUBLISH = ("--sandbox", "publish", "dev", "--yes", "--skip-checks")


@dataclass(frozen=True)
class Shelf:
    """The bucket of an environment, seen by boto3, and the DAG folder that is published to it."""

    copy: Copy
    s3: Any
    bucket: str

    @property
    def dags(self) -> Path:
        """The DAG folder."""
        return self.copy.root / "dags"

    def listing(self, prefix: str = "") -> set[str]:
        """Keys of all objects under `prefix`."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def body(self, key: str) -> bytes:
        """What lies at `key`."""
        found: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return found

    def files(self) -> dict[str, bytes]:
        """Everything in the bucket's DAG folder, by path."""
        return {key.removeprefix("dags/"): self.body(key) for key in self.listing("dags/")}

    def wanted(self) -> dict[str, bytes]:
        """Everything in the DAG folder that belongs into the bucket, by path."""
        owned = ("plugins/", "requirements.txt", "startup.sh")
        paths = (path for path in self.dags.rglob("*") if path.is_file())
        found = {path.relative_to(self.dags).as_posix(): path.read_bytes() for path in paths}
        return {path: body for path, body in found.items() if not path.startswith(owned) and "__pycache__" not in path}

    def record(self) -> dict[str, Any]:
        """The current release record."""
        found: dict[str, Any] = json.loads(self.body(json.loads(self.body(".mwaactl/current.json"))["key"]))
        return found

    def put(self, key: str, body: bytes) -> None:
        """Put something there behind mwaactl's back."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def claim(self) -> dict[str, Any] | None:
        """The claim on the bucket, if any."""
        is_there = ".mwaactl/publishing.json" in self.listing(".mwaactl/publishing.json")
        return json.loads(self.body(".mwaactl/publishing.json")) if is_there else None

    def assert_published(self) -> None:
        """Bucket and record are exactly what the DAG folder wants, and nobody claims to be at work."""
        assert self.files() == self.wanted()
        released = self.record()["files"]
        assert set(released) == {f"dags/{path}" for path in self.wanted()}
        for key, file in released.items():
            there = self.s3.head_object(Bucket=self.bucket, Key=key)
            assert (there["ETag"].strip('"'), there["VersionId"]) == (file["etag"], file["version_id"]), key
            versioned = self.s3.get_object(Bucket=self.bucket, Key=key, VersionId=file["version_id"])["Body"].read()
            assert versioned == self.wanted()[key.removeprefix("dags/")]
        assert self.claim() is None


def make_shelf(copy: Copy, name: str = "dev") -> Shelf:
    """Make the bucket and a state as `deploy` would, in a second instead of a minute."""
    model, s3 = copy.model(name), copy.client("s3", name)
    for bucket in (model.bucket_name, model.state_bucket):
        make_bucket(copy, bucket, name)
    s3.put_object(Bucket=model.state_bucket, Key=model.state_key, Body=json.dumps(STATE).encode())
    return Shelf(copy, s3, model.bucket_name)


def make_bucket(copy: Copy, bucket: str, name: str = "dev") -> None:
    """Make a versioned bucket in the account of environment `name`."""
    s3, where = copy.client("s3", name), {"LocationConstraint": copy.model(name).region}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def empty_shelf(shelf: Shelf) -> None:
    """Nothing published, no DAG files, no faults."""
    state = shelf.copy.sandbox
    state.set_faults([])
    for key in shelf.listing():
        shelf.s3.delete_object(Bucket=shelf.bucket, Key=key)
    for path in shelf.wanted():
        (shelf.dags / path).unlink()


@pytest.fixture(scope="module")
def shelf_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One copy and one sandbox for the tests of a module."""
    copy = make_copy(tmp_path_factory.mktemp("project"))
    copy.ok("sandbox", "start")
    yield make_shelf(copy)
    copy.ok("sandbox", "stop")


@pytest.fixture
def shelf(shelf_of_module: Shelf) -> Shelf:
    """The same, emptied."""
    empty_shelf(shelf_of_module)
    return shelf_of_module
