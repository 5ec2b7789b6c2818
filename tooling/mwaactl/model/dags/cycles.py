"""Modules of the DAG folder that import each other in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity

DAG_IMPORT_CYCLE = "DAG_IMPORT_CYCLE"


@dataclass(frozen=True)
class Import:
    """One import that is done when its module is. `names` is empty for `import module`; `level` counts dots."""

    module: str
    names: tuple[str, ...]
    level: int
    line: int


@dataclass(frozen=True)
class Importing:
    """A module as a file: `name` relative to the repository, `path` to the DAG folder."""

    name: str
    path: PurePosixPath
    imports: tuple[Import, ...]

    @property
    def module(self) -> str:
        """The dotted name that others import it by."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")


def imports_in(tree: ast.Module) -> Iterator[Import]:
    """The imports of a module, without those in functions and under TYPE_CHECKING."""
    return _imports(tree.body)


def cycle_findings(files: Sequence[Importing]) -> tuple[Finding, ...]:
    """One finding for each circle. It warns: whether it breaks depends on what is used when; an import tells."""
    modules = {file.module: file for file in files}
    edges = {name: dict(_local(name, file, modules)) for name, file in modules.items()}
    findings = []
    for circle in _circles(edges):
        first = circle[0]
        line, name = edges[first][circle[1] if len(circle) > 1 else first], modules[first].name
        shown = " > ".join([*circle, first])
        hint = "move what both need into a third module, or import it inside the function"
        message = f"imports in a circle: {shown}"
        findings.append(Finding(DAG_IMPORT_CYCLE, name, message, hint, severity=Severity.LOW, file=name, line=line))
    return tuple(findings)


def _imports(body: Sequence[ast.stmt]) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, (), 0, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.module or "", tuple(alias.name for alias in node.names), node.level, node.lineno)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
            yield from _imports([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _imports([*node.body, *node.orelse, *node.finalbody])
        elif isinstance(node, ast.With):
            yield from _imports(node.body)


def _local(name: str, file: Importing, modules: Mapping[str, Importing]) -> Iterator[tuple[str, int]]:
    """The local modules imported when this one is, and in which line."""
    parts = name.split(".") if file.path.stem == "__init__" else name.split(".")[:-1]
    for one in file.imports:
        above = parts[: len(parts) - one.level + 1] if one.level else []
        origin = ".".join([*above, *([one.module] if one.module else [])])
        inner = [module for part in one.names if (module := f"{origin}.{part}".lstrip(".")) in modules]
        # `from . import module` needs nothing that the package itself defines.
        wanted = inner if inner and len(inner) == len(one.names) else [origin, *inner]
        yield from ((module, one.line) for module in wanted if module in modules)


def _circles(edges: Mapping[str, Mapping[str, int]]) -> list[tuple[str, ...]]:
    """Each circle once, beginning with its alphabetically first module. Iterative: a long chain is no recursion."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in sorted(edges):
        trail: dict[str, int] = {}
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            name, is_left = todo.pop()
            if is_left:
                done.add(name)
                del trail[name]
            elif name in trail:
                circle = list(trail)[trail[name] :]
                turn = circle.index(min(circle))
                found.setdefault(frozenset(circle), tuple(circle[turn:] + circle[:turn]))
            elif name not in done:
                trail[name] = len(trail)
                todo.append((name, True))
                todo.extend((other, False) for other in sorted(edges[name], reverse=True))
    return sorted(found.values())
