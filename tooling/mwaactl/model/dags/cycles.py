"""Modules of the DAG folder that import each other in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from mwaactl.errors import Finding, Severity
from mwaactl.model.dags.python_file import PythonFile

DAG_IMPORT_CYCLE = "DAG_IMPORT_CYCLE"


def cycle_findings(files: Sequence[PythonFile]) -> tuple[Finding, ...]:
    """One finding for each circle. It warns: whether it breaks depends on what is used when; an import tells."""
    modules = {_module(file): file for file in files if file.tree is not None}
    edges = {name: dict(_imports(name, file, modules)) for name, file in modules.items()}
    findings = []
    for circle in _circles(edges):
        first = circle[0]
        line, name = edges[first][circle[1] if len(circle) > 1 else first], modules[first].name
        shown = " > ".join([*circle, first])
        hint = "move what both need into a third module, or import it inside the function"
        message = f"imports in a circle: {shown}"
        findings.append(Finding(DAG_IMPORT_CYCLE, name, message, hint, severity=Severity.LOW, file=name, line=line))
    return tuple(findings)


def _module(file: PythonFile) -> str:
    return ".".join(file.path.with_suffix("").parts).removesuffix(".__init__")


def _imports(name: str, file: PythonFile, modules: Mapping[str, PythonFile]) -> Iterator[tuple[str, int]]:
    """The local modules imported when this one is, and in which line."""
    parts = name.split(".") if file.path.stem == "__init__" else name.split(".")[:-1]
    for node in _at_import(file.tree.body if file.tree else []):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        else:
            above = parts[: len(parts) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            wanted = [origin, *(f"{origin}.{alias.name}".lstrip(".") for alias in node.names)]
        yield from ((module, node.lineno) for module in wanted if module in modules)


def _at_import(body: Sequence[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
            yield from _at_import([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _at_import([*node.body, *node.orelse, *node.finalbody])


def _circles(edges: Mapping[str, Mapping[str, int]]) -> list[tuple[str, ...]]:
    """Each circle once, beginning with its alphabetically first module. Iterative: a long chain is no recursion."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in sorted(edges):
        trail: list[str] = []
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            name, is_left = todo.pop()
            if is_left:
                done.add(trail.pop())
            elif name in trail:
                circle = trail[trail.index(name) :]
                turn = circle.index(min(circle))
                found.setdefault(frozenset(circle), tuple(circle[turn:] + circle[:turn]))
            elif name not in done:
                trail.append(name)
                todo.append((name, True))
                todo.extend((other, False) for other in sorted(edges[name], reverse=True))
    return sorted(found.values())
