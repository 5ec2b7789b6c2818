"""The files of the repository: reads envs/, writes what is rendered or generated from them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from mwaactl.adapters.files import write_whole
from mwaactl.errors import ConfigError, Problem

if TYPE_CHECKING:
    from mwaactl.model import tfvars
    from mwaactl.model.affected import InputFiles
    from mwaactl.model.environment import Environment
    from mwaactl.model.settings import Settings
    from mwaactl.model.source import Source
    from mwaactl.model.validation import Checked

NOT_ENVIRONMENTS = ("defaults", "waivers")
"""Files of envs/ that are no environments. Neither are those that begin with `_`: they are there to be extended."""

TFVARS_TEMPLATE = "envs/terraform.tfvars.j2"
BACKEND_TEMPLATE = "envs/backend.s3.tfbackend.j2"

_Stamp = tuple[int, int]


@dataclass(frozen=True)
class RenderedFile:
    """`path` is relative to the project's root, with / between folders."""

    path: str
    text: str


@dataclass(frozen=True)
class Project:
    """A repository with envs/ and terraform/. Files are read once, and again when they change on disk."""

    root: Path
    today: date = field(default_factory=date.today)
    _sources: dict[str, tuple[_Stamp, Source]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _checked: dict[str, tuple[tuple[Source, ...], Checked]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project that `start` lies in. Raises ConfigError where no folder above has both envs/ and terraform/."""
        here = start.resolve()
        for folder in (here, *here.parents):
            if (folder / "envs").is_dir() and (folder / "terraform").is_dir():
                return cls(folder)
        what = f"no project at {here}: neither it nor a folder above has both envs/ and terraform/"
        raise ConfigError(what, hint="change into the repository, or name it with --project DIR")

    def environment_names(self) -> tuple[str, ...]:
        """Names of all environments, in alphabetical order."""
        return tuple(sorted(name for name in self._stems() if is_environment_name(name)))

    def environment(self, name: str) -> Environment:
        """One environment. Raises ConfigError with all that is wrong with it, or with it beside the others.

        Broken files that it does not extend do not matter.
        """
        return self._sound([self._known(name)])[0]

    def environments(self, names: Sequence[str] = ()) -> tuple[Environment, ...]:
        """These environments in this order, or all of them. Raises ConfigError with all problems of all of them."""
        wanted = tuple(dict.fromkeys(self._known(name) for name in names)) or self.environment_names()
        return self._sound(wanted)

    def warnings(self, names: Sequence[str] = ()) -> tuple[Problem, ...]:
        """What works in these environments (or all) but not as its author may think. Broken files have none."""
        from mwaactl.adapters import artifact_files

        checked = [self._checked_environment(self._known(name)) for name in names or self.environment_names()]
        found = {problem for one in checked for problem in one.warnings}
        for one in checked:
            if one.environment:
                found.update(artifact_files.warnings(self.root, one.environment))
        return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.column, problem.message)))

    def files_of(self, name: str) -> tuple[str, ...]:
        """The environment's own file and all that it extends, relative to the root."""
        return self._checked_environment(self._known(name)).chain.files

    def input_files(self, name: str) -> InputFiles:
        """The files that the environment is made of, as far as its configuration can be read. Raises ConfigError."""
        from mwaactl.model.affected import InputFiles

        checked = self._checked_environment(self._known(name))
        chain, known = checked.chain, checked.best_effort
        if known is None:
            return InputFiles(name, chain.files, chain.tree is None)
        return InputFiles(name, chain.files, chain.tree is None, known.artifacts, known.execution_role.policy_files)

    def written(self, name: str) -> dict[str, Any]:
        """What the environment's files say, merged; defaults of the model are left out. Raises ConfigError."""
        from mwaactl.model import inheritance

        self.environment(name)
        tree = self._checked_environment(self._known(name)).chain.tree
        return cast(dict[str, Any], inheritance.plain(tree)) if tree else {}

    def beneath(self, name: str) -> dict[str, Any]:
        """What a file to be extended says, merged with what it extends; nothing where there is none of that name.

        Raises ConfigError for a broken one.
        """
        from mwaactl.model import inheritance

        if self._source(name) is None:
            return {}
        chain = inheritance.resolve(name, self._source, self._names_to_extend())
        if chain.tree is None or chain.problems:
            raise _config_error(chain.problems)
        return cast(dict[str, Any], inheritance.plain(chain.tree))

    def extended(self, name: str) -> tuple[str, ...]:
        """The environments that this one extends, the nearest first. One that extends any is a clone."""
        parents = (PurePosixPath(path).stem for path in self.files_of(name)[1:])
        return tuple(parent for parent in parents if parent in self.environment_names())

    def place_of(self, name: str, path: Sequence[str]) -> tuple[str, int]:
        """File and line that give the environment the value at `path`; the nearest thing above it for a default."""
        from mwaactl.model import inheritance

        chain = self._checked_environment(self._known(name)).chain
        if chain.tree is None:
            return chain.files[0], 1
        place = inheritance.place_of(chain.tree, tuple(path))
        return place.file, place.line

    def state_bucket(self, environment: Environment) -> str:
        """Bucket of the environment's Terraform state: the tool's setting, or else a name of project and account."""
        return self.settings.state_bucket or environment.state_bucket

    def rendered(self, environment: Environment) -> tuple[RenderedFile, ...]:
        """The two files that Terraform reads. Raises ConfigError for a mistake in a template."""
        from mwaactl.model import tfvars

        values = {"environment": environment, "variables": tfvars.root_variables(environment)}
        backend = tfvars.backend_settings(environment, self.state_bucket(environment))
        name = environment.name
        return (
            RenderedFile(f"envs/{name}.tfvars", self._tfvars_template.render(values)),
            RenderedFile(f"envs/{name}.s3.tfbackend", self._backend_template.render({**values, "backend": backend})),
        )

    def generated(self) -> tuple[RenderedFile, ...]:
        """Files that follow from the model and the checks alone."""
        from mwaactl.model import reference, schema
        from mwaactl.policies import reference as policies_reference

        return (
            RenderedFile("envs/schema.json", schema.text()),
            RenderedFile("docs/environment.md", reference.text()),
            RenderedFile("docs/policies.md", policies_reference.text()),
        )

    def data_dir(self, name: str) -> Path:
        """Folder for what an environment's runs leave here; made when missing, readable by its owner only."""
        for folder in (self.root / ".mwaactl", self.root / ".mwaactl" / name):
            folder.mkdir(mode=0o700, exist_ok=True)
        return self.root / ".mwaactl" / name

    def write(self, path: str, text: str) -> bool:
        """Put `text` into the file at `path`, relative to the root, whole or not at all.

        Returns whether the file changed; one that holds the text already is not touched.
        """
        return write_whole(self.root / path, text.encode())

    def is_fresh(self, file: RenderedFile) -> bool:
        """Whether the file on disk holds exactly this text."""
        target = self.root / file.path
        return target.is_file() and target.read_bytes() == file.text.encode()

    @cached_property
    def settings(self) -> Settings:
        """[tool.mwaactl] of pyproject.toml. Raises ConfigError for unknown or wrong settings."""
        return _settings(self.root / "pyproject.toml")

    @cached_property
    def _tfvars_template(self) -> tfvars.Template:
        return self._template(TFVARS_TEMPLATE)

    @cached_property
    def _backend_template(self) -> tfvars.Template:
        return self._template(BACKEND_TEMPLATE)

    def _template(self, path: str) -> tfvars.Template:
        from mwaactl.model import tfvars

        try:
            return tfvars.Template(path, (self.root / path).read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is not UTF-8 text") from error

    def _known(self, name: str) -> str:
        names = self.environment_names()
        if name in names:
            return name
        close = get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known environments: {', '.join(names) or 'none'}"
        if f"{name}.yml" in {path.name for path in (self.root / "envs").glob("*.yml")}:
            hint = f"rename envs/{name}.yml to envs/{name}.yaml"
        raise ConfigError(f"there is no environment {name}; known: {', '.join(names) or 'none'}", hint=hint)

    def _sound(self, names: Sequence[str]) -> tuple[Environment, ...]:
        """These environments, or all that is wrong with them and between them and the other sound ones."""
        from mwaactl.model.neighbours import Neighbour, all_conflicts, conflicts

        checked = [self._checked_environment(name) for name in names]
        problems = [problem for one in checked for problem in (*one.problems, *self._missing_files(one))]
        found = [Neighbour(one.best_effort, one.chain, one.broken) for one in checked if one.best_effort]
        elsewhere = (self._checked_environment(name) for name in self.environment_names() if name not in names)
        others = [Neighbour(one.environment, one.chain) for one in elsewhere if one.environment]
        problems.extend(all_conflicts(found))
        problems.extend(problem for one in found for problem in conflicts(one, others))
        environments = tuple(one.environment for one in checked if one.environment)
        if problems or len(environments) < len(names):
            raise _config_error(problems)
        return environments

    def _checked_environment(self, name: str) -> Checked:
        from mwaactl.model import inheritance, validation

        read: list[Source] = []

        def source_of(parent: str) -> Source | None:
            found = self._source(parent)
            if found:
                read.append(found)
            return found

        chain = inheritance.resolve(name, source_of, self._names_to_extend())
        before = self._checked.get(name)
        if before and len(before[0]) == len(read) and all(a is b for a, b in zip(before[0], read, strict=True)):
            return before[1]
        checked = validation.check(name, chain, self.today)
        self._checked[name] = (tuple(read), checked)
        return checked

    def _names_to_extend(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self._stems() if name != "waivers"))

    def _stems(self) -> list[str]:
        # Asked several times for each environment; Path.glob takes thirty times as long.
        with os.scandir(self.root / "envs") as entries:
            return [entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml")]

    def _source(self, name: str) -> Source | None:
        from mwaactl.model import source
        from mwaactl.model.source import Source

        path = self.root / "envs" / f"{name}.yaml"
        if name not in self._names_to_extend() or not path.is_file():
            return None
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        before = self._sources.get(name)
        if before and before[0] == stamp:
            return before[1]
        file = f"envs/{name}.yaml"
        try:
            parsed = source.parse(file, path.read_bytes())
        except OSError as error:
            parsed = Source(file, None, (Problem(file, 1, 1, "", f"cannot be read: {error.strerror}"),))
        self._sources[name] = (stamp, parsed)
        return parsed

    def _missing_files(self, checked: Checked) -> tuple[Problem, ...]:
        from mwaactl.adapters import artifact_files
        from mwaactl.model import validation

        if checked.best_effort is None or checked.chain.tree is None:
            return ()
        found = artifact_files.problems(self.root, checked.best_effort, checked.chain.tree)
        return tuple(problem for problem in found if not validation.is_any_broken([problem.field], checked.broken))


def is_environment_name(name: str) -> bool:
    """Whether envs/NAME.yaml stands for an environment, and not for something to extend."""
    return name not in NOT_ENVIRONMENTS and name[:1] not in "_."


def _config_error(problems: Sequence[Problem]) -> ConfigError:
    unique = {(p.file, p.line, p.column, p.field, p.message): p for p in problems}
    count, files = len(unique), len({problem.file for problem in unique.values()})
    mistakes = f"{count} mistake{'s' if count > 1 else ''}"
    return ConfigError(f"{mistakes} in {files} file{'s' if files > 1 else ''}", problems=tuple(unique.values()))


def _settings(path: Path) -> Settings:
    from pydantic import ValidationError

    from mwaactl.model.settings import Settings

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read {path.name}: {error}") from error
    try:
        return Settings.model_validate(document.get("tool", {}).get("mwaactl", {}))
    except ValidationError as error:
        known = ", ".join(Settings.model_fields)
        problems = [
            Problem(path.name, 1, 1, ".".join(["tool", "mwaactl", *map(str, item["loc"])]), item["msg"], allowed=known)
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigError(f"[tool.mwaactl] of {path.name} is wrong", problems=problems) from None
