"""A rule, and the change that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Edit = Callable[[Path], None]
MWAA = "module.mwaa.aws_mwaa_environment.this"


SMALL_ONLY = """metadata: {id: CKV2_TEAM_1, name: Only small environments, category: GENERAL_SECURITY}
definition:
  cond_type: attribute
  resource_types: [aws_mwaa_environment]
  attribute: environment_class
  operator: equals
  value: mw1.small
"""
"""A team's check as checkov documents it."""


@dataclass(frozen=True)
class Rule:
    """`edit` breaks the rule `id` in a copy of the repository; `line` is text of the line that has to be named."""

    name: str
    id: str
    edit: Edit
    address: str
    file: str
    line: str
    environment: str = ""
    is_rendered: bool = True  # are the rendered files brought up to date after the change?


def replaced(file: str, old: str, new: str) -> Edit:
    """An edit of one text."""

    def edit(root: Path) -> None:
        path = root / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1))

    return edit


def appended(file: str, text: str) -> Edit:
    """An edit that adds text at the end of a file, which need not be there."""

    def edit(root: Path) -> None:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.is_file() else "") + text)

    return edit


def configured(name: str, *path: str, to: Any) -> Edit:
    """An edit of one value of envs/NAME.yaml, in block style so that every key has a line of its own."""

    def edit(root: Path) -> None:
        file = root / "envs" / f"{name}.yaml"
        document = yaml.safe_load(file.read_text()) if file.is_file() else {"extends": "prod"}
        section = document
        for key in path[:-1]:
            section = section.setdefault(key, {})
        section[path[-1]] = to
        file.write_text(yaml.safe_dump(document, sort_keys=False, default_flow_style=False))

    return edit
