"""Imports the DAG files of a folder in a real Airflow, held in as far as the system allows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from mwaactl.adapters.airflow.head_start import remember, stamp
from mwaactl.adapters.airflow.import_cache import Contents, ImportCache
from mwaactl.adapters.airflow.import_server import ImportServer, probe_digest
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.interrupt import Interrupt

MEMORY_BYTES = 4 * 1024**3
WORKERS = 2
FEW_FILES = 20  # for these one process is as quick as two
PLUGINS = ":plugins"
LISTING = ":listing"
SUFFIXES = (".py", ".zip")
EXPORT = re.compile(r"""^\s*export\s+([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\;&|]*))\s*(?:#.*)?$""", re.M)
PATH = "/usr/local/bin:/usr/bin:/bin"
PASSED_SECTIONS = ("core", "dag_processor", "operators", "scheduler")
OWN_OPTIONS = ("dags_folder", "plugins_folder", "executor", "fernet_key", "sql_alchemy_conn", "load_examples")
MWAA_VARIABLES = {"AIRFLOW_CONN_AWS_DEFAULT": "aws://", "AWS_EC2_METADATA_DISABLED": "true"}
"""What MWAA sets (amazon-mwaa-docker-images), and what keeps boto3 from asking for credentials."""


@dataclass(frozen=True)
class ImportJob:
    """What to import and how. `allowed` holds names that may be missing, with a stand-in value or None for any.

    `options` are Airflow's, as the environment names them: section.key.
    """

    dags: Path
    plugins: Path | None
    startup_script: Path | None
    region: str
    options: Mapping[str, str]
    limit_s: float
    allowed: Mapping[str, str | None] = field(default_factory=dict)
    memory_bytes: int = MEMORY_BYTES

    @cached_property
    def boot_variables(self) -> dict[str, str]:
        """The environment variables that Airflow is started with: none of the user's shell."""
        options = {}
        for name, value in self.options.items():
            section, _, key = name.partition(".")
            if section in PASSED_SECTIONS and key not in OWN_OPTIONS:
                options[f"AIRFLOW__{section.upper()}__{key.upper()}"] = str(value)
        own = {"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "LANG": "C.UTF-8", "PATH": PATH, "TZ": "UTC"}
        return {**options, **MWAA_VARIABLES, **own}

    @cached_property
    def variables(self) -> dict[str, str]:
        """Those that the files see besides."""
        return {
            **_exports(self.startup_script),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.plugins or self.dags / "plugins"),
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }


@dataclass(frozen=True)
class ImportPlan:
    """What is `known` of each file, None for those that are `wanted`; `listing` tells which files Airflow looks at."""

    job: ImportJob
    cache: ImportCache
    candidates: Mapping[str, str]
    known: Mapping[str, dict[str, Any] | None]
    wanted: tuple[str, ...]
    listing_name: str
    listing: Mapping[str, Any] | None

    @property
    def needs_airflow(self) -> bool:
        """Whether anything is to be imported."""
        return bool(self.wanted) or self.listing is None

    @property
    def request(self) -> dict[str, Any]:
        """The job as the server takes it."""
        paths = {**self.candidates, PLUGINS: str(self.job.plugins)}
        files = [{"id": LISTING, "path": str(self.job.dags)}] if self.listing is None else []
        files += [{"id": name, "path": paths[name]} for name in self.wanted]
        return {
            "files": files,
            "dags": str(self.job.dags),
            "plugins": str(self.job.plugins) if self.job.plugins else None,
            "limit_s": self.job.limit_s,
            "memory_bytes": self.job.memory_bytes,
            "workers": WORKERS if len(files) > FEW_FILES else 1,
            "environment": self.job.variables,
            "variables": dict(self.job.allowed),
            "connections": dict(self.job.allowed),
        }


@dataclass(frozen=True)
class Imports:
    """Outcomes by path relative to the DAG folder; `:plugins` is that of the plugins. `cached` counts known ones."""

    outcomes: Mapping[str, dict[str, Any]]
    cached: int


@dataclass(frozen=True)
class Importer:
    """Imports for one runtime. `cache` is mwaactl's folder, `name` tells projects and environments apart in it."""

    runtime: Runtime
    cache: Path
    name: str
    interrupt: Interrupt
    warm_s: float = 0.0

    def planned(self, job: ImportJob) -> ImportPlan:
        """What is known already and what must be imported. Airflow is started at once when it will be needed."""
        contents, folders = Contents(), [str(folder) for folder in (job.dags, job.plugins) if folder]
        before = stamp(folders)
        candidates = dict(_candidates(job.dags, job.plugins))
        cache = ImportCache(results_file(self.cache, self.name), self._key(job), contents)
        tree = sha256(json.dumps([sorted(candidates), _ignore_files(job.dags, contents)]).encode()).hexdigest()
        listing = cache.outcome(f"{LISTING}{tree}", "")
        known = {name: cache.outcome(name, path) for name, path in candidates.items()}
        if job.plugins and _has_code(job.plugins):
            known[PLUGINS] = cache.outcome(PLUGINS, "")
        left = set(listing["paths"]) if listing else set(candidates.values())
        wanted = tuple(
            name for name, outcome in known.items() if outcome is None and (name == PLUGINS or candidates[name] in left)
        )
        plan = ImportPlan(job, cache, candidates, known, wanted, f"{LISTING}{tree}", listing)
        if plan.needs_airflow:
            server = self._server(job)
            server.start()
            remember(start_file(self.cache, self.name), server, folders, before)
        return plan

    def imported(self, plan: ImportPlan) -> Imports:
        """What came of every DAG file. Raises DagError when Airflow does not start or stay."""
        known, listing = dict(plan.known), plan.listing
        fresh = dict(self._server(plan.job).outcomes(plan.request, plan.job.limit_s)) if plan.needs_airflow else {}
        for name, outcome in fresh.items():
            if name == LISTING:
                listing = outcome
                plan.cache.keep(plan.listing_name, "", outcome)
            else:
                known[name] = outcome
                plan.cache.keep(name, plan.candidates.get(name, ""), outcome)
        plan.cache.save(frozenset((*plan.candidates, PLUGINS, plan.listing_name)))
        left = set(listing["paths"]) if listing else set(plan.candidates.values())
        outcomes = {
            name: outcome
            for name, outcome in known.items()
            if outcome is not None and (name == PLUGINS or plan.candidates[name] in left)
        }
        return Imports(outcomes, sum(name not in fresh for name in outcomes))

    def _server(self, job: ImportJob) -> ImportServer:
        return ImportServer(self.runtime, job.boot_variables, self.cache, self.warm_s, self.interrupt)

    def _key(self, job: ImportJob) -> str:
        allowed = sorted((name, value or "") for name, value in job.allowed.items())
        variables = sorted({**job.boot_variables, **job.variables}.items())
        limits = (job.limit_s, job.memory_bytes)
        identity = [self.runtime.id, str(self.cache), probe_digest(), variables, allowed, limits]
        return sha256(json.dumps(identity).encode()).hexdigest()


def results_file(cache: Path, name: str) -> Path:
    """Where outcomes are kept."""
    return cache / "imports" / f"{name}.json"


def start_file(cache: Path, name: str) -> Path:
    """Where is kept what Airflow was started with."""
    return cache / "servers" / f"{name}.start"


def _candidates(dags: Path, plugins: Path | None) -> Iterator[tuple[str, str]]:
    """Name and path of each file that Airflow may take for a DAG file. Plugins are published apart."""
    for folder, folders, files in os.walk(dags, followlinks=False):
        folders[:] = sorted(
            name for name in folders if name != "__pycache__" and Path(folder, name) != plugins and name[:1] != "."
        )
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                path = f"{folder}/{name}"
                yield os.path.relpath(path, dags), path


def _ignore_files(dags: Path, contents: Contents) -> list[tuple[str, str]]:
    found = [str(path) for path in dags.rglob(".airflowignore")]
    return [(path, contents.digest(path)) for path in sorted(found)]


def _has_code(folder: Path) -> bool:
    return any(folder.rglob("*.py"))


def _exports(script: Path | None) -> dict[str, str]:
    """What startup.sh exports without any condition or computation: we do not run it."""
    try:
        text = script.read_text(encoding="utf-8") if script else ""
    except (OSError, UnicodeDecodeError):
        return {}
    found = {match[1]: match[2] or match[3] or match[4] or "" for match in EXPORT.finditer(text)}
    return {name: value for name, value in found.items() if not name.startswith(("AWS_", "LD_", "PYTHON", "MWAACTL_"))}
