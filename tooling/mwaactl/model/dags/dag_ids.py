"""DAG ids as written: literals only, as nothing is executed. A real import knows the rest."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mwaactl.errors import Finding, Severity
from mwaactl.model.catalog import EnvironmentClass

DAG_DUPLICATE_ID = "DAG_DUPLICATE_ID"
DAG_ID = "DAG_ID"
DAG_CAPACITY = "DAG_CAPACITY"
LONGEST_ID = 250
"""Characters of a DAG id (airflow.utils.helpers.validate_key)."""
_CAUTION = 0.8  # of the class's capacity: time to think of the next one
# Each begins with a letter that is searched for at the speed of memory; one pattern for both takes 25 times as long.
_CALL = re.compile(rb"DAG\s*\(")
_DECORATOR = re.compile(rb"@[\w.\t ]*\bdag\b")
_Branches = tuple[tuple[int, int], ...]


@dataclass(frozen=True, order=True)
class DagId:
    """One id and where it is given. `branches` are the if and try statements around it: line, and which way."""

    id: str
    file: str
    line: int
    branches: _Branches = field(default=(), compare=False)

    def excludes(self, other: DagId) -> bool:
        """Can only one of the two be reached, as they stand on two ways of one statement?"""
        ways = dict(self.branches)
        return self.file == other.file and any(ways.get(line, way) != way for line, way in other.branches)


def ids_in(tree: ast.Module, content: bytes, file: str) -> Iterator[DagId]:
    """The ids in one file: `DAG("x")`, `DAG(dag_id="x")`, `@dag(dag_id="x")` and functions under `@dag`."""
    # Walking every node would take as long as parsing: only statements with such a line are entered.
    found = [match.start() for pattern in (_CALL, _DECORATOR) for match in pattern.finditer(content)]
    places = sorted(content.count(b"\n", 0, start) + 1 for start in found)
    todo: list[tuple[ast.AST, _Branches]] = [(tree, ())] if places else []
    while todo:
        node, branches = todo.pop()
        if isinstance(node, ast.Call) and _is_named(node.func, "DAG"):
            if (name := _id_of(node)) is not None:
                yield DagId(name, file, node.lineno, branches)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _decorated(node, file, branches)
        todo += [(child, way) for child, way in _below(node, branches) if _holds(child, places)]


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
        for number, other in enumerate(given):
            twin = next((one for one in given[:number] if not one.excludes(other)), None)
            if twin is not None:
                message = f'"{name}" is also the id of a DAG in {twin.file}:{twin.line}'
                hint = "Airflow keeps one of the two and says nothing: rename one"
                findings.append(Finding(DAG_DUPLICATE_ID, other.file, message, hint, file=other.file, line=other.line))
    return tuple(findings)


def mentions(content: bytes, ids: Iterable[DagId]) -> bool:
    """May a file of this text give one of these ids too?"""
    return any(one.id.encode() in content for one in ids)


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


def _below(node: ast.AST, branches: _Branches) -> Iterator[tuple[ast.AST, _Branches]]:
    """The children, each with the ways that lead to it."""
    ways: list[list[ast.stmt]] = []
    if isinstance(node, ast.If):
        ways = [node.body, node.orelse]
    elif isinstance(node, ast.Try):
        ways = [[*node.body, *node.orelse], *(handler.body for handler in node.handlers)]
    elif isinstance(node, ast.Match):
        ways = [case.body for case in node.cases]
    if not ways:
        yield from ((child, branches) for child in ast.iter_child_nodes(node))
        return
    assert isinstance(node, ast.If | ast.Try | ast.Match)
    for way, body in enumerate(ways):
        yield from ((child, (*branches, (node.lineno, way))) for child in body)
    if isinstance(node, ast.Try):
        yield from ((child, branches) for child in node.finalbody)


def _holds(node: ast.AST, places: Sequence[int]) -> bool:
    """Is one of these lines in the node? Yes when it has no lines of its own."""
    first: int | None = getattr(node, "lineno", None)
    last: int | None = getattr(node, "end_lineno", None)
    if first is None or last is None:
        return True
    decorators = getattr(node, "decorator_list", ())
    first = min([first, *(decorator.lineno for decorator in decorators)])
    place = bisect_left(places, first)
    return place < len(places) and places[place] <= last


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef, file: str, branches: _Branches) -> Iterator[DagId]:
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if not _is_named(call.func if call else decorator, "dag"):
            continue
        given = _id_of(call) if call else None
        if given is not None or call is None or not _names_id(call):
            yield DagId(node.name if given is None else given, file, node.lineno, branches)


def _is_named(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _id_of(call: ast.Call) -> str | None:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "dag_id"] or call.args[:1]
    literal = given[0] if given else None
    return literal.value if isinstance(literal, ast.Constant) and isinstance(literal.value, str) else None


def _names_id(call: ast.Call) -> bool:
    """Is the id given, by an expression that only an import could evaluate?"""
    return bool(call.args) or any(keyword.arg in ("dag_id", None) for keyword in call.keywords)
