"""What git knows: the commit of the work tree, and which files a change touches.

The files may be those of a stranger's pull request. So git gets no hook, no file system monitor, no external diff, no
conversion, no network, and no repository that merely lies among the files; only what the user's own configuration
sets up, such as a filter of git-lfs, can still run.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters.process import Command, Completed, run
from mwaactl.errors import ConfigError, ToolMissing

_SAFELY = (
    *("--no-pager", "--no-optional-locks", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "safe.bareRepository=explicit"),
)
_NAMES_ONLY = ("--no-renames", "--ignore-submodules=none")
"""A rename is both of its paths. .gitmodules is part of a change, and must not hide submodules."""

_DIFF = ("-r", "-z", "--name-status", *_NAMES_ONLY, "--no-ext-diff", "--no-textconv")
_STATUS = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", *_NAMES_ONLY)
_FETCH = "git fetch origin; in GitHub Actions, whose clones are shallow: actions/checkout with fetch-depth: 0"

_OF_THE_USER = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""Variables that say how git works here; all others of GIT_* would point it to another repository, index or program."""


@dataclass(frozen=True)
class Changes:
    """What differs from `base`, the commit where the change branched off: committed, uncommitted and untracked.

    Paths are relative to the project, with / between folders; those outside of it begin with ../. `new` are files
    that `base` does not have, `ignored` the files and folders of which git sees no changes. `prefix` is the path of
    the project in its repository: empty, or with a / at its end.
    """

    base: str
    files: tuple[str, ...]
    new: frozenset[str]
    ignored: frozenset[str]
    prefix: str = ""

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores the file, so that nobody can tell whether it changed."""
        parts = path.split("/")
        above = {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
        outer = {".", *(entry for entry in self.ignored if set(entry.split("/")) == {".."})}
        return not self.ignored.isdisjoint(above | outer)


def current_commit(root: Path) -> str | None:
    """The commit of the work tree, with `+changes` when files differ from it; None outside a git repository."""
    try:
        head = _git(root, "rev-parse", "HEAD")
        if head.returncode != 0:
            return None
        status = _git(root, "status", "--porcelain")
    except ToolMissing:
        return None
    return head.stdout.strip() + ("+changes" if status.stdout.strip() else "")


def changes_since(root: Path, since: str) -> Changes:
    """Everything that changed since the work tree's commits parted from those of `since`.

    Raises ConfigError where git cannot tell: no repository, unknown or unrelated `since`. Raises ToolMissing.
    """
    prefix = _prefix(root)
    base = merge_base(root, since)
    committed = list(_pairs(_asked(root, "diff-tree", *_DIFF, base, "HEAD")))
    local = list(_entries(_asked(root, "status", *_STATUS)))
    tracked = {_relative(path, prefix): letter for letter, path in committed}
    states = {_relative(path, prefix): state for state, path in local if state != "!!"}
    new = {path for path, letter in tracked.items() if letter == "A"}
    new |= {path for path, state in states.items() if path not in tracked and set(state) & {"A", "?"}}
    ignored = frozenset(_relative(path, prefix) for state, path in local if state == "!!")
    return Changes(base, tuple(sorted({*tracked, *states})), frozenset(new), ignored, prefix)


def merge_base(root: Path, since: str) -> str:
    """The commit where the work tree's history parted from that of `since`. Raises ConfigError, ToolMissing."""
    if not since or since.startswith(("-", "^")) or not since.isprintable():
        raise ConfigError(f"{since!r} is no name of a commit", hint="name a branch, tag or commit: --since origin/main")
    found = _git(root, "merge-base", "--end-of-options", since, "HEAD")
    if found.returncode != 0:
        raise _no_base(root, since)
    return found.stdout.strip()


def text_at(root: Path, commit: str, path: str) -> str | None:
    """A file as of a commit, None where it did not exist. `path` is relative to `root`.

    Raises ConfigError for one that existed and cannot be read, as in a partial clone.
    """
    found = _git(root, "cat-file", "blob", f"{commit}:./{path}")
    if found.returncode == 0:
        return found.stdout
    if _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{path}").returncode == 0:
        raise ConfigError(f"git cannot show {path} as of {commit[:12]}: {_said(found)}", hint=_FETCH)
    return None


def base_text(root: Path, since: str, path: str) -> str | None:
    """A file as it was where the change parted from `since`; None where it did not exist. Raises as `merge_base`."""
    return text_at(root, merge_base(root, since), path)


def _prefix(root: Path) -> str:
    """Path of `root` in its repository."""
    found = _git(root, "rev-parse", "--is-inside-work-tree", "--show-prefix")
    is_inside, _, prefix = found.stdout.partition("\n")
    if found.returncode != 0 or is_inside != "true":
        hint = "run it in a clone, or judge without --since"
        raise ConfigError(f"git finds no work tree at {root}: {_said(found) or 'it is inside of .git'}", hint=hint)
    return prefix.removesuffix("\n")


def _no_base(root: Path, since: str) -> ConfigError:
    if not _has_commit(root, "HEAD"):
        return ConfigError("the repository has no commit yet", hint="commit, or judge without --since")
    if not _has_commit(root, since):
        remote = f"origin/{since}"
        hint = f"did you mean {remote}?" if _has_commit(root, remote) else _FETCH
        return ConfigError(f"git knows no commit {since} here", hint=hint)
    is_shallow = _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"
    why = "this clone is shallow" if is_shallow else "their histories are unrelated"
    return ConfigError(f"git finds no common ancestor of {since} and HEAD: {why}", hint=_FETCH if is_shallow else None)


def _has_commit(root: Path, name: str) -> bool:
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.returncode == 0


def _asked(root: Path, *arguments: str) -> str:
    done = _git(root, *arguments)
    if done.returncode != 0:
        raise ConfigError(f"git {arguments[0]} failed: {_said(done)}", hint=_FETCH)
    return done.stdout


def _git(root: Path, *arguments: str) -> Completed:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {name: value for name, value in os.environ.items() if name.startswith(_OF_THE_USER)}
    kept.pop("GIT_CONFIG_PARAMETERS", None)  # of a git that started us, as from a hook
    ours = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        return run(Command(["git", *_SAFELY, *arguments], root, {**kept, **ours}))
    except ToolMissing as error:
        error.hint = "install git"
        raise


def _said(done: Completed) -> str:
    """The first line of what git complained about."""
    return (done.stderr.strip().splitlines() or [""])[0].removeprefix("fatal: ")


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    fields = iter(text.split("\0"))
    return zip(fields, fields, strict=False)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    return ((entry[:2], entry[3:]) for entry in text.split("\0") if entry)


def _relative(path: str, prefix: str) -> str:
    """A path of git, which counts from the repository's root, as one that counts from the project's."""
    inside = path.removesuffix("/")
    return inside if not prefix else posixpath.relpath(f"/{inside}", f"/{prefix}")
