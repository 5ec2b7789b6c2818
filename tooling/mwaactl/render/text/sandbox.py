"""The sandbox."""

from __future__ import annotations

import json
import shlex

from rich.console import RenderableType
from rich.text import Text

from mwaactl.render.text.dispatch import text
from mwaactl.workflows.sandbox import SandboxFaults, SandboxLog, SandboxReport, SandboxVariables


@text.register
def _(data: SandboxReport) -> RenderableType:
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
def _(data: SandboxLog) -> RenderableType:
    return Text("\n".join(data.lines))
