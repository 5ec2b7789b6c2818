"""Where this server keeps its files, and how the processes that it starts reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True)
class Premises:
    """`directory` is the sandbox's own. `variables` are those of a process inside, by account id and Region.

    moto makes backends by itself, from Region and account alone; so the server leaves word here, as `current`.
    """

    directory: Path
    variables: Callable[[str, str], dict[str, str]]

    current: ClassVar[Premises]
