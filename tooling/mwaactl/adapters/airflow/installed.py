"""An installed Airflow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Runtime:
    """A virtual environment: its Python, its folder of programs, what is in it, and what the user should know.

    `requirements_error` is pip's complaint when requirements.txt could not be installed: MWAA starts without it, too.
    """

    id: str
    python: Path
    airflow_version: str
    python_version: str
    constraints: str
    notes: tuple[str, ...] = ()
    requirements_error: str = ""

    @property
    def bin(self) -> Path:
        """The folder of airflow, celery and other programs."""
        return self.python.parent
