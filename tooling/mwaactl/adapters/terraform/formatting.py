"""terraform fmt, which reads the files as text and runs nothing of them."""

from __future__ import annotations

import re
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.adapters.terraform import arguments
from mwaactl.adapters.terraform.binary import Terraform
from mwaactl.errors import Finding

TERRAFORM_FMT = "TERRAFORM_FMT"
FOLDERS = ("terraform", "modules", "envs")
UNFORMATTED = 3

_PLACE = re.compile(r"on (?P<file>\S+) line (?P<line>\d+)")  # fmt has no -json


def format_findings(terraform: Terraform, root: Path) -> tuple[Finding, ...]:
    """The files that are not as `terraform fmt` writes them, or that it cannot read."""
    folders = [folder for folder in FOLDERS if (root / folder).is_dir()]
    argv = arguments.fmt_check(terraform.binary.path, *folders)
    done = process.run(process.Command(argv, root, terraform.variables({})), timeout_s=120)
    found = [
        Finding(TERRAFORM_FMT, name, "is not formatted", "terraform fmt -recursive", file=name, line=1)
        for name in done.stdout.splitlines()
        if name
    ]
    if done.returncode not in (0, UNFORMATTED):
        place = _PLACE.search(done.stderr)
        file, line = (place["file"], int(place["line"])) if place else ("terraform", 0)
        hint = "terraform fmt -recursive -check shows the place"
        found.append(Finding(TERRAFORM_FMT, file, "is not HCL that Terraform can read", hint, file=file, line=line))
    return tuple(found)
