"""Plans stored beside the state, with moto on the wire."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaactl.adapters.aws import Account, Bucket
from mwaactl.adapters.plan_records import load_record
from mwaactl.adapters.stored_plans import StoredPlans
from mwaactl.errors import StalePlan
from mwaactl.model.plan_record import PlanRecord
from unit.git_repository import new_repository

COMMIT = "0123456789abcdef0123456789abcdef01234567"
RECORD = PlanRecord("dev", "AWS", "c0", "a0", "m0", 3, "lineage", is_destroy=False, created_at="2026-11-22T12:00:00")
NAMES = (f"plans-{number}" for number in itertools.count())  # clients are kept for the life of the process


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Iterator[StoredPlans]:
    from moto import mock_aws

    for name, value in {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        bucket = Bucket(Account("123456789012", "us-east-1"), next(NAMES))
        bucket.account.client("s3").create_bucket(Bucket=bucket.name)
        yield StoredPlans(bucket, "retail/dev/plans")


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "plan.tfplan"
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04 a plan")
    return path


def test_plan_comes_back_with_its_record_readable_by_the_user_alone(
    plans: StoredPlans, plan_file: Path, tmp_path: Path
) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    fetched = tmp_path / "elsewhere" / "plan.tfplan"
    assert plans.fetch(COMMIT, fetched)
    assert fetched.read_bytes() == plan_file.read_bytes()
    assert load_record(fetched.parent) == RECORD
    assert fetched.stat().st_mode & 0o077 == 0
    assert sorted(plans.bucket.objects()) == [f"retail/dev/plans/{COMMIT}.{suffix}" for suffix in ("json", "tfplan")]


def test_plan_of_another_commit_is_not_there(plans: StoredPlans, plan_file: Path, tmp_path: Path) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    assert not plans.fetch("f" * 40, tmp_path / "plan.tfplan")
    assert not (tmp_path / "plan.tfplan").exists()


def test_plan_without_its_record_is_not_there(plans: StoredPlans, plan_file: Path, tmp_path: Path) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    plans.bucket.delete([f"retail/dev/plans/{COMMIT}.json"])
    assert not plans.fetch(COMMIT, tmp_path / "plan.tfplan")


def test_removed_plan_is_not_there(plans: StoredPlans, plan_file: Path, tmp_path: Path) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    plans.remove(COMMIT)
    assert not plans.fetch(COMMIT, tmp_path / "plan.tfplan")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        ("tfplan", b"another plan"),
        ("json", b"not JSON"),
        ("json", b"[]"),
        ("json", b'{"commit": "another", "digest": "", "record": {}}'),
    ],
)
def test_plan_and_record_that_do_not_belong_together_are_refused(
    plans: StoredPlans, plan_file: Path, tmp_path: Path, suffix: str, content: bytes
) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    plans.bucket.put(f"retail/dev/plans/{COMMIT}.{suffix}", content)
    with pytest.raises(StalePlan, match="do not belong together"):
        plans.fetch(COMMIT, tmp_path / "plan.tfplan")
    assert not (tmp_path / "plan.tfplan").exists()


def test_record_copied_from_another_commit_is_refused(plans: StoredPlans, plan_file: Path, tmp_path: Path) -> None:
    plans.store(COMMIT, plan_file, RECORD)
    other = "f" * 40
    for suffix in ("json", "tfplan"):
        content = plans.bucket.read(f"retail/dev/plans/{COMMIT}.{suffix}")
        assert content is not None
        plans.bucket.put(f"retail/dev/plans/{other}.{suffix}", content)
    with pytest.raises(StalePlan):
        plans.fetch(other, tmp_path / "plan.tfplan")


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """envs/ and terraform/ in a git repository."""
    repository = new_repository(tmp_path / "project")
    for name in ("envs/defaults.yaml", "envs/dev.yaml", "terraform/main.tf", "pyproject.toml", ".gitignore"):
        repository.write({name: (root / name).read_text()})
    for name in (
        "envs/terraform.tfvars.j2",
        "envs/backend.s3.tfbackend.j2",
        "envs/dev.tfvars",
        "envs/dev.s3.tfbackend",
    ):
        repository.write({name: (root / name).read_text()})
    for path in (root / "dags").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            repository.write({str(path.relative_to(root)): path.read_text()})
    repository.commit()
    return repository.root


@pytest.mark.parametrize(("command", "option"), [("plan", "--store"), ("apply", "--stored")])
def test_work_tree_with_changes_is_refused_before_anything_is_asked_of_aws(
    project: Path, capsys: pytest.CaptureFixture[str], command: str, option: str
) -> None:
    from mwaactl.cli import root as program

    path = project / "envs" / "dev.yaml"
    path.write_text(path.read_text() + "# one more line\n")
    with pytest.raises(SystemExit) as caught:
        program.main([command, "dev", option, "--project", str(project), "--output", "json"])
    assert caught.value.code == 2
    [error] = json.loads(capsys.readouterr().out)["errors"]
    assert "belongs to a commit" in error["message"]
    assert "git status" in error["hint"]


def test_folder_without_commits_is_refused(tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    from mwaactl.cli import root as program

    shutil.rmtree(project / ".git")
    with pytest.raises(SystemExit) as caught:
        program.main(["plan", "dev", "--store", "--project", str(project), "--output", "json"])
    assert caught.value.code == 2
    assert "git finds none" in capsys.readouterr().out
