"""Commands in hints get --sandbox where it was asked for, and prose does not."""

from __future__ import annotations

import pytest

from mwaactl.cli import COMMANDS
from mwaactl.render.typed import with_sandbox


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mwaactl deploy dev", "mwaactl --sandbox deploy dev"),
        ("git checkout 1a2b && mwaactl publish dev; or `mwaactl dags check`",
         "git checkout 1a2b && mwaactl --sandbox publish dev; or `mwaactl --sandbox dags check`"),
        ("mwaactl --sandbox open dev", "mwaactl --sandbox open dev"),
        ("mwaactl sandbox stop, then mwaactl render", "mwaactl sandbox stop, then mwaactl render"),
        ("mwaactl uploads it; mwaactl deploys later", "mwaactl uploads it; mwaactl deploys later"),
        ("xmwaactl deploy", "xmwaactl deploy"),
        # A file that is shown is shown as it will be written.
        ("  # Written by: mwaactl clone dev c\n  extends: dev\nthen mwaactl plan c",
         "  # Written by: mwaactl clone dev c\n  extends: dev\nthen mwaactl --sandbox plan c"),
    ],
)  # fmt: skip
def test_command_lines_get_the_option_and_prose_stays(text: str, told: str) -> None:
    assert with_sandbox(text, COMMANDS) == told
