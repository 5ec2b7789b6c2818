"""Annotations of GitHub Actions: workflow commands on stdout, shown at the lines of a pull request.

Source: "Workflow commands for GitHub Actions"; the escaping is that of actions/toolkit, `core/src/command.ts`.
"""

from mwaactl.model.gate import Gate
from mwaactl.render.gate.findings import Judged, Standing, all_judged
from mwaactl.render.gate.words import error_lines, verdict_line
from mwaactl.render.lines import counted, one_line

SHOWN = 10  # of each kind, for one step: GitHub leaves out the rest in silence


def annotations(gate: Gate) -> str:
    """Everything that refuses or warns, the worst first, one command a line; then a notice with the verdict."""
    found = all_judged(gate)
    errors = [
        _command("error", "\n".join(error_lines(error)), title=f"{name}: {error.code}") for name, error in gate.failures
    ]
    errors += [_annotation("error", one) for one in found if one.standing is Standing.REFUSAL]
    warnings = [_annotation("warning", one) for one in found if one.standing is Standing.WARNING]
    more = [
        counted(len(commands) - SHOWN, f"more {noun}")
        for noun, commands in (("error", errors), ("warning", warnings))
        if len(commands) > SHOWN
    ]
    rest = f". GitHub shows {SHOWN} of a kind: {' and '.join(more)} in the log" if more else ""
    return "\n".join([*errors, *warnings, _command("notice", verdict_line(gate) + rest, title="mwaactl gate")]) + "\n"


def _annotation(kind: str, one: Judged) -> str:
    finding = one.finding
    where = f" ({one.environment})" if one.environment else ""
    lines = [f"{one_line(finding.address)} {one_line(finding.message)}", one_line(finding.hint)]
    properties = {"file": one.file} | ({"line": str(one.line)} if one.line else {})
    return _command(kind, "\n".join(line for line in lines if line), **properties, title=finding.id + where)


def _command(kind: str, message: str, **properties: str) -> str:
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
