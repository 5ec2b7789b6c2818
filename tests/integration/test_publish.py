"""Publishing on a network that fails, beside others, to an encrypted bucket, for a living environment."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from integration.project_fixtures import Copy, wait_until
from integration.publish_fixtures import HELD_S, PUBLISH, Shelf, shelf, shelf_of_module
from integration.sandbox_fixtures import make_ground
from mwaactl.adapters.aws import Account, Bucket
from mwaactl.adapters.claim import Clock, claiming, find_claim, this_owner, without_owner
from mwaactl.adapters.sandbox import environment_variables
from mwaactl.errors import Busy

__all__ = ["shelf", "shelf_of_module"]

pytestmark = pytest.mark.integration


def write(shelf: Shelf, count: int, text: str = "") -> None:
    """That many DAG files in sub-folders, an empty one and one with a difficult name among them."""
    for number in range(count):
        path = shelf.dags / f"team_{number % 3}" / f"dag_{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"from airflow import DAG\n# {number} {text}\n")
    (shelf.dags / "team_0" / "__init__.py").write_text("")
    (shelf.dags / "team_0" / "Größe +&?=#%~ (1).sql").write_text("select 1")


def bucket_of(shelf: Shelf) -> Bucket:
    """The same bucket through mwaactl's own adapter."""
    state, model = shelf.copy.sandbox.find(), shelf.copy.model("dev")
    assert state is not None
    variables = environment_variables(state, model.account_id, model.region)
    return Bucket(Account(model.account_id, model.region, tuple(sorted(variables.items()))), shelf.bucket)


def difference(shelf: Shelf, *arguments: str) -> Any:
    """The difference that a publish reports."""
    return shelf.copy.ok(*PUBLISH, "--output", "json", *arguments).envelope["data"]["difference"]


def keys(changes: list[dict[str, Any]]) -> list[str]:
    return [change["key"] for change in changes]


def test_publish_while_more_than_a_tenth_of_all_requests_fails_ends_right(shelf: Shelf) -> None:
    write(shelf, 60)
    every = {"service": "s3", "path": f"^/{shelf.bucket}"}
    faults = [
        {**every, "every": 20, "status": 503},
        {**every, "every": 30, "cut": "request"},
        {**every, "every": 40, "cut": "answer"},
        {**every, "every": 50, "status": 429},
        {**every, "every": 60, "status": 500},
    ]
    for text in ("first", "second"):
        write(shelf, 60, text)
        shelf.copy.sandbox.set_faults(faults)
        shelf.copy.ok(*PUBLISH)
        seen = shelf.copy.sandbox.faults()
        assert sum(fault["struck"] for fault in seen) > 0.1 * max(fault["matched"] for fault in seen)
        shelf.copy.sandbox.set_faults([])
        shelf.assert_published()


@pytest.mark.parametrize("cut", ["request", "answer"])
def test_claim_record_and_pointer_whose_first_answer_is_lost_are_ours(shelf: Shelf, cut: str) -> None:
    write(shelf, 2)
    lost = {"service": "s3", "method": "PUT|DELETE", "path": r"/\.mwaactl/", "every": 1, "cut": cut}
    names = ("publishing.json", "releases/", "current.json")
    shelf.copy.sandbox.set_faults([{**lost, "path": rf"/\.mwaactl/{name}", "times": 1} for name in names])
    shelf.copy.ok(*PUBLISH)
    assert [fault["struck"] for fault in shelf.copy.sandbox.faults()] == [1, 1, 1]
    shelf.copy.sandbox.set_faults([])
    shelf.assert_published()


def test_fresh_time_stamps_upload_nothing_and_one_changed_file_only_itself(shelf: Shelf) -> None:
    write(shelf, 6)
    shelf.copy.ok(*PUBLISH)
    release = shelf.record()["id"]
    for path in shelf.dags.rglob("*.py"):
        os.utime(path, (1, 1))
    assert difference(shelf)["unchanged"] == 8
    assert shelf.record()["id"] == release
    (shelf.dags / "team_1" / "dag_1.py").write_text("from airflow import DAG\n")
    assert keys(difference(shelf)["changed"]) == ["dags/team_1/dag_1.py"]
    shelf.assert_published()
    record = shelf.record()
    assert (record["previous"], record["changed"]) == (release, {"added": 0, "changed": 1, "deleted": 0})
    assert record["caller"].startswith("arn:aws:")
    assert record["format_version"] == 2


def test_dry_run_shows_every_file_with_its_size_and_changes_nothing(shelf: Shelf) -> None:
    write(shelf, 12)
    before = shelf.listing()
    run = shelf.copy.ok("--sandbox", "publish", "dev", "--dry-run")
    assert shelf.listing() == before
    assert all(f"+ dags/team_{number % 3}/dag_{number}.py (" in run.out for number in range(12))
    shelf.copy.ok(*PUBLISH)
    (shelf.dags / "team_0" / "dag_0.py").unlink()
    (shelf.dags / "team_1" / "dag_1.py").write_text("from airflow import DAG\n" * 100)
    run = shelf.copy.ok("--sandbox", "publish", "dev", "--dry-run")
    assert "- dags/team_0/dag_0.py (29 B)" in run.out
    assert "~ dags/team_1/dag_1.py (29 B > 2.4 kB)" in run.out


