"""A real git repository for tests, without any configuration of this machine."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters.process import Command, run

PEOPLE = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"), ("DATE", "2026-11-22T12:00:00Z"))
}


@dataclass(frozen=True)
class Repository:
    root: Path

    def git(self, *arguments: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = {**kept, **PEOPLE, "GIT_CONFIG_NOSYSTEM": "1"}
        done = run(Command(["git", *arguments], self.root, environment))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: dict[str, str | None]) -> None:
        """Write these files below the root; None removes one."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str | None] | None = None) -> None:
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change something")

    def copy(self, root: Path) -> Repository:
        """The same repository elsewhere: much quicker than another one."""
        return Repository(Path(shutil.copytree(self.root, root, symlinks=True)))


def new_repository(root: Path) -> Repository:
    root.mkdir(parents=True, exist_ok=True)
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main", "--template=")
    return repository
