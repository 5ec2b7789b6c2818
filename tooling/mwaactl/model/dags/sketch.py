"""What a DAG file plainly says of its DAGs: ids, schedules, tasks and the edges between them. Nothing is executed.

Airflow makes a graph by running the file. Here only what is written out is read, by the syntax tree; where code decides
(loops, conditions, functions of others), the sketch says in `unknown` that it cannot be known without running it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mwaactl.model.dags.dag_ids import ids_in
from mwaactl.model.dags.python_file import tree_of
from mwaactl.model.dags.sketch_body import Body, call_named, keyword_of, text_of
from mwaactl.model.parsing import defines_dag

NOT_GIVEN = "not given"
LONGEST_SCHEDULE = 60  # characters
_SCHEDULES = ("schedule", "schedule_interval", "timetable")


@dataclass(frozen=True)
class TaskSketch:
    """One task: its id, and what it is, such as `GlueJobOperator` or `@task`."""

    id: str
    kind: str


@dataclass(frozen=True)
class DagSketch:
    """One DAG of a file. `dag_id` is None where only an import could tell; `edges` are pairs of task ids.

    `schedule` is as written. `unknown` are reasons why there may be more than this, each with its line.
    """

    dag_id: str | None
    file: str
    line: int
    schedule: str
    tasks: tuple[TaskSketch, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileSketch:
    """The DAGs of one file, in the order of the text; `problem` is why nothing of it, or not all, could be read."""

    dags: tuple[DagSketch, ...] = ()
    problem: str = ""


def sketch_of(content: bytes, file: str) -> FileSketch:
    """Read one file. Never raises for what is in it."""
    try:
        tree = tree_of(content, file)
        found = tuple(sorted(_dags(tree, content, file), key=lambda dag: dag.line))
    except SyntaxError as error:
        return FileSketch(problem=f"is no Python that can be read here (line {error.lineno or 1})")
    except (ValueError, RecursionError, MemoryError):  # made to exhaust the parser
        return FileSketch(problem="cannot be read: it is nested too deeply")
    if not found and defines_dag(content):
        return FileSketch(problem="seems to make DAGs by code: which, cannot be known without running it")
    return FileSketch(found)


def _dags(tree: ast.Module, content: bytes, file: str) -> Iterator[DagSketch]:
    constants = _constants(tree.body)
    covered = set()
    for node in tree.body:
        for call, body, only in _definitions(node, tree.body):
            reader = Body(constants, only)
            reader.read([one for one in tree.body if isinstance(one, ast.FunctionDef)])  # tasks outside of the DAG
            reader.read(body)
            covered.add(call.lineno if isinstance(node, ast.Assign | ast.With) else node.lineno)
            yield _sketch(_id(node, call, constants), file, call, constants, reader)
    for given in ids_in(tree, content, file):
        if given.line not in covered:
            reason = f"line {given.line}: its tasks are given elsewhere, by code"
            yield DagSketch(given.id, file, given.line, NOT_GIVEN, unknown=(reason,))


def _sketch(dag_id: str | None, file: str, call: ast.expr, constants: Mapping[str, str], reader: Body) -> DagSketch:
    schedule = _schedule(call, constants)
    unknown = tuple(dict.fromkeys(f"line {line}: {words}" for line, words in sorted(reader.unknown)))
    tasks = tuple(TaskSketch(task, kind) for task, kind in reader.tasks.items())
    return DagSketch(dag_id, file, call.lineno, schedule, tasks, tuple(reader.edges), unknown)


def _definitions(node: ast.stmt, module: Sequence[ast.stmt]) -> Iterator[tuple[ast.expr, Sequence[ast.stmt], str]]:
    """The DAGs that a top-level statement defines: call or decorator, statements that fill it, and the name that tasks
    must give as `dag=`, empty inside of the DAG's own block.
    """
    if isinstance(node, ast.FunctionDef):
        yield from ((one, node.body, "") for one in node.decorator_list if call_named(one, "dag"))
    elif isinstance(node, ast.With):
        contexts = (item.context_expr for item in node.items)
        yield from ((one, node.body, "") for one in contexts if isinstance(one, ast.Call) and call_named(one, "DAG"))
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and call_named(node.value, "DAG"):
        target = node.targets[0]
        if isinstance(target, ast.Name):
            yield node.value, [one for one in module if not isinstance(one, ast.FunctionDef)], target.id


def _id(node: ast.stmt, call: ast.expr, constants: Mapping[str, str]) -> str | None:
    arguments = call.args if isinstance(call, ast.Call) else []
    given = keyword_of(call, "dag_id") or (arguments[0] if arguments else None)
    if given is not None:
        return text_of(given, constants)
    return node.name if isinstance(node, ast.FunctionDef) else None


def _schedule(call: ast.expr, constants: Mapping[str, str]) -> str:
    given = next(filter(None, (keyword_of(call, name) for name in _SCHEDULES)), None)
    if given is None:
        return NOT_GIVEN
    if isinstance(given, ast.Constant) and given.value is None:
        return "none"
    literal = text_of(given, constants)
    words = literal if literal is not None else ast.unparse(given)
    return words if len(words) <= LONGEST_SCHEDULE else f"{words[: LONGEST_SCHEDULE - 1]}…"


def _constants(body: Sequence[ast.stmt]) -> dict[str, str]:
    """Texts that a name of the module is given once, and plainly."""
    names = [
        node.id for one in body for node in ast.walk(one) if isinstance(node, ast.Name) and type(node.ctx) is ast.Store
    ]
    once = {name for name, count in Counter(names).items() if count == 1}
    found = {}
    for node in body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        value = node.value if isinstance(node, ast.Assign) else None
        literal = value.value if isinstance(value, ast.Constant) else None
        if isinstance(target, ast.Name) and target.id in once and isinstance(literal, str):
            found[target.id] = literal
    return found