def test_file_of_others_is_told_before_it_is_overwritten_and_stays_when_it_is_not_wanted(shelf: Shelf) -> None:
    shelf.put("dags/theirs.py", b"theirs")
    shelf.put("dags/team_0/dag_0.py", b"theirs too")
    write(shelf, 1)
    run = shelf.copy.ok("--sandbox", "publish", "dev", "--dry-run")
    assert "! dags/team_0/dag_0.py (10 B > 29 B): overwrites a file that mwaactl did not publish" in run.out
    assert keys(difference(shelf)["overwritten"]) == ["dags/team_0/dag_0.py"]
    for path in shelf.wanted():
        (shelf.dags / path).unlink()
    shelf.copy.ok(*PUBLISH)
    assert shelf.files() == {"theirs.py": b"theirs"}


def test_broken_dag_is_found_before_anything_is_uploaded_unless_nobody_wants_to_know(shelf: Shelf) -> None:
    (shelf.dags / "broken.py").write_text("from airflow import DAG\ndef\n")
    run = shelf.copy.run("--sandbox", "publish", "dev", "--yes", "--output", "json")
    [error] = run.envelope["errors"]
    assert (run.code, error["code"]) == (1, "dag.failed")
    assert "dags/broken.py" in run.err
    assert shelf.listing() == set()
    shelf.copy.ok(*PUBLISH)
    shelf.assert_published()


def test_changed_file_with_the_id_of_an_unchanged_one_is_refused(shelf: Shelf) -> None:
    """Only what changed is judged, but an id is taken by files that did not change as well."""
    dag = "from airflow import DAG\nDAG({!r}, schedule=None)\n"
    (shelf.dags / "first.py").write_text(dag.format("taken"))
    shelf.copy.ok(*PUBLISH)
    (shelf.dags / "second.py").write_text(dag.format("taken"))
    run = shelf.copy.run("--sandbox", "publish", "dev", "--yes")
    assert (run.code, "dags/second.py" not in shelf.listing("dags/")) == (1, True), run.everything
    assert "dags/second.py:2" in run.err
    assert "DAG_DUPLICATE_ID" in run.err
    assert "dags/first.py:2" in run.err


def test_objects_are_encrypted_by_the_buckets_own_key(shelf: Shelf) -> None:
    key = shelf.copy.client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    shelf.s3.put_bucket_encryption(Bucket=shelf.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    try:
        write(shelf, 3)
        shelf.copy.ok(*PUBLISH)
        for name in (*shelf.listing("dags/"), ".mwaactl/current.json"):
            found = shelf.s3.head_object(Bucket=shelf.bucket, Key=name)
            assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)
    finally:
        shelf.s3.delete_bucket_encryption(Bucket=shelf.bucket)


def test_two_machines_at_once_give_one_winner_and_the_other_says_so(shelf: Shelf, tmp_path: Path) -> None:
    write(shelf, 3)
    other = Copy(tmp_path / "other")
    shutil.copytree(shelf.copy.root, other.root, ignore=shutil.ignore_patterns(".mwaactl", ".terraform"))
    (tmp_path / "other" / ".mwaactl").mkdir()
    (tmp_path / "other" / ".mwaactl" / "sandbox").symlink_to(shelf.copy.sandbox.directory)
    sandbox = shelf.copy.sandbox
    sandbox.set_faults([{"service": "s3", "method": "PUT", "path": "/dags/", "times": 1, "delay_seconds": HELD_S}])
    first = shelf.copy.start(*PUBLISH)
    wait_until(lambda: sandbox.faults()[0]["struck"], "the first upload", 20)
    run = other.run(*PUBLISH, "--output", "json")
    [error] = run.envelope["errors"]
    assert (run.code, error["code"]) == (1, "environment.busy")
    assert f"process {first.pid}" in error["message"]
    assert "since" in error["message"]
    sandbox.set_faults([])
    assert first.wait(30) == 0
    shelf.assert_published()


def test_publish_overtaken_by_another_moves_no_pointer_and_says_so(shelf: Shelf) -> None:
    write(shelf, 3)
    sandbox = shelf.copy.sandbox
    sandbox.set_faults([{"service": "s3", "method": "PUT", "path": "/dags/", "times": 1, "delay_seconds": HELD_S}])
    process = shelf.copy.start(*PUBLISH)
    wait_until(lambda: sandbox.faults()[0]["struck"], "the first upload", 20)
    shelf.put(".mwaactl/current.json", json.dumps({"release": "theirs", "key": "theirs"}).encode())
    sandbox.set_faults([])
    output = shelf.copy.output_of(process)
    assert process.returncode == 1
    assert "meanwhile" in output
    assert json.loads(shelf.body(".mwaactl/current.json"))["release"] == "theirs"


class Hours:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.sleep)


