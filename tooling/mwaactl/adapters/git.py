"""Which commit is being published."""

from __future__ import annotations

import os
from pathlib import Path

from mwaactl.adapters.process import Command, run
from mwaactl.errors import ToolMissing


def current_commit(root: Path) -> str | None:
    """The commit of the work tree, with `+changes` when files differ from it; None outside a git repository."""
    try:
        head = run(Command(["git", "rev-parse", "HEAD"], root, os.environ), timeout_s=30)
        if head.returncode != 0:
            return None
        status = run(Command(["git", "status", "--porcelain"], root, os.environ), timeout_s=60)
    except ToolMissing:
        return None
    return head.stdout.strip() + ("+changes" if status.stdout.strip() else "")
