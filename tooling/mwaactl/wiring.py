"""The composition root: settings and target in, a Toolbox out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.adapters.interrupt import Interrupt
from mwaactl.adapters.project import Project
from mwaactl.adapters.sandbox import Sandbox, environment_variables, removed_variables
from mwaactl.model.progress import Moment, OnEvent, Progress
from mwaactl.workflows.tools import Question, Target, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import Terraform


@dataclass(frozen=True)
class Settings:
    """Settings of the tool itself: flag > MWAACTL_* > [tool.mwaactl].

    A project that is not trusted, a pull request from a fork, names no program to run.
    """

    project: Path | None = None
    is_sandbox: bool = False
    terraform: str | None = None
    trusts_project: bool = True


@dataclass(frozen=True)
class Talk:
    """The ways back to the user."""

    on_event: OnEvent
    confirm: Callable[[Question], None]
    show: Callable[[object], None]
    can_ask: bool
    hide: Callable[[Iterable[str]], None]


def toolbox(settings: Settings, talk: Talk, interrupt: Interrupt) -> Toolbox:
    """Everything a workflow needs. Raises ConfigError when there is no project here."""
    project = Project.find(settings.project or Path.cwd())
    environment = dict(os.environ)
    sandbox = Sandbox(
        project.root / ".mwaactl" / "sandbox",
        lambda text: talk.on_event(Progress("sandbox", Moment.WARNING, text)),
    )

    def target() -> Target:
        return _sandbox_target(sandbox, environment) if settings.is_sandbox else Target("AWS", _nothing)

    def terraform() -> Terraform:
        from mwaactl.adapters.terraform import Terraform
        from mwaactl.adapters.toolchain import cli_config, find_terraform

        named = project.settings.terraform if settings.trusts_project else None
        binary = find_terraform(settings.terraform, environment, named)
        return Terraform(binary, cli_config(project.root / ".mwaactl", environment), environment, interrupt)

    return Toolbox(
        project=project,
        sandbox=sandbox,
        find_target=target,
        find_terraform=terraform,
        interrupt=interrupt,
        on_event=talk.on_event,
        confirm=talk.confirm,
        show=talk.show,
        can_ask=talk.can_ask,
        hide=talk.hide,
    )


def _nothing(_account_id: str, _region: str) -> Mapping[str, str | None]:
    return {}


def _sandbox_target(sandbox: Sandbox, environment: Mapping[str, str]) -> Target:
    state = sandbox.start()
    removed: dict[str, str | None] = dict.fromkeys(removed_variables(environment))

    def variables(account_id: str, region: str) -> Mapping[str, str | None]:
        return removed | environment_variables(state, account_id, region, environment)

    return Target("sandbox", variables, is_sandbox=True)
