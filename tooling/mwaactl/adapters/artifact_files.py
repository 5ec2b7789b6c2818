"""Whether the files that an environment names are in the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mwaactl.errors import Problem
from mwaactl.model import catalog
from mwaactl.model.echo import Path as FieldPath
from mwaactl.model.environment import Environment
from mwaactl.model.source import Mapping
from mwaactl.model.translation import problem_at

LARGEST_POLICY = 6_144
"""Characters of a managed policy, not counting white space (IAM and STS quotas)."""


def problems(root: Path, environment: Environment, tree: Mapping) -> tuple[Problem, ...]:
    """A problem for each path that leads nowhere, out of the repository, or to the wrong kind of thing."""
    return tuple(problem_at(tree, path, message, hint=hint) for path, message, hint in _found(root, environment))


def warnings(root: Path, environment: Environment) -> tuple[Problem, ...]:
    """Whether requirements.txt has constraints, and those of the environment's own Airflow and Python.

    MWAA adds its bundled constraints where there are none. With foreign ones pip fails on MWAA's essential pins, and
    the environment starts anyway, without the packages (aws/amazon-mwaa-docker-images).
    """
    from mwaactl.model.dags.constraints import constraint_findings
    from mwaactl.model.dags.requirement_lines import RequirementsRules

    name, version = environment.artifacts.requirements, environment.mwaa.airflow_version
    known = catalog.find_version(version)
    if name is None or known is None:
        return ()
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    found = constraint_findings(name, text, RequirementsRules(version, known.python, {}))
    return tuple(Problem(name, one.line, 1, "", one.message, hint=one.hint) for one in found)


def _found(root: Path, environment: Environment) -> Iterator[tuple[FieldPath, str, str]]:
    artifacts = environment.artifacts
    folders = (("dags", artifacts.dags), ("plugins", artifacts.plugins))
    files = (("requirements", artifacts.requirements), ("startup_script", artifacts.startup_script))
    for key, name in folders:
        if name is not None and (complaint := _complaint(root, name, "folder")):
            yield ("artifacts", key), complaint, "" if key == "dags" else f"write {key}: null for none"
    for key, name in files:
        if name is not None and (complaint := _complaint(root, name, "file")):
            yield ("artifacts", key), complaint, f"write {key}: null for none"
    for index, name in enumerate(environment.execution_role.policy_files):
        complaint = _complaint(root, name, "file") or _policy_complaint(root / name)
        if complaint:
            yield ("execution_role", "policy_files", index), complaint, ""


def _complaint(root: Path, name: str, kind: str) -> str:
    path = root / name
    try:
        is_there = path.exists()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not is_there:
        return f"there is no {kind} {name} in the repository"
    if not path.resolve().is_relative_to(root.resolve()):
        return f"{name} leads out of the repository"
    if kind == "folder" and not path.is_dir():
        return f"{name} is a file, not a folder"
    if kind == "file" and not path.is_file():
        return f"{name} is a folder, not a file"
    return ""


def _policy_complaint(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    except json.JSONDecodeError as error:
        return f"is not JSON: {error.msg} in line {error.lineno}"
    if not isinstance(document, dict) or "Statement" not in document:
        return "is no IAM policy document: it has no Statement"
    if len("".join(text.split())) > LARGEST_POLICY:
        return f"is longer than the {LARGEST_POLICY} characters that IAM takes"
    return ""
