"""How wide a text gets: SVG does not wrap, so everything is placed by estimates."""

from __future__ import annotations

import unicodedata


def width(text: str, size: float) -> float:
    """Pixels of a text in a monospaced font of `size` pixels; wide characters count twice."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return columns * size * 0.602


def shortened(text: str, columns: int) -> str:
    """The text, cut in its middle: ids differ at both ends."""
    if len(text) <= columns:
        return text
    tail = (columns - 1) // 2
    return f"{text[: columns - 1 - tail]}…{text[len(text) - tail :]}"
