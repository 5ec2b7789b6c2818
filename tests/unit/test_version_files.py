"""The files of an upgrade: written, tried without a trace, set back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mwaactl.adapters.interrupt import Interrupt
from mwaactl.adapters.sandbox import Sandbox
from mwaactl.errors import ConfigError, Finding, Severity
from mwaactl.model.guards.upgrade import UPGRADE_ID
from mwaactl.model.verdict import Verdict
from mwaactl.workflows.tools import Target, Toolbox
from mwaactl.workflows.upgrading import with_version_agreed
from mwaactl.workflows.version_files import heirs, tried, version_files
from unit.test_clone_yaml import project_with

ROOT = Path(__file__).resolve().parents[2]


def toolbox(folder: Path, prod: str) -> Toolbox:
    """A project whose prod says `prod`, with the repository's templates."""
    project = project_with(folder, prod)
    for name in ("terraform.tfvars.j2", "backend.s3.tfbackend.j2"):
        (folder / "envs" / name).write_text((ROOT / "envs" / name).read_text())

    def nothing() -> Target:
        raise AssertionError("no target is needed")

    return Toolbox(
        project=project,
        sandbox=Sandbox(folder / ".mwaactl" / "sandbox"),
        find_target=nothing,
        find_terraform=lambda: pytest.fail("no Terraform is needed"),
        interrupt=Interrupt(),
        on_event=lambda _event: None,
        confirm=lambda _question: None,
        show=lambda _data: None,
    )


PROD = 'account_id: "333333333333"\nprotected: true # as it is prod\nnetwork: {vpc_cidr: 10.30.0.0/16}\n'


def envs(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "envs").iterdir()}


def test_version_is_written_rendered_and_set_back(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, PROD)
    before = envs(tmp_path)
    files = version_files(tools, "prod")
    environment, changed = files.write("2.11.2")
    assert environment.mwaa.airflow_version == "2.11.2"
    assert changed == ("envs/prod.yaml", "envs/prod.tfvars", "envs/prod.s3.tfbackend")
    assert b"2.11.2" in (tmp_path / "envs/prod.tfvars").read_bytes()
    assert envs(tmp_path)["_base.yaml"] == before["_base.yaml"], "the parent is left alone"
    files.set_back()
    assert envs(tmp_path) == before


def test_after_a_rollback_the_files_of_an_earlier_run_say_what_runs(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, PROD)
    version_files(tools, "prod").write("2.11.2")
    files = version_files(tools, "prod")  # of the next run, which does not know how they were
    files.set_back("2.10.3")
    assert tools.project.environment("prod").mwaa.airflow_version == "2.10.3"
    assert b"2.11.2" not in (tmp_path / "envs/prod.tfvars").read_bytes()
    assert "protected: true # as it is prod" in (tmp_path / "envs/prod.yaml").read_text()


def test_version_that_the_yaml_cannot_have_changes_nothing(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, PROD)
    before = envs(tmp_path)
    with pytest.raises(ConfigError):
        version_files(tools, "prod").write("2.11.99")
    assert envs(tmp_path) == before


def test_trial_leaves_no_trace(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, PROD)
    before = envs(tmp_path)
    with tried(tools, "prod", "2.11.2") as (trial, environment):
        assert environment.mwaa.airflow_version == "2.11.2"
        assert trial.project.root != tools.project.root
    assert envs(tmp_path) == before
    assert not any((tmp_path / ".mwaactl").iterdir())


def test_environments_that_get_the_version_from_this_one_are_named(tmp_path: Path) -> None:
    tools = toolbox(tmp_path, PROD)
    for name, own in {"near": "", "far": 'mwaa: {airflow_version: "2.10.1"}\n'}.items():
        cidr = {"near": 31, "far": 32}[name]
        text = f"extends: prod\nnetwork: {{vpc_cidr: 10.{cidr}.0.0/16}}\n{own}"
        (tmp_path / "envs" / f"{name}.yaml").write_text(text)
    assert heirs(tools, "prod") == ("near",)
    version_files(tools, "prod").write("2.11.2")
    assert heirs(tools, "prod") == ("near",)
    assert heirs(tools, "dev") == ()


def test_naming_the_version_agrees_to_the_version_and_to_nothing_else() -> None:
    version, other = Finding(UPGRADE_ID, "mwaa", "back"), Finding("GUARD_REPLACE", "mwaa", "gone")
    agreed = with_version_agreed(Verdict("prod", refusals=(version, other)))
    assert agreed.refusals == (other,)
    assert [(one.id, one.severity) for one in agreed.warnings] == [(UPGRADE_ID, Severity.LOW)]
    assert not with_version_agreed(Verdict("prod", refusals=(version,))).is_refused
