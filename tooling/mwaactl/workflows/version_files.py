"""envs/ENV.yaml and its rendered files, for another Airflow version, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.model.version_edit import with_version
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class VersionFiles:
    """The files of environment `name` as they were, None for one that was not there."""

    tools: Toolbox
    name: str
    before: Mapping[str, bytes | None]

    def write(self, version: str) -> tuple[Environment, tuple[str, ...]]:
        """Make the YAML say `version`, and render; the environment, and the files that changed.

        Raises ConfigError, with all files as they were, where the YAML cannot say it or is not valid then.
        """
        project = self.tools.project
        environment = project.environment(self.name)
        try:
            if environment.mwaa.airflow_version != version:
                self._edit(version)
                environment = project.environment(self.name)
            for file in project.rendered(environment):
                project.write(file.path, file.text)
        except BaseException:
            self.set_back()
            raise
        return environment, self.changed

    def set_back(self, running: str = "") -> None:
        """The files as they were before this run.

        When an earlier run wrote them, for an upgrade that then failed, they say `running` afterwards, which is what
        runs: that run alone knew how they were before.
        """
        from mwaactl.adapters.files import write_whole

        for path, content in self.before.items():
            target = self.tools.project.root / path
            if content is None:
                target.unlink(missing_ok=True)
            elif target.read_bytes() != content:
                write_whole(target, content)
        if running:
            self.write(running)

    @property
    def changed(self) -> tuple[str, ...]:
        """Those that are not as they were."""
        return tuple(path for path in self.before if _content(self.tools, path) != self.before[path])

    def _edit(self, version: str) -> None:
        from mwaactl.adapters.files import write_whole

        path = yaml_path(self.name)
        target = self.tools.project.root / path
        write_whole(target, with_version(path, target.read_bytes(), version))


def yaml_path(name: str) -> str:
    """Where the YAML of an environment lies."""
    return f"envs/{name}.yaml"


def version_files(tools: Toolbox, name: str) -> VersionFiles:
    """The files as they are now."""
    paths = (yaml_path(name), f"envs/{name}.tfvars", f"envs/{name}.s3.tfbackend")
    return VersionFiles(tools, name, {path: _content(tools, path) for path in paths})


@contextmanager
def tried(tools: Toolbox, name: str, version: str) -> Iterator[tuple[Toolbox, Environment]]:
    """A project in which nothing counts, with the environment saying `version`. Raises ConfigError."""
    from mwaactl.adapters.rehearsal import rehearsal

    with rehearsal(tools.project) as project:
        trial = replace(tools, project=project)
        environment, _ = version_files(trial, name).write(version)
        yield trial, environment


def heirs(tools: Toolbox, name: str) -> tuple[str, ...]:
    """The environments that get their Airflow version from the file of this one, once it says one."""
    project = tools.project
    found = []
    for other in project.environment_names():
        if name in project.extended(other):
            files = project.files_of(other)
            file, _line = project.place_of(other, ("mwaa", "airflow_version"))
            if files.index(file) >= files.index(yaml_path(name)):
                found.append(other)
    return tuple(found)


def _content(tools: Toolbox, path: str) -> bytes | None:
    target = tools.project.root / path
    return target.read_bytes() if target.is_file() else None
