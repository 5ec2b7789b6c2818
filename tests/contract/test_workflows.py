"""What the workflows of GitHub Actions promise: no stranger's code runs with rights, and all that they call exists."""

from __future__ import annotations

import json
import re
import shlex
import subprocess  # noqa: TID251 - runs check-jsonschema
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from mwaactl.adapters.project import Project
from mwaactl.cli import root as root_command

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OURS = re.compile(r"(?:^|[\s;|&])(?:\S*/)?mwaactl (?P<arguments>[^|&;\n]+)")
PATH = f"{Path(sys.executable).parent}:/usr/bin:/bin"
HOOKS = (".pre-commit-config.yaml", ".pre-commit-hooks.yaml")


def load(path: Path) -> dict[str, Any]:
    # BaseLoader: YAML 1.1 would read the key `on` as True.
    document: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.BaseLoader)
    return document


def steps(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in document["jobs"].values():
        yield from job.get("steps", [])


def scripts(document: dict[str, Any]) -> Iterator[str]:
    return (step["run"] for step in steps(document) if "run" in step)


def commands() -> list[tuple[str, list[str]]]:
    """(file, arguments) of every call of mwaactl in workflows and hooks."""
    found = []
    for path in WORKFLOWS:
        for script in scripts(load(path)):
            found += [(path.name, match["arguments"]) for match in OURS.finditer(script)]
    for name in HOOKS:
        document = yaml.safe_load((ROOT / name).read_text())
        hooks = [hook for repo in document["repos"] for hook in repo["hooks"]] if "repos" in document else document
        found += [(name, match["arguments"]) for hook in hooks for match in OURS.finditer(hook["entry"])]
    return [(name, shlex.split(arguments)) for name, arguments in found]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflow:
    def test_it_fits_the_schema_of_github(self, path: Path) -> None:
        program = Path(sys.executable).parent / "check-jsonschema"
        argv = [str(program), "--builtin-schema", "vendor.github-workflows", str(path)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_every_action_is_pinned_by_digest_with_its_version(self, path: Path) -> None:
        used = re.findall(r"^ *(?:- )?uses: (.+)$", path.read_text(), re.MULTILINE)
        assert used
        local = [name for name in used if name.startswith("./")]
        assert all((ROOT / name).is_file() for name in local)
        assert [name for name in used if name not in local and not PINNED.fullmatch(name)] == []

    def test_it_is_not_started_by_what_gives_strangers_rights(self, path: Path) -> None:
        triggers = load(path)["on"]
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)

    def test_it_begins_without_permissions_and_every_job_names_its_own(self, path: Path) -> None:
        document = load(path)
        assert document["permissions"] == {}
        assert all("permissions" in job for job in document["jobs"].values())
        writes = {
            (permission, level)
            for job in document["jobs"].values()
            for permission, level in job["permissions"].items()
            if level != "read"
        }
        allowed = {"id-token", "pull-requests", "security-events", "issues"}
        assert {permission for permission, _ in writes} <= allowed

    def test_nothing_from_outside_is_written_into_a_script(self, path: Path) -> None:
        assert [script for script in scripts(load(path)) if "${{" in script] == []

    def test_checkouts_leave_no_token_behind(self, path: Path) -> None:
        checkouts = [step for step in steps(load(path)) if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)

    def test_every_job_has_an_end_and_terraform_comes_without_wrapper(self, path: Path) -> None:
        document = load(path)
        assert all("timeout-minutes" in job for job in document["jobs"].values() if "steps" in job)
        terraform = [step for step in steps(document) if step.get("uses", "").startswith("hashicorp/setup-terraform@")]
        assert all(step["with"]["terraform_wrapper"] == "false" for step in terraform)

    def test_make_targets_exist(self, path: Path) -> None:
        targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        used = {name for script in scripts(load(path)) for name in re.findall(r"\bmake(?: -C \w+)? (\w+)", script)}
        assert used <= targets

    def test_the_same_action_is_the_same_everywhere(self, path: Path) -> None:
        here = {step["uses"] for step in steps(load(path)) if "uses" in step}
        everywhere = {step["uses"] for other in WORKFLOWS for step in steps(load(other)) if "uses" in step}
        names = [name.partition("@")[0] for name in here | everywhere]
        assert len(names) == len(set(names))


def test_all_the_workflows_are_there() -> None:
    assert {path.name for path in WORKFLOWS} >= {"gate.yml", "deploy.yml", "drift.yml"}


@pytest.mark.parametrize(
    ("file", "arguments"), commands(), ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_command_of_a_workflow_or_hook_exists_with_its_options(file: str, arguments: list[str]) -> None:
    name, *rest = arguments
    command = root_command.get_command(None, name)
    assert command is not None, f"{file}: mwaactl {name}"
    # click remembers the names of a help option that it has made once, so they have to be the real ones.
    # The parser alone: what the options mean is tested elsewhere, and nothing is to run here.
    with click.Context(command, info_name=name, help_option_names=["-h", "--help"]) as context:
        try:
            values, _, _ = command.make_parser(context).parse_args(args=list(rest))
        except click.UsageError as error:
            pytest.fail(f"{file}: mwaactl {' '.join(arguments)}: {error.format_message()}")
    for entry in values.get("wanted", []):
        from mwaactl.cli.gate import FORMATS

        assert entry.partition("=")[0] in FORMATS


def test_commands_are_found_at_all() -> None:
    found = {(file, arguments[0]) for file, arguments in commands()}
    assert found >= {
        ("gate.yml", "gate"),
        ("deploy-environment.yml", "plan"),
        ("deploy-environment.yml", "apply"),
        ("deploy-environment.yml", "publish"),
        ("drift.yml", "drift"),
        ("drift.yml", "dashboard"),
        ("reap.yml", "reap"),
        (".pre-commit-config.yaml", "gate"),
        (".pre-commit-hooks.yaml", "gate"),
    }


def job_of(workflow: str, name: str) -> dict[str, Any]:
    job: dict[str, Any] = load(ROOT / ".github" / "workflows" / workflow)["jobs"][name]
    return job


def test_static_part_has_no_credentials_and_takes_its_tool_from_the_target_of_a_fork() -> None:
    job = job_of("gate.yml", "static")
    assert job["permissions"] == {"contents": "read"}
    assert "secrets" not in str(job)
    assert "github.token" not in str(job)
    change, tool = (step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert (change["path"], change["fetch-depth"]) == ("change", "0")
    assert tool["path"] == "tool"
    assert tool["ref"].endswith("|| github.event.pull_request.base.sha }}")
    for script in (step["run"] for step in job["steps"] if "run" in step):
        assert "make -C change" not in script
        assert "change/" not in script


def test_credentials_are_only_for_branches_of_this_repository() -> None:
    document = load(ROOT / ".github" / "workflows" / "gate.yml")
    for job in document["jobs"].values():
        if "id-token" in job["permissions"]:
            assert "github.event.pull_request.head.repo.full_name == github.repository" in job["if"]


def test_credentials_come_after_everything_is_installed() -> None:
    for path in WORKFLOWS:
        for job in load(path)["jobs"].values():
            names = [step.get("uses", step.get("run", "")).partition("@")[0] for step in job.get("steps", [])]
            if "aws-actions/configure-aws-credentials" in names:
                assert names.index("make setup") < names.index("aws-actions/configure-aws-credentials"), path.name


def test_plan_waits_for_the_reviewers_and_lies_in_no_artifact() -> None:
    document = load(ROOT / ".github" / "workflows" / "deploy-environment.yml")
    apply = document["jobs"]["apply"]
    assert apply["needs"] == "plan"
    assert apply["environment"] == "${{ inputs.environment }}"
    assert "environment" not in document["jobs"]["plan"]
    assert "artifact" not in str([step.get("uses", "") for step in steps(document)])


def test_deploy_and_drift_know_every_environment_and_deploy_goes_up_in_rank() -> None:
    names = set(Project(ROOT).environment_names())
    deploy = load(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]
    assert {job["with"]["environment"] for job in deploy.values()} == set(deploy) == names
    assert {name: job.get("needs") for name, job in deploy.items()} == {"dev": None, "stage": "dev", "prod": "stage"}
    groups = {name: job["concurrency"] for name, job in deploy.items()}
    assert groups == {name: {"group": f"deploy-{name}", "cancel-in-progress": "false"} for name in names}
    for file, job in (("drift.yml", "drift"), ("reap.yml", "look"), ("reap.yml", "destroy")):
        assert set(job_of(file, job)["strategy"]["matrix"]["environment"]) == names


def test_reap_destroys_only_by_hand_and_after_the_reviewers() -> None:
    look, destroy = job_of("reap.yml", "look"), job_of("reap.yml", "destroy")
    assert "environment" not in look
    assert [step["run"] for step in look["steps"] if "reap" in step.get("run", "")] == [
        ".venv/bin/mwaactl reap --own-account --dry-run --detailed-exitcode"
    ]
    assert destroy["if"] == "${{ inputs.destroy }}"
    assert destroy["environment"] == "${{ matrix.environment }}"


def test_page_of_the_dashboard_is_kept_as_an_artifact() -> None:
    nightly = job_of("drift.yml", "drift")["steps"]
    [made] = [step for step in nightly if "dashboard" in step.get("run", "")]
    page = made["run"].partition("--out ")[2].strip('"').replace("$RUNNER_TEMP", "${{ runner.temp }}")
    [kept] = [step for step in nightly if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert page in kept["with"]["path"].split("\n")
    assert nightly.index(made) < nightly.index(kept)


def test_script_that_lists_the_affected_environments_reads_the_envelope_of_the_gate(tmp_path: Path) -> None:
    [script] = [step["run"] for step in job_of("gate.yml", "static")["steps"] if step.get("id") == "affected"]
    outcomes = [{"environment": "dev"}, {"environment": "prod"}, {"environment": ""}]
    for data, wanted in (({"outcomes": outcomes}, '["dev", "prod"]'), (None, "[]")):
        (tmp_path / "static.json").write_text(json.dumps({"data": data}))
        output = tmp_path / "output"
        output.write_text("")
        variables = {"PATH": PATH, "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output)}
        subprocess.run(["bash", "-eo", "pipefail", "-c", script], env=variables, check=True)
        assert output.read_text() == f"environments={wanted}\n"


@pytest.mark.parametrize(
    ("static", "gate", "affected", "is_ours", "has_passed"),
    [
        ("success", "success", '["dev"]', "true", True),
        ("success", "skipped", "[]", "true", True),
        ("success", "skipped", '["dev"]', "false", True),
        ("success", "skipped", '["dev"]', "true", False),
        ("success", "skipped", "", "true", False),
        ("success", "failure", '["dev"]', "true", False),
        ("success", "cancelled", '["dev"]', "true", False),
        ("failure", "success", '["dev"]', "true", False),
        ("failure", "skipped", "", "false", False),
        ("cancelled", "skipped", "[]", "true", False),
    ],
)
def test_verdict_passes_only_when_everything_that_had_to_run_has_passed(
    static: str, gate: str, affected: str, is_ours: str, has_passed: bool
) -> None:
    [step] = job_of("gate.yml", "verdict")["steps"]
    variables = {"PATH": PATH, "STATIC": static, "GATE": gate, "AFFECTED": affected, "IS_OURS": is_ours}
    assert set(step["env"]) == set(variables) - {"PATH"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]], env=variables, capture_output=True, check=False
    )
    assert (done.returncode == 0) is has_passed


@pytest.mark.parametrize(("code", "has_passed"), [(0, True), (4, True), (1, False), (2, False)])
def test_drift_itself_does_not_break_the_nightly_run_but_a_failure_does(
    tmp_path: Path, code: int, has_passed: bool
) -> None:
    [script] = [step["run"] for step in job_of("drift.yml", "drift")["steps"] if "drift" in step.get("run", "")]
    program = tmp_path / ".venv" / "bin" / "mwaactl"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{{}}'\nexit {code}\n")
    program.chmod(0o755)
    variables = {"PATH": PATH, "RUNNER_TEMP": str(tmp_path), "ENVIRONMENT": "dev"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=variables, capture_output=True, check=False
    )
    assert (done.returncode == 0) is has_passed
    assert (tmp_path / "drift.json").read_text() == "{}\n"
