"""Commands in what is told, as they have to be typed where the sandbox was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

WITHOUT_TARGET = ("render", "sandbox")
"""Commands that go to neither AWS nor the sandbox, or to the sandbox alone."""


def with_sandbox(text: str, commands: Sequence[str]) -> str:
    """`text` with --sandbox in every command line that names one of `commands` and lacks it.

    Comments stay: they stand in files, which are shown as they are.
    """
    names = "|".join(re.escape(name) for name in commands if name not in WITHOUT_TARGET)
    found = re.compile(rf"^[ ]*#.*$|\bmwaactl (?=(?:{names})\b)", re.MULTILINE)
    return found.sub(lambda match: match[0] if "#" in match[0] else "mwaactl --sandbox ", text)
