"""Import the DAG files of an environment in its own version of Airflow, and say what is wrong with them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from mwaactl.errors import Finding
from mwaactl.model.dag_import import Outcome, outcome_of
from mwaactl.model.dag_import_findings import duplicates, findings_of
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.airflow.importer import Importer, ImportPlan, Imports
    from mwaactl.adapters.airflow.installed import Runtime
    from mwaactl.model.dags.check_input import CheckInput

LIMIT_S = 30.0
LIMIT_OPTION = "core.dagbag_import_timeout"


@dataclass(frozen=True)
class ImportReport:
    """What importing gave. `files` are those that Airflow would import, `cached` those not imported this time."""

    environment: str
    airflow: str
    python: str
    files: int
    imported: int
    cached: int
    dags: tuple[str, ...]
    seconds: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Begun:
    """An import that is under way: `report` waits for it."""

    tools: Toolbox
    wanted: CheckInput
    importer: Importer
    plan: ImportPlan
    imports: Future[Imports]

    def report(self) -> ImportReport:
        """What importing every DAG file, and the plugins, gave. Raises DagError where Airflow does not start."""
        began = time.perf_counter()
        imports = self.imports.result()  # ends when interrupted: it looks at the interrupt itself
        wanted, runtime, job = self.wanted, self.importer.runtime, self.plan.job
        short = {str(job.dags): wanted.dags}
        if job.plugins:
            short[str(job.plugins)] = wanted.plugins or ""
        outcomes = _outcomes(imports, wanted.dags, short)
        findings = [*_of_requirements(runtime, wanted.requirements or "")]
        for file, outcome in outcomes.items():
            findings += findings_of(file, outcome, runtime.airflow_version)
        findings += duplicates(outcomes)
        files = [outcome for outcome in outcomes.values() if outcome.state == "imported"]
        return ImportReport(
            environment=wanted.name,
            airflow=runtime.airflow_version,
            python=runtime.python_version,
            files=len(files),
            imported=len(outcomes) - imports.cached,
            cached=imports.cached,
            dags=tuple(sorted({dag.id for outcome in files for dag in outcome.dags})),
            seconds=round(time.perf_counter() - began, 3),
            findings=tuple(replace(finding, environment=wanted.name) for finding in dict.fromkeys(findings)),
        )


def begin(tools: Toolbox, wanted: CheckInput, allow: Sequence[str] = ()) -> Begun:
    """Find out what to import, and begin with it, in a thread.

    `allow` names Variables and Connections that may be missing: NAME stands for anything, NAME=VALUE for that value.
    Raises ToolMissing without the environment's Airflow.
    """
    from mwaactl.adapters.airflow.cache import cache_folder
    from mwaactl.adapters.airflow.import_server import warm_seconds
    from mwaactl.adapters.airflow.importer import Importer, ImportJob
    from mwaactl.adapters.airflow.runtime import Runtimes

    root, variables = tools.project.root, dict(os.environ)
    cache = cache_folder(variables)
    plugins = _existing(root, wanted.plugins)
    runtime = Runtimes(cache, variables, tools.interrupt).runtime(
        wanted.airflow_version,
        _existing(root, wanted.requirements),
        plugins,
        (root / wanted.dags).resolve(),
        lambda text: tools.note(wanted.name, text),
    )
    for note in runtime.notes:
        tools.warn(wanted.name, f"Airflow {runtime.airflow_version}: {note}")
    options = dict(wanted.options)
    job = ImportJob(
        dags=(root / wanted.dags).resolve(),
        plugins=plugins,
        startup_script=_existing(root, wanted.startup_script),
        region=wanted.region,
        options=options,
        limit_s=_limit(options),
        allowed=_allowed(allow),
    )
    importer = Importer(runtime, cache, _name(wanted.name, root), tools.interrupt, warm_seconds(variables))
    plan = importer.planned(job)
    imports: Future[Imports] = Future()

    def work() -> None:
        try:
            imports.set_result(importer.imported(plan))
        except BaseException as error:  # for the thread that asks
            imports.set_exception(error)

    # A daemon: a check that ends early, as its first stage fails, does not wait for what nobody asks for any more.
    Thread(target=work, name="import", daemon=True).start()
    return Begun(tools, wanted, importer, plan, imports)


def start_early(folder: Path, names: Sequence[str]) -> None:
    """Start Airflow for these environments of the project around `folder` where the last import tells how.

    Called before the configuration is read, which takes a good part of a second.
    """
    from mwaactl.adapters.airflow.cache import cache_folder
    from mwaactl.adapters.airflow.head_start import head_start
    from mwaactl.adapters.airflow.import_server import warm_seconds
    from mwaactl.adapters.airflow.importer import results_file, start_file

    variables, here = dict(os.environ), folder.resolve()
    cache = cache_folder(variables)
    root = next(
        (path for path in (here, *here.parents) if (path / "envs").is_dir() and (path / "terraform").is_dir()), here
    )
    for name in names:
        known = _name(name, root)
        head_start(start_file(cache, known), results_file(cache, known), cache, warm_seconds(variables))


def _name(environment: str, root: Path) -> str:
    """Tells environments of all projects on this machine apart."""
    return f"{environment}-{sha256(str(root.resolve()).encode()).hexdigest()[:12]}"


def _outcomes(imports: Imports, folder: str, short: Mapping[str, str]) -> dict[str, Outcome]:
    found = {}
    # The longest folder first: plugins may lie among the DAGs.
    ordered = dict(sorted(short.items(), key=lambda item: -len(item[0])))
    for name, data in imports.outcomes.items():
        file = folder if name.startswith(":") else f"{folder}/{name}"
        found[file] = outcome_of(file, data, ordered)
    return found


def _of_requirements(runtime: Runtime, name: str) -> list[Finding]:
    if not runtime.requirements_error:
        return []
    message = f"cannot be installed; MWAA would start without it: {runtime.requirements_error}"
    return [Finding("REQUIREMENTS_INSTALL", name, message, "mwaactl dags check --resolve", file=name)]


def _limit(options: Mapping[str, str]) -> float:
    try:
        limit = float(options.get(LIMIT_OPTION, LIMIT_S))
    except ValueError:  # Airflow complains itself
        return LIMIT_S
    return limit if limit > 0 else LIMIT_S


def _allowed(allow: Sequence[str]) -> dict[str, str | None]:
    pairs = (item.partition("=") for item in allow)
    return {name: value if separator else None for name, separator, value in pairs}


def _existing(root: Path, name: str | None) -> Path | None:
    path = (root / name).resolve() if name else None
    return path if path and path.exists() else None
