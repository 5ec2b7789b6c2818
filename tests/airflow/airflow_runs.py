"""Imports a folder in a real Airflow and gives findings by file, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters.airflow.importer import Importer, ImportJob, Imports
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.interrupt import Interrupt
from mwaactl.errors import Finding
from mwaactl.model.dag_import import Outcome, outcome_of
from mwaactl.model.dag_import_findings import duplicates, findings_of

LIMIT_S = 2.0


@dataclass(frozen=True)
class Run:
    """What one import of a folder gave."""

    imports: Imports
    outcomes: Mapping[str, Outcome]
    findings: tuple[Finding, ...]

    def of(self, file: str) -> list[Finding]:
        """Findings about one file."""
        return [finding for finding in self.findings if finding.file == file]

    @property
    def fresh(self) -> int:
        """Files that were imported and not known from before."""
        return len(self.outcomes) - self.imports.cached


def job(dags: Path, *, limit_s: float = LIMIT_S, allowed: Mapping[str, str | None] | None = None) -> ImportJob:
    """What to import, with a plugins folder where there is one."""
    plugins = dags / "plugins"
    return ImportJob(
        dags=dags.resolve(),
        plugins=plugins.resolve() if plugins.is_dir() else None,
        startup_script=dags / "startup.sh",
        region="eu-west-1",
        options={},
        limit_s=limit_s,
        allowed=allowed or {},
    )


def imported(runtime: Runtime, cache: Path, wanted: ImportJob, name: str = "test", warm_s: float = 60.0) -> Run:
    """Import the job's folder."""
    importer = Importer(runtime, cache, name, Interrupt(), warm_s)
    imports = importer.imported(importer.planned(wanted))
    short = {str(wanted.dags): ""}
    outcomes = {file: outcome_of(file, data, short) for file, data in imports.outcomes.items()}
    findings = [
        finding for file, outcome in outcomes.items() for finding in findings_of(file, outcome, runtime.airflow_version)
    ]
    return Run(imports, outcomes, (*findings, *duplicates(outcomes)))
