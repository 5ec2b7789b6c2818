"""The sandbox."""

from __future__ import annotations

import json
import shlex

from rich.console import RenderableType
from rich.text import Text

from mwaactl.render.text.dispatch import text
from mwaactl.workflows.sandbox import SandboxFaults, SandboxInbox, SandboxLog, SandboxReport, SandboxVariables


@text.register
def _(data: SandboxReport) -> RenderableType:
    if data.killed_pid is not None:
        return Text(
            f"the sandbox is not running: its process {data.killed_pid} was killed, and what it held is gone; "
            "mwaactl sandbox stop or start ends what it left"
        )
    if data.has_stopped:
        return Text("the sandbox has stopped, and what it held is gone")
    if not data.is_running:
        return Text("the sandbox is not running")
    return Text(f"the sandbox runs at {data.url}, process {data.pid}; log: {data.log}")


@text.register
def _(data: SandboxVariables) -> RenderableType:
    lines = [f"unset {' '.join(data.removed)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in sorted(data.variables.items())]
    return Text("\n".join(lines))


@text.register
def _(data: SandboxFaults) -> RenderableType:
    return Text("\n".join(json.dumps(dict(fault), sort_keys=True) for fault in data.faults) or "no faults")


@text.register
def _(data: SandboxInbox) -> RenderableType:
    shown = Text()
    for one in data.messages:
        shown.append(f"{one.published_at:%Y-%m-%d %H:%M:%S}Z  {one.topic}\n", style="dim")
        shown.append(f"{one.subject or '(no subject)'}\n", style="bold")
        shown.append("".join(f"  {line}\n" for line in one.body.splitlines()))
    shown.rstrip()
    return shown if data.messages else Text("nothing was published")


@text.register
def _(data: SandboxLog) -> RenderableType:
    return Text("\n".join(data.lines))
