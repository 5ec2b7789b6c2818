"""What an error knows beyond its message, as plain lines, for the terminal and for the outputs of the gate."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.errors import ConfigError, DagError, Diagnostic, MwaactlError, PolicyRefused, TerraformError

MAXIMUM_DIAGNOSTICS = 12  # more of them say the same again


def details(error: MwaactlError) -> Iterator[tuple[str, str]]:
    """Each detail, and what to do about it where that is known."""
    if isinstance(error, ConfigError):
        yield from ((str(problem), "") for problem in error.problems)
    elif isinstance(error, PolicyRefused):
        for finding in error.findings:
            yield f"{finding.id} {finding.address}: {finding.message}", finding.hint
    elif isinstance(error, DagError):
        for finding in error.findings:
            yield f"{finding.place or finding.address}: {finding.message} [{finding.id}]", finding.hint
    elif isinstance(error, TerraformError):
        shown = error.diagnostics[:MAXIMUM_DIAGNOSTICS]
        yield from ((_diagnostic(diagnostic), "") for diagnostic in shown)
        if len(error.diagnostics) > len(shown):
            yield f"... and {len(error.diagnostics) - len(shown)} more", ""


def _diagnostic(diagnostic: Diagnostic) -> str:
    where = " ".join(part for part in (diagnostic.address, diagnostic.place and f"({diagnostic.place})") if part)
    return ": ".join(part for part in (where, diagnostic.summary, " ".join(diagnostic.detail.split())) if part)
