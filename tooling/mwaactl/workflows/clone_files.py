"""The files of a clone: composed, tried, written, and taken back where nothing came of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mwaactl.errors import Busy, ConfigError, NotReady
from mwaactl.model.clone import CloneWish, as_yaml, differing, own_names_in
from mwaactl.model.environment import NAME_PATTERN
from mwaactl.workflows.artifact_copies import artifact_copies
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

STAGES = ("files", "apply", "copy", "publish", "pause")
"""In this order: DAG files read variables as soon as they are there."""


@dataclass(frozen=True)
class Draft:
    """A clone to be made, or to be gone on with: `files` by their path, `release` of the source.

    `tools` read the source, until the files are composed.
    """

    tools: Toolbox
    wish: CloneWish
    source: Environment
    live: LiveEnvironment
    files: Mapping[str, bytes]
    release: str = ""
    notes: tuple[str, ...] = ()
    stages: list[str] = field(default_factory=list)
    resumed_after: tuple[str, ...] = ()

    @property
    def yaml(self) -> str:
        """The text of envs/NEW.yaml."""
        return self.files[yaml_path(self.wish.name)].decode()

    @property
    def paths(self) -> tuple[str, ...]:
        """What was written into the repository, rendered files included."""
        name = self.wish.name
        return (*self.files, f"envs/{name}.tfvars", f"envs/{name}.s3.tfbackend")

    def done(self, stage: str) -> None:
        """Remember that a stage is done."""
        from mwaactl.adapters.clone_records import CloneRecord, save_clone

        self.stages.append(stage)
        record = CloneRecord(self.wish, self.release, tuple(self.files), tuple(dict.fromkeys(self.stages)))
        save_clone(self.tools.data(self.wish.name), record)


def yaml_path(name: str) -> str:
    """Where the YAML of an environment lies."""
    return f"envs/{name}.yaml"


def drafted(tools: Toolbox, wish: CloneWish, source: Environment, live: LiveEnvironment, release: str) -> Draft:
    """A clone without files yet, or the one that was begun. Raises ConfigError for a name taken or impossible."""
    from mwaactl.adapters.clone_records import load_clone

    check_new_name(wish.name)
    record = load_clone(tools.data(wish.name))
    path = yaml_path(wish.name)
    is_there = (tools.project.root / path).is_file()
    if is_there and record is None:
        raise ConfigError(
            f"{path} exists, and no clone of that name was begun here.", hint="choose another name, or deploy it"
        )
    if record and is_there and set(STAGES) <= set(record.stages):
        raise NotReady(
            f"{wish.name} is a complete clone of {record.wish.source}.",
            hint=f"mwaactl diff {record.wish.source} {wish.name}; to remove it: mwaactl clone --undo {wish.name}",
        )
    if record and is_there:
        if record.wish != wish:
            raise ConfigError(
                f"The clone {wish.name} was begun by another command.",
                hint=f"{record.wish.words}; or remove what it made: mwaactl clone --undo {wish.name}",
            )
        files = {one: (tools.project.root / one).read_bytes() for one in record.files}
        return Draft(tools, wish, source, live, files, record.release, (), list(record.stages), record.stages)
    return Draft(tools, wish, source, live, {}, release)


def begun(tools: Toolbox, draft: Draft) -> tuple[Draft, Environment]:
    """Write the files, the record of it first. Raises ConfigError for a clone that would not be valid, Busy."""
    from mwaactl.adapters.clone_records import CloneRecord, save_clone

    name = draft.wish.name
    if not draft.resumed_after:
        tools.stage(name, "files")
        with _one_at_a_time(tools):
            if (tools.project.root / yaml_path(name)).is_file():
                raise Busy(
                    f"Another run has just begun to clone {name}.", hint=f"wait for it, then: mwaactl status {name}"
                )
            draft = _composed(tools, draft)
            save_clone(tools.data(name), CloneRecord(draft.wish, draft.release, tuple(draft.files)))
            for path, content in sorted(draft.files.items(), key=lambda item: item[0] == yaml_path(name)):
                _write(tools, path, content)
        draft.done("files")
    return draft, tools.project.environment(name)


def taken_back(tools: Toolbox, name: str) -> tuple[str, ...]:
    """Remove the files that a clone wrote, and what runs of it left here; the paths that were there."""
    from mwaactl.adapters.clone_records import load_clone
    from mwaactl.adapters.rehearsal import remove

    record = load_clone(tools.data(name))
    paths = [*(record.files if record else ()), f"envs/{name}.tfvars", f"envs/{name}.s3.tfbackend"]
    gone = tuple(path for path in paths if (tools.project.root / path).is_file())
    remove(tools.project.root, [*gone, f"envs/{name}"], tools.data(name))
    return gone


def write_all(tools: Toolbox, draft: Draft) -> Environment:
    """Write the files of a draft into a project in which nothing counts. Raises ConfigError for what is not valid."""
    for path, content in draft.files.items():
        _write(tools, path, content)
    try:
        return tools.project.environment(draft.wish.name)
    except ConfigError as error:
        hint = error.hint or "what can be chosen: mwaactl clone --help"
        raise ConfigError(f"The clone would not be valid: {error.what}", problems=error.problems, hint=hint) from error


def composed(tools: Toolbox, draft: Draft) -> Draft:
    """With its files, which are not written yet. Raises ConfigError for a clone that would not be valid."""
    with _one_at_a_time(tools):
        return draft if draft.files else _composed(tools, draft)


@contextmanager
def _one_at_a_time(tools: Toolbox) -> Iterator[None]:
    """From the look at all other environments to the new file, so that two clones never choose the same range."""
    from mwaactl.adapters.airflow.cache import alone

    with alone(tools.project.root / ".mwaactl" / "clone.lock", tools.interrupt.check):
        yield


def _composed(tools: Toolbox, draft: Draft) -> Draft:
    from mwaactl.adapters.rehearsal import rehearsal

    wish, source = draft.wish, draft.source
    written = tools.project.written(source.name)
    document = differing(wish, source, written, tools.project.environments())
    copies = artifact_copies(draft.tools, source, draft.live, f"envs/{wish.name}")
    if copies.settings:
        document["artifacts"] = dict(copies.settings)
    files = {**copies.files, yaml_path(wish.name): as_yaml(wish, document, written).encode()}
    notes = _notes(source, written, copies.settings, draft.release)
    draft = replace(draft, tools=tools, files=files, notes=notes)
    with rehearsal(tools.project) as project:
        write_all(replace(tools, project=project), draft)
    return draft


def _notes(
    source: Environment, written: Mapping[str, object], artifacts: Mapping[str, object], release: str
) -> tuple[str, ...]:
    own = own_names_in(source, written)
    found = [f"{key} names something of {source.name}'s own: the clone uses the same" for key in own]
    if artifacts:
        found.append(f"{source.name} runs other {', '.join(artifacts)} than the repository has: copied beside the YAML")
    if source.network.existing:
        found.append(
            "the clone gets a VPC of its own: nothing that its source's VPC is connected to is reached from it"
        )
    if source.execution_role.existing:
        found.append(
            "the clone gets a role of its own, which may do what MWAA documents and nothing more: "
            "execution_role.services names what its tasks need"
        )
    emails = sorted(
        {*source.monitoring.notification_emails, *(source.retail.notification_emails if source.retail else ())}
    )
    if emails:
        found.append(f"the clone's alarms and reports go to the same addresses, once they confirm: {', '.join(emails)}")
    if not release:
        found.append(f"nothing is published to {source.name}, so nothing to the clone")
    return tuple(found)


def check_new_name(name: str) -> None:
    """Raises ConfigError for what cannot be the name of an environment."""
    from mwaactl.adapters.project import is_environment_name

    if not re.fullmatch(NAME_PATTERN, name) or not is_environment_name(name):
        raise ConfigError(
            f"{name!r} cannot be the name of an environment.",
            hint="small letters, digits and hyphens that begin with a letter, such as perf",
        )


def _write(tools: Toolbox, path: str, content: bytes) -> None:
    from mwaactl.adapters.files import write_whole

    write_whole(tools.project.root / path, content)
