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

from mwaactl.adapters.airflow.import_cache import Contents, ImportCache
from mwaactl.adapters.airflow.import_server import ImportServer, probe_digest
from mwaactl.adapters.airflow.runtime import Runtime
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

    def imported(self, job: ImportJob) -> Imports:
        """What came of every DAG file. Files that nothing has changed for are not imported again. Raises DagError."""
        contents = Contents()
        candidates = dict(_candidates(job.dags, job.plugins))
        key = self._key(job)
        cache = ImportCache(self.cache / "imports" / f"{self.name}.json", key, contents)
        tree = sha256(json.dumps([sorted(candidates), _ignore_files(job.dags, contents)]).encode()).hexdigest()
        listed = cache.outcome(f"{LISTING}{tree}", "")
        known = {name: cache.outcome(name, path) for name, path in candidates.items()}
        if job.plugins and _has_code(job.plugins):
            known[PLUGINS] = cache.outcome(PLUGINS, "")
        wanted = [name for name in candidates if known[name] is None]
        if listed is not None:
            left = {path for path in listed["paths"]}
            wanted = [name for name in wanted if candidates[name] in left]
        fresh = self._fresh(job, candidates, wanted, needs_listing=listed is None, needs_plugins=_is_asked(known))
        for name, outcome in fresh.items():
            if name == LISTING:
                listed = outcome
                cache.keep(f"{LISTING}{tree}", "", outcome)
            else:
                cache.keep(name, candidates.get(name, ""), outcome)
                known[name] = outcome
        cache.save(frozenset((*candidates, PLUGINS, f"{LISTING}{tree}")))
        left = set(listed["paths"]) if listed else set(candidates.values())
        outcomes = {
            name: outcome
            for name, outcome in known.items()
            if outcome is not None and (name == PLUGINS or candidates[name] in left)
        }
        return Imports(outcomes, sum(name not in fresh for name in outcomes))

    def _fresh(
        self,
        job: ImportJob,
        candidates: Mapping[str, str],
        wanted: list[str],
        *,
        needs_listing: bool,
        needs_plugins: bool,
    ) -> dict[str, dict[str, Any]]:
        files = [{"id": LISTING, "path": str(job.dags)}] if needs_listing else []
        files += [{"id": PLUGINS, "path": str(job.plugins)}] if needs_plugins else []
        files += [{"id": name, "path": candidates[name]} for name in wanted]
        if not files:
            return {}
        request = {
            "files": files,
            "dags": str(job.dags),
            "plugins": str(job.plugins) if job.plugins else None,
            "limit_s": job.limit_s,
            "memory_bytes": job.memory_bytes,
            "workers": WORKERS if len(files) > FEW_FILES else 1,
            "environment": job.variables,
            "variables": dict(job.allowed),
            "connections": dict(job.allowed),
        }
        server = ImportServer(self.runtime, job.boot_variables, self.cache, self.warm_s, self.interrupt)
        return dict(server.outcomes(request, job.limit_s))

    def _key(self, job: ImportJob) -> str:
        allowed = sorted((name, value or "") for name, value in job.allowed.items())
        variables = sorted({**job.boot_variables, **job.variables}.items())
        limits = (job.limit_s, job.memory_bytes)
        identity = [self.runtime.id, str(self.cache), probe_digest(), variables, allowed, limits]
        return sha256(json.dumps(identity).encode()).hexdigest()


def _is_asked(known: Mapping[str, object]) -> bool:
    return PLUGINS in known and known[PLUGINS] is None


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
