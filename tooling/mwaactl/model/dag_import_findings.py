"""What to say about the outcome of imports: findings with a place and a way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from mwaactl.errors import Finding, Severity
from mwaactl.model.dag_import import DagPlace, Noticed, Outcome, Raised

KINDS = {
    "ImportTimeout": "IMPORT_TIMEOUT",
    "AirflowTaskTimeout": "IMPORT_TIMEOUT",
    "Crash": "IMPORT_CRASH",
    "SystemExit": "IMPORT_EXIT",
    "MemoryError": "IMPORT_MEMORY",
    "RecursionError": "IMPORT_RECURSION",
    "ModuleNotFoundError": "IMPORT_MODULE_MISSING",
    "SyntaxError": "IMPORT_SYNTAX",
    "IndentationError": "IMPORT_SYNTAX",
    "TabError": "IMPORT_SYNTAX",
    "AirflowDagCycleException": "IMPORT_CYCLE",
    "AirflowDagDuplicatedIdException": "DAG_DUPLICATE_ID",
    "PluginError": "IMPORT_PLUGIN",
}
"""Classes of errors that have an id of their own; all others are IMPORT_ERROR."""

INSIDE_TASK = "do it inside a task: Airflow imports every DAG file again and again"
HINTS = {
    "IMPORT_TIMEOUT": "move slow work into tasks; core.dagbag_import_timeout is the limit",
    "IMPORT_CRASH": "import the file alone in a debugger: a library in C may have failed",
    "IMPORT_EXIT": "a DAG file must not end its interpreter: raise an exception instead",
    "IMPORT_MEMORY": "load data inside a task",
    "IMPORT_CYCLE": "remove one of the dependencies between these tasks",
    "DAG_DUPLICATE_ID": "give each DAG an id of its own: Airflow shows only one of them",
    "IMPORT_SYNTAX": "mend the syntax, or save the file as UTF-8",
}
TOUCHES = {
    "network": ("IMPORT_NETWORK", "uses the network when it is imported"),
    "write": ("IMPORT_WRITE", "changes files when it is imported"),
    "read": ("IMPORT_READ", "reads a file that MWAA does not have"),
    "process": ("IMPORT_PROCESS", "starts or signals processes when it is imported"),
    "database": ("IMPORT_DATABASE", "opens the metadata database when it is imported"),
}
"""Acts that are refused at import: the finding's id, and what the file does."""


def findings_of(file: str, outcome: Outcome, version: str) -> Iterator[Finding]:
    """All that is to be said about one file, in Airflow `version`."""
    told = [*_missing(file, outcome, "variable"), *_missing(file, outcome, "connection")]
    yield from told
    for touch in outcome.touches:
        yield _touched(touch)
    for error in outcome.errors:
        if not _is_told(error, outcome, told):
            yield _raised(error, version)
    for taint in outcome.taints:
        yield _tainted(file, taint)
    for warning in outcome.warnings:
        text = f"{warning.kind}: {warning.text}"
        yield Finding("IMPORT_WARNING", warning.file, text, severity=Severity.LOW, file=warning.file, line=warning.line)


def duplicates(outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """A finding for each DAG whose id an earlier file, or an earlier DAG of its own file, has already."""
    first: dict[str, DagPlace] = {}
    for file in sorted(outcomes):
        for dag in outcomes[file].dags:
            known = first.setdefault(dag.id, dag)
            if known is not dag:
                place = f"{known.file}:{known.line}" if known.line else known.file
                message = f'the DAG id "{dag.id}" is taken by {place}'
                yield Finding(
                    "DAG_DUPLICATE_ID", dag.id, message, HINTS["DAG_DUPLICATE_ID"], file=dag.file, line=dag.line
                )


def _missing(file: str, outcome: Outcome, kind: str) -> Iterator[Finding]:
    names = outcome.missing_variables if kind == "variable" else outcome.missing_connections
    for name in names:
        error = next((error for error in outcome.errors if name in error.message), None)
        place = (error.file, error.line) if error else (file, 0)
        if error:
            message = f'the {kind} "{name}" is read when the file is imported, and is not there'
            hint = f"use it inside a task or a template, or --allow-missing {name}"
            yield Finding(f"IMPORT_{kind.upper()}_MISSING", name, message, hint, file=place[0], line=place[1])
        else:
            message = f'the {kind} "{name}" is read each time the file is imported'
            yield Finding(
                f"IMPORT_{kind.upper()}_READ", name, message, INSIDE_TASK, severity=Severity.LOW, file=place[0]
            )


def _is_told(error: Raised, outcome: Outcome, told: list[Finding]) -> bool:
    """Whether another finding says it better already."""
    if any(touch.text in error.message for touch in outcome.touches):
        return True
    return any(finding.id.endswith("_MISSING") and finding.address in error.message for finding in told)


def _raised(error: Raised, version: str) -> Finding:
    kind = KINDS.get(error.type, "IMPORT_ERROR")
    is_ours = error.type in ("Crash", "ImportTimeout", "PluginError")
    message = error.message if is_ours else f"{error.type}: {error.message}"
    outer = [f"{frame.file}:{frame.line}" for frame, inner in pairwise(error.frames) if frame != inner]
    if outer:
        message += f" (by way of {', '.join(outer)})"
    return Finding(kind, error.file, message, _hint(error, kind, version), file=error.file, line=error.line)


def _hint(error: Raised, kind: str, version: str) -> str:
    if kind == "IMPORT_MODULE_MISSING":
        if error.module.split(".")[0] == "airflow":
            return f"Airflow {version} of MWAA has no module {error.module}: it moved, or needs a provider"
        return (
            f"add the package that has {error.module.split('.')[0]} to requirements.txt, or the module to the plugins"
        )
    if error.type == "KeyError" and "environ" in error.message:
        return "export it in startup.sh"
    if "AWS_" in error.message:
        return "credentials come from the execution role, inside tasks; none are there when DAG files are imported"
    return HINTS.get(kind, "")


def _touched(touch: Noticed) -> Finding:
    kind, text = TOUCHES.get(touch.kind, ("IMPORT_ERROR", touch.kind))
    return Finding(kind, touch.file, f"{text}: {touch.text}", INSIDE_TASK, file=touch.file, line=touch.line)


def _tainted(file: str, taint: str) -> Finding:
    kind, _, name = taint.partition(" ")
    if kind == "thread":
        return Finding("IMPORT_THREAD", file, f"leaves the thread {name} running", INSIDE_TASK, file=file)
    message = f"replaces {name} for everything else in the interpreter"
    return Finding("IMPORT_PATCH", file, message, "keep changes of Airflow and Python out of DAG files", file=file)
