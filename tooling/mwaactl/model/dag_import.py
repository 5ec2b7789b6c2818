"""What importing a DAG file in Airflow gave, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Frame:
    """One place of the user's in a traceback; `file` is relative to the repository."""

    file: str
    line: int
    name: str


@dataclass(frozen=True)
class Raised:
    """An error: the name of its class, its text, and the innermost place of the user's. `module` is a missing one."""

    type: str
    message: str
    file: str
    line: int
    frames: tuple[Frame, ...] = ()
    module: str = ""


@dataclass(frozen=True)
class Noticed:
    """A warning of Python's, or an act that was refused: `kind` is the class or network, write, read, process..."""

    kind: str
    text: str
    file: str
    line: int


@dataclass(frozen=True)
class DagPlace:
    """A DAG, and the line that names it; 0 when it is made by a loop or the like."""

    id: str
    file: str
    line: int


@dataclass(frozen=True)
class Outcome:
    """What came of one file. `state` is imported, no_dag (Airflow would pass it over), plugins or listing."""

    state: str
    dags: tuple[DagPlace, ...] = ()
    errors: tuple[Raised, ...] = ()
    warnings: tuple[Noticed, ...] = ()
    touches: tuple[Noticed, ...] = ()
    missing_variables: tuple[str, ...] = ()
    missing_connections: tuple[str, ...] = ()
    taints: tuple[str, ...] = ()
    seconds: float = 0.0


def outcome_of(file: str, data: Mapping[str, Any], relative: Mapping[str, str]) -> Outcome:
    """The outcome of `file` from its JSON; `relative` shortens the folders that its paths begin with."""

    def short(path: str) -> str:
        for folder, name in relative.items():
            if path == folder or path.startswith(f"{folder}/"):
                return (name + path.removeprefix(folder)).lstrip("/")
        return path

    def raised(item: Mapping[str, Any]) -> Raised:
        frames = tuple(Frame(short(part["file"]), part["line"], part["name"]) for part in item["frames"])
        message = str(item["message"])
        for folder, name in relative.items():
            message = message.replace(f"{folder}/", f"{name}/")
        return Raised(item["type"], message, short(item["file"]), item["line"], frames, item.get("module", ""))

    return Outcome(
        state=data["state"],
        dags=tuple(DagPlace(item["id"], file, item["line"]) for item in data["dags"]),
        errors=tuple(raised(item) for item in data["errors"]),
        warnings=tuple(
            Noticed(item["category"], item["message"], short(item["file"]), item["line"])
            for item in data.get("warnings", ())
        ),
        touches=tuple(
            Noticed(item["kind"], item["what"], short(item["file"]) or file, item["line"])
            for item in data.get("touches", ())
        ),
        missing_variables=tuple(dict.fromkeys(data.get("missing_variables", ()))),
        missing_connections=tuple(dict.fromkeys(data.get("missing_connections", ()))),
        taints=tuple(data.get("taints", ())),
        seconds=float(data.get("seconds", 0.0)),
    )
