"""DAG ids as written: literals only, as nothing is executed. A real import knows the rest."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mwaactl.errors import Finding, Severity
from mwaactl.model.catalog import EnvironmentClass
from mwaactl.model.dags.python_file import PythonFile

DAG_DUPLICATE_ID = "DAG_DUPLICATE_ID"
DAG_ID = "DAG_ID"
DAG_CAPACITY = "DAG_CAPACITY"
LONGEST_ID = 250
"""Characters of a DAG id (airflow.utils.helpers.validate_key)."""
_CAUTION = 0.8  # of the class's capacity: time to think of the next one


@dataclass(frozen=True, order=True)
class DagId:
    """One id and where it is given."""

    id: str
    file: str
    line: int


def dag_ids(file: PythonFile) -> Iterator[DagId]:
    """The ids in one file: `DAG("x")`, `DAG(dag_id="x")`, `@dag(dag_id="x")` and functions under `@dag`."""
    if file.tree is None or b"dag" not in file.content.lower():
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _is_named(node.func, "DAG"):
            if (name := _id_of(node)) is not None:
                yield DagId(name, file.name, node.lineno)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _decorated(node, file.name)


def id_findings(ids: Iterable[DagId]) -> tuple[Finding, ...]:
    """Ids given twice, or that Airflow does not accept."""
    places: dict[str, list[DagId]] = defaultdict(list)
    for one in sorted(ids):
        places[one.id].append(one)
    findings = []
    for name, given in places.items():
        first = given[0]
        if not name or len(name) > LONGEST_ID or not all(char.isalnum() or char in "_-." for char in name):
            message = f'"{name[:60]}" is no DAG id'
            hint = f"1 to {LONGEST_ID} letters, digits, hyphens, dots and underscores"
            findings.append(Finding(DAG_ID, first.file, message, hint, file=first.file, line=first.line))
        for other in given[1:]:
            message = f'"{name}" is also the id of a DAG in {first.file}:{first.line}'
            hint = "Airflow keeps one of the two and says nothing: rename one"
            findings.append(Finding(DAG_DUPLICATE_ID, other.file, message, hint, file=other.file, line=other.line))
    return tuple(findings)


def mentions(file: PythonFile, ids: Iterable[DagId]) -> bool:
    """May the text of this file give one of these ids too?"""
    return any(one.id.encode() in file.content for one in ids)


def capacity_findings(ids: Iterable[DagId], kind: EnvironmentClass | None, folder: str) -> tuple[Finding, ...]:
    """More DAGs than the environment class has capacity for, or nearly so."""
    count = len({one.id for one in ids})
    if kind is None or not is_near_capacity(count, kind):
        return ()
    severity = Severity.HIGH if count > kind.dags else Severity.LOW
    message = f"{count} DAGs; {kind.name} is made for up to {kind.dags}"
    return (
        Finding(DAG_CAPACITY, folder, message, "choose a larger environment_class", severity=severity, file=folder),
    )


def is_near_capacity(count: int, kind: EnvironmentClass) -> bool:
    """Are so many DAGs worth a word?"""
    return count > kind.dags * _CAUTION


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef, file: str) -> Iterator[DagId]:
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if not _is_named(call.func if call else decorator, "dag"):
            continue
        given = _id_of(call) if call else None
        if given is not None or call is None or not _names_id(call):
            yield DagId(node.name if given is None else given, file, node.lineno)


def _is_named(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _id_of(call: ast.Call) -> str | None:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "dag_id"] or call.args[:1]
    literal = given[0] if given else None
    return literal.value if isinstance(literal, ast.Constant) and isinstance(literal.value, str) else None


def _names_id(call: ast.Call) -> bool:
    """Is the id given, by an expression that only an import could evaluate?"""
    return bool(call.args) or any(keyword.arg in ("dag_id", None) for keyword in call.keywords)
