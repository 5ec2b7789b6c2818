"""The stages of `dags check`, in rising cost."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """One look at the artifacts. The order of the members is the order of the work."""

    SYNTAX = "syntax"  # every Python file, for the environment's Python
    LINT = "lint"  # ruff's rules about Airflow
    DAGS = "dags"  # ids, import cycles, .airflowignore, capacity
    REQUIREMENTS = "requirements"
    PLUGINS = "plugins"
    STARTUP = "startup"
    RESOLVE = "resolve"  # requirements against a package index
    IMPORT = "import"  # a real import, in the environment's own Airflow


STATIC = (Stage.SYNTAX, Stage.LINT, Stage.DAGS, Stage.REQUIREMENTS, Stage.PLUGINS, Stage.STARTUP)
"""What every check does: it takes a second, and executes nothing."""


def stages(until: Stage | None, *, resolves: bool, imports: bool) -> tuple[Stage, ...]:
    """The stages to go through: the static ones and those asked for, or all up to `until`."""
    if until is not None:
        order = list(Stage)
        return tuple(order[: order.index(until) + 1])
    return (*STATIC, *([Stage.RESOLVE] if resolves else []), *([Stage.IMPORT] if imports else []))
