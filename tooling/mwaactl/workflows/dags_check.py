"""dags check: everything that can be known about DAGs, requirements, plugins and startup script before they run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.errors import DagError, Finding, Severity
from mwaactl.model import catalog
from mwaactl.model.dags.check_input import CheckInput, check_input
from mwaactl.model.dags.python_file import DAG_SYNTAX
from mwaactl.model.dags.stage import STATIC, Stage
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.refused import LARGEST_PLUGINS
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.dags.folder import DagFolder
    from mwaactl.adapters.dags.known import KnownFiles
    from mwaactl.adapters.project import Project
    from mwaactl.model.dags.airflowignore import Dialect, IgnoreFiles
    from mwaactl.model.dags.requirement_lines import RequirementsRules
    from mwaactl.model.environment import Environment
    from mwaactl.workflows.dags_import import Begun

SAFE_MODE = "core.dag_discovery_safe_mode"  # on: Airflow passes over files without the words dag and airflow
OFF = ("false", "f", "0", "no", "n", "off")


@dataclass(frozen=True)
class StageReport:
    """One stage of one environment: what it found, in how many seconds, and what else is worth saying."""

    stage: Stage
    findings: tuple[Finding, ...]
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class DagsReport:
    """The check of one environment's artifacts."""

    environment: str
    airflow_version: str
    files: int
    stages: tuple[StageReport, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What all stages found, by file and line, each once."""
        found = dict.fromkeys(finding for stage in self.stages for finding in stage.findings)
        return tuple(sorted(found, key=lambda finding: (finding.file, finding.line, finding.id)))

    @property
    def refusing(self) -> tuple[Finding, ...]:
        """What is more than a warning."""
        return tuple(finding for finding in self.findings if finding.severity is not Severity.LOW)


def run(
    tools: Toolbox,
    names: Sequence[str],
    chosen: Sequence[Stage] = STATIC,
    *,
    allow_missing: Sequence[str] = (),
) -> Result[tuple[Outcome[DagsReport], ...]]:
    """Check the artifacts of environments, all stages even when one finds something."""
    inputs = _inputs(tools.project, names)
    alike = {one.anonymous: one for one in distinct(inputs)}

    def check(one: CheckInput) -> DagsReport:
        return checked(tools, one, chosen, allow_missing)

    done = {outcome.environment: outcome for outcome in fleet.each(tools, list(alike.values()), check)}
    outcomes = []
    for one in inputs:
        outcome = done[alike[one.anonymous].name]
        report = replace(outcome.data, environment=one.name) if outcome.data else None
        error = failure(report.refusing) if report and report.refusing else outcome.error
        outcomes.append(Outcome(one.name, report, error))
    return result_of("dags check", outcomes)


def distinct(inputs: Sequence[CheckInput]) -> list[CheckInput]:
    """One for each that the check would tell apart."""
    return list({one.anonymous: one for one in reversed(inputs)}.values())


def findings(tools: Toolbox, environments: Sequence[Environment]) -> tuple[Finding, ...]:
    """What the static stages find in any of the environments: warnings as well."""
    inputs = distinct([check_input(environment) for environment in environments])
    return tuple(finding for one in inputs for finding in checked(tools, one, STATIC).findings)


def require_sound(tools: Toolbox, environment: Environment, changed: Collection[str] | None = None) -> None:
    """Warn of what may be wrong with the artifacts. Raises DagError when something is.

    With `changed`, paths below the DAG folder, only those DAG files are judged, and ids that they share with others.
    """
    chosen = STATIC if changed is None else (Stage.SYNTAX, Stage.LINT, Stage.DAGS)
    only = None if changed is None else frozenset(changed)
    report = checked(tools, check_input(environment), chosen, only=only)
    for finding in report.findings:
        if finding.severity is Severity.LOW:
            tools.warn(environment.name, f"{finding.place}: {finding.message} [{finding.id}]")
    if report.refusing:
        raise failure(report.refusing)


def failure(refusing: Sequence[Finding]) -> DagError:
    """The error for these findings."""
    count = "1 thing" if len(refusing) == 1 else f"{len(refusing)} things"
    return DagError(f"dags check found {count} that Airflow or MWAA would fail on.", findings=refusing)


def checked(
    tools: Toolbox,
    wanted: CheckInput,
    chosen: Sequence[Stage],
    allow_missing: Sequence[str] = (),
    only: frozenset[str] | None = None,
) -> DagsReport:
    """The report of one environment. Raises ToolMissing when a stage's program is not there."""
    look = _Look(tools, wanted, tuple(allow_missing), only)
    if Stage.IMPORT in chosen:
        look.begun  # noqa: B018 - Airflow starts while the other stages look
    reports = []
    for number, stage in enumerate(chosen):
        tools.interrupt.check()
        tools.on_event(Progress(wanted.name, Moment.RUNNING, stage, "check", done=number, total=len(chosen)))
        began = time.monotonic()
        found, note = look.stage(stage)
        reports.append(StageReport(stage, tuple(found), round(time.monotonic() - began, 2), note))
    return DagsReport(wanted.name, wanted.airflow_version, len(look.folder.paths), tuple(reports))


def _inputs(project: Project, names: Sequence[str]) -> tuple[CheckInput, ...]:
    """What is to be checked of these environments, or of all. Raises ConfigError for what is wrong with them."""
    from mwaactl.adapters.airflow.cache import cache_folder
    from mwaactl.adapters.dags.known_inputs import KnownInputs

    known = KnownInputs(cache_folder(os.environ), project.root, project.today)
    found = known.find(tuple(dict.fromkeys(names)) or project.environment_names())
    if found is None:
        environments = project.environments(names)
        found = tuple(check_input(environment) for environment in environments)
        known.keep(environments, found)
    return found


@dataclass(frozen=True)
class _Look:
    """One environment's artifacts, each read once."""

    tools: Toolbox
    wanted: CheckInput
    allow_missing: tuple[str, ...] = ()
    only: frozenset[str] | None = None

    def stage(self, stage: Stage) -> tuple[Sequence[Finding], str]:
        """What a stage finds, and a note."""
        run: dict[Stage, Callable[[], Sequence[Finding]]] = {
            Stage.SYNTAX: self._syntax,
            Stage.LINT: lambda: [finding for finding in self.linted if finding.id != DAG_SYNTAX],
            Stage.DAGS: self._dags,
            Stage.REQUIREMENTS: self._requirements,
            Stage.PLUGINS: self._plugins,
            Stage.STARTUP: self._startup,
            Stage.RESOLVE: self._resolve,
        }
        if stage is not Stage.IMPORT:
            return run[stage](), ""
        report = self.begun.report()
        return report.findings, f"{report.imported} imported, {report.cached} unchanged"

    @cached_property
    def begun(self) -> Begun:
        """The import, which has begun by being asked for."""
        from mwaactl.workflows.dags_import import begin

        return begin(self.tools, self.wanted, self.allow_missing)

    @property
    def root(self) -> Path:
        return self.tools.project.root

    @cached_property
    def python(self) -> tuple[int, int] | None:
        known = catalog.find_version(self.wanted.airflow_version)
        parts = known.python.split(".") if known and known.python else []
        return (int(parts[0]), int(parts[1])) if parts else None

    @cached_property
    def folder(self) -> DagFolder:
        from mwaactl.adapters.dags.folder import read_folder
        from mwaactl.adapters.folder import found_below

        wanted = self.wanted
        owned = [path for path in (wanted.plugins, wanted.requirements, wanted.startup_script) if path]
        found = found_below(self.root, wanted.dags, owned, wanted.allow)
        return read_folder(self.root, wanted.dags, found, self.python, only=self.only, known=self.known)

    @cached_property
    def known(self) -> KnownFiles:
        from mwaactl.adapters.airflow.cache import cache_folder
        from mwaactl.adapters.dags.known import KnownFiles

        wanted = self.wanted
        return KnownFiles(cache_folder(os.environ), self.root, wanted.dags, wanted.airflow_major, self.python)

    @cached_property
    def plugins(self) -> DagFolder | None:
        from mwaactl.adapters.dags.folder import read_folder
        from mwaactl.adapters.folder import found_below

        plugins = self.wanted.plugins
        if plugins is None or self.only is not None:
            return None
        found = found_below(self.root, plugins, (), self.wanted.allow)
        return read_folder(self.root, plugins, found, self.python, largest=LARGEST_PLUGINS)

    @cached_property
    def linted(self) -> Sequence[Finding]:
        """What ruff says of the files that Airflow reads: its rules about Airflow, and what is no Python."""
        from mwaactl.adapters.dags.ruff import lint_findings

        ignored, _ = self._ignored
        read = [file for file in self.folder.python if file.is_python and not ignored.is_ignored(file.path)]
        unknown = [file for file in read if not self.known.is_known(file)]
        plugins = [file for file in (self.plugins.python if self.plugins else ()) if file.is_python]
        names = {file.name for file in (*unknown, *plugins)}
        found = lint_findings(self.root, names, self.wanted.airflow_major, self.python)
        wrong = {finding.file for finding in (*found, *self.folder.findings)}
        self.known.keep([file for file in read if file.name not in wrong], is_all=self.only is None)
        return found

    @cached_property
    def _ignored(self) -> tuple[IgnoreFiles, Sequence[Finding]]:
        from mwaactl.model.dags.airflowignore import ignore_files

        return ignore_files(self.folder.ignore_texts, self._dialect, self.folder.name)

    def _syntax(self) -> Sequence[Finding]:
        read = [*self.folder.findings, *(self.plugins.findings if self.plugins else ())]
        return [*read, *(finding for finding in self.linted if finding.id == DAG_SYNTAX)]

    def _dags(self) -> Sequence[Finding]:
        from mwaactl.model.dags.cycles import cycle_findings
        from mwaactl.model.dags.dag_ids import capacity_findings, id_findings, is_near_capacity, mentions
        from mwaactl.model.dags.python_file import parsed

        ignored, found = self._ignored
        seen = [file for file in self.folder.python if not ignored.is_ignored(file.path)]
        is_safe = self._options.get(SAFE_MODE, "").lower() not in OFF
        dags = [file for file in seen if file.is_dag or not is_safe]
        kind = catalog.environment_class(self.wanted.environment_class)
        ids = [one for file in dags for one in file.ids]
        if self.only is not None:
            near = kind is not None and is_near_capacity(len(dags), kind)
            others = [file for file in dags if str(file.path) not in self.only]
            others = [file for file in others if near or mentions(file.content, ids)]
            ids += [one for file in others for one in parsed(file.name, file.path, file.content, None)[0].ids]
        return [
            *found,
            *id_findings(ids),
            *(cycle_findings(self.folder.python) if self.only is None else ()),
            *capacity_findings(ids, kind, self.folder.name),
        ]

    def _requirements(self) -> Sequence[Finding]:
        name = self.wanted.requirements
        if name is None:
            return ()
        from mwaactl.model.dags.requirements import requirements_findings

        return requirements_findings(name, self._content(name), self._requirements_rules)

    def _plugins(self) -> Sequence[Finding]:
        if self.plugins is None:
            return ()
        from mwaactl.model.dags.plugins import plugins_findings

        tops = {path.parts[0].removesuffix(".py") for path in self.folder.paths if path.suffix == ".py"}
        size = sum((self.root / self.plugins.name / path).stat().st_size for path in self.plugins.paths)
        return plugins_findings(self.plugins.name, self.plugins.paths, size, tops, self.python)

    def _startup(self) -> Sequence[Finding]:
        name = self.wanted.startup_script
        if name is None:
            return ()
        from mwaactl.adapters.dags.bash import bash_findings
        from mwaactl.model.dags.startup import STARTUP_CRLF, startup_findings

        found = startup_findings(name, self._content(name))
        # With CRLF line ends bash complains of everything: one finding says it better.
        if any(finding.id == STARTUP_CRLF for finding in found):
            return found
        return [*found, *bash_findings(self.root, name)]

    def _content(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise DagError(f"{name} cannot be read: {error.strerror}.") from error

    def _resolve(self) -> Sequence[Finding]:
        name = self.wanted.requirements
        if name is None:
            return ()
        from mwaactl.adapters.dags.resolution import resolution_findings

        rules = self._requirements_rules
        if rules.python is None:
            return ()
        return resolution_findings(self.root, name, rules.python, rules.pins)

    @property
    def _options(self) -> dict[str, str]:
        return dict(self.wanted.options)

    @property
    def _dialect(self) -> Dialect:
        from mwaactl.model.dags.airflowignore import dialect_of

        return dialect_of(self.wanted.airflow_major, self._options)

    @cached_property
    def _requirements_rules(self) -> RequirementsRules:
        from mwaactl.model.dags.requirement_lines import RequirementsRules

        version, known = self.wanted.airflow_version, catalog.find_version(self.wanted.airflow_version)
        python = known.python if known else None
        return RequirementsRules(version, python, catalog.pins(version), self.wanted.is_offline)