def test_silent_claim_of_another_machine_is_watched_for_a_minute_and_taken_over(shelf: Shelf) -> None:
    bucket, told, hours = bucket_of(shelf), list[str](), Hours()
    owner = replace(this_owner("mary"), machine="elsewhere", host="build-7")
    with (
        suppress(KeyError),
        claiming(bucket, owner, {"dags/a.py": None}, command="publish", since="noon", dead=None),
    ):
        living = find_claim(bucket)
        assert living is not None
        with pytest.raises(Busy, match="mary on build-7"):
            without_owner(bucket, told.append, lambda: None, hours.clock)
        assert (told, hours.seconds) == ([], 0)  # a young claim: nobody waits
        raise KeyError
    left = find_claim(bucket)
    assert left is not None
    assert left.claim.is_over
    silent = replace(left.claim, is_over=False)
    shelf.put(".mwaactl/publishing.json", silent.to_json())
    mine = without_owner(Quiet(bucket.account, bucket.name), told.append, lambda: None, hours.clock)
    assert mine is not None
    assert (len(told), hours.seconds) == (1, 60)
    with claiming(bucket, this_owner("me"), {}, command="publish", since="one", dead=mine, clock=hours.clock) as claim:
        held = find_claim(bucket)
        assert held is not None
        assert held.claim.journal == {"dags/a.py": None}
        claim.check()
        shelf.put(".mwaactl/publishing.json", silent.to_json())  # somebody took it for dead, while it was suspended
        claim.check()
        hours.seconds += 31
        with pytest.raises(Busy, match="taken for dead"):
            claim.check()
    assert find_claim(bucket) is not None  # not ours to remove any more


class Quiet(Bucket):
    """The bucket half a minute later."""

    def fetch(self, key: str, version_id: str | None = None) -> Any:
        found = super().fetch(key, version_id)
        return replace(found, age_s=found.age_s + 31) if found else None


def test_artifacts_that_the_environment_does_not_run_are_told_with_the_command_that_brings_them(shelf: Shelf) -> None:
    copy, state = shelf.copy, shelf.copy.sandbox.find()
    assert state is not None
    before = {name: (copy.root / "envs" / name).read_text() for name in ("dev.yaml",)}
    ground = make_ground(state, copy.model("dev").account_id)
    copy.change("dev", lambda document: document.update(bucket={"name": ground.bucket}))
    s3, mwaa = copy.client("s3"), copy.client("mwaa")
    try:
        requirements = (shelf.dags / "requirements.txt").read_bytes()
        version = s3.put_object(Bucket=ground.bucket, Key="requirements.txt", Body=requirements)["VersionId"]
        arguments = ground.arguments("retail-dev", RequirementsS3Path="requirements.txt")
        mwaa.create_environment(**arguments, RequirementsS3ObjectVersion=version)
        write(shelf, 1)
        report = copy.ok("--sandbox", "publish", "dev", "--dry-run", "--output", "json").envelope["data"]
        assert [change["name"] for change in report["artifacts"]] == ["plugins", "startup_script"]
        run = copy.ok(*PUBLISH)
        assert "dags/plugins, dags/startup.sh are not what the environment runs" in run.out
        assert "mwaactl --sandbox deploy dev" in run.out
        pointer = json.loads(s3.get_object(Bucket=ground.bucket, Key=".mwaactl/current.json")["Body"].read())
        record = json.loads(s3.get_object(Bucket=ground.bucket, Key=pointer["key"])["Body"].read())
        assert record["artifacts"]["requirements"]["version_id"] == version
        copy.change("dev", lambda document: document["mwaa"].update(dag_s3_path="elsewhere"))
        moved = copy.run(*PUBLISH, "--output", "json")
        assert moved.envelope["errors"][0]["hint"] == "mwaactl --sandbox deploy dev"
    finally:
        for name, text in before.items():
            (copy.root / "envs" / name).write_text(text)


def test_answer_that_breaks_off_in_its_middle_is_asked_for_again(shelf: Shelf) -> None:
    shelf.put("dags/a.py", b"the whole of it")
    with Breaking(bucket_of(shelf).account.client("s3").meta.endpoint_url) as url:
        account = bucket_of(shelf).account
        through = {**dict(account.variables), "AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_S3": url}
        bucket = Bucket(replace(account, variables=tuple(sorted(through.items()))), shelf.bucket)
        assert bucket.read("dags/a.py") == b"the whole of it"


class Breaking(ThreadingHTTPServer):
    """Passes requests on, and breaks off the first answer in the middle of its body."""

    def __init__(self, target: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            count = 0

            def do_GET(self) -> None:
                connection = HTTPConnection(urlsplit(target).netloc)
                connection.request("GET", self.path, headers=dict(self.headers))
                reply = connection.getresponse()
                body = reply.read()
                connection.close()
                self.send_response_only(reply.status)
                for name, value in reply.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                Handler.count += 1
                self.wfile.write(body[: len(body) // 2] if Handler.count == 1 else body)
                self.close_connection = True

            def log_message(self, *_arguments: Any) -> None:
                """Nothing: the tests print enough."""

        super().__init__(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:  # type: ignore[override]
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return f"http://127.0.0.1:{self.server_port}"

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()
