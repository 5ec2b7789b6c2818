"""A stream that never lets a secret through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO


class Hiding:
    """Writes to `stream` what `hide` leaves of each text; everything else is the stream's own."""

    def __init__(self, stream: TextIO, hide: Callable[[str], str]) -> None:
        self._stream = stream
        self._hide = hide

    def write(self, text: str) -> int:
        """Write `text` without secrets; returns its length."""
        self._stream.write(self._hide(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
