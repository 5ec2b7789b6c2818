"""Terraform's argument lists, events and environment."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mwaactl.adapters.interrupt import Interrupt, handling_signals
from mwaactl.adapters.terraform import SavedPlan, Terraform, Workspace, arguments
from mwaactl.adapters.terraform.events import EventReader
from mwaactl.adapters.toolchain import Binary, cli_config, cli_config_text, find_mirrors, find_terraform
from mwaactl.errors import Aborted, StalePlan, StateLocked, TerraformError, ToolMissing
from mwaactl.model.progress import Moment, Progress

TF = Path("/bin/terraform")


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (
            arguments.init(TF, Path("dev.s3.tfbackend")),
            "init -input=false -json -reconfigure -lockfile=readonly -backend-config=dev.s3.tfbackend",
        ),
        (
            arguments.plan(TF, variables=[Path("dev.tfvars")], out=Path("p")),
            "plan -input=false -json -detailed-exitcode -var-file=dev.tfvars -out=p",
        ),
        (
            arguments.plan(TF, variables=[Path("dev.tfvars")], out=Path("p"), destroy=True),
            "plan -input=false -json -detailed-exitcode -var-file=dev.tfvars -out=p -destroy",
        ),
        (
            arguments.plan(TF, variables=[Path("dev.tfvars")], out=Path("p"), refresh_only=True),
            "plan -input=false -json -detailed-exitcode -var-file=dev.tfvars -out=p -refresh-only",
        ),
        (arguments.apply(TF, Path("p")), "apply -input=false -json p"),
        (arguments.show(TF, Path("p")), "show -json p"),
        (arguments.force_unlock(TF, "id"), "force-unlock -force id"),
        (arguments.untaint(TF, "a.b"), "untaint a.b"),
        (arguments.version(TF), "version -json"),
    ],
)
def test_argument_list(argv: list[str], expected: str) -> None:
    assert argv == [str(TF), *expected.split(" ")]


def test_argument_building_survives_a_broken_state_file_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """python-terraform parses terraform.tfstate in its constructor, and fails on an empty one."""
    (tmp_path / "terraform.tfstate").write_text("")
    monkeypatch.chdir(tmp_path)
    assert arguments.show(TF, Path("p"))[1:] == ["show", "-json", "p"]


def read(*events: dict[str, Any]) -> tuple[EventReader, list[Progress]]:
    seen: list[Progress] = []
    reader = EventReader("dev", seen.append)
    for event in events:
        reader.read(json.dumps(event))
    return reader, seen


def hook(kind: str, **fields: Any) -> dict[str, Any]:
    resource = {"addr": "module.mwaa.aws_mwaa_environment.this", "resource_type": "aws_mwaa_environment"}
    return {"type": kind, "hook": {"resource": resource, "action": "create", **fields}}


def test_resource_events_become_progress_with_count_and_expected_time() -> None:
    _, seen = read(
        {"type": "planned_change"},
        hook("apply_start"),
        hook("apply_progress", elapsed_seconds=10),
        hook("apply_complete", elapsed_seconds=12),
    )
    assert [event.moment for event in seen] == [Moment.STARTED, Moment.RUNNING, Moment.DONE]
    assert "20 to 30 minutes" in seen[0].message
    assert (seen[2].message, seen[2].elapsed_s, seen[2].done, seen[2].total) == ("created", 12.0, 1, 1)


def test_lines_and_types_that_are_unknown_are_ignored() -> None:
    reader, seen = read({"type": "something_new"}, {"no": "type"})
    reader.read("panic: not JSON")
    reader.read("[1]")
    assert seen == []
    assert reader.diagnostics == []


def diagnostic(summary: str, detail: str = "", **fields: Any) -> dict[str, Any]:
    return {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": summary, "detail": detail, **fields}}


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("Error acquiring the state lock", StateLocked),
        ("Saved plan is stale", StalePlan),
        ("creating MWAA Environment", TerraformError),
    ],
)
def test_failure_is_told_apart_by_summary(summary: str, kind: type[TerraformError]) -> None:
    reader, _ = read(diagnostic(summary))
    assert type(reader.failure("apply", 1, "")) is kind


def test_failure_keeps_terraforms_words_place_and_adds_a_hint() -> None:
    span = {"filename": "main.tf", "start": {"line": 7}}
    reader, _ = read(diagnostic("creating IAM Role", "EntityAlreadyExists: already exists", range=span, address="a.b"))
    error = reader.failure("apply", 1, "ignored")
    assert error.diagnostics[0].place == "main.tf:7"
    assert error.diagnostics[0].address == "a.b"
    assert "import it or delete it" in (error.hint or "")
    assert error.cause is None


def test_failure_without_diagnostics_shows_stderr_and_a_signal_is_named() -> None:
    reader, _ = read()
    assert reader.failure("plan", 1, "panic: oh").cause == "panic: oh"
    assert "signal 9" in reader.failure("apply", -9, "").what


def test_environment_is_scrubbed_and_the_targets_variables_win(tmp_path: Path) -> None:
    shell = {
        "PATH": "/bin",
        "TF_VAR_region": "x",
        "TF_CLI_ARGS_plan": "-destroy",
        "TF_WORKSPACE": "w",
        "AWS_PROFILE": "p",
    }
    terraform = Terraform(Binary(TF, "PATH"), tmp_path / "rc", shell, Interrupt())
    variables = terraform.variables({"AWS_PROFILE": None, "AWS_REGION": "eu-west-1"})
    assert variables == {
        "PATH": "/bin",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "GOGC": "200",
        "TF_CLI_CONFIG_FILE": str(tmp_path / "rc"),
        "AWS_REGION": "eu-west-1",
    }


def make_mirror(folder: Path) -> Path:
    from mwaactl.adapters import toolchain

    platform = f"{toolchain.sys.platform}_{toolchain._architecture()}"
    (folder / "registry.example.org" / "acme" / "aws" / "1.0.0" / platform).mkdir(parents=True)
    (folder / "registry.example.org" / "acme" / "other" / "1.0.0" / "plan9_mips").mkdir(parents=True)
    return folder


def test_mirror_named_by_variable_is_found_with_what_it_holds_for_this_platform(tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    found = find_mirrors({"MWAACTL_PROVIDER_MIRROR": str(mirror), "HOME": str(tmp_path)})
    assert found[mirror] == ("registry.example.org/acme/aws",)


def test_cli_config_takes_from_a_mirror_only_what_it_holds(tmp_path: Path) -> None:
    text = cli_config_text({tmp_path: ("registry.example.org/acme/aws",)})
    assert f'path    = "{tmp_path}"' in text
    assert text.count('["registry.example.org/acme/aws"]') == 2
    assert "exclude" not in cli_config_text({})


def test_users_own_cli_config_is_left_alone_and_an_absent_one_is_replaced(tmp_path: Path) -> None:
    named = tmp_path / "own.rc"
    environment = {"TF_CLI_CONFIG_FILE": str(named), "HOME": str(tmp_path)}
    written = cli_config(tmp_path / "data", environment)
    assert written is not None
    assert "provider_installation" in written.read_text()
    named.write_text("")
    assert cli_config(tmp_path / "data", environment) is None


def test_terraform_is_taken_from_flag_then_variable_then_path(tmp_path: Path) -> None:
    for name in ("flag", "variable", "bin/terraform", "bin/tofu"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    environment = {"MWAACTL_TERRAFORM": str(tmp_path / "variable"), "PATH": str(tmp_path / "bin")}
    assert find_terraform(str(tmp_path / "flag"), environment).source == "--terraform"
    assert find_terraform(None, environment).source == "MWAACTL_TERRAFORM"
    assert find_terraform(None, {"PATH": environment["PATH"]}).path.name == "terraform"
    (tmp_path / "bin" / "terraform").unlink()
    assert find_terraform(None, {"PATH": environment["PATH"]}).path.name == "tofu"
    with pytest.raises(ToolMissing):
        find_terraform(None, {"PATH": ""})
    with pytest.raises(ToolMissing, match="--terraform"):
        find_terraform(str(tmp_path / "absent"), environment)


def test_interruption_says_that_state_and_lock_are_safe_only_when_terraform_did_not_complain_about_them() -> None:
    reader, _ = read(diagnostic("creating MWAA Environment", "context canceled"))
    assert "state is stored and its lock released" in reader.interruption("apply").what
    reader, _ = read(diagnostic("Failed to save state", "no such host"))
    error = reader.interruption("apply")
    assert "stored" not in error.what
    assert "Failed to save state" in (error.cause or "")
    assert error.hint == "mwaactl doctor dev shows whether the state is locked"


class AskedWhileRunning(Interrupt):
    """The user presses Ctrl-C when Terraform says that it is ready."""

    def __init__(self, ready: Path) -> None:
        super().__init__()
        self.ready = ready

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        while not self.ready.exists():
            time.sleep(0.01)
        self.request()
        with super().watching(pid):
            yield


def interrupted(folder: Path, script: str) -> None:
    """Apply with a Terraform that runs `script`, and is interrupted once it made the file `ready`."""
    program, ready = folder / "program", folder / "ready"
    program.write_text(f"#!/bin/sh\n{script}\n".replace("READY", f"touch '{ready}'"))
    program.chmod(0o755)
    (folder / "terraform").mkdir()
    interrupt = AskedWhileRunning(ready)
    terraform = Terraform(Binary(program, "PATH"), None, {"PATH": "/bin:/usr/bin"}, interrupt)
    workspace = Workspace(terraform, "dev", folder, folder / "data", folder / "v", folder / "b", {})
    # As every command does: a background job of a script ignores SIGINT, and children would inherit that.
    with handling_signals(interrupt):
        workspace.apply(SavedPlan(folder / "plan", {}, has_changes=True), lambda _event: None)


def test_interrupted_terraform_that_was_killed_is_reported_as_killed(tmp_path: Path) -> None:
    """Nobody knows then whether its state is stored: saying so would be a lie."""
    with pytest.raises(TerraformError, match="signal"):
        interrupted(tmp_path, "trap '' INT\nREADY\nsleep 0.2\nkill -9 $$")


def test_interrupted_terraform_that_had_not_begun_is_reported_as_interrupted(tmp_path: Path) -> None:
    """Until it handles SIGINT it has done nothing, and dies of it."""
    with pytest.raises(Aborted, match="Interrupted"):
        interrupted(tmp_path, "READY\nwhile :; do sleep 0.05; done")


def test_killed_apply_says_that_what_it_made_may_be_unknown_to_the_state_and_where_the_ids_are() -> None:
    reader, _ = read(hook("apply_start"), hook("apply_complete", elapsed_seconds=1))
    cause = reader.failure("apply", -9, "").cause or ""
    assert cause.startswith("1 changes were made")
    assert "*-apply.jsonl below .mwaactl/dev" in cause
    assert read()[0].failure("plan", -9, "").cause is None
