"""What Airflow's DagBag does with one file, in Airflow 2 and 3, with errors as data instead of text.

The steps are those of airflow.models.dagbag (2.x) and airflow.dag_processing (3.x): look into the file, run it, collect
DAGs from its variables and from DagContext, validate, look for cycles, read template files, apply policies.
"""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .places import described, place_of_dag
from .sources import Sources


class ImportTimeout(BaseException):
    """The time limit of one file. Not an Exception, so that `except Exception` in the file does not hide it."""


class Bag:
    """Imports files, one after the other. `limit_s` is the time limit of each."""

    def __init__(self, sources: Sources, limit_s: float) -> None:
        from airflow import settings
        from airflow.utils.file import get_unique_dag_module_name, might_contain_dag

        try:
            from airflow.sdk import DAG
            from airflow.sdk.definitions._internal.contextmanager import DagContext
        except ImportError:  # Airflow 2
            from airflow.models.dag import DAG, DagContext
        self._dag, self._context, self._settings = DAG, DagContext, settings
        self._might_contain_dag, self._module_name = might_contain_dag, get_unique_dag_module_name
        self._sources = sources
        self._limit_s = limit_s

    def imported(self, path: str) -> dict[str, Any]:
        """What came of one file: state, DAGs and errors."""
        if not self._is_worth_importing(path):
            return {"state": "no_dag", "dags": [], "errors": []}
        errors: list[dict[str, Any]] = []
        dags: list[dict[str, Any]] = []
        self._context.autoregistered_dags.clear()
        modules: list[Any] = []
        with self._failures(errors, path), _time_limit(self._limit_s):
            data = _read(path)
            is_archive = zipfile.is_zipfile(io.BytesIO(data))
            modules = self._zip_modules(path) if is_archive else [self._module(path, data)]
            source = "" if is_archive else data.decode(errors="replace")
            self._collect(modules, path, source, dags, errors)
        self._context.autoregistered_dags.clear()
        self._context.current_autoregister_module_name = None
        return {"state": "imported", "dags": dags, "errors": errors}

    def _is_worth_importing(self, path: str) -> bool:
        try:
            return bool(self._might_contain_dag(path, True))
        except Exception:  # noqa: BLE001, RUF100 - Airflow reads it as text of its own kind; importing tells more
            return True

    def _module(self, path: str, data: bytes) -> Any:
        name = self._module_name(path)
        self._context.current_autoregister_module_name = name
        return self._sources.load(name, path, data)

    def _zip_modules(self, path: str) -> list[Any]:
        import importlib
        import sys

        modules = []
        with zipfile.ZipFile(path) as archive:
            for name in (info.filename for info in archive.infolist()):
                if "/" in name or not name.endswith(".py") or not self._might_contain_dag(name, True, archive):
                    continue
                stem = name.removesuffix(".py")
                sys.modules.pop(stem, None)
                self._context.current_autoregister_module_name = stem
                sys.path.insert(0, path)
                try:
                    modules.append(importlib.import_module(stem))
                finally:
                    sys.path.remove(path)
        return modules

    def _collect(
        self, modules: list[Any], path: str, source: str, dags: list[dict[str, Any]], errors: list[dict[str, Any]]
    ) -> None:
        found = [(item, module) for module in modules for item in vars(module).values() if isinstance(item, self._dag)]
        found += self._context.autoregistered_dags
        by_identity = {id(dag): (dag, module) for dag, module in found}
        for dag, module in by_identity.values():
            line = place_of_dag(source, dag.dag_id)
            dag.fileloc = module.__file__
            before = len(errors)
            with self._failures(errors, path):
                self._judge(dag)
                dags.append({"id": dag.dag_id, "line": line})
            for error in errors[before:]:
                error["line"] = error["line"] or line

    def _judge(self, dag: Any) -> None:
        dag.validate()
        if hasattr(dag, "check_cycle"):
            dag.check_cycle()
        else:
            from airflow.utils.dag_cycle_tester import check_cycle

            check_cycle(dag)
        dag.resolve_template_files()
        self._settings.dag_policy(dag)
        for task in dag.tasks:
            self._settings.task_policy(task)

    @contextmanager
    def _failures(self, errors: list[dict[str, Any]], path: str) -> Iterator[None]:
        """Whatever the file raises becomes data, even SystemExit and KeyboardInterrupt."""
        try:
            yield
        except BaseException as error:  # noqa: BLE001, RUF100 - the file's code is anybody's
            if type(error).__name__ == "AirflowClusterPolicySkipDag":
                return
            errors.append(described(error, path, self._sources.roots))


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise ImportTimeout(f"import takes longer than {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)  # again and again, for code that catches everything
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def listed_paths(folder: str) -> set[str]:
    """Paths of all files below `folder` that Airflow's .airflowignore, in the dialect of this version, leaves."""
    from airflow.configuration import conf

    try:
        from airflow._shared.module_loading.file_discovery import find_path_from_directory
    except ImportError:
        from airflow.utils.file import find_path_from_directory
    syntax = conf.get("core", "DAG_IGNORE_FILE_SYNTAX", fallback="")
    found = find_path_from_directory(folder, ".airflowignore", syntax) if syntax else ()
    return {os.path.abspath(path) for path in (found or find_path_from_directory(folder, ".airflowignore"))}  # noqa: PTH100
