"""Tasks and edges in the statements that fill a DAG."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_COMPOUND = {
    ast.AsyncFor: "a loop",
    ast.For: "a loop",
    ast.If: "a condition",
    ast.Match: "a condition",
    ast.Try: "try",
    ast.While: "a loop",
}
_OPERATORS = ("Operator", "Sensor")
_MAPPED = ("expand", "expand_kwargs")
_SILENT = frozenset({"print", "logging", "logger", "log", "warnings"})
"""Whatever they are told, no task comes of it."""


@dataclass(frozen=True)
class Nodes:
    """Tasks that an expression stands for; those of a group are linked by its ends only."""

    ids: tuple[str, ...]
    is_group: bool = False
    is_label: bool = False


@dataclass
class Body:
    """What is read so far. `only` is the name that a task must give as `dag=`, empty inside of a DAG's own block."""

    constants: Mapping[str, str]
    only: str = ""
    tasks: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)  # ordered
    unknown: list[tuple[int, str]] = field(default_factory=list)
    _names: dict[str, Nodes] = field(default_factory=dict)
    _functions: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> id, kind
    _groups: set[str] = field(default_factory=set)  # functions under @task_group
    _prefix: str = ""

    def read(self, statements: Iterable[ast.stmt]) -> None:
        """Take in statements, in their order."""
        for node in statements:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._function(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._assign(node)
            elif isinstance(node, ast.Expr | ast.Return):
                self._expression(node)
            elif isinstance(node, ast.With | ast.AsyncWith):
                self._with(node)
            elif type(node) in _COMPOUND and self._makes_tasks(node):
                self.unknown.append((node.lineno, f"tasks or edges inside of {_COMPOUND[type(node)]}"))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = ast.unparse(call)
            if name.split(".")[-1] == "task_group":
                self._groups.add(node.name)
            elif "task" in name.split(".")[:2]:
                given = keyword_of(decorator, "task_id")
                literal = text_of(given, self.constants) if given is not None else node.name
                self._functions[node.name] = (literal or node.name, f"@{name}")

    def _assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for part, value in zip(target.elts, node.value.elts, strict=False):
                    self._name(part, self._value(value))
                return
        found = self._value(node.value)
        for target in targets:
            for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                self._name(part, found)

    def _name(self, target: ast.expr, found: Nodes | None) -> None:
        if isinstance(target, ast.Name):
            self._names.pop(target.id, None)
            if found is not None:
                self._names[target.id] = found

    def _expression(self, node: ast.Expr | ast.Return) -> None:
        if node.value is None:
            return
        before = len(self.tasks) + len(self.edges) + len(self.unknown)
        found = self._value(node.value)
        is_new = len(self.tasks) + len(self.edges) + len(self.unknown) > before
        if self.only or found or is_new or not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            return
        name = ast.unparse(node.value.func)
        if name.split(".")[0] not in _SILENT and name not in ("chain", "cross_downstream"):
            self.unknown.append((node.lineno, f"what {name[:40]}() adds"))

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        context = node.items[0].context_expr
        if isinstance(context, ast.Name) and context.id == self.only and self.only:
            self.only, kept = "", self.only
            self.read(node.body)
            self.only = kept
        elif isinstance(context, ast.Call) and call_named(context, "TaskGroup"):
            self._group(node, context)
        elif not call_named(context, "DAG") and self._makes_tasks(node):
            self.unknown.append((node.lineno, f"tasks or edges inside of with {ast.unparse(context)[:40]}"))

    def _group(self, node: ast.With | ast.AsyncWith, call: ast.Call) -> None:
        given = keyword_of(call, "group_id") or (call.args[0] if call.args else None)
        name = text_of(given, self.constants) if given is not None else None
        plain = keyword_of(call, "prefix_group_id")
        if self.only or name is None or plain is not None:
            if self._makes_tasks(node):
                self.unknown.append((node.lineno, "tasks of a group whose names cannot be told"))
            return
        outer, before = self._prefix, set(self.tasks)
        self._prefix = f"{outer}{name}."
        self.read(node.body)
        self._prefix = outer
        inside = Nodes(tuple(task for task in self.tasks if task not in before), is_group=True)
        target = node.items[0].optional_vars
        if target is not None:
            self._name(target, inside)

    def _value(self, node: ast.expr) -> Nodes | None:
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift | ast.LShift):
            return self._shift(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
            if self._makes_tasks(node):
                self.unknown.append((node.lineno, "tasks or edges inside of a loop"))
            return None
        return self._inside(ast.iter_child_nodes(node))

    def _inside(self, nodes: Iterable[ast.AST]) -> Nodes | None:
        """All tasks in the parts of an expression: lists, subscripts, keywords of a call."""
        values = [one.value if isinstance(one, ast.keyword) else one for one in nodes]
        found = [self._value(one) for one in values if isinstance(one, ast.expr)]
        ids = tuple(dict.fromkeys(task for one in found if one for task in one.ids))
        groups = [one for one in found if one and one.is_group]
        return Nodes(ids, is_group=len(groups) == len([one for one in found if one])) if ids else None

    def _shift(self, node: ast.BinOp) -> Nodes | None:
        left, right = self._value(node.left), self._value(node.right)
        for side, part in ((left, node.left), (right, node.right)):
            if side is None and not (self.only or isinstance(part, ast.Constant)):
                self.unknown.append((part.lineno, f"the tasks of {ast.unparse(part)[:40]}"))
        if left and left.is_label:
            return right
        if left and right and right.is_label:
            return left
        if left and right:
            self._link(*((left, right) if isinstance(node.op, ast.RShift) else (right, left)))
        return right

    def _link(self, first: Nodes, then: Nodes) -> None:
        for one in self._ends(first, 0):
            for other in self._ends(then, 1):
                if one != other:
                    self.edges[one, other] = None

    def _ends(self, nodes: Nodes, place: int) -> tuple[str, ...]:
        """The tasks of a group that nothing in it follows (0) or goes before (1); of others, all."""
        if not nodes.is_group:
            return nodes.ids
        inner = {edge[place] for edge in self.edges if edge[0] in nodes.ids and edge[1] in nodes.ids}
        return tuple(task for task in nodes.ids if task not in inner)

    def _call(self, node: ast.Call) -> Nodes | None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "Label":
            return Nodes((), is_label=True)
        if name in ("chain", "cross_downstream", "set_downstream", "set_upstream"):
            self._linked(name, node)
            return None
        head = _head(node)
        if isinstance(head, ast.Name) and head.id in self._groups:
            self.unknown.append((node.lineno, f"the tasks of the group {head.id}()"))
            return None
        if isinstance(head, ast.Name) and head.id in self._functions and not self.only:
            return self._decorated(node, head.id)
        return self._operator(node, name)

    def _linked(self, name: str, node: ast.Call) -> None:
        parts = [self._value(one) for one in node.args]
        if any(isinstance(one, ast.Starred) for one in node.args) and not self.only:
            self.unknown.append((node.lineno, f"edges of {name}()"))
            return
        if isinstance(node.func, ast.Attribute) and name.startswith("set_"):
            own = self._value(node.func.value)
            parts = [own, *parts] if name == "set_downstream" else [*parts, own]
        for (first, then), (one, other) in zip(pairwise(parts), pairwise(_padded(node, len(parts))), strict=False):
            if first is None or then is None:
                if not self.only:
                    self.unknown.append((node.lineno, f"edges of {name}()"))
            elif name == "chain" and isinstance(one, ast.List) and isinstance(other, ast.List):
                for left, right in zip(first.ids, then.ids, strict=False):  # chain links lists of one length in pairs
                    self._link(Nodes((left,)), Nodes((right,)))
            else:
                self._link(first, then)

    def _decorated(self, node: ast.Call, function: str) -> Nodes | None:
        task, kind = self._functions[function]
        given = next((found for call in _calls(node) if (found := keyword_of(call, "task_id")) is not None), None)
        if given is not None:
            literal = text_of(given, self.constants)
            if literal is None:
                self.unknown.append((node.lineno, f"the task_id of {function}()"))
                return None
            task = literal
        number, first = 0, f"{self._prefix}{task}"
        name = first
        while name in self.tasks:  # Airflow numbers the calls of one function
            number += 1
            name = f"{first}__{number}"
        return self._task(name, kind, node)

    def _operator(self, node: ast.Call, name: str) -> Nodes | None:
        given = next((found for call in _calls(node) if (found := keyword_of(call, "task_id")) is not None), None)
        kind = name if name not in _MAPPED else ast.unparse(_head(node)).split(".")[-1]
        if given is None:
            if kind.endswith(_OPERATORS) and not self.only:
                self.unknown.append((node.lineno, f"the task_id of {kind}()"))
            return self._inside([*node.args, *node.keywords])
        dag = keyword_of(node, "dag")
        if self.only and not (isinstance(dag, ast.Name) and dag.id == self.only):
            return None
        literal = text_of(given, self.constants)
        if literal is None:
            self.unknown.append((node.lineno, f"the task_id of {kind}()"))
            return None
        return self._task(f"{self._prefix}{literal}", kind, node)

    def _task(self, name: str, kind: str, node: ast.Call) -> Nodes:
        calls = list(_calls(node))
        is_mapped = any(isinstance(call.func, ast.Attribute) and call.func.attr in _MAPPED for call in calls)
        before = self._inside(part for call in calls for part in (*call.args, *call.keywords))
        self.tasks[name] = f"{kind}, mapped" if is_mapped else kind
        found = Nodes((name,))
        if before:
            self._link(before, found)
        return found

    def _makes_tasks(self, node: ast.AST) -> bool:
        for one in ast.walk(node):
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.RShift | ast.LShift):
                return True
            if isinstance(one, ast.Call) and (keyword_of(one, "task_id") is not None or self._is_known(one)):
                return True
        return False

    def _is_known(self, call: ast.Call) -> bool:
        head = _head(call)
        name = getattr(head, "id", "")
        return name in self._functions or name in self._groups or name in ("chain", "cross_downstream")


def call_named(node: ast.expr, name: str) -> bool:
    """Is it `name`, `module.name`, or a call of one of them?"""
    called = node.func if isinstance(node, ast.Call) else node
    return getattr(called, "attr", getattr(called, "id", "")) == name


def keyword_of(node: ast.expr, name: str) -> ast.expr | None:
    """The value of this keyword in a call."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return next((one.value for one in keywords if one.arg == name), None)


def text_of(node: ast.expr, constants: Mapping[str, str]) -> str | None:
    """A text as written, or that of a constant of the module; None for all that only running it could tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def _calls(node: ast.expr) -> Iterator[ast.Call]:
    """The calls of a chain such as `load.override(task_id="x").partial(a=1).expand(b=c)`, the last one first."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call):
            yield node
            node = node.func
        else:
            node = node.value


def _head(node: ast.expr) -> ast.expr:
    """What such a chain begins with; a dotted name such as `module.Operator` stays whole."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute) and node.attr in (*_MAPPED, "override", "partial"):
            node = node.value
        else:
            return node


def _padded(node: ast.Call, count: int) -> Sequence[ast.expr]:
    """The arguments as written; those of set_downstream and set_upstream have their owner missing."""
    return node.args if len(node.args) == count else [ast.Constant(None)] * count
