"""Whatever stands in a file: an Environment or a ConfigError that a person can read, never a traceback."""

from __future__ import annotations

import copy
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError, Problem

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 25

JUNK: tuple[Any, ...] = (
    *(None, "", 0, -1, 10**30, 1.5, float("inf"), True, [], {}, ["a", None, {}], {"a": {"b": None}}, [[["a"]]]),
    *("x" * 2000, "é\u2028\x85\n", "${x}", "null", "::/0", "0.0.0.0/0", "999.1.1.1/16", "3.99.1", "1.2.3\n", ".."),
    *("/", "arn:", "arn:aws:sns:::", "alias/", "mw1.micro", "PUBLIC_AND_PRIVATE", "none", {"": ""}, {"[key]": 1}),
)


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    for key, value in over.items():
        base[key] = _merge(base.get(key, {}), value) if isinstance(value, dict) else value
    return base


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in _paths(item, (*path, key)))]


def _spoil(document: dict[str, Any], random_: random.Random) -> None:
    path = random_.choice(_paths(document)[1:])
    target: Any = document
    for key in path[:-1]:
        target = target[key]
    way = random_.random()
    if way < 0.7:
        target[path[-1]] = copy.deepcopy(random_.choice(JUNK))
    elif way < 0.85 and isinstance(target, dict):
        target[random_.choice(["x", "mwaa", "name", "extends", "[key]", "0"])] = copy.deepcopy(random_.choice(JUNK))
    else:
        del target[path[-1]]


@pytest.mark.parametrize("seed", range(4))
def test_configuration_when_spoiled_at_random_then_no_traceback(seed: int, tmp_path: Path) -> None:
    for folder in ("envs", "dags"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    (tmp_path / "terraform").mkdir()
    project = Project(tmp_path, today=date(2026, 11, 22))
    random_ = random.Random(seed)
    whole = _merge(*(yaml.safe_load((tmp_path / f"envs/{name}.yaml").read_text()) for name in ("defaults", "prod")))
    del whole["extends"]
    for _ in range(ROUNDS):
        document = copy.deepcopy(whole)
        for _ in range(random_.choice([1, 1, 2, 3, 6])):
            _spoil(document, random_)
            if not document:
                break
        text = yaml.safe_dump(document, allow_unicode=True, default_flow_style=random_.choice([True, False, None]))
        if random_.random() < 0.2:
            place = random_.randrange(len(text))
            text = text[:place] + random_.choice("\t[]{}:,&*!|>'\"%@`#-?\n ") + text[place + 1 :]
        (tmp_path / "envs/prod.yaml").write_text(text)
        _is_environment_or_readable_error(project)


def _is_environment_or_readable_error(project: Project) -> None:
    problems: tuple[Problem, ...] | None = None
    try:
        assert project.rendered(project.environment("prod"))
    except ConfigError as error:
        problems = error.problems
    assert problems is None or problems
    for problem in problems or ():
        assert problem.file.startswith("envs/")
        assert problem.line >= 1
        assert problem.column >= 1
        assert str(problem).isprintable()
        assert len(str(problem)) < 2000
