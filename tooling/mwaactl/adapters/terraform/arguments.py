"""Argument lists, built by python-terraform.

Of python-terraform only `generate_cmd_string` is used: running, streaming, signals and secrets are ours
(docs/adr/0006-python-terraform-builds-arguments-only.md).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Arguments = list[str]


def build(binary: Path, command: str, *operands: str, **options: Any) -> Arguments:
    """`terraform COMMAND -option ... OPERAND ...`. True means a bare flag, None leaves the option out."""
    from python_terraform import IsFlagged, Terraform

    flags = {name: IsFlagged if value is True else value for name, value in options.items()}
    # A folder without state: python-terraform parses any terraform.tfstate in its working directory.
    builder = Terraform(working_dir=os.devnull, terraform_bin_path=str(binary))
    return [str(part) for part in builder.generate_cmd_string(command, *operands, **flags)]


def init(binary: Path, backend: Path) -> Arguments:
    """Install providers and modules and configure the backend, never touching the committed lock file."""
    return build(
        binary, "init", input="false", json=True, reconfigure=True, lockfile="readonly", backend_config=str(backend)
    )


def plan(
    binary: Path,
    *,
    variables: Sequence[Path],
    out: Path,
    destroy: bool = False,
    refresh_only: bool = False,
    lock: bool = True,
) -> Arguments:
    """A saved plan; exit code 2 says that something would change. Of `variables` the later file counts."""
    return build(
        binary,
        "plan",
        input="false",
        json=True,
        detailed_exitcode=True,
        var_file=[str(path) for path in variables],
        out=str(out),
        destroy=destroy or None,
        refresh_only=refresh_only or None,
        lock=None if lock else "false",
    )


def apply(binary: Path, plan_file: Path) -> Arguments:
    """Apply one saved plan, and nothing else: no variables, no question."""
    return build(binary, "apply", str(plan_file), input="false", json=True)


def show(binary: Path, plan_file: Path) -> Arguments:
    """The plan as JSON. Holds secrets in clear text: keep it private."""
    return build(binary, "show", str(plan_file), json=True)


def force_unlock(binary: Path, lock_id: str) -> Arguments:
    """Remove the lock `lock_id` from the state."""
    return build(binary, "force-unlock", lock_id, force=True)


def untaint(binary: Path, address: str) -> Arguments:
    """Take back the mark that makes Terraform replace `address`."""
    return build(binary, "untaint", address)


def fmt_check(binary: Path, *folders: str) -> Arguments:
    """List the files that `terraform fmt` would change; exit code 3 says that there are some."""
    return build(binary, "fmt", *folders, check=True, recursive=True, no_color=True)


def version(binary: Path) -> Arguments:
    """Version and platform as JSON."""
    return build(binary, "version", json=True)
