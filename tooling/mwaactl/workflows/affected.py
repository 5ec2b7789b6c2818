"""Which environments a change affects, why, and which ones it leaves without their configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, Finding
from mwaactl.model.affected import (
    PROJECT_FILE,
    WAIVERS,
    InputFiles,
    Reach,
    changed_waivers,
    is_setting_changed,
    own_reasons,
    printable,
    shared_reasons,
    through_links,
    waiver_reasons,
)
from mwaactl.model.gate import Affected

if TYPE_CHECKING:
    from mwaactl.adapters.git import Changes
    from mwaactl.adapters.project import Project

ENVIRONMENT_REMOVED = "ENVIRONMENT_REMOVED"


def affected(project: Project, names: Sequence[str], since: str) -> Reach:
    """How far everything reaches that changed since HEAD and `since` parted, for these environments or all.

    Configuration may be broken: then its files alone decide. Raises ConfigError for an unknown name, and where git
    cannot tell what changed.
    """
    from mwaactl.adapters.git import changes_since
    from mwaactl.adapters.watched import links, module_folders

    root, known = project.root, project.environment_names()
    inputs = [project.input_files(name) for name in dict.fromkeys(names or known)]
    changes = changes_since(root, since)
    if not changes.files:
        return Reach(tuple(Affected(one.environment, tuple(_unseen(one, changes))) for one in inputs))
    watched = (path for input_files in inputs for path in input_files.paths)
    files = through_links(changes.files, links(root, watched))
    if PROJECT_FILE in files and not _is_setting_changed(root, changes):
        files = tuple(path for path in files if path != PROJECT_FILE)
    shared = shared_reasons(files, module_folders(root, is_subfolder=bool(changes.prefix)))
    waivers = _changed_waivers(root, changes) if WAIVERS in files else frozenset()
    environments = []
    for input_files in inputs:
        own = (*own_reasons(input_files, files), *_unseen(input_files, changes, known))
        reasons = (*own, *waiver_reasons(input_files.environment, waivers), *shared)
        environments.append(Affected(input_files.environment, reasons))
    return Reach(tuple(environments), tuple(_removed(changes, known)), changes.files, bool(shared))


def _unseen(input_files: InputFiles, changes: Changes, known: Sequence[str] = ()) -> Iterator[str]:
    """Reasons that come of what cannot be seen: files that git ignores, parents that cannot be found or read."""
    for path in input_files.chain:
        if changes.is_ignored(path):
            yield f"{printable(path)} (git ignores it and cannot tell whether it changed)"
    if not input_files.is_chain_broken:
        return
    for path in changes.files:
        is_parent = path not in {*input_files.chain, WAIVERS} and _stem(path) not in {"", *known}
        if is_parent:
            yield f"{printable(path)} (what {input_files.environment} extends cannot be read)"


def _removed(changes: Changes, known: Sequence[str]) -> Iterator[Finding]:
    from mwaactl.adapters.project import is_environment_name

    for path in changes.files:
        name = _stem(path)
        if is_environment_name(name) and name not in known and path not in changes.new:
            yield Finding(
                ENVIRONMENT_REMOVED,
                path,
                f"is gone, and what it stands for stays in AWS: nothing here manages {printable(name)} any more",
                f"bring the file back, run `mwaactl destroy {printable(name)}`, and only then remove it; "
                f"once that is done, waive {ENVIRONMENT_REMOVED} for it in {WAIVERS}",
                environment=name,
                file=path,
            )


def _stem(path: str) -> str:
    """NAME for envs/NAME.yaml, else nothing."""
    folder, _, name = path.rpartition("/")
    return name.removesuffix(".yaml") if folder == "envs" and name.endswith(".yaml") else ""


def _changed_waivers(root: Path, changes: Changes) -> frozenset[str] | None:
    texts = _before_and_after(root, changes, WAIVERS)
    return changed_waivers(*texts) if texts else None


def _is_setting_changed(root: Path, changes: Changes) -> bool:
    texts = _before_and_after(root, changes, PROJECT_FILE)
    return is_setting_changed(*texts) if texts else True


def _before_and_after(root: Path, changes: Changes, path: str) -> tuple[str, str] | None:
    """Both texts of a file, empty where there is none; None when one cannot be read."""
    from mwaactl.adapters.git import text_at

    file = root / path
    try:
        before = text_at(root, changes.base, path) or ""
        after = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    except (ConfigError, OSError):
        return None
    return before, after
