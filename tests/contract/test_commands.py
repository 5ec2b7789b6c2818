"""What every command promises."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from mwaactl import errors
from mwaactl.cli import root as root_command

INTRODUCTION = "<!-- Generated from the program; `make golden` rewrites it. -->\n\n"


def commands(group: click.Group, path: str = "mwaactl") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


COMMANDS = dict(commands(root_command))


def help_of(path: str, command: click.Command) -> str:
    # As the root group hands it down; click caches the help option that it makes from these names.
    context = click.Context(command, info_name=path, terminal_width=100, **root_command.context_settings)
    return command.get_help(context)


@pytest.mark.parametrize("path", COMMANDS)
def test_command_has_help_with_an_example_and_a_short_help(path: str) -> None:
    text = help_of(path, COMMANDS[path])
    assert "Example: " in text
    assert len(COMMANDS[path].get_short_help_str(limit=200)) > 10


@pytest.mark.parametrize("path", [path for path, command in COMMANDS.items() if not isinstance(command, click.Group)])
def test_command_takes_the_global_options(path: str) -> None:
    options = {option for parameter in COMMANDS[path].params for option in parameter.opts}
    assert {"--sandbox", "--output", "--yes", "--project", "--debug", "--no-color", "--terraform"} <= options


@pytest.mark.parametrize("path", [path for path, command in COMMANDS.items() if not isinstance(command, click.Group)])
def test_command_has_a_workflow_of_the_same_name(path: str) -> None:
    words = path.split()[1:]  # `dags list` is dags_list.run, `sandbox start` is sandbox.start
    name, function = "_".join(words), "run"
    if importlib.util.find_spec(f"mwaactl.workflows.{name}") is None:
        name, function = words[0], words[-1]
    assert callable(getattr(importlib.import_module(f"mwaactl.workflows.{name}"), function))


@pytest.mark.parametrize("arguments", [["no-such-command"], ["deploy"], ["plan", "dev", "--no-such-option"], ["apply"]])
def test_mistake_in_the_arguments_is_an_envelope_on_stdout_too(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        root_command.main([*arguments, "--output", "json"])
    envelope = json.loads(capsys.readouterr().out)
    assert caught.value.code == envelope["exit_code"] == 2
    assert envelope["status"] == "error"
    assert envelope["errors"][0]["code"] == "config.invalid"


def test_unknown_output_in_the_environment_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MWAACTL_OUTPUT", "xml")
    with pytest.raises(SystemExit) as caught:
        root_command.main(["status"])
    assert caught.value.code == 2
    assert "text or json" in capsys.readouterr().err


def test_help_is_as_before(golden: Callable[[str, str], None]) -> None:
    golden("help.txt", help_of("mwaactl", root_command) + "\n")


def test_cli_reference_is_fresh(golden: Callable[[str, str], None]) -> None:
    parts = [f"# mwaactl commands\n\n{INTRODUCTION}"]
    for path, command in COMMANDS.items():
        parts.append(f"## {path}\n\n```\n{help_of(path, command)}\n```\n\n")
    golden("../../docs/cli.md", "".join(parts).rstrip() + "\n")


def error_classes(top: type[errors.MwaactlError] = errors.MwaactlError) -> Iterator[type[errors.MwaactlError]]:
    yield top
    for below in top.__subclasses__():
        yield from error_classes(below)


def test_error_codes_are_unique() -> None:
    codes = [kind.code for kind in error_classes()]
    assert len(codes) == len(set(codes))


def test_error_reference_is_fresh(golden: Callable[[str, str], None]) -> None:
    rows = [f"# Errors\n\n{INTRODUCTION}| code | exit | meaning |\n|---|---|---|"]
    for kind in sorted(error_classes(), key=lambda kind: kind.code):
        meaning = re.sub(r"\s+", " ", (kind.__doc__ or "").strip())
        rows.append(f"| `{kind.code}` | {kind.exit_code} | {meaning} |")
    golden("../../docs/errors.md", "\n".join(rows) + "\n")


def test_commands_in_the_readme_exist(root: Path) -> None:
    text = (root / "README.md").read_text()
    named = set(re.findall(r"^    mwaactl (?:--\w+ )*(\w+)", text, re.MULTILINE))
    assert named <= set(root_command.names)
    assert {"plan", "deploy", "publish", "status", "doctor"} <= named
