"""How a report repeats what stands in the user's files: on one line, not too long, and never a secret."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a file to a value."""

LONGEST_ECHO = 80
"""Characters of a value that a report repeats."""

_SECRET_NAME = re.compile(
    r"(?i)passw|secret|token|credential|private_?key|api_?key|fernet|sql_alchemy_conn|(^|[._-])(key|pwd|auth|conn)$"
)
_SECRET_VALUE = re.compile(
    r"(A3T|AKIA|ASIA)[A-Z0-9]{12,}|://[^/\s:@]*:[^/\s@]+@|-----BEGIN|^(ghp|gho|xox[bp]|sk|glpat)[_-]"
)


def is_secret_looking(name: str, value: str) -> bool:
    """Whether an option's name or value suggests a password, token or key."""
    if value.lower() in {"true", "false"} or value.isdigit():
        return False
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))


def dotted(path: Path) -> str:
    """`network.availability_zones[0]` for a path of keys and indexes."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text


def shown(text: str) -> str:
    """`text` on one line and not too long: line ends and other unprintable characters as escapes."""
    short = text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}..."
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in short)
