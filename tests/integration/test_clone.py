"""Clones without an Airflow: three at once, killed after each stage, undone, refused."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integration.project_fixtures import Copy, Run, end, make_quick_copy, wait_until
from integration.test_deploy import left_in

pytestmark = pytest.mark.integration

STAGES = ("files", "apply", "copy", "publish")
"""After the last one, pause, a clone is complete."""

KILL = """
import json, os, signal, sys

is_inside = False

def _kill(event, arguments):
    global is_inside
    if event != "open" or is_inside:
        return
    is_inside = True
    try:
        with open(os.environ["KILL_RECORD"]) as file:
            stages = json.load(file)["stages"]
    except OSError:
        stages = []
    is_inside = False
    if stages and stages[-1] == os.environ["KILL_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[0].endswith("mwaactl"):
    sys.addaudithook(_kill)
"""
"""For Python's sitecustomize: kill -9 of mwaactl at the first file that it opens after a stage was noted."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """dev deployed, alone; without the lifecycle rule that takes a minute."""
    made = make_quick_copy(tmp_path_factory.mktemp("clones"), "dev")
    made.ok("sandbox", "start", "--creation-seconds", "1")
    made.ok("--sandbox", "deploy", "dev", "--yes")
    yield made
    made.ok("sandbox", "stop")


def record(copy: Copy, name: str) -> list[str]:
    """The stages of a clone that are done."""
    path = copy.root / ".mwaactl" / name / "sandbox" / "clone.json"
    return list(json.loads(path.read_text())["stages"]) if path.is_file() else []


def kill_after(copy: Copy, folder: Path, stage: str, name: str) -> None:
    """A clone that is killed as soon as it has noted that the stage is done."""
    (folder / "sitecustomize.py").write_text(KILL)
    path = str(copy.root / ".mwaactl" / name / "sandbox" / "clone.json")
    hooked = replace(copy, environment={"PYTHONPATH": str(folder), "KILL_AT": stage, "KILL_RECORD": path})
    run = hooked.run("--sandbox", "clone", "dev", name, "--no-copy", "--yes")
    assert run.code == -signal.SIGKILL, run.everything
    assert record(copy, name)[-1] == stage


def source(copy: Copy) -> Any:
    """What a clone may not touch."""
    model, s3 = copy.model("dev"), copy.client("s3")
    listing = s3.list_object_versions(Bucket=model.bucket_name)
    state = json.loads(s3.get_object(Bucket=model.state_bucket, Key=model.state_key)["Body"].read())
    shown = copy.client("mwaa").get_environment(Name="retail-dev")["Environment"]
    return shown, [(one["Key"], one["VersionId"]) for one in listing["Versions"]], state["serial"]


def own(copy: Copy) -> dict[str, list[str]]:
    """What is in the account: dev's and those of its clones."""
    return left_in(copy, "dev")


def test_clone_killed_after_each_stage_is_completed_by_the_same_command_without_a_duplicate(
    fleet: Copy, tmp_path: Path
) -> None:
    before, account = source(fleet), own(fleet)
    for stage in STAGES:
        kill_after(fleet, tmp_path, stage, "perf")
    run = fleet.ok("--sandbox", "clone", "dev", "perf", "--no-copy", "--yes", "--output", "json")
    assert run.envelope["data"]["resumed_after"] == list(STAGES)
    assert fleet.client("mwaa").get_environment(Name="retail-perf")["Environment"]["Status"] == "AVAILABLE"
    assert {kind: len(found) for kind, found in own(fleet).items()} == {
        kind: 2 * len(found) for kind, found in account.items()
    }
    releases = fleet.ok("--sandbox", "releases", "perf", "--output", "json").envelope["data"]["releases"]
    assert len(releases) == 1
    assert fleet.run("--sandbox", "plan", "perf", "--detailed-exitcode").code == 0

    again = fleet.run("--sandbox", "clone", "dev", "perf", "--no-copy", "--yes", "--output", "json")
    assert again.code == 1
    assert "is a complete clone of dev" in again.envelope["errors"][0]["message"]
    fleet.ok("--sandbox", "clone", "--undo", "perf", "--yes")
    assert own(fleet) == account
    assert source(fleet) == before


def test_clone_killed_while_it_applies_is_undone_and_nothing_is_left(fleet: Copy) -> None:
    before, account = source(fleet), own(fleet)
    files = {path for path in (fleet.root / "envs").iterdir()}
    process = fleet.start("--sandbox", "clone", "dev", "lost", "--no-copy", "--yes")
    wait_until(lambda: len(own(fleet)["vpcs"]) > len(account["vpcs"]), "a VPC of the clone", 120)
    end(process.pid)
    process.wait()
    busy = fleet.run("--sandbox", "clone", "--undo", "lost", "--yes", "--output", "json")
    assert busy.envelope["errors"][0]["code"] == "environment.busy"  # Terraform is alive, and stores what it made
    undone = wait_until(lambda: fleet.run("--sandbox", "clone", "--undo", "lost", "--yes").code == 0, "Terraform's end")
    assert undone
    assert own(fleet) == account
    assert source(fleet) == before
    assert set((fleet.root / "envs").iterdir()) == files
    assert fleet.run("--sandbox", "clone", "--undo", "lost", "--yes").code == 2


def test_three_at_once_share_nothing_and_only_what_expired_is_reaped(fleet: Copy) -> None:
    account = own(fleet)
    names = ("one", "two", "three")
    clones = []
    for name in names:
        clones.append(fleet.start("--sandbox", "clone", "dev", name, "--no-copy", "--yes", log=f"{name}.log"))
    for name, process in zip(names, clones, strict=True):
        assert process.wait(240) == 0, (fleet.root / f"{name}.log").read_text()
    ranges = [fleet.model(name).network.vpc_cidr for name in (*names, "dev")]
    assert len(set(ranges)) == 4
    assert {kind: len(found) for kind, found in own(fleet).items()} == {
        kind: 4 * len(found) for kind, found in account.items()
    }
    reap(fleet)
    fleet.ok("--sandbox", "destroy", "two", "three", "--yes", "--confirm", "two")
    assert own(fleet) == account
    for name in names:
        for path in (fleet.root / "envs").glob(f"{name}.*"):
            path.unlink()


def reap(fleet: Copy) -> None:
    """Of one (14 d), two (14 d, protected), three (30 d) and dev (no ttl) take one, once AWS's clock says so."""
    fleet.change("two", lambda document: document.update(protected=True, bucket={"force_destroy": False}))
    fleet.change("three", lambda document: document.update(ttl="30d"))
    young = fleet.ok("--sandbox", "reap", "--dry-run", "--detailed-exitcode", "--output", "json")
    assert states(young) == {"dev": "no ttl", "one": "lives", "two": "protected", "three": "lives"}
    assert "clock" not in young.err

    fleet.sandbox.set_faults([{"service": "mwaa", "operation": "GetEnvironment", "clock_ahead_seconds": 15 * 86_400}])
    told = fleet.run(
        "--sandbox", "reap", "--own-account", "--detailed-exitcode", "--output", "json"
    )  # no terminal: dry
    assert told.code == 4
    assert states(told) == {"dev": "no ttl", "one": "expired", "two": "protected", "three": "lives"}
    assert "this machine's clock is 21600 min behind AWS's, which counts" in told.err
    ci = replace(fleet, environment={"CI": "true"}).ok("--sandbox", "reap", "--yes")
    assert "a dry run: mwaactl --sandbox reap --no-dry-run destroys one" in ci.out
    assert len(fleet.client("mwaa").list_environments()["Environments"]) == 4

    done = fleet.ok("--sandbox", "reap", "--yes")
    assert "destroyed" in done.out
    assert fleet.client("mwaa").list_environments()["Environments"] == ["retail-dev", "retail-three", "retail-two"]
    again = fleet.ok("--sandbox", "reap", "--yes", "--output", "json")
    assert states(again) == {"dev": "no ttl", "one": "not deployed", "two": "protected", "three": "lives"}
    shown = {
        row["environment"]: row["data"] for row in fleet.ok("--sandbox", "status", "--output", "json").envelope["data"]
    }
    assert round(shown["three"]["ttl_left_s"] / 86_400) == 15
    text = fleet.ok("--sandbox", "status").out
    assert "14d, but protected" in text
    assert "expired" not in text
    fleet.sandbox.set_faults([])


def states(run: Run) -> dict[str, str]:
    return {row["environment"]: row["data"]["state"] for row in run.envelope["data"]}


def test_dry_run_shows_all_of_it_and_leaves_no_trace(fleet: Copy) -> None:
    before = {
        path: path.read_bytes() for path in fleet.root.rglob("*") if path.is_file() and ".mwaactl" not in str(path)
    }
    account = own(fleet)
    run = fleet.ok("--sandbox", "clone", "dev", "trial", "--no-copy", "--ttl", "8h", "--dry-run", "--output", "json")
    data = run.envelope["data"]
    assert "extends: dev" in data["yaml"]
    assert {change["action"] for change in data["plan"]["plan"]["changes"]} == {"create"}
    assert float(data["high"]) > float(data["low"]) > 0
    assert data["release"]
    now = {path: path.read_bytes() for path in fleet.root.rglob("*") if path.is_file() and ".mwaactl" not in str(path)}
    assert now == before
    assert own(fleet) == account
    assert list((fleet.root / ".mwaactl").glob("rehearsal-*")) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("dev", "dev"), 2, "Name two environments"),
        (("dev", "../evil"), 2, "cannot be the name of an environment"),
        (("dev", "defaults"), 2, "cannot be the name of an environment"),
        (("nobody", "perf2"), 2, "there is no environment nobody"),
        (("dev", "perf2", "--class", "mw1.huge"), 2, "mwaa.environment_class"),
        (("dev", "perf2", "--ttl", "soon"), 2, "ttl"),
        (("dev", "perf2", "--vpc-cidr", "10.10.0.0/16"), 2, "overlaps 10.10.0.0/16 of dev"),
        (("--undo", "dev"), 2, "No clone dev was begun here"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    fleet: Copy, arguments: tuple[str, ...], code: int, words: str
) -> None:
    files = set((fleet.root / "envs").iterdir())
    run = fleet.run("--sandbox", "clone", *arguments, "--no-copy", "--yes")
    assert run.code == code, run.everything
    assert words in run.err
    assert "Traceback" not in run.err
    assert set((fleet.root / "envs").iterdir()) == files


def test_without_a_yes_the_files_are_taken_back(fleet: Copy) -> None:
    files, account = set((fleet.root / "envs").iterdir()), own(fleet)
    run = fleet.run("--sandbox", "clone", "dev", "unsure", "--no-copy")
    assert run.code == 2
    assert "add --yes" in run.err
    assert set((fleet.root / "envs").iterdir()) == files
    assert own(fleet) == account


def test_other_files_of_that_name_are_not_touched(fleet: Copy) -> None:
    path = fleet.root / "envs" / "mine.yaml"
    path.write_text("extends: dev\nnetwork: {vpc_cidr: 10.77.0.0/16}\n")
    try:
        run = fleet.run("--sandbox", "clone", "dev", "mine", "--no-copy", "--yes")
        assert run.code == 2
        assert "envs/mine.yaml exists" in run.err
        assert path.read_text().startswith("extends: dev")
    finally:
        path.unlink()
