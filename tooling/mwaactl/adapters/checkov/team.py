"""A team's own checks: policies/*.py and policies/*.yaml of its repository, as checkov documents them.

checkov itself skips a check that it cannot read and goes on. A gate must not: what is not understood is an error.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mwaactl.adapters.checkov.engine import prepare
from mwaactl.errors import ConfigError, Problem

FOLDER = "policies"

_loaded: dict[Path, set[str]] = {}
"""The files that are registered, with the ids of their checks."""

_loading = threading.Lock()


def load_team_checks(root: Path, *, is_static: bool) -> tuple[str, ...]:
    """Register the team's checks and return their files; in static mode only YAML, as Python would be executed.

    checkov's registries are global: a file is loaded once in a process, and those of another project are taken out.
    Raises ConfigError with every file that is not a sound check.
    """
    prepare()
    with _loading:  # the stages of the gate ask at once
        return _load(root, is_static=is_static)


def _load(root: Path, *, is_static: bool) -> tuple[str, ...]:
    problems: list[Problem] = []
    files = [path for path in _files(root) if not (is_static and path.suffix == ".py")]
    _unload(path for path in [*_loaded] if path not in files)
    for path in files:
        if path in _loaded:
            continue
        before = _ids()
        found = list(_load_python(root, path) if path.suffix == ".py" else _load_yaml(root, path))
        problems += found
        _loaded[path] = _ids() - before
    if problems:
        _unload([*_loaded])
        raise ConfigError("The checks in policies/ are not valid.", problems=problems)
    return tuple(path.relative_to(root).as_posix() for path in files)


def _unload(paths: Iterable[Path]) -> None:
    gone = set().union(*(_loaded.pop(path) for path in [*paths]))
    if gone:
        for checks in _registered():
            checks[:] = [check for check in checks if check.id not in gone]


def _files(root: Path) -> list[Path]:
    folder = root / FOLDER
    found = [path for ending in ("py", "yaml", "yml", "json") for path in folder.rglob(f"*.{ending}")]
    inside = [path for path in found if path.is_file() and path.resolve().is_relative_to(root.resolve())]
    return sorted(path for path in inside if path.name != "__init__.py")


def _load_python(root: Path, path: Path) -> Iterator[Problem]:
    name = "mwaactl_team_checks_" + "_".join(path.relative_to(root / FOLDER).with_suffix("").parts)
    before = _ids()
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        yield _problem(root, path, 0, "cannot be loaded")
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        yield _problem(root, path, error.lineno or 0, f"is not Python: {error.msg}")
    except Exception as error:  # whatever a team's code raises at import is its mistake, not ours
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = frames[-1].lineno if frames else 0
        yield _problem(root, path, line or 0, f"cannot be imported: {type(error).__name__}: {error}")
    else:
        check = getattr(module, "check", None)
        if _ids() == before:
            hint = "end the file with `check = MyCheck()`; its id must not be one that exists"
            yield _problem(root, path, 0, f"registers no check{'' if check is None else ' of its own'}", hint)
    finally:
        sys.dont_write_bytecode = bytecode


def _load_yaml(root: Path, path: Path) -> Iterator[Problem]:
    import yaml
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.runner_filter import RunnerFilter

    registry = get_graph_checks_registry("terraform")
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        yield _problem(root, path, mark.line + 1 if mark else 0, f"is not YAML: {getattr(error, 'problem', error)}")
        return
    if message := _shape(document):
        yield _problem(root, path, 1, message, "see checkov's documentation of YAML policies")
        return
    try:
        types = registry._get_resource_types(document)
        check = registry.parser.parse_raw_check(document, resources_types=types, check_path=str(path))
    except Exception as error:  # checkov's parser raises whatever its look-ups raise
        yield _problem(root, path, 1, f"checkov cannot read its definition: {type(error).__name__}: {error}")
        return
    if check.id in _ids():
        yield _problem(root, path, 1, f"the id {check.id} is taken", "choose an id of your own, such as CKV2_TEAM_1")
        return
    RunnerFilter.notify_external_check(check.id)
    registry.checks.append(check)


def _shape(document: Any) -> str:
    if not isinstance(document, dict):
        return "must be a map with metadata and definition"
    metadata = document.get("metadata")
    missing = [key for key in ("id", "name") if not (isinstance(metadata, dict) and metadata.get(key))]
    if missing:
        return f"metadata needs {' and '.join(missing)}"
    return "" if isinstance(document.get("definition"), dict | list) else "needs a definition"


def _ids() -> set[str]:
    return {check.id for checks in _registered() for check in checks}


def _registered() -> list[list[Any]]:
    """Every list that checkov keeps checks in."""
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.terraform.checks.data.registry import data_registry
    from checkov.terraform.checks.module.registry import module_registry
    from checkov.terraform.checks.provider.registry import provider_registry
    from checkov.terraform.checks.resource.registry import resource_registry

    graph = get_graph_checks_registry("terraform")
    graph.load_checks()
    registries = (resource_registry, data_registry, module_registry, provider_registry)
    of_blocks = [
        checks
        for registry in registries
        for by in (registry.checks, registry.wildcard_checks)
        for checks in by.values()
    ]
    return [graph.checks, *of_blocks]


def _problem(root: Path, path: Path, line: int, message: str, hint: str | None = None) -> Problem:
    return Problem(path.relative_to(root).as_posix(), line, 0, "", message, hint=hint)
