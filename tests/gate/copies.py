"""A copy of this repository that a test may break, and the command line run on it in this process."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251 - makes a git repository
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from integration import project_fixtures as integration
from mwaactl.cli import root as mwaactl

GIT = ("git", "-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "init.defaultBranch=main")
ROOT = Path(__file__).resolve().parents[2]


class Done(integration.Run):
    """What one run of the gate gave."""

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """Everything that refuses."""
        gate = self.envelope["data"]
        reports = [outcome["data"] for outcome in gate["outcomes"] if outcome["data"]]
        verdicts = [gate["repository"], *(report["verdict"] for report in reports)]
        return [finding for verdict in verdicts for finding in verdict["refusals"]]


Run = Callable[..., Done]


def make_repository(folder: Path) -> Path:
    """What a project consists of, without tests and caches, committed to git."""
    left_out = shutil.ignore_patterns("__pycache__", ".terraform", "tests", "adr")
    for name in ("envs", "terraform", "modules", "dags", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / ".gitignore").write_text(".mwaactl/\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*GIT, *arguments], cwd=folder, check=True)
    return folder


def runner(repository: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`mwaactl ARGUMENTS --output json` on `repository`. One import of checkov serves all tests of a process."""

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as caught:
            mwaactl.main([*arguments, "--project", str(repository), "--output", "json"])
        written = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, written.out, written.err)

    return run
