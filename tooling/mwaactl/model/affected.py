"""Which changed files make an environment's plan or verdict another one, and how to say so in a few words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import NamedTuple

from mwaactl.errors import Finding
from mwaactl.model.artifacts import Artifacts
from mwaactl.model.bundle import is_ignored
from mwaactl.model.gate import Affected

WAIVERS = "envs/waivers.yaml"
PROJECT_FILE = "pyproject.toml"
LOCK = "terraform/.terraform.lock.hcl"

_FOR_ALL = {
    LOCK: "the providers' versions",
    PROJECT_FILE: "[tool.mwaactl]",
    "requirements.lock": "another checkov may judge differently",
}
_TOOL = "tooling/mwaactl"
_ONLY_SHOWS = frozenset({"cli", "render", "sandbox"})
"""Parts of the tool, for repositories that hold it, which decide neither what is planned nor how it is judged."""

_READ_BY_PEOPLE = frozenset({"readme.md", "changelog.md", ".gitignore", ".gitkeep"})
_BESIDE_CODE = frozenset({"tests", "docs"})
"""Folders of a module that Terraform does not load."""

_LONGEST_WAIVERS = 262_144
"""Bytes. Our own limit, as for the other files of envs/."""


class _Kind(NamedTuple):
    """What files have in common: the file or folder to name when there are several, and a note on what it does."""

    place: str
    note: str = ""


@dataclass(frozen=True)
class InputFiles:
    """The files that one environment alone is made of, relative to the root with / between folders.

    `chain` begins with the environment's own YAML and goes on with what it extends, as far as that can be read;
    `is_chain_broken` when it cannot be followed to its end. Values that are broken count as their defaults.
    """

    environment: str
    chain: tuple[str, ...]
    is_chain_broken: bool = False
    artifacts: Artifacts = field(default_factory=Artifacts)
    policy_files: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All files and folders of which a change counts."""
        return (*_own_files(self), *self.folders)

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders of which every file counts, the innermost first."""
        found = {folder for folder in (self.artifacts.dags, self.artifacts.plugins) if folder}
        return tuple(sorted(found, key=len, reverse=True))


@dataclass(frozen=True)
class Reach:
    """How far a change reaches: each environment asked for, with its reasons or without any, and those removed.

    `files` are the changed ones, `is_code_affected` says whether Terraform code or a check is among them.
    """

    environments: tuple[Affected, ...]
    removed: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
    is_code_affected: bool = False

    @property
    def left_out_because(self) -> str:
        """Why an environment without reasons is left out."""
        count = len(self.files)
        if count == 0:
            return "no file changed"
        if count == 1:
            return "the one changed file does not touch it"
        return f"none of the {count} changed files touches it"


def own_reasons(input_files: InputFiles, changed: Iterable[str]) -> tuple[str, ...]:
    """Why this environment is affected, by what it shares with few others."""
    exact = _own_files(input_files)
    folders = input_files.folders
    prefixes = tuple(f"{folder}/" for folder in folders)
    groups: dict[_Kind, list[str]] = {}
    for path in changed:
        if path in exact:
            groups.setdefault(exact[path], []).append(path)
        elif path in folders or path.startswith(prefixes):
            folder = next(one for one in folders if f"{path}/".startswith(f"{one}/"))
            if not is_ignored(PurePosixPath(path[len(folder) + 1 :])):
                groups.setdefault(_Kind(folder), []).append(path)
    return _told(groups, [*exact.values(), *map(_Kind, folders)])


def shared_reasons(changed: Iterable[str], module_folders: Collection[str] = ()) -> tuple[str, ...]:
    """Why every environment is affected. `module_folders` are those of modules outside of terraform/ and modules/."""
    groups: dict[_Kind, list[str]] = {}
    for path in changed:
        kind = _kind_for_all(path) or _kind_of_module(path, module_folders)
        if kind:
            groups.setdefault(kind, []).append(path)
    return _told(groups, sorted(groups))


def waiver_reasons(environment: str, patterns: Collection[str] | None) -> tuple[str, ...]:
    """Why waivers affect it. `patterns` are the environments of those that changed; None stands for any."""
    if patterns is None:
        return (f"{WAIVERS} (cannot be compared)",)
    if any(fnmatchcase(environment, pattern) for pattern in patterns):
        return (f"{WAIVERS} (a waiver for {environment})",)
    return ()


def changed_waivers(before: str, after: str) -> frozenset[str] | None:
    """For which environments (with `*`) waivers came, went or changed; None when that cannot be told."""
    was, is_now = _entries(before), _entries(after)
    if was is None or is_now is None:
        return None
    return frozenset(environment for environment, _ in (was - is_now) + (is_now - was))


def is_setting_changed(before: str, after: str) -> bool:
    """Whether two texts of pyproject.toml differ in [tool.mwaactl]; also when one of them cannot be read."""
    try:
        return _settings(before) != _settings(after)
    except (ValueError, RecursionError):
        return True


def through_links(changed: Iterable[str], links: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """`changed`, and under their other names the files that symbolic links (path, where it leads) give one."""
    files = tuple(changed)
    others = [
        link + path.removeprefix(target)
        for link, target in links
        for path in files
        if path == target or path.startswith(f"{target}/")
    ]
    return tuple(dict.fromkeys((*files, *others)))


def printable(path: str) -> str:
    """A path on one line: a file's name may hold line ends and control characters."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in path)


