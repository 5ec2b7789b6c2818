"""What a rule says: a mistake or a warning about one field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`path` is the field to show. `is_warning` is for what works, but not as its author may think."""

    path: tuple[str | int, ...]
    message: str
    allowed: str = ""
    hint: str = ""
    is_warning: bool = False
