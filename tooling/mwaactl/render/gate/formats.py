"""The formats of `mwaactl gate --format`, by name."""

from __future__ import annotations

from collections.abc import Callable

from mwaactl.model.gate import Gate
from mwaactl.model.result import Result
from mwaactl.render.gate.annotations import annotations as github
from mwaactl.render.gate.comment import comment
from mwaactl.render.gate.junit import junit
from mwaactl.render.gate.sarif import sarif

_FORMATS: dict[str, Callable[[Gate], str]] = {"sarif": sarif, "junit": junit, "github": github, "markdown": comment}


def rendered(name: str, result: Result[Gate]) -> str:
    """The verdict as json, sarif, junit, github or markdown. Text is `render.text`."""
    if name == "json":
        from mwaactl.render.envelope import envelope

        return envelope(result)
    return _FORMATS[name](result.data)
