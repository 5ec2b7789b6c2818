"""A broken configuration and what has to be said about it.

In the YAML of a case a comment `#! field | text | text` marks a line that must be reported, with the field and texts
that the report must hold. `...` in a field stands for `mwaa.airflow_configuration_options.`, which keeps lines short.
Everything that is reported must be marked, and the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

BASE = """\
project: retail
account_id: "111111111111"
region: eu-west-1
mwaa:
  airflow_version: "2.10.3"
  webserver_access_mode: PUBLIC_ONLY
network:
  vpc_cidr: 10.10.0.0/16
  availability_zones: [eu-west-1a, eu-west-1b]
"""


@dataclass(frozen=True)
class Expected:
    """One problem: where, which field, and texts that its line of the report holds."""

    file: str
    line: int
    field: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """`files` are relative to the project's root; `expected` is everything that asking for dev must report."""

    name: str
    files: Mapping[str, bytes]
    expected: tuple[Expected, ...]

    def write(self, root: Path) -> None:
        """Lay the project out in `root`, with all that a sound one has."""
        for folder in ("envs", "terraform", "dags"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "envs" / "_base.yaml").write_text(BASE)
        for path, content in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)


def case(name: str, dev: str, **others: str) -> Case:
    """A case from marked YAML: dev.yaml extends the base unless it says otherwise; `others` are more files of envs/."""
    texts = {"dev": dedent(dev).lstrip("\n"), **{stem: dedent(text).lstrip("\n") for stem, text in others.items()}}
    if not texts["dev"].startswith("extends:"):
        texts["dev"] = f"extends: _base\n{texts['dev']}"
    files = {f"envs/{stem}.yaml": text for stem, text in texts.items()}
    expected = tuple(mark for file, text in files.items() for mark in _marks(file, text))
    return Case(name, {file: text.encode() for file, text in files.items()}, expected)


def unreadable(name: str, dev: bytes, line: int, *texts: str) -> Case:
    """A dev.yaml that is no YAML, as bytes."""
    return Case(name, {"envs/dev.yaml": dev}, (Expected("envs/dev.yaml", line, "", texts),))


def _marks(file: str, text: str) -> list[Expected]:
    marks = []
    for number, line in enumerate(text.splitlines(), 1):
        for mark in line.split("#! ")[1:]:
            field, *texts = (part.strip() for part in mark.split(" | "))
            whole = field.replace("...", "mwaa.airflow_configuration_options.")
            marks.append(Expected(file, number, whole, tuple(texts)))
    return marks
