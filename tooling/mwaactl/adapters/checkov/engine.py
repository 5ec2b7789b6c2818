"""checkov as a library: imported once, with our checks and the team's, for all environments."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pkgutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl import policies
from mwaactl.adapters.checkov.literals import with_literals
from mwaactl.errors import Finding
from mwaactl.model.verdict import Waived

scanning = threading.Lock()
"""Held around every scan: checkov keeps its registries, and our checks their context, in module globals."""

_importing = threading.Lock()


@dataclass(frozen=True)
class Scan:
    """What checkov says, after inline skips. `judged` are all (check, address without indexes) that it looked at."""

    failed: tuple[Finding, ...]
    skipped: tuple[Waived, ...] = ()
    passed: int = 0
    judged: frozenset[tuple[str, str]] = frozenset()


def warm_up() -> threading.Thread:
    """Import checkov in the background (1 to 2 s), while Terraform plans. Later calls find it imported."""
    thread = threading.Thread(target=_try_to_prepare, name="import-checkov", daemon=True)
    thread.start()
    return thread


def _try_to_prepare() -> None:
    with contextlib.suppress(Exception):  # who needs checkov calls `prepare` again, and gets the error where it counts
        prepare()


def prepare() -> None:
    """Import checkov and register our own checks."""
    with _importing:
        os.environ.setdefault("LOG_LEVEL", "ERROR")  # else checkov logs warnings of its own to stderr
        handlers = list(logging.getLogger().handlers)
        import checkov.terraform.plan_runner  # noqa: F401

        for module in pkgutil.iter_modules(policies.__path__):
            importlib.import_module(f"{policies.__name__}.{module.name}")  # registers its checks
        logging.getLogger().handlers[:] = handlers  # checkov adds one to the root logger


def run_plan(path: Path) -> list[Any]:
    """checkov's reports on a plan document."""
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.plan_runner import Runner

    return _reports(Runner().run(None, None, [str(path)], RunnerFilter(framework=["terraform_plan"])))


def run_source(folder: Path) -> list[Any]:
    """checkov's reports on Terraform code, as it is written: modules are never downloaded, expressions not evaluated.

    checkov would evaluate them by an interpreter of Python, and the code may come from a stranger. What they come to is
    in the plan; the scan takes half the time.
    """
    from checkov.common.graph.graph_builder.consts import GraphSource
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.graph_manager import TerraformGraphManager
    from checkov.terraform.runner import Runner

    class AsWritten(TerraformGraphManager):  # type: ignore[misc]
        def build_graph_from_source_directory(self, source_dir: str, **options: Any) -> Any:
            graph, _ = super().build_graph_from_source_directory(source_dir, **{**options, "render_variables": False})
            for block in graph.vertices:
                block.config, block.attributes = with_literals(block.config), with_literals(block.attributes)
            return graph, _

    graphs = AsWritten(db_connector=Runner().db_connector, source=GraphSource.TERRAFORM)
    wanted = RunnerFilter(framework=["terraform"], download_external_modules=False)
    return _reports(Runner(graph_manager=graphs).run(str(folder), None, None, wanted))


def _reports(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]