def _own_files(input_files: InputFiles) -> dict[str, _Kind]:
    name, artifacts = input_files.environment, input_files.artifacts
    notes = {f"envs/{name}.yaml": ""}
    for child, parent in zip(input_files.chain, input_files.chain[1:], strict=False):
        notes[parent] = f"extended by {child.removeprefix('envs/').removesuffix('.yaml')}"
    notes |= {f"envs/{name}.{ending}": "rendered" for ending in ("tfvars", "s3.tfbackend")}
    single = ((artifacts.requirements, "requirements"), (artifacts.startup_script, "startup script"))
    notes |= {path: note for path, note in single if path}
    notes |= dict.fromkeys(input_files.policy_files, "policy of the execution role")
    return {path: _Kind(path, note) for path, note in notes.items()}


def _kind_for_all(path: str) -> _Kind | None:
    top, _, rest = path.partition("/")
    if path in _FOR_ALL:
        return _Kind(path, _FOR_ALL[path])
    if top == "envs":
        return _Kind(path, "renders every environment") if path.endswith(".j2") and "/" not in rest else None
    if top == "terraform":
        return _Kind(top) if _is_loaded(rest) else None
    if top == "modules":
        name, _, inside = rest.partition("/")
        return _Kind(f"modules/{name}".rstrip("/")) if _is_loaded(inside) and _is_loaded(name) else None
    if top == "policies":
        return _Kind(top, "the team's checks") if _is_loaded(rest.rpartition("/")[2]) else None
    return _kind_of_tool(path)


def _kind_of_tool(path: str) -> _Kind | None:
    if not f"{path}/".startswith(f"{_TOOL}/"):
        return None
    part, _, inside = path[len(_TOOL) + 1 :].partition("/")
    if part in _ONLY_SHOWS or not _is_loaded((inside or part).rpartition("/")[2]):
        return None
    return _Kind(f"{_TOOL}/{part}" if inside else _TOOL, "plans and judges every environment")


def _kind_of_module(path: str, folders: Collection[str]) -> _Kind | None:
    around = [folder for folder in folders if f"{path}/".startswith(f"{folder}/")]
    folder = max(around, key=len, default="")
    return _Kind(folder, "a module") if folder and _is_loaded(path[len(folder) + 1 :]) else None


def _is_loaded(inside: str) -> bool:
    """Whether a file of a module, as a path below the module's folder, can matter to Terraform."""
    first, slash, _ = inside.partition("/")
    name = inside.rpartition("/")[2]
    is_beside = bool(slash) and first in _BESIDE_CODE
    return not is_beside and name.lower() not in _READ_BY_PEOPLE and not name.endswith((".tftest.hcl", ".tftest.json"))


def _told(groups: Mapping[_Kind, list[str]], order: Iterable[_Kind]) -> tuple[str, ...]:
    """One text for each group, in this order."""
    reasons = []
    for kind in dict.fromkeys(order):
        if paths := groups.get(kind):
            what = printable(paths[0]) if len(paths) == 1 else f"{printable(kind.place)}: {len(paths)} files"
            reasons.append(f"{what} ({kind.note})" if kind.note else what)
    return tuple(reasons)


def _entries(text: str) -> Counter[tuple[str, str]] | None:
    """(environment, everything) of each waiver; None for what is no plain list of waivers.

    Nothing is constructed: YAML's aliases and merge keys can make a few lines into gigabytes of values.
    """
    import yaml

    if len(text) > _LONGEST_WAIVERS:
        return None
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if root is None:
        return Counter()
    entries = [_waiver(node) for node in root.value] if isinstance(root, yaml.SequenceNode) else [None]
    return None if None in entries else Counter(entry for entry in entries if entry)


def _waiver(node: object) -> tuple[str, str] | None:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        return None
    parts = [part for pair in node.value for part in pair]
    if not all(isinstance(part, yaml.ScalarNode) for part in parts):
        return None
    values = {str(key.value): f"{value.tag} {value.value}" for key, value in node.value}
    environment = next((str(value.value) for key, value in node.value if key.value == "environment"), None)
    return None if environment is None else (environment, repr(sorted(values.items())))


def _settings(text: str) -> object:
    tool = tomllib.loads(text).get("tool", {})
    return (tool.get("mwaactl") or {}) if isinstance(tool, dict) else tool
