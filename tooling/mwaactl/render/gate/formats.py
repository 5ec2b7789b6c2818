"""The formats of `mwaactl gate --format`, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mwaactl.model.gate import Gate
    from mwaactl.model.result import Result


def rendered(name: str, result: Result[Gate]) -> str:
    """The verdict as json, sarif, junit, github or markdown. Text is `render.text`."""
    # Imported here: `render.text` of every command comes by this package.
    if name == "json":
        from mwaactl.render.envelope import envelope

        return envelope(result)
    if name == "sarif":
        from mwaactl.render.gate.sarif import sarif

        return sarif(result.data)
    if name == "junit":
        from mwaactl.render.gate.junit import junit

        return junit(result.data)
    if name == "github":
        from mwaactl.render.gate.annotations import annotations as github

        return github(result.data)
    from mwaactl.render.gate.comment import comment

    return comment(result.data)
