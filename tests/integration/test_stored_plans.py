"""A plan that one checkout stored is applied by another checkout of the same commit, and by no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from integration.project_fixtures import ROOT, Copy, make_quick_copy
from unit.git_repository import Repository, new_repository

pytestmark = pytest.mark.integration

PLAN = ("--sandbox", "plan", "dev", "--store", "--output", "json")
APPLY = ("--sandbox", "apply", "dev", "--stored", "--yes", "--output", "json")
IGNORED = ".mwaactl/\n.terraform/\noutput.log\n__pycache__/\n"


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy with dev alone, in a git repository, whose state bucket exists. Without the slow lifecycle rule."""
    folder = tmp_path_factory.mktemp("planner") / "project"
    made = make_quick_copy(folder, "dev")
    (made.root / ".gitignore").write_text(IGNORED)
    new_repository(made.root).commit()
    made.ok("sandbox", "start", "--creation-seconds", "1")
    yield made
    made.ok("sandbox", "stop")


def clone(copy: Copy, folder: Path) -> Copy:
    """A clone at another path, as on another machine: it shares nothing but the sandbox."""
    Repository(copy.root).git("clone", "--quiet", str(copy.root), str(folder))
    (folder / ".mwaactl").mkdir(mode=0o700)
    (folder / ".mwaactl" / "sandbox").symlink_to(copy.sandbox.directory)
    return Copy(folder)


def stored(copy: Copy) -> list[str]:
    """The keys of the stored plans."""
    bucket, s3 = copy.model("dev").state_bucket, copy.client("s3")
    if bucket not in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]:
        return []  # no plan was made yet
    listing = s3.list_objects_v2(Bucket=bucket, Prefix="retail/dev/plans/")
    return [entry["Key"] for entry in listing.get("Contents", [])]


def change(copy: Copy, tag: str) -> None:
    """Commit a small change that Terraform would apply."""
    copy.change("dev", lambda env: env.setdefault("tags", {}).update(change=tag))
    copy.ok("render")
    Repository(copy.root).commit()


def test_stored_plan_is_applied_from_another_checkout_and_is_gone_then(planner: Copy, tmp_path: Path) -> None:
    change(planner, "from elsewhere")
    planner.ok(*PLAN, "--yes")
    commit = Repository(planner.root).git("rev-parse", "HEAD")
    assert len([key for key in stored(planner) if commit in key]) == 2
    elsewhere = clone(planner, tmp_path / "a clone elsewhere")
    run = elsewhere.ok(*APPLY)
    assert run.envelope["data"]["plan"]["changes"]
    environment = planner.client("mwaa").get_environment(Name="retail-dev")["Environment"]
    assert (environment["Status"], environment["Tags"]["change"]) == ("AVAILABLE", "from elsewhere")
    assert not [key for key in stored(planner) if commit in key]
    assert not (elsewhere.root / ".mwaactl" / "dev" / "sandbox" / "plan.tfplan").exists()
    assert elsewhere.run("--sandbox", "plan", "dev", "--detailed-exitcode").code == 0
    elsewhere.ok("--sandbox", "publish", "dev", "--yes")
    assert Repository(elsewhere.root).git("status", "--porcelain") == ""


def test_plan_stored_for_another_commit_is_not_applied(planner: Copy, tmp_path: Path) -> None:
    planner.ok(*PLAN, "--yes")
    applier = clone(planner, tmp_path / "clone")
    change(applier, "of another commit")
    run = applier.run(*APPLY)
    assert run.code == 1
    [error] = run.envelope["errors"]
    assert error["code"] == "terraform.stale_plan"
    assert "no stored plan" in error["message"]
    assert error["hint"] == "mwaactl --sandbox plan dev --store"


def test_stored_plan_is_refused_when_the_state_has_moved_on(planner: Copy, tmp_path: Path) -> None:
    change(planner, "first")
    planner.ok(*PLAN, "--yes")
    clones = [clone(planner, tmp_path / name) for name in ("one", "two")]
    kept = planner.client("s3")
    bucket = planner.model("dev").state_bucket
    bodies = {key: kept.get_object(Bucket=bucket, Key=key)["Body"].read() for key in stored(planner)}
    clones[0].ok(*APPLY)
    for key, body in bodies.items():  # as if the second job had fetched it before the first one was done
        kept.put_object(Bucket=bucket, Key=key, Body=body)
    run = clones[1].run(*APPLY)
    assert run.code == 1
    [error] = run.envelope["errors"]
    assert error["code"] == "terraform.stale_plan"
    assert "the state changed" in error["message"]
    assert error["hint"] == "mwaactl --sandbox plan dev --store"


def test_plan_that_policy_refuses_is_not_stored(planner: Copy) -> None:
    before = stored(planner)
    waivers = planner.root / "envs" / "waivers.yaml"
    text = waivers.read_text()
    waivers.write_text("[]\n")
    change(planner, "refused")
    try:
        run = planner.run(*PLAN, "--yes")
        assert run.code == 3, run.everything
        assert stored(planner) == before
    finally:
        waivers.write_text(text)
        Repository(planner.root).commit()


def test_stale_rendered_files_keep_a_plan_from_being_stored(planner: Copy) -> None:
    before = stored(planner)
    planner.change("dev", lambda env: env.setdefault("tags", {}).update(change="not rendered"))
    Repository(planner.root).commit()
    run = planner.run(*PLAN, "--yes")
    assert run.code == 2, run.everything
    assert "differ" in run.out
    assert stored(planner) == before
    Repository(planner.root).commit()


def test_looking_needs_no_more_than_the_read_policy_of_the_documentation(planner: Copy) -> None:
    planner.ok("--sandbox", "deploy", "dev", "--yes")
    log = planner.sandbox.log_path
    before = len(log.read_text().splitlines())
    planner.ok("--sandbox", "gate", "dev")
    planner.ok("--sandbox", "drift", "dev")
    calls = [line.split() for line in log.read_text().splitlines()[before:] if "/_sandbox/" not in line]
    methods = {call[3] for call in calls if call[4] == "s3"}
    actions = {call[4].replace("monitoring:", "cloudwatch:") for call in calls if call[4] != "s3"}
    assert len(actions) > 20
    assert methods <= {"GET", "HEAD"}
    allowed = read_policy()
    assert {action for action in actions if not any(fnmatch(action, one) for one in allowed)} == set()


def read_policy() -> list[str]:
    """The actions of the read role in docs/ci.md."""
    [text] = re.findall(r"<!-- read-policy -->\n```json\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    found = []
    for statement in json.loads(text)["Statement"]:
        actions = statement["Action"]
        found += [actions] if isinstance(actions, str) else actions
    return found
